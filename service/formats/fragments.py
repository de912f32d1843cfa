"""Pieces of markup without a file, as programs send them: together they make one document.

So a name reads the same in all of them, and one call of the engine does for all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.article import Article
from service.formats.document import BETWEEN_BLOCKS, English
from service.formats.marked import NO_TAGS, MarkedText, Tags
from service.formats.readers import html, xml


@dataclass(frozen=True, slots=True)
class Fragments:
    """Pieces of markup, of which each is written back by itself.

    Attributes:
        pieces: in order.
    """

    pieces: tuple[MarkedText, ...]

    @property
    def sources(self) -> list[str]:
        """The pieces as they were sent."""
        return [piece.source for piece in self.pieces]

    @property
    def each(self) -> list[str]:
        """What is translated of each piece, without markup."""
        return [piece.text for piece in self.pieces]

    @property
    def text(self) -> str:
        """What is translated of all, blank lines between the pieces."""
        return BETWEEN_BLOCKS.join(piece.text for piece in self.pieces if piece.blocks)

    def english(self, article: Article) -> Iterator[str]:
        """Write each piece with the English in place.

        Args:
            article: translated from `text`.
        """
        english, start = English(article, self.text), 0
        for piece in self.pieces:
            if not piece.blocks:
                yield piece.source
                continue
            yield piece.written(english, start)[0]
            start += len(piece.text) + len(BETWEEN_BLOCKS)


def read_html(sources: Sequence[str], tags: Tags = NO_TAGS) -> Fragments:
    """Read pieces of HTML; what is not well formed is read as browsers do, tag by tag."""
    return Fragments(tuple(html.fragment(source, tags) for source in sources))


def read_xml(sources: Sequence[str], tags: Tags = NO_TAGS) -> Fragments:
    """Read pieces of XML.

    Raises:
        BadFile: one is not well formed, or defines entities.
    """
    return Fragments(tuple(xml.fragment(source, tags) for source in sources))
