"""An article as TMX 1.4b: its sentence pairs, for translators' programs.

A flagged sentence says so in a property, so that a program can leave it out of its memory.
"""

from xml.etree.ElementTree import SubElement, indent, tostring

from service.article import Article
from service.formats.document import xml_safe
from service.tmx import LANG, begun

FLAG = "x-interligne-flag"


def write(article: Article) -> bytes:
    """Write a pair for each sentence that was translated."""
    root, body = begun("sentence")
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
