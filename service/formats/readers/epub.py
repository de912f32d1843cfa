"""EPUB books in place: the chapters in reading order, the title and the table of contents.

A book is a zip file of XHTML pages (EPUB 3.3, W3C), so its pages are read as `html` reads them; it
is one article, and names are the same in all chapters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from service.article import Article
from service.errors import BadFile
from service.formats.archive import Archive, open_archive, parse_xml
from service.formats.document import BETWEEN_BLOCKS, Block, English, Rendered, read_text
from service.formats.marked import MarkedText, Tags, noted
from service.formats.readers import html

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
PAGES, CONTENTS = "application/xhtml+xml", "application/x-dtbncx+xml"
ENGLISH = "en"
CONTENTS_TAGS = Tags(
    blocks=frozenset("ncx navmap navpoint navlabel doctitle docauthor text".split())
)
TITLE = re.compile(r"(?<=>)[^<>]+(?=</dc:title>)")
LANGUAGE = re.compile(r"(?<=>)\s*fr[\w-]*\s*(?=</dc:language>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the book, and where its text begins in that of the book."""

    member: str
    page: MarkedText
    start: int


@dataclass(frozen=True, slots=True)
class Book:
    """A document of pages."""

    archive: Archive
    parts: tuple[Part, ...]
    text: str
    title: str | None = None

    def render(self, article: Article) -> Rendered:
        """Write the book with the English in place."""
        english = English(article, self.text)
        changed: dict[str, bytes] = {}
        guesses = 0
        for part in self.parts:
            source, count = part.page.written(english, part.start)
            guesses += count
            if source != part.page.source:
                changed[part.member] = part.page.encode(source)
        data = self.archive.rewritten(changed) if changed else self.archive.data
        return Rendered(data, noted(guesses))


def read(data: bytes, name: str = "book.epub") -> Book:
    """Read a book.

    Raises:
        BadFile: no EPUB, damaged, with copy protection, or too large when unpacked.
        NotUtf8: a page is in another encoding.
    """
    archive = open_archive(data, name, "EPUB book")
    package = _package(archive)
    parts: list[Part] = []
    start = 0
    for member, page in _pages(archive, package):
        if page.blocks:
            parts.append(Part(member, page, start))
            start += len(page.text) + len(BETWEEN_BLOCKS)
    return Book(archive, tuple(parts), BETWEEN_BLOCKS.join(part.page.text for part in parts))


def _package(archive: Archive) -> str:
    """Find the member that says what the book is made of."""
    for root in _roots(archive, CONTAINER):
        for file in root.iter("{*}rootfile"):
            if (member := str(file.get("full-path"))) in archive.names:
                return member
    raise BadFile("this is no EPUB book", where=archive.name)


def _pages(archive: Archive, package: str) -> Iterator[tuple[str, MarkedText]]:
    """Yield the package with its title, the chapters in order, and the tables of contents."""
    yield package, _described(archive, package)
    protected = set(_protected(archive))
    for member, kind in _members(archive, package):
        if member in protected:
            raise BadFile("the book has copy protection", where=archive.name)
        page = html.read(archive.read(member), f"{archive.name}, {member}")
        if kind == CONTENTS:
            page = replace(page, blocks=html.fragment(page.source, CONTENTS_TAGS).blocks)
        yield member, page


def _protected(archive: Archive) -> Iterator[str]:
    """Name the members with copy protection."""
    for root in _roots(archive, ENCRYPTION):
        for reference in root.iter("{*}CipherReference"):
            yield normpath(unquote(str(reference.get("URI"))))


def _described(archive: Archive, package: str) -> MarkedText:
    """Read the title and the language of the book."""
    source, encode = read_text(archive.read(package))
    blocks = tuple(
        Block(*title.span(), unescape(title.group()), escape=html.escape)
        for title in TITLE.finditer(source)
    )
    languages = tuple((*one.span(), ENGLISH) for one in LANGUAGE.finditer(source))
    return MarkedText(source, blocks, encode, if_changed=languages)


def _members(archive: Archive, package: str) -> Iterator[tuple[str, str]]:
    """Yield the pages, chapters first, each with its type."""
    (root,) = _roots(archive, package)
    items = {item.get("id"): item for item in root.iter("{*}item")}
    spine = [items.get(ref.get("idref")) for ref in root.iter("{*}itemref")]
    seen = set()
    for item in (*spine, *items.values()):
        kind = None if item is None else item.get("media-type")
        if kind not in (PAGES, CONTENTS):
            continue
        member = normpath(join(dirname(package), unquote(str(item.get("href")))))
        if member in archive.names and member not in seen:
            seen.add(member)
            yield member, kind


def _roots(archive: Archive, member: str) -> list[Any]:
    """Parse a member; nothing if there is none by that name."""
    if member not in archive.names:
        return []
    return [parse_xml(archive.read(member), f"{archive.name}, {member}").getroot()]
