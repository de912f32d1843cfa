"""Glossaries for translators' programs: TBX (ISO 30042) and TMX 1.4, in and out.

Read: TBX of the second and third edition (termEntry or conceptEntry) and any TMX, whatever the
regional variants of French and English; other languages are passed over. Written: TBX-Basic in the
DCA style, TMX 1.4. The type and the case rule travel as `subjectField` and `x-case`. XML that
declares entities is refused, so that no small file unfolds into a large one.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import (  # only to build and write; parsing is defusedxml's
    Element,
    ParseError,
    SubElement,
    TreeBuilder,
    indent,
    tostring,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from service.article import NameType, Origin
from service.errors import BadGlossary
from service.names.glossary import EXACT, TYPES, Glossary, Term, gather
from service.tmx import LANG, begun

LINE = "line-in-file"
TBX_SPACE = "urn:iso:std:iso:30042:ed-2"
ENTRIES = {"conceptEntry", "termEntry", "tu"}
SECTIONS = {"langSec", "langSet", "tuv"}
WORDS = {"term", "seg"}
TYPE_FIELD, CASE_FIELD = "subjectField", "x-case"


class _NumberedBuilder(TreeBuilder):
    """Builds elements that know the line they begin in."""

    parser: DefusedXMLParser

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element."""
        line = self.parser.parser.CurrentLineNumber
        return super().start(tag, {**attrs, LINE: str(line)})


def read_tbx(text: str, *, where: str, origin: Origin = Origin.REQUEST) -> Glossary:
    """Read the French and English terms of a TBX file.

    Raises:
        BadGlossary: not XML, with entities, or with unsound terms (with their lines).
    """
    return _read(text, where, origin)


def read_tmx(text: str, *, where: str, origin: Origin = Origin.REQUEST) -> Glossary:
    """Read the French and English segments of a TMX file as terms.

    Raises:
        BadGlossary: not XML, with entities, or with unsound terms (with their lines).
    """
    return _read(text, where, origin)


def write_tbx(glossary: Glossary) -> str:
    """Write a TBX-Basic file that `read_tbx` reads back."""
    root = Element("tbx", {"style": "dca", "type": "TBX-Basic", "xmlns": TBX_SPACE, LANG: "fr"})
    header = SubElement(SubElement(root, "tbxHeader"), "fileDesc")
    SubElement(SubElement(header, "sourceDesc"), "p").text = "Interligne"
    body = SubElement(SubElement(root, "text"), "body")
    for number, term in enumerate(glossary, start=1):
        entry = SubElement(body, "conceptEntry", {"id": f"c{number}"})
        _describe(entry, term, "descrip")
        for language, forms in (("fr", term.french), ("en", term.english)):
            section = SubElement(entry, "langSec", {LANG: language})
            for form in forms:
                SubElement(SubElement(section, "termSec"), "term").text = form
    return _written(root)


def write_tmx(glossary: Glossary) -> str:
    """Write a TMX 1.4 file that `read_tmx` reads back."""
    root, body = begun("phrase")
    for term in glossary:
        entry = SubElement(body, "tu")
        _describe(entry, term, "prop")
        for language, forms in (("fr", term.french), ("en", term.english)):
            for form in forms:
                SubElement(SubElement(entry, "tuv", {LANG: language}), "seg").text = form
    return _written(root)


def _describe(entry: Element, term: Term, tag: str) -> None:
    """Write what a term is beside its forms."""
    if term.note:
        SubElement(entry, "note").text = term.note
    SubElement(entry, tag, {"type": TYPE_FIELD}).text = term.type.value
    if term.case_sensitive:
        SubElement(entry, tag, {"type": CASE_FIELD}).text = EXACT


def _written(root: Element) -> str:
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _read(text: str, where: str, origin: Origin) -> Glossary:
    root = _parse(text, where)
    entries = (element for element in root.iter() if _local(element) in ENTRIES)
    return gather(_terms(entries), where=where, origin=origin)


def _parse(text: str, where: str) -> Element:
    builder = _NumberedBuilder()
    builder.parser = DefusedXMLParser(target=builder, forbid_entities=True, forbid_external=True)
    try:
        builder.parser.feed(text.removeprefix("\ufeff"))
        root: Element = builder.parser.close()
    except DefusedXmlException as error:
        raise BadGlossary(
            "the XML declares entities", hint="save it without a list of entities", where=where
        ) from error
    except ParseError as error:
        raise BadGlossary(f"this is not XML: {error}", where=where) from error
    return root


def _terms(entries: Iterable[Element]) -> Iterator[tuple[int, Term | str]]:
    """Yield the term of each entry with its line; an entry in neither language is passed over."""
    for entry in entries:
        french, english = _forms(entry, "fr"), _forms(entry, "en")
        if french or english:
            yield int(entry.get(LINE, "0")), _term(entry, french, english)


def _term(entry: Element, french: tuple[str, ...], english: tuple[str, ...]) -> Term | str:
    if not french:
        return f"no French form for “{english[0]}”"
    if not english:
        return f"no English form for “{french[0]}”"
    fields = {e.get("type"): (e.text or "").strip() for e in entry.iter() if e.get("type")}
    note = next((e.text or "" for e in entry if _local(e) == "note"), "").strip()
    kind = TYPES.get(fields.get(TYPE_FIELD, "").lower(), NameType.OTHER)
    return Term(french, english, kind, fields.get(CASE_FIELD) == EXACT, note)


def _forms(entry: Element, language: str) -> tuple[str, ...]:
    """List the forms of an entry in a language, inline markup left out."""
    sections = (
        element
        for element in entry.iter()
        if _local(element) in SECTIONS and _language(element) == language
    )
    words = (e for section in sections for e in section.iter() if _local(e) in WORDS)
    forms = (" ".join("".join(word.itertext()).split()) for word in words)
    return tuple(dict.fromkeys(form for form in forms if form))


def _language(element: Element) -> str:
    return (element.get(LANG) or element.get("lang") or "").lower().replace("_", "-").split("-")[0]


def _local(element: Element) -> str:
    """Name an element without its namespace."""
    return element.tag.rpartition("}")[2]
