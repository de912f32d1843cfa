"""What every TMX file begins with."""

from importlib.metadata import version
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from service import formats
from service.memory import Pair, tmx
from service.names.exchange import write_tmx
from service.names.glossary import Glossary
from tests.formats.speaking import translated

FILES = {
    "glossary": write_tmx(Glossary()).encode(),
    "memory": "".join(tmx.write([Pair("Il pleut.", "It rains.")])).encode(),
    "article": formats.WRITERS["tmx"].write(
        translated(formats.read(b"Il pleut.", "a.txt"), lambda _: "It rains.")
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_file_says_what_tmx_requires(kind: str) -> None:
    """The header of TMX 1.4b, whole; the segments of a glossary are phrases."""
    root: Element = fromstring(FILES[kind])
    assert (root.tag, root.attrib) == ("tmx", {"version": "1.4"})
    assert [child.tag for child in root] == ["header", "body"]
    assert root[0].attrib == {
        "creationtool": "interligne",
        "creationtoolversion": version("interligne"),
        "segtype": "phrase" if kind == "glossary" else "sentence",
        "o-tmf": "interligne",
        "adminlang": "en",
        "srclang": "fr",
        "datatype": "plaintext",
    }
