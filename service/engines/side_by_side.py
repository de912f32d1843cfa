"""Texts side by side: each has a thread and a lane, their segments go in common batches.

For one's own work, which nobody is to be refused: what has no thread yet waits for one.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self, TypeVar

from service.engines import Engine
from service.engines.admission import ENDLESS
from service.engines.lane import Lane
from service.engines.scheduler import Scheduler
from service.settings import Settings

Done = TypeVar("Done")


class SideBySide:
    """Works on texts at the same time. To be closed, by `with`.

    Args:
        engine: shared by all.
        settings: say how large batches are, and how much is remembered.
        texts: at the same time.
    """

    def __init__(self, engine: Engine, settings: Settings, texts: int) -> None:
        self._scheduler = Scheduler(
            [engine],
            batch_tokens=settings.batch_tokens,
            queue_tokens=ENDLESS,
            requests=texts,
            cache_segments=settings.cache_segments,
        )
        self._pool = ThreadPoolExecutor(texts, thread_name_prefix="text")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, work: Callable[[Lane], Done]) -> Future[Done]:
        """Let a text be worked on, through its lane, as soon as a thread is free."""
        return self._pool.submit(self._with_lane, work)

    def close(self) -> None:
        """Give up what is at work, which sees that as `Cancelled`, and begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._scheduler.close()
        self._pool.shutdown()  # the lanes are closed: what was at work has given up

    def _with_lane(self, work: Callable[[Lane], Done]) -> Done:
        with self._scheduler.lane() as lane:
            return work(lane)
