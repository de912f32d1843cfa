"""One batch through an engine; when it fails, as little as possible fails with it."""

from collections.abc import Sequence

from service.decoding import Hypothesis
from service.engines import Engine
from service.engines.queue import Task
from service.errors import EngineFailed

EXCERPT = 80  # characters of a segment that an error shows

Outcome = list[Hypothesis] | EngineFailed


def attempt(engine: Engine, batch: Sequence[Task]) -> list[Outcome]:
    """Translate a batch; if that fails, its halves, down to the segments at fault."""
    try:
        return list(_translate(engine, batch))
    except Exception as error:  # whatever a library raises, the thread must live on
        if len(batch) == 1:
            return [_failure(batch[0], error)]
    half = len(batch) // 2
    return attempt(engine, batch[:half]) + attempt(engine, batch[half:])


def _translate(engine: Engine, batch: Sequence[Task]) -> list[list[Hypothesis]]:
    """Translate the segments of one batch, which share a decoding."""
    keys = [task.key for task in batch]
    prefixes = [key.prefix for key in keys]
    results = engine.translate(
        [key.segment for key in keys], keys[0].decoding, prefixes if any(prefixes) else None
    )
    if len(results) != len(batch):
        raise EngineFailed(f"{len(results)} results for {len(batch)} segments")
    return results


def _failure(task: Task, error: Exception) -> EngineFailed:
    """Make an error of ours out of whatever the engine raised."""
    message, hint = f"the engine gave up: {error!r}", "change the sentence, or leave it out"
    if isinstance(error, EngineFailed):
        message, hint = error.message, error.hint or hint
    failure = EngineFailed(message, hint=hint, where=task.key.segment[:EXCERPT])
    failure.__cause__ = error
    return failure
