"""JSON lines in place: each line is an article with fields `text` and perhaps `title`.

Only the values of these two are written anew; other fields, their order, their spaces and their
numbers stay to the byte.
"""

import json
import re
from collections.abc import Iterable, Iterator

from service.errors import BadFile, NotUtf8
from service.formats.document import Block, read_text
from service.formats.marked import MarkedText

TEXT, TITLE = "text", "title"
BLANKS = re.compile(r"[ \t\r\n]*")
NOTHING = b" \t\r\n\xef\xbb\xbf"  # blanks and a byte order mark
ESCAPED = "\\u"  # how files in ASCII write é
HINT = 'write one JSON object a line: {"text": "...", "title": "..."}'

_DECODER = json.JSONDecoder()


def read_records(lines: Iterable[bytes], name: str = "articles.jsonl") -> Iterator[MarkedText]:
    """Read the articles of a file one by one; what they render to, joined, is the file in English.

    A blank line goes with the record before it, or with the first one.

    Raises:
        NotUtf8: a line is something else.
        BadFile: a line is no object with a text, or there is none.
    """
    record, where = b"", name
    for number, line in enumerate(lines, start=1):
        if line.strip(NOTHING):
            if record.strip(NOTHING):
                yield read(record, where)
                record = b""
            where = f"{name}, line {number}"
        record += line
    if not record.strip(NOTHING):
        raise BadFile("there are no articles in the file", hint=HINT, where=name)
    yield read(record, where)


def read(data: bytes, where: str = "article.jsonl") -> MarkedText:
    """Read one record.

    Raises:
        NotUtf8: it is something else.
        BadFile: it is no object with a text.
    """
    try:
        source, encode = read_text(data)
    except NotUtf8 as error:
        raise NotUtf8(error.message, hint=error.hint, where=f"{where}, {error.where}") from error
    try:
        blocks = {key: block for key, block in _blocks(source) if key in (TEXT, TITLE)}
    except (ValueError, RecursionError) as error:
        raise BadFile(f"this is not a JSON object: {error}", hint=HINT, where=where) from error
    if TEXT not in blocks:
        raise BadFile("the record has no text", hint=HINT, where=where)
    title = blocks.get(TITLE)
    return MarkedText(
        source,
        (blocks[TEXT],),
        encode,
        title=title.text.strip() or None if title else None,
        titles=(title,) if title else (),
    )


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
