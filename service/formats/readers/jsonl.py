"""JSON lines in place: each line is an article with fields `text` and perhaps `title`.

A file is one document, so names are the same in all its lines. Only the values of these two fields
are written anew; other fields, their order, their spaces and their numbers stay to the byte.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.errors import BadFile, NotUtf8
from service.formats.document import BYTE_ORDER_MARK, Block, read_text
from service.formats.marked import MarkedText

TEXT, TITLE = "text", "title"
BLANKS = re.compile(r"[ \t\r\n]*")
NOTHING = b" \t\r\n" + BYTE_ORDER_MARK
ESCAPED = "\\u"  # how files in ASCII write é
HINT = 'write one JSON object a line: {"text": "...", "title": "..."}'

_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Record:
    """What is translated of a line, and where it stands there."""

    text: Block
    title: Block | None


def read(data: bytes, name: str = "articles.jsonl") -> MarkedText:
    """Read a file, in which lines may be blank.

    Raises:
        NotUtf8: a line is something else.
        BadFile: a line is no object with a text, or there is none.
    """
    blocks: list[Block] = []
    start = 0
    for number, line in enumerate(data.removeprefix(BYTE_ORDER_MARK).split(b"\n"), start=1):
        where = f"{name}, line {number}"
        start += line.startswith(BYTE_ORDER_MARK)  # of a file that was joined to another
        if line.strip(NOTHING):
            record = read_record(line, where)
            for one in (record.title, record.text):
                if one and one.text.strip():
                    blocks.append(replace(one, start=one.start + start, end=one.end + start))
        start += len(_decoded(line, where)) + 1
    if not data.strip(NOTHING):
        raise BadFile("there are no articles in the file", hint=HINT, where=name)
    source, encode = read_text(data)
    return MarkedText(source, blocks, encode)


def read_record(line: bytes, where: str) -> Record:
    """Read one line.

    Args:
        line: with or without its end.
        where: for messages.

    Raises:
        NotUtf8: it is something else.
        BadFile: it is no object with a text.
    """
    try:
        blocks = dict(_blocks(_decoded(line, where)))
    except (ValueError, RecursionError) as error:
        raise BadFile(f"this is not a JSON object: {error}", hint=HINT, where=where) from error
    if TEXT not in blocks:
        raise BadFile("the record has no text", hint=HINT, where=where)
    return Record(blocks[TEXT], blocks.get(TITLE))


def _decoded(line: bytes, where: str) -> str:
    try:
        return read_text(line)[0]
    except NotUtf8 as error:
        raise NotUtf8(error.message, hint=error.hint, where=f"{where}, {error.where}") from error


def _blocks(source: str) -> Iterator[tuple[str, Block]]:
    """Yield the fields of an object that are strings, with their names.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(json.loads(source), dict):
        raise ValueError("it is another value")  # noqa: TRY004 - all that is wrong is one error
    at = _after_blanks(source, source.index("{") + 1)
    while source[at] != "}":
        key, at = _DECODER.raw_decode(source, at)
        start = _after_blanks(source, source.index(":", at) + 1)
        value, at = _DECODER.raw_decode(source, start)
        if isinstance(value, str):
            escape = _ascii if ESCAPED in source[start:at] else _plain
            yield key, Block(start + 1, at - 1, value, escape=escape)
        at = _after_blanks(source, at)
        at = _after_blanks(source, at + 1) if source[at] == "," else at


def _after_blanks(source: str, at: int) -> int:
    blanks = BLANKS.match(source, at)
    return blanks.end() if blanks else at


def _plain(text: str, _begins_line: bool) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _ascii(text: str, _begins_line: bool) -> str:
    return json.dumps(text)[1:-1]
