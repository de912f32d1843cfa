"""An article as TMX 1.4b: its sentence pairs, for translators' programs.

A flagged sentence says so in a property, so that a program can leave it out of its memory.
"""

from importlib.metadata import version
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from service.article import Article
from service.formats.document import xml_safe

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FLAG = "x-interligne-flag"


def write(article: Article) -> bytes:
    """Write a pair for each sentence that was translated."""
    root = Element("tmx", {"version": "1.4"})
    header = {
        "creationtool": "interligne",
        "creationtoolversion": version("interligne"),
        "segtype": "sentence",
        "o-tmf": "interligne",
        "adminlang": "en",
        "srclang": "fr",
        "datatype": "plaintext",
    }
    SubElement(root, "header", header)
    body = SubElement(root, "body")
    for sentence in article.translatable().values():
        unit = SubElement(body, "tu")
        for flag in sentence.flags:
            text = f"{flag.severity} {flag.kind}: {flag.detail}"
            SubElement(unit, "prop", {"type": FLAG}).text = xml_safe(text)
        for language, text in (("fr", sentence.source), ("en", sentence.target)):
            variant = SubElement(unit, "tuv", {LANG: language})
            SubElement(variant, "seg").text = xml_safe(" ".join(text.split()))
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
