"""An engine that tells how far it is."""

from collections.abc import Callable, Sequence

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.wrapped import WrappedEngine

CHUNK = 64  # segments between two reports; large enough to keep batches full


class WatchedEngine(WrappedEngine):
    """Wraps an engine; calls `progress(done, total)` in segments while a call runs."""

    def __init__(self, engine: Engine, progress: Callable[[int, int], None]) -> None:
        super().__init__(engine)
        self._progress = progress

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate in chunks, with a report before the first and after each."""
        done: list[list[Hypothesis]] = []
        self._progress(0, len(segments))
        for start in range(0, len(segments), CHUNK):
            part = slice(start, start + CHUNK)
            done += self._engine.translate(
                segments[part], decoding, prefixes[part] if prefixes else None
            )
            self._progress(len(done), len(segments))
        return done
