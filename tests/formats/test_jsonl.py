"""JSON lines in place: text and title are written anew, other fields stay to the byte."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BadFile, NotUtf8
from service.formats import read_records
from service.formats.readers import jsonl
from tests.formats.speaking import shouted, unchanged

LINES = (
    b'\n{"id": 1.0E5, "text" :"L\'\\u00e9t\\u00e9.\\nIl pleut.", "title":"Le titre",'
    b' "x":{"text":"a"}}\r\n',
    b"\n",
    '{"text":"Café « noir » \\"fort\\"","title":null}'.encode(),
)


def test_records_are_read_one_by_one_and_make_the_file_again() -> None:
    """What they render to, joined, is the file, blank lines and line ends included."""
    records = list(read_records(b"".join(LINES).splitlines(keepends=True)))
    assert [record.title for record in records] == ["Le titre", None]
    assert [record.text for record in records] == ["L'été.\nIl pleut.", 'Café « noir » "fort"']
    assert b"".join(map(unchanged, records)) == b"".join(LINES)


def test_only_text_and_title_change() -> None:
    """Numbers, spaces and other fields stay; ASCII stays ASCII."""
    first, second = read_records(LINES)
    assert shouted(first) == (
        '\n{"id": 1.0E5, "text" :"L\'\\u00c9T\\u00c9.\\nIL PLEUT.", "title":"LE TITRE",'
        ' "x":{"text":"a"}}\r\n\n'
    )
    assert shouted(second) == '{"text":"CAFÉ « NOIR » \\"FORT\\"","title":null}'


@pytest.mark.parametrize(
    "line",
    [b"[]", b'"text"', b"{", b'{"title": "a"}', b'{"text": 1}', b'{"text": "a"} x', b"[" * 100_000],
)
def test_a_line_that_is_no_record_is_refused_by_number(line: bytes) -> None:
    """The error says which line."""
    with pytest.raises(BadFile) as caught:
        list(read_records([b'{"text": "a"}\n', line], "a.jsonl"))
    assert caught.value.where == "a.jsonl, line 2"


def test_other_encodings_are_refused_by_line() -> None:
    """The error says which line, and which byte of it."""
    with pytest.raises(NotUtf8) as caught:
        list(read_records([b'{"text": "\xe9"}'], "a.jsonl"))
    assert caught.value.where == "a.jsonl, line 1, byte 10"


def test_an_empty_file_is_refused() -> None:
    """There is no article in it."""
    with pytest.raises(BadFile, match="no articles"):
        list(read_records([b"\n"]))


VALUES = st.one_of(
    st.none(), st.integers(), st.text(max_size=8), st.lists(st.booleans(), max_size=2)
)


@given(st.dictionaries(st.text(max_size=5), VALUES), st.text(min_size=1), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_record_comes_back(fields: dict[str, object], text: str, ascii_only: bool) -> None:
    """Whatever its fields and characters are."""
    line = json.dumps(fields | {"text": text}, ensure_ascii=ascii_only)
    try:
        data = line.encode()
    except UnicodeEncodeError:  # half a character
        return
    assert unchanged(jsonl.read(data)) == data
