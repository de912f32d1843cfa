"""Which files the command is given, and where the English of each one goes."""

import glob
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service import formats
from service.errors import FileFailed


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read; `place` is its path below the folder or pattern that it was found by."""

    path: Path
    place: Path


@dataclass(frozen=True, slots=True)
class FileTask:
    """A file to translate, and where its English goes."""

    source: Path
    output: Path


def gather(names: Sequence[str], suffixes: Collection[str]) -> list[Input]:
    """List the files that the arguments name, each once, in order.

    Args:
        names: files, folders (all that they hold, hidden files apart) and patterns such as
            `texts/**/*.md`, for shells that leave them as they are.
        suffixes: of the files taken from folders, in small letters.

    Raises:
        FileFailed: nothing is there by that name.
    """
    found = (one for name in names for one in _named(name, suffixes))
    return list({one.path.resolve(): one for one in found}.values())


def plan(inputs: Sequence[Input], out_dir: Path, suffix: str | None = None) -> list[FileTask]:
    """Say where the English of each file goes.

    Args:
        inputs: what `gather` found.
        out_dir: the folder to write to, where each file keeps its place.
        suffix: of the output; None for that of the input.

    Raises:
        FileFailed: two files would be written to one place, or one over another's French.
    """
    tasks = [FileTask(one.path, out_dir / english_name(one.place, suffix)) for one in inputs]
    sources = {_key(task.source): task for task in tasks}
    outputs: dict[str, FileTask] = {}
    for task in tasks:
        key = _key(task.output)
        if key in sources:
            raise _clash(task, f"would be written over {sources[key].source}")
        if key in outputs:
            raise _clash(task, f"and {outputs[key].source} would both be written to {task.output}")
        outputs[key] = task
    return tasks


def english_name(place: Path, suffix: str | None = None) -> Path:
    """Place the English of a file beside it."""
    return place.with_name(formats.english_name(place.name, suffix))


def _named(name: str, suffixes: Collection[str]) -> Iterator[Input]:
    path = Path(name)
    if path.is_dir():
        yield from _inside(path, "**/*", suffixes)
    elif path.exists() or not glob.has_magic(name):
        yield Input(path, Path(path.name))
    else:
        yield from _matching(path)


def _matching(pattern: Path) -> list[Input]:
    """List the files that a pattern fits, placed below its first part that is one."""
    fixed = [part for part in pattern.parts if not glob.has_magic(part)]
    at = next(n for n, part in enumerate(pattern.parts) if glob.has_magic(part))
    folder = Path(*fixed[:at])
    found = list(_inside(folder, "/".join(pattern.parts[at:])))
    if not found:
        raise FileFailed("no file fits the pattern", where=str(pattern), hint="check the path")
    return found


def _inside(folder: Path, pattern: str, suffixes: Collection[str] = ()) -> Iterator[Input]:
    for path in sorted(folder.glob(pattern)):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in place.parts)
        wanted = not suffixes or path.suffix.lower() in suffixes
        if wanted and not hidden and path.is_file():
            yield Input(path, place)


def _key(path: Path) -> str:
    """Name a file as a disk that does not tell capitals apart would."""
    return str(path.resolve()).casefold()


def _clash(task: FileTask, what: str) -> FileFailed:
    return FileFailed(
        f"{task.source} {what}", hint="choose another --out-dir, or translate them apart"
    )
