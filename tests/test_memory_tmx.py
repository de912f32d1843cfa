"""Translation memory in TMX files."""

import pytest

from service.errors import BadInput
from service.memory import Pair
from service.memory.tmx import read, write

PAIRS = [Pair("Un <chat> & un rat.", "A <cat> & a rat.", "p. 3"), Pair("Il dort.", "It sleeps.")]


def test_what_is_written_reads_back() -> None:
    """Markup in a sentence is text."""
    assert list(read("".join(write(PAIRS)).encode(), where="x.tmx")) == PAIRS


def test_what_xml_cannot_hold_is_left_out() -> None:
    """The file stays readable."""
    written = "".join(write([Pair("Un\x0b chat\ufffe.", "A cat.")])).encode()
    assert list(read(written, where="x.tmx")) == [Pair("Un chat.", "A cat.")]


def test_files_of_other_programs_are_read() -> None:
    """Regional languages in any case, old attributes, codes, other languages, blanks."""
    tmx = """<?xml version="1.0"?>
    <tmx version="1.4"><header/><body>
      <tu><tuv xml:lang="EN-us"><seg>The <bpt i="1">&lt;b></bpt><hi>black</hi>
          cat<ept i="1">&lt;/b></ept> sleeps.</seg></tuv>
        <tuv lang="fr_FR"><seg>Le chat <ph>{1}</ph>noir dort.</seg></tuv>
        <tuv xml:lang="de"><seg>Die Katze.</seg></tuv></tu>
      <tu><tuv xml:lang="fr"><seg>Seul.</seg></tuv></tu>
      <tu><tuv xml:lang="fr"><seg/></tuv><tuv xml:lang="en"><seg>Empty.</seg></tuv></tu>
    </body></tmx>"""
    pairs = list(read(tmx.encode("utf-16"), where="x.tmx"))
    assert pairs == [Pair("Le chat noir dort.", "The black cat sleeps.")]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"source,target\n", "not XML"),
        (b"<tmx><body>", "not XML"),
        (b'<?xml version="1.0" encoding="shift_jis"?><tmx/>', "multi-byte encodings"),
        (b'<?xml version="1.0" encoding="latin-99"?><tmx/>', "unknown encoding"),
        (
            b"<tu><tuv xml:lang='fr'><seg>"
            + b"<hi>" * 9999
            + b"</hi>" * 9999
            + b"</seg></tuv></tu>",
            "deep",
        ),
        (b'<!DOCTYPE t [<!ENTITY a "aa">]><tmx>&a;</tmx>', "entities"),
    ],
)
def test_what_is_no_tmx_is_told(data: bytes, told: str) -> None:
    """With the name of the file."""
    with pytest.raises(BadInput, match=told) as error:
        list(read(data, where="x.tmx"))
    assert error.value.where == "x.tmx"
