"""A file that can be translated in place: what every reader gives, and how texts with marks do it.

A document is one article: its blocks (paragraphs, headings, cells, captions) are joined by blank
lines into `text`, so that no sentence runs over two of them and names are the same in all. `render`
takes the translated article and gives the same file back with the English in place.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from service.article import Article
from service.formats import align
from service.formats.align import Link
from service.intake import decode

BETWEEN_BLOCKS = "\n\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file, and what could not be kept exactly, in sentences for people."""

    data: bytes
    notes: tuple[str, ...] = ()


class Document(Protocol):
    """A file that was read.

    Attributes:
        text: the French, for `Pipeline.translate_article`.
        title: a headline that the file keeps apart from its text, for `Wishes.title`.
    """

    @property
    def text(self) -> str: ...  # noqa: D102

    @property
    def title(self) -> str | None: ...  # noqa: D102

    def render(self, article: Article) -> Rendered:
        """Give the file back with the English of its translated article in place."""


Escape = Callable[[str, bool], str]


def unescaped(text: str, _begins_line: bool) -> str:
    """Write plain text as it is."""
    return text


class Kind(StrEnum):
    """What a mark does to the text it covers."""

    WRAP = "wrap"  # bold, a link: stands around what the text becomes
    VERBATIM = "verbatim"  # code: is the same on both sides
    BREAK = "break"  # a line break: replaces the blank where it falls
    POINT = "point"  # a picture: covers nothing


@dataclass(frozen=True, slots=True)
class Mark:
    """Markup inside a block.

    Attributes:
        start, end: the stretch of `Block.text` that it covers.
        before, after: how it is written around its text; all but a wrap are `before` alone.
        parent: index in `Block.marks` of the mark it stands in; -1 for none. Parents come first.
        is_fragile: it means something else around nothing, as ** does, and is dropped there.
    """

    kind: Kind
    start: int
    end: int
    before: str
    after: str = ""
    parent: int = -1
    is_fragile: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a source file that is translated.

    Attributes:
        start, end: where it stands.
        text: how it reads, without its marks.
        escape: writes plain text there; told the text and whether it begins a line.
    """

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...] = ()
    escape: Escape = unescaped


def offsets(blocks: Sequence[Block]) -> Iterator[int]:
    """Say where each block begins in the text of its document."""
    at = 0
    for block in blocks:
        yield at
        at += len(block.text) + len(BETWEEN_BLOCKS)


def read_text(data: bytes) -> tuple[str, Callable[[str], bytes]]:
    """Read a UTF-8 file; give its text and what makes bytes of it again, byte order mark and all.

    Raises:
        NotUtf8: it is something else.
    """
    mark = BYTE_ORDER_MARK if data.startswith(BYTE_ORDER_MARK) else b""
    return decode(data), lambda text: mark + text.encode()


def xml_safe(text: str) -> str:
    """Put a blank for each character that XML 1.0 cannot hold."""
    return NOT_IN_XML.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a mark falls in the English of its block; `exact` unless it is a good guess."""

    start: int
    end: int
    exact: bool


class English:
    """What became of any stretch of a document's text.

    Args:
        article: translated; its text ends with the document's.
        text: of the document.

    Attributes:
        sentences: in order.
        start: where the document's text begins in the article's, which a title may precede.

    Raises:
        ValueError: the article is another's.
    """

    def __init__(self, article: Article, text: str) -> None:
        if not article.text.endswith(text):
            raise ValueError("the article was not made from this document")
        self.article = article
        self.start = len(article.text) - len(text)
        self.sentences = [sentence for _, _, sentence in article.sentences()]
        self._starts = [sentence.start for sentence in self.sentences]
        self._links = _links(article)

    def title(self) -> str:
        """Give the English of the title that went before the text; empty if there was none."""
        return self.article.translation[: self._there(self.start)].strip()

    def of(self, start: int, end: int) -> str:
        """Give the English of a stretch of the text; the French if all its sentences are French."""
        if self._is_unchanged(start + self.start, end + self.start):
            return self.article.text[start + self.start : end + self.start]
        return self.article.translation[self.at(start) : self.at(end)]

    def at(self, place: int) -> int:
        """Find a place of the text in the translation, inside a sentence between two words."""
        return self._there(place + self.start)

    def place(self, start: int, end: int) -> Placed:
        """Find a stretch of the text in the translation."""
        start, end = start + self.start, end + self.start
        piece = self.article.text[start:end]
        if not piece.strip():
            return Placed(self._there(start), self._there(end), self._is_edge(start))
        end -= len(piece) - len(piece.rstrip())
        start += len(piece) - len(piece.lstrip())
        s = self._sentence_at(start)
        if s is not None and end <= self.sentences[s].end:
            return self._inside(s, start, end)
        exact = self._is_edge(start) and self._is_edge(end)
        return Placed(self._there(start, is_start=True), self._there(end), exact)

    def _inside(self, s: int, start: int, end: int) -> Placed:
        """Find a stretch of one sentence."""
        sentence = self.sentences[s]
        span = start - sentence.start, end - sentence.start
        named = dict(self._links[s])
        exact = span in named or span == (0, len(sentence.source))
        found = named.get(span) or align.place(
            sentence.source, sentence.target, span, self._links[s]
        )
        return Placed(sentence.target_start + found[0], sentence.target_start + found[1], exact)

    def _there(self, place: int, *, is_start: bool = False) -> int:
        """Find a place of the whole source in the translation."""
        s = bisect_right(self._starts, place) - 1
        if s < 0:
            return place
        sentence = self.sentences[s]
        if place >= sentence.end:
            return sentence.target_end + place - sentence.end
        at, links = place - sentence.start, self._links[s]
        if is_start and at:
            span = at, len(sentence.source)
            return (
                sentence.target_start
                + align.place(sentence.source, sentence.target, span, links)[0]
            )
        return sentence.target_start + align.cut(sentence.source, sentence.target, at, links)

    def _is_unchanged(self, start: int, end: int) -> bool:
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end)
        return all(one.target == one.source for one in self.sentences[first:last])

    def _sentence_at(self, place: int) -> int | None:
        s = bisect_right(self._starts, place) - 1
        return s if s >= 0 and place < self.sentences[s].end else None

    def _is_edge(self, place: int) -> bool:
        """Whether a place of the whole source is not inside a sentence."""
        s = self._sentence_at(place)
        return s is None or place == self.sentences[s].start


def _links(article: Article) -> dict[int, tuple[Link, ...]]:
    """List the names of each sentence, by its number: where they stand on both sides."""
    numbers = {(p, s): number for number, (p, s, _) in enumerate(article.sentences())}
    links: dict[int, list[Link]] = defaultdict(list)
    for name in article.names:
        for mention in name.mentions:
            if mention.target_start is not None and mention.target_end is not None:
                target = mention.target_start, mention.target_end
                number = numbers[mention.paragraph, mention.sentence]
                links[number].append(((mention.start, mention.end), target))
    return defaultdict(tuple, {number: tuple(found) for number, found in links.items()})
