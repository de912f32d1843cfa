"""Files worked on at the same time, sharing one engine in batches that mix their segments."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from service.cli.progress import Bars
from service.engines.lane import Lane
from service.engines.side_by_side import SideBySide
from service.engines.watched import WatchedEngine
from service.pipeline import Pipeline

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

    def shown(path: Path, lane: Lane) -> Done:
        with bars.file(path.name) as show:
            engine = WatchedEngine(lane, show) if bars.are_shown else lane
            return work(path, replace(pipeline, engine=engine))

    with SideBySide(pipeline.engine, pipeline.settings, jobs) as files:
        futures = [files.submit(partial(shown, path)) for path in paths]
        for future in as_completed(futures):
            yield future.result()
