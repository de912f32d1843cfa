"""JSON lines in place: text and title are written anew, other fields stay to the byte."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BadFile, NotUtf8
from service.formats.readers import jsonl
from tests.formats.speaking import shouted, unchanged

LINES = (
    b'\n{"id": 1.0E5, "text" :"L\'\\u00e9t\\u00e9.\\nIl pleut.", "title":"Le titre",'
    b' "x":{"text":"a"}}\r\n',
    b"\n",
    '{"text":"Café « noir » \\"fort\\"","title":null}'.encode(),
)


def test_all_records_are_one_document() -> None:
    """Each title before its text, in the order of the lines; blank lines and line ends stay."""
    document = jsonl.read(b"".join(LINES))
    assert document.text == 'Le titre\n\nL\'été.\nIl pleut.\n\nCafé « noir » "fort"'
    assert document.title is None
    assert unchanged(document) == b"".join(LINES)


def test_only_text_and_title_change() -> None:
    """Numbers, spaces and other fields stay; ASCII stays ASCII."""
    assert shouted(jsonl.read(b"".join(LINES))) == (
        '\n{"id": 1.0E5, "text" :"L\'\\u00c9T\\u00c9.\\nIL PLEUT.", "title":"LE TITRE",'
        ' "x":{"text":"a"}}\r\n\n{"text":"CAFÉ « NOIR » \\"FORT\\"","title":null}'
    )


def test_files_that_were_joined_come_back() -> None:
    """Each may have begun with a byte order mark; values without a text stay as they are."""
    file = '\ufeff{"title": "", "text": "Il pleut."}\n'
    document = jsonl.read((file * 2 + '{"text": " "}').encode())
    assert shouted(document) == file.upper().replace("TITLE", "title").replace(
        "TEXT", "text"
    ) * 2 + ('{"text": " "}')


@pytest.mark.parametrize(
    "line",
    [b"[]", b'"text"', b"{", b'{"title": "a"}', b'{"text": 1}', b'{"text": "a"} x', b"[" * 100_000],
)
def test_a_line_that_is_no_record_is_refused_by_number(line: bytes) -> None:
    """The error says which line."""
    with pytest.raises(BadFile) as caught:
        jsonl.read(b'{"text": "a"}\n' + line, "a.jsonl")
    assert caught.value.where == "a.jsonl, line 2"


def test_other_encodings_are_refused_by_line() -> None:
    """The error says which line, and which byte of it."""
    with pytest.raises(NotUtf8) as caught:
        jsonl.read(b'\n{"text": "\xe9"}', "a.jsonl")
    assert caught.value.where == "a.jsonl, line 2, byte 10"


def test_an_empty_file_is_refused() -> None:
    """There is no article in it."""
    with pytest.raises(BadFile, match="no articles"):
        jsonl.read(b"\n")


@given(st.lists(st.text(alphabet='aé .\n"\\', max_size=12), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_text_is_written_in_its_own_line(texts: list[str]) -> None:
    """Blanks around it and inside of it stay, and nothing of one line goes into another."""
    source = "\n".join(json.dumps({"text": text}) for text in texts)
    document = jsonl.read(source.encode())
    if document.text:
        english = [json.loads(line)["text"] for line in shouted(document).split("\n")]
        assert english == [text.upper() for text in texts]


VALUES = st.one_of(
    st.none(), st.integers(), st.text(max_size=8), st.lists(st.booleans(), max_size=2)
)


@given(
    st.dictionaries(st.text(max_size=5), VALUES),
    st.lists(st.text(), min_size=1, max_size=3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_records_come_back(
    fields: dict[str, object], texts: list[str], ascii_only: bool
) -> None:
    """Whatever their fields and characters are."""
    records = [fields | {"text": text} for text in texts]
    lines = "\r\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in records)
    try:
        data = lines.encode()
    except UnicodeEncodeError:  # half a character
        return
    assert unchanged(jsonl.read(data)) == data
