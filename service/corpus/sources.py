"""The articles of a file: one in a text or a document, one a line in JSON lines, one a Parquet row.

JSON lines and rows have a `text`, and perhaps a `title` and an `id`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from service import formats
from service.errors import BadFile, FileFailed
from service.formats.readers import jsonl

LINES = ".jsonl"
ROWS = ".parquet"
FIELDS = ("text", "title", "id")
SUFFIXES = frozenset(filter(None, formats.READERS)) | {ROWS}  # what is taken from folders


@dataclass(frozen=True, slots=True)
class Start:
    """Where an article begins.

    Attributes:
        number: of its line or row, from 1; 1 for a file that is one article.
        offset: of its line, in bytes.
    """

    number: int
    offset: int


@dataclass(frozen=True, slots=True)
class Text:
    """What is translated; `id` is the one that its source gives it, any JSON value."""

    text: str
    title: str | None = None
    id: Any = None


@dataclass(frozen=True, slots=True)
class Source:
    """An article, not read yet: `read` raises `BadInput` if it is none."""

    place: str
    read: Callable[[], Text]


def starts(path: Path) -> Iterator[Start]:
    """Find the articles of a file.

    Raises:
        FileFailed: it cannot be read.
    """
    try:
        if path.suffix.lower() == LINES:
            with path.open("rb") as lines:
                yield from _line_starts(lines)
        elif path.suffix.lower() == ROWS:
            rows = _parquet(path).metadata.num_rows
            yield from (Start(number, 0) for number in range(1, rows + 1))
        else:
            path.open("rb").close()
            yield Start(1, 0)
    except OSError as error:
        raise unreadable(path, error) from error


def sources(path: Path, place: str, start: Start, count: int) -> Iterator[Source]:
    """Yield `count` articles of a file from one on.

    Args:
        path: the file.
        place: what to call it.
        start: the first one.
        count: how many.

    Raises:
        FileFailed: it cannot be read.
    """
    try:
        if path.suffix.lower() == LINES:
            yield from _lines(path, place, start, count)
        elif path.suffix.lower() == ROWS:
            yield from _rows(path, place, start, count)
        else:
            yield _document(path.read_bytes(), place)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> FileFailed:
    """Say that a file cannot be read."""
    return FileFailed(
        f"cannot read: {error.strerror or error}",
        where=str(path),
        hint="check the path and its permissions; the same command goes on from here",
    )


def _document(data: bytes, place: str) -> Source:
    def read() -> Text:
        document = formats.read(data, place)
        return Text(document.text, document.title)

    return Source(place, read)


def _line_starts(lines: Iterator[bytes]) -> Iterator[Start]:
    offset = 0
    for number, line in enumerate(lines, start=1):
        if line.strip(jsonl.NOTHING):
            yield Start(number, offset)
        offset += len(line)


def _lines(path: Path, place: str, start: Start, count: int) -> Iterator[Source]:
    with path.open("rb") as file:
        file.seek(start.offset)
        for number, line in enumerate(file, start=start.number):
            if not line.strip(jsonl.NOTHING):
                continue
            yield _line(line, f"{place}:{number}")
            count -= 1
            if not count:
                return


def _line(line: bytes, place: str) -> Source:
    def read() -> Text:
        record = jsonl.read_record(line, place)
        title = record.title.text.strip() or None if record.title else None
        return Text(record.text.text, title, json.loads(line.decode("utf-8-sig")).get("id"))

    return Source(place, read)


def _rows(path: Path, place: str, start: Start, count: int) -> Iterator[Source]:
    """Read the row groups that the rows are in, one at a time."""
    wanted = range(start.number, start.number + count)
    first = 1
    for group in range(_parquet(path).metadata.num_row_groups):
        size: int = _parquet(path).metadata.row_group(group).num_rows
        if first < wanted.stop and first + size > wanted.start:
            for number, row in enumerate(_row_group(path, group), start=first):
                if number in wanted:
                    yield _row(row, f"{place}:{number}")
        first += size


def _row(row: dict[str, Any], place: str) -> Source:
    def read() -> Text:
        if not isinstance(row.get("text"), str):
            raise BadFile(
                "the row has no text", where=place, hint="give the table a column of strings, text"
            )
        title = row.get("title")
        return Text(row["text"], title.strip() or None if title else None, row.get("id"))

    return Source(place, read)


@lru_cache(maxsize=1)
def _row_group(path: Path, group: int) -> list[dict[str, Any]]:
    """Read a row group, which several shards may share."""
    file = _parquet(path)
    columns = [name for name in FIELDS if name in file.schema_arrow.names]
    rows: list[dict[str, Any]] = file.read_row_group(group, columns=columns).to_pylist()
    return rows


@lru_cache(maxsize=1)
def _parquet(path: Path) -> Any:
    """Open a Parquet file.

    Raises:
        FileFailed: the library is not installed.
        BadFile: it is none.
    """
    try:
        from pyarrow import ArrowInvalid, parquet
    except ImportError as error:
        raise FileFailed(
            "reading Parquet takes pyarrow", where=str(path), hint="pip install interligne[cluster]"
        ) from error
    try:
        return parquet.ParquetFile(path)
    except ArrowInvalid as error:
        raise BadFile(f"this is not a Parquet file: {error}", where=str(path)) from error
