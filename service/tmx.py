"""What every TMX 1.4b file of ours begins with: the one header, and the attribute of a language.

Glossaries, memories and articles each write their own units below it.
"""

from importlib.metadata import version
from xml.etree.ElementTree import Element, SubElement

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
VERSION = "1.4"
MADE_BY = "interligne"


def header(segments: str) -> Element:
    """Make the header of a file whose segments are each a "phrase" or a "sentence"."""
    attributes = {
        "creationtool": MADE_BY,
        "creationtoolversion": version(MADE_BY),
        "segtype": segments,
        "o-tmf": MADE_BY,
        "adminlang": "en",
        "srclang": "fr",
        "datatype": "plaintext",
    }
    return Element("header", attributes)


def begun(segments: str) -> tuple[Element, Element]:
    """Begin a file: its root, and the body that takes the units."""
    root = Element("tmx", {"version": VERSION})
    root.append(header(segments))
    return root, SubElement(root, "body")
