"""Word files in place: paragraphs, tables, notes, headers and comments; the rest stays as it is.

The XML is edited itself (ECMA-376, part 1, chapter 17), for python-docx knows neither the text of
notes nor the runs inside links.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.article import Article
from service.errors import BadFile
from service.formats.archive import Archive, open_archive, parse_xml
from service.formats.document import BETWEEN_BLOCKS, English, Rendered
from service.formats.marked import noted, place_marks
from service.formats.readers.word import Atom, Segment, segments_of
from service.formats.readers.word_runs import rewrite

CONTENT_TYPES = "[Content_Types].xml"
# The parts that hold text, in the order in which they are read; `STYLES` holds a language.
PARTS = tuple(
    f"wordprocessingml.{part}+xml"
    for part in "document.main template.main footnotes endnotes header footer comments".split()
)
STYLES = "wordprocessingml.styles+xml"
MACROS = ("macroEnabled", "vbaProject")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
ENGLISH = "en-GB"
DELETIONS = ("del", "moveFrom")

DRAWN = "text in charts and diagrams is left in French"
DELETED = "deleted text of tracked changes is left in French"


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word file; its parts are parsed again for each rendering, which edits them."""

    archive: Archive
    parts: tuple[str, ...]
    styles: tuple[str, ...]
    text: str
    notes: tuple[str, ...]
    title: str | None = None

    def render(self, article: Article) -> Rendered:
        """Write the file with the English in place."""
        english = English(article, self.text)
        trees = {part: _parse(self.archive, part) for part in (*self.parts, *self.styles)}
        layout = _Layout([trees[part] for part in self.parts])
        guesses = [_translate(paragraph, places, english) for paragraph, places in layout.found]
        if not any(guess is not None for guess in guesses):
            return Rendered(self.archive.data, self.notes)
        for tree in trees.values():
            _set_language(tree.getroot())
        changed = {part: _serialised(tree) for part, tree in trees.items()}
        notes = noted(sum(filter(None, guesses)))
        return Rendered(self.archive.rewritten(changed), (*self.notes, *notes))


def read(data: bytes, name: str = "text.docx") -> WordFile:
    """Read a Word file.

    Raises:
        BadFile: no Word file, damaged, with a password or macros, or too large when unpacked.
    """
    archive = open_archive(data, name, "Word file")
    types = _types(archive)
    if any(mark in one for mark in MACROS for one in (*types.values(), *archive.names)):
        raise BadFile(
            "the file holds macros, which could do harm", hint="save it as .docx", where=name
        )
    parts = [part for kind in PARTS for part, of in types.items() if of.endswith(kind)]
    if not parts or not types[parts[0]].endswith(PARTS[:2]):
        raise BadFile("this is no Word file", where=name)
    trees = [_parse(archive, part) for part in parts]
    styles = tuple(part for part, of in types.items() if of.endswith(STYLES))
    notes = tuple(_notes(archive, trees))
    return WordFile(archive, tuple(parts), styles, _Layout(trees).text, notes)


class _Layout:
    """The paragraphs of a file, and where each of their segments stands in its text.

    A drawing is written twice, for new and for old programs; its text is read once.
    """

    def __init__(self, trees: Sequence[Any]) -> None:
        self.found: list[tuple[Any, list[tuple[Segment, int | None]]]] = []
        self._texts: list[str] = []
        self._size = 0
        self._known: dict[str, int] = {}
        for tree in trees:
            root = tree.getroot()
            for paragraph in root.iter(root.tag.rpartition("}")[0] + "}p"):
                is_copy = next(paragraph.iterancestors(FALLBACK), None) is not None
                segments = segments_of(paragraph)
                self.found.append(
                    (paragraph, [(segment, self._place(segment, is_copy)) for segment in segments])
                )
        self.text = BETWEEN_BLOCKS.join(self._texts)

    def _place(self, segment: Segment, is_copy: bool) -> int | None:
        """Add a segment to the text and say where it begins; None if it is not to be translated."""
        if not segment.has_letters:
            return None
        text = segment.block.text
        if is_copy and text in self._known:
            return self._known[text]
        start = self._known[text] = self._size
        self._texts.append(text)
        self._size += len(text) + len(BETWEEN_BLOCKS)
        return start


def _translate(
    paragraph: Any, places: Sequence[tuple[Segment, int | None]], english: English
) -> int | None:
    """Write the English of a paragraph; return how many places are guesses, None if it is as is."""
    written: list[tuple[Atom, str]] = []
    guesses: int | None = None
    for segment, start in places:
        block = segment.block
        text = block.text if start is None else english.of(start, start + len(block.text))
        if start is None or text == block.text:
            written += [(atom, atom.text) for atom in segment.atoms]
            continue
        placed = place_marks(block, text, english, start)
        guesses = (guesses or 0) + sum(not one.exact for one in placed)
        written += segment.english(text, placed)
    if guesses is not None:
        rewrite(paragraph, written)
    return guesses


def _types(archive: Archive) -> dict[str, str]:
    """Map the parts that have a type of their own to it."""
    if CONTENT_TYPES not in archive.names:
        raise BadFile("this is no Word file", where=archive.name)
    root = parse_xml(archive.read(CONTENT_TYPES), archive.name).getroot()
    found = {str(one.get("PartName", "")).lstrip("/"): str(one.get("ContentType")) for one in root}
    return {part: kind for part, kind in found.items() if part in archive.names}


def _parse(archive: Archive, part: str) -> Any:
    return parse_xml(archive.read(part), f"{archive.name}, {part}")


def _serialised(tree: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _set_language(root: Any) -> None:
    """Say that French runs are English now, for the spelling checker."""
    space = root.tag.rpartition("}")[0] + "}"
    for lang in root.iter(space + "lang"):
        if str(lang.get(space + "val", "")).lower().startswith("fr"):
            lang.set(space + "val", ENGLISH)


def _notes(archive: Archive, trees: Sequence[Any]) -> Iterator[str]:
    if any(name.startswith(("word/charts/", "word/diagrams/")) for name in archive.names):
        yield DRAWN
    roots = [tree.getroot() for tree in trees]
    if any(
        next(root.iter(root.tag.rpartition("}")[0] + "}" + one), None) is not None
        for root in roots
        for one in DELETIONS
    ):
        yield DELETED
