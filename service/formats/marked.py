"""Text files with markup (HTML, Markdown): blocks are found in them and written back in place.

Everything between blocks is kept as it is, and so is a block whose English is its French. Inside a
block, marks go where `English` finds their stretches, properly nested.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from service.article import Article
from service.formats.document import (
    BETWEEN_BLOCKS,
    Block,
    English,
    Kind,
    Mark,
    Placed,
    Rendered,
    offsets,
)


@dataclass(frozen=True, slots=True)
class Tags:
    """What who sends markup says of its elements, by name, against what is known of them.

    Attributes:
        kept: not translated.
        blocks: part the text.
        inline: do not part it.
        guessed: whether it is found out of the other elements of XML if they part the text.
    """

    kept: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    inline: frozenset[str] = frozenset()
    guessed: bool = True


NO_TAGS = Tags()


@dataclass(frozen=True)
class MarkedText:
    """A document made of blocks of a source text.

    Attributes:
        source: the whole file.
        blocks: what is translated, in order.
        encode: makes bytes of the file.
        title: a headline apart from the blocks.
        titles: where it stands in the source.
        if_changed: stretches of the source with what replaces them in a translation.
        kept: what is read but not translated beside the blocks, and where it stands.
        notes: what reading could not keep.
    """

    source: str
    blocks: Sequence[Block]
    encode: Callable[[str], bytes]
    title: str | None = None
    titles: Sequence[Block] = ()
    if_changed: Sequence[tuple[int, int, str]] = ()
    kept: Sequence[tuple[int, str]] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The blocks, a blank line between them."""
        return BETWEEN_BLOCKS.join(block.text for block in self.blocks)

    def render(self, article: Article) -> Rendered:
        """Write the file with the English in place."""
        source, guesses = self.written(English(article, self.text))
        return Rendered(self.encode(source), (*self.notes, *noted(guesses)))

    def plain(self, article: Article) -> str:
        """Write the English without marks, and what is not translated in its place."""
        english = English(article, self.text)
        pieces = list(self.kept)
        for block, begin in zip(self.blocks, offsets(self.blocks), strict=True):
            pieces.append((block.start, english.of(begin, begin + len(block.text))))
        texts = [english.title(), *(text for _, text in sorted(pieces))]
        return BETWEEN_BLOCKS.join(filter(None, texts)) + "\n"

    def written(self, english: English, start: int = 0) -> tuple[str, int]:
        """Write the source in English and count the marks whose place is a guess.

        Args:
            english: of a document that this text is the whole or a part of.
            start: where it begins there.
        """
        edits: list[tuple[int, int, str]] = []
        guesses = 0
        for block, offset in zip(self.blocks, offsets(self.blocks), strict=True):
            begin, end = start + offset, start + offset + len(block.text)
            text = english.of(begin, end)
            if text == block.text:
                continue
            placed = place_marks(block, text, english, begin)
            edits.append((block.start, block.end, weave(block, text, placed)))
            guesses += sum(not one.exact for one in placed)
        title = english.title() or self.title
        if title and title != self.title:
            edits += [(one.start, one.end, one.escape(title, True)) for one in self.titles]
        return edited(self.source, [*edits, *self.if_changed] if edits else []), guesses


def noted(guesses: int) -> tuple[str, ...]:
    """Say that formatting was placed by guess, if any was."""
    if not guesses:
        return ()
    return (f"{guesses} mark(s), such as bold, links or notes, are placed by a good guess",)


def weave(block: Block, text: str, placed: Sequence[Placed]) -> str:
    """Write the English of a block with its marks around and between the words, nested as before.

    Args:
        block: in French.
        text: its English.
        placed: where each of its marks falls in `text`.
    """
    children: dict[int, list[int]] = {}
    for i, mark in enumerate(block.marks):
        children.setdefault(mark.parent, []).append(i)

    def inside(parent: int, low: int, high: int) -> Iterator[str]:
        at, begins_line = low, low == 0
        for i in sorted(children.get(parent, ()), key=lambda i: (placed[i].start, i)):
            mark = block.marks[i]
            start = min(max(placed[i].start, at), high)
            end = min(max(placed[i].end, start), high)
            is_lost = mark.is_fragile and start == end
            yield block.escape(text[at:start], begins_line)
            yield " " if _lacks_blank(block, mark, text[at:start]) else ""
            yield "" if is_lost else mark.before
            if mark.kind is Kind.WRAP:
                yield from inside(i, start, end)
                yield "" if is_lost else mark.after
            begins_line = mark.kind is Kind.BREAK
            at = end
        yield block.escape(text[at:high], begins_line)

    return "".join(inside(-1, 0, len(text)))


def _lacks_blank(block: Block, mark: Mark, english: str) -> bool:
    """Whether what covers nothing stood after a blank, which the English before it has not."""
    if mark.start < mark.end or not block.text[: mark.start].endswith(" "):
        return False
    return bool(english) and not english[-1].isspace()


def place_marks(block: Block, text: str, english: English, begin: int) -> list[Placed]:
    """Find the marks of a block in its English, as offsets into it."""
    origin = english.at(begin)
    found = []
    for mark in block.marks:
        place = english.place(begin + mark.start, begin + mark.end)
        place = replace(place, start=place.start - origin, end=place.end - origin)
        if mark.kind is Kind.BREAK:
            place = _over_the_blank(text, place)
        elif mark.start == mark.end and block.text[: mark.start].endswith(" "):
            place = _after_the_blank(text, place)
        elif mark.kind is Kind.VERBATIM:
            place = _same_word(text, block.text[mark.start : mark.end], place)
        found.append(place)
    return found


def _over_the_blank(text: str, place: Placed) -> Placed:
    """Let a line break take the place of the blank between two words."""
    if place.start == place.end and text[place.start : place.end + 1].isspace():
        return Placed(place.start, place.end + 1, exact=True)
    return replace(place, exact=True)


def _after_the_blank(text: str, place: Placed) -> Placed:
    """Let what stands at the beginning of a word stand there again."""
    at = place.start + text[place.start : place.start + 1].isspace()
    return replace(place, start=at, end=at)


def _same_word(text: str, word: str, guess: Placed) -> Placed:
    """Find what is to stay as it is where the model left it, else take the guess."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    spans = [match.span() for match in pattern.finditer(text)]
    if not spans:
        return guess
    start, end = min(spans, key=lambda span: abs(span[0] - guess.start))
    return Placed(start, end, exact=True)


def edited(source: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Write new text over stretches of the source; one that begins inside another is left out."""
    pieces, at = [], 0
    for start, end, new in sorted(edits):
        if start >= at:
            pieces += [source[at:start], new]
            at = end
    return "".join((*pieces, source[at:]))
