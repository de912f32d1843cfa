"""The record of what was made in a folder."""

from pathlib import Path

import pytest

from service.cli.files import FileTask
from service.cli.record import NAME, Record

FRENCH, ENGLISH = b"Bonjour.", b"Good morning."


@pytest.fixture
def task(tmp_path: Path) -> FileTask:
    """A file and the English that was made of it."""
    task = FileTask(tmp_path / "a.txt", tmp_path / "out" / "a.en.txt")
    task.output.parent.mkdir()
    task.source.write_bytes(FRENCH)
    task.output.write_bytes(ENGLISH)
    return task


@pytest.fixture
def folder(task: FileTask) -> Path:
    """A folder whose record knows of the task."""
    Record(task.output.parent).note(task, FRENCH, "this model", ENGLISH)
    return task.output.parent


def test_what_was_made_is_done(task: FileTask, folder: Path) -> None:
    """Another process finds it in the record."""
    record = Record(folder)
    assert record.is_done(task, "this model")
    assert record.made() == {task.output.resolve()}


def test_another_model_source_or_missing_output_is_not_done(task: FileTask, folder: Path) -> None:
    """Only the same French, asked of the same model in the same way, is passed over."""
    record = Record(folder)
    assert not record.is_done(task, "another model")
    task.source.write_bytes(b"Bonsoir.")
    assert not record.is_done(task, "this model")
    task.source.write_bytes(FRENCH)
    task.output.unlink()
    assert not record.is_done(task, "this model")


def test_a_missing_source_is_not_done(task: FileTask, folder: Path) -> None:
    """It is left to fail where its name is told."""
    task.source.unlink()
    assert not Record(folder).is_done(task, "this model")


def test_only_what_was_left_as_it_was_made_may_be_written_over(
    task: FileTask, folder: Path
) -> None:
    """The work of whoever corrected a translation is not lost."""
    assert Record(folder).is_free(task)
    task.output.write_bytes(b"Hello.")
    assert not Record(folder).is_free(task)
    (folder / NAME).unlink()
    assert not Record(folder).is_free(task)
    task.output.unlink()
    assert Record(folder).is_free(task)


def test_the_last_word_counts_and_a_torn_line_costs_only_itself(
    task: FileTask, folder: Path
) -> None:
    """A crash in the middle of a line spoils neither the lines before nor those after."""
    path = folder / NAME
    path.write_text(path.read_text() + '\n{"file": "b.en.t')
    assert Record(folder).is_done(task, "this model")
    Record(folder).note(task, FRENCH, "a new model", ENGLISH)
    assert Record(folder).is_done(task, "a new model")
    assert not Record(folder).is_done(task, "this model")
