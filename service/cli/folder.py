"""`interligne translate FILES --out-dir`: many files into a folder, going on where it stopped."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from service import models
from service.cli import differences, documents, report
from service.cli.batch import Batch, Result, State
from service.cli.console import (
    ERROR,
    INTERRUPTED,
    OK,
    file_failure,
    read_bytes,
    say,
    within,
    write_stdout,
)
from service.cli.files import FileTask, gather, plan
from service.cli.memory import memories_of
from service.cli.progress import Bars
from service.cli.record import Record, sha256
from service.errors import FileFailed
from service.formats import WRITERS
from service.pipeline import Wishes, load_pipeline

if TYPE_CHECKING:
    from service.settings import Settings

NOT_DONE = "not done"


def translate_files(args: argparse.Namespace, settings: "Settings", wishes: Wishes) -> int:
    """Translate every file that the arguments name, but those that were done before."""
    record = open_record(args.out_dir)
    memory = memories_of(args).state() if args.memory else None
    made_by = fingerprint(settings, wishes, args.format, args.extract, memory)
    tasks = tasks_of(args, record)
    if args.diff and args.diff.is_file() and len(tasks) > 1:
        args.refuse("--diff compares one file with a file, several with a folder")
    done, todo = parted(tasks, lambda task: record.is_done(task, made_by))
    report.tell_passed_over([str(task.source) for task in done])
    results = [passed_over(task, args) for task in done]
    if not todo:
        return finish(results, tasks)
    batch = Batch(
        load_pipeline(settings),
        wishes,
        args.format,
        args.out_dir,
        record,
        made_by,
        args.extract,
        args.overwrite,
        args.diff,
    )
    with closing(Bars(len(todo))) as bars:
        try:
            for result in batch.run(todo, args.jobs, bars):
                results.append(result)
                tell_failure(result, bars)
        except KeyboardInterrupt:
            say("interligne: interrupted; the same command goes on from here")
            finish(results, tasks)
            return INTERRUPTED
    return finish(results, tasks)


def open_record(folder: Path) -> Record:
    """Open the record of a folder, which is made if there is none.

    Raises:
        FileFailed: it cannot be made, or read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_failure("write", folder, error) from error
    return Record(folder)


def tasks_of(args: argparse.Namespace, record: Record) -> list[FileTask]:
    """Plan what to translate; what was made here before is English, and no input.

    Raises:
        FileFailed: nothing is left, or two files would be written to one place.
    """
    made = record.made()
    inputs = [one for one in gather(args.files, documents.READ) if one.path.resolve() not in made]
    if not inputs:
        raise FileFailed(
            "there is nothing to translate",
            where=", ".join(args.files),
            hint=f"folders are searched for {' '.join(sorted(documents.READ))}",
        )
    suffix = WRITERS[args.format].suffix if args.format else None
    return plan(inputs, args.out_dir, suffix)


def fingerprint(settings: "Settings", wishes: Wishes, *more: object) -> str:
    """Hash all that a translation depends on but its source."""
    model = models.find_bundle(settings.model).sha256
    if settings.summariser:
        more = *more, settings.summariser, settings.summariser_language
    asked = model, settings.engine, settings.beam_size, replace(wishes, memory=None), more
    return sha256(repr(asked).encode())


def parted(
    tasks: Iterable[FileTask], is_done: Callable[[FileTask], bool]
) -> tuple[list[FileTask], list[FileTask]]:
    """Part the files into those that were done before and those to do."""
    done: list[FileTask] = []
    todo: list[FileTask] = []
    for task in tasks:
        (done if is_done(task) else todo).append(task)
    return done, todo


def passed_over(task: FileTask, args: argparse.Namespace) -> Result:
    """Leave a file as it is; compare it with an earlier translation if that is asked for."""
    diff = ""
    if args.diff:
        place = task.output.relative_to(args.out_dir)
        diff = differences.against(args.diff, place, read_bytes(str(task.output)))
    return Result(task, State.PASSED_OVER, diff=diff)


def tell_failure(result: Result, bars: Bars) -> None:
    """Tell at once of a file that failed, and where."""
    if error := result.error:
        error.where = within(str(result.task.source), error.where)
        bars.complain(error)


def finish(results: Iterable[Result], tasks: list[FileTask]) -> int:
    """Show the differences, tell what deserves a look and count; the exit code is the worst."""
    by_task = {result.task: result for result in results}
    codes = [OK]
    for task in tasks:
        result = by_task.get(task)
        if result:
            write_stdout(result.diff.encode())
            report.tell_notes(result.notes, str(task.source))
            codes.append(code_of(result))
    states = Counter({state.value: 0 for state in State})
    states.update(result.state.value for result in by_task.values())
    states[NOT_DONE] = len(tasks) - len(by_task)
    report.tell_counts(states)
    return ERROR if ERROR in codes else max(codes)


def code_of(result: Result) -> int:
    """Tell of a result, and give the exit code that it would have alone."""
    if result.state is State.FAILED:
        return ERROR
    return report.tell(result.article, str(result.task.source)) if result.article else OK
