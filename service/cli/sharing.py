"""Files worked on at the same time, sharing one engine in batches that mix their segments."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from service.cli.progress import Bars
from service.engines.scheduler import Scheduler
from service.engines.watched import WatchedEngine
from service.pipeline import Pipeline

ENDLESS = 10**9  # tokens that may wait: files stand in line for a thread, and none is refused

Done = TypeVar("Done")


def at_once(
    paths: Sequence[Path],
    work: Callable[[Path, Pipeline], Done],
    pipeline: Pipeline,
    jobs: int,
    bars: Bars,
) -> Iterator[Done]:
    """Work on files, `jobs` at the same time; yield what `work` returns as it is done.

    Left early, it gives up what is being translated: `work` sees that as `Cancelled`.
    """

    def with_lane(path: Path) -> Done:
        with bars.file(path.name) as show, scheduler.lane() as lane:
            engine = WatchedEngine(lane, show) if bars.are_shown else lane
            return work(path, replace(pipeline, engine=engine))

    settings = pipeline.settings
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="file")
    with Scheduler(
        [pipeline.engine],
        batch_tokens=settings.batch_tokens,
        queue_tokens=ENDLESS,
        requests=jobs,
        cache_segments=settings.cache_segments,
    ) as scheduler:
        futures = [pool.submit(with_lane, path) for path in paths]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    pool.shutdown()  # the lanes are closed: what was at work has given up
