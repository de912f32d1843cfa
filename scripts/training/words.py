"""Words: where they are in rows of SentencePiece ids, and lists of what they are in English."""

from collections import defaultdict
from pathlib import Path

import sentencepiece

from scripts.training.mix import read_lines
from service.wording.typography import to_model

WORDS = 4  # longest run of words that is looked up
SPACE, HYPHEN = "▁", "-"
BEFORE = "("  # stands before a word without a space

Span = tuple[int, int]


class Entries:
    """Listed terms: the English forms of each French one, and the names of each type."""

    def __init__(self) -> None:
        self.english: dict[str, set[str]] = defaultdict(set)
        self.type: dict[str, str] = {}
        self.names: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def read(self, path: Path, *, names: bool) -> None:
        """Add the rows of a file; only names are ever swapped."""
        for line in read_lines(path):
            french, english, kind, *_ = [*line.split("\t"), "", ""]
            self.add(to_model(french), to_model(english), kind if names else "")

    def add(self, french: str, english: str, name_type: str = "") -> None:
        """Add a pair; a `name_type` makes it a name."""
        if not french or not english:
            return
        self.english[french].add(english)
        if name_type:
            self.type[french] = name_type
            self.names[name_type].append((french, english))


class Pieces:
    """Words in rows of SentencePiece ids: where they are and how they read."""

    def __init__(self, model: Path) -> None:
        self.model = sentencepiece.SentencePieceProcessor(model_file=str(model))
        texts = [self.model.id_to_piece(i) for i in range(len(self.model))]
        self.spaced = [text.startswith(SPACE) for text in texts]
        self.inside = [
            text in (SPACE, HYPHEN) or self.model.is_byte(i) or text.strip(SPACE).isalnum()
            for i, text in enumerate(texts)
        ]
        self.hyphen = self.model.piece_to_id(HYPHEN)
        self.bare = [text == SPACE for text in texts]

    def encode(self, text: str, *, glued: bool = False) -> list[int]:
        """Encode a text; `glued` as it goes on after a mark without a space."""
        before = self.model.encode(BEFORE)
        ids = list(self.model.encode(BEFORE + text))
        if glued and ids[: len(before)] == before:
            return ids[len(before) :]
        return list(self.model.encode(text))

    def words(self, ids: list[int]) -> list[Span]:
        """Find the words: runs of letters, digits and inner hyphens."""
        found: list[Span] = []
        start = None
        for place, piece in enumerate(ids):
            if start is not None and (self.spaced[piece] or not self.inside[piece]):
                found.append((start, place))
                start = None
            if start is None and self.inside[piece] and piece != self.hyphen:
                start = place
        return found if start is None else [*found, (start, len(ids))]

    def text(self, ids: list[int], span: Span) -> str:
        """Read a span."""
        return str(self.model.decode(ids[span[0] : span[1]])).strip()

    def runs(self, ids: list[int]) -> dict[str, Span]:
        """Find every run of up to `WORDS` words that occurs only once, longest first."""
        words = self.words(ids)
        found: dict[str, list[Span]] = defaultdict(list)
        for length in range(WORDS, 0, -1):
            for first in range(len(words) - length + 1):
                span = words[first][0], words[first + length - 1][1]
                found[self.text(ids, span)].append(span)
        return {text: spans[0] for text, spans in found.items() if len(spans) == 1}
