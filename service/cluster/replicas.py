"""An engine on a node of the cluster, with a scheduler of its own for what all ingresses send.

Each model is an application of Serve by itself, so that two can run side by side.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from service.decoding import Decoding, Hypothesis
from service.engines.admission import ENDLESS
from service.engines.pieces import Vocabulary
from service.engines.scheduler import Scheduler
from service.errors import ModelDamaged
from service.models import Bundle, find_bundle
from service.pipeline import Pipeline, load_pipeline
from service.settings import Settings
from service.wording.rare_words import RareWords

CALLS = 256  # worked on at the same time by a replica


@dataclass(frozen=True)
class Model:
    """What a replica serves, and where to find it."""

    settings: Settings

    def load(self) -> Pipeline:
        """Load it, in a replica."""
        return load_pipeline(self.settings)

    def counter(self, sha256: str) -> Callable[[str], int]:
        """Give what counts source tokens, in an ingress; the weights are not loaded there.

        Args:
            sha256: of the model that the replicas have.

        Raises:
            ModelDamaged: it is another here, and would count otherwise.
        """
        bundle = find_bundle(self.settings.model)
        if bundle.sha256 != sha256:
            raise ModelDamaged(
                f"the replicas have another {bundle.name} than this node",
                where=str(bundle.folder),
                hint="give every node the same models",
            )
        return Vocabulary(bundle).count


@dataclass(frozen=True)
class About:
    """What a replica tells of its engine."""

    model: Model
    bundle: Bundle
    rare_words: RareWords
    engine: str
    max_tokens: int


class EngineReplica:
    """Translates batches. A deployment of Serve; its methods are called through a handle."""

    def __init__(self, model: Model) -> None:
        pipeline = model.load()
        engine, settings = pipeline.engine, pipeline.settings
        about = pipeline.bundle, pipeline.rare_words, engine.name, engine.max_tokens
        self._about = About(model, *about)
        self._tokens = 0
        self._pool = ThreadPoolExecutor(CALLS, thread_name_prefix="call")
        self._scheduler = Scheduler(
            [engine],
            batch_tokens=settings.batch_tokens,
            queue_tokens=ENDLESS,  # the ingress has admitted it
            requests=CALLS,
            cache_segments=settings.cache_segments,
        )

    def about(self) -> About:
        """Tell what it is."""
        return self._about

    async def translate(
        self, segments: Sequence[str], decoding: Decoding, prefixes: Sequence[str] | None
    ) -> list[list[Hypothesis]]:
        """Translate as an `Engine` does.

        Raises:
            EngineFailed: the engine gave up on one of them.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._translate, segments, decoding, prefixes)

    def record_autoscaling_stats(self) -> dict[str, float]:
        """Tell Serve how many source tokens wait here or are being translated."""
        return {"tokens": float(self._tokens)}

    def __del__(self) -> None:
        self._pool.shutdown(wait=False)
        self._scheduler.close()

    def _translate(
        self, segments: Sequence[str], decoding: Decoding, prefixes: Sequence[str] | None
    ) -> list[list[Hypothesis]]:
        with self._scheduler.lane() as lane:
            tokens = sum(lane.count_tokens(segment) + 1 for segment in segments)
            self._tokens += tokens
            try:
                return lane.translate(segments, decoding, prefixes)
            finally:
                self._tokens -= tokens
