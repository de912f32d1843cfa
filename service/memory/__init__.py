"""Translation memory: sentences whose English a person has confirmed, used again.

A sentence that was confirmed before is not translated anew: its English is what the person said it
is. One that is only like it gets a translation of its own, with the confirmed pair beside it.
`fuzzy` finds what is alike, `tmx` carries pairs to and from translators' programs, `store.memory`
keeps them.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from service.article import Article, MemoryHit
from service.errors import BadInput
from service.intake import FORBIDDEN

LONGEST, LONGEST_NOTE = 10_000, 1_000  # characters
# What programs write in different ways, and no reader tells apart.
SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "\u2011": "-"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in French and in English; `note` is for people."""

    source: str
    target: str
    note: str = ""


class Memory(Protocol):
    """What the pipeline asks of a memory."""

    def look_up(self, sentences: Sequence[str]) -> list[MemoryHit | None]:
        """Find the closest confirmed pair of each sentence; None if there is none close enough.

        Raises:
            StoreUnavailable: it cannot be asked.
        """


def recall(article: Article, memory: Memory | None) -> Article:
    """Give sentences what memory has for them: those it knows, their English too."""
    todo = article.translatable()
    if memory is None or not todo:
        return article
    hits = memory.look_up([sentence.source for sentence in todo.values()])
    return article.with_sentences(
        {
            place: replace(sentence, memory=hit, target=hit.target if hit.similarity == 1 else "")
            for (place, sentence), hit in zip(todo.items(), hits, strict=True)
            if hit
        }
    )


def normalised(text: str) -> str:
    """Write a sentence as others are compared with it: kinds of blanks and quotes are forgotten."""
    return " ".join(unicodedata.normalize("NFC", text).translate(SAME).split())


def key(text: str) -> str:
    """Hash a sentence; those with the same key are the same sentence."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


def require_sound(pairs: Sequence[Pair], *, where: str) -> None:
    """Refuse pairs that cannot be kept.

    Raises:
        BadInput: with the number of the first that is empty, too long or no text.
    """
    for number, pair in enumerate(pairs, start=1):
        if fault := _fault(pair):
            raise BadInput(
                f"pair {number}: {fault}", where=where, hint="see its French and English"
            )


def _fault(pair: Pair) -> str:
    if not pair.source.strip() or not pair.target.strip():
        return "it needs a French and an English sentence"
    if max(len(pair.source), len(pair.target)) > LONGEST or len(pair.note) > LONGEST_NOTE:
        return f"it has more than {LONGEST:,} characters, or {LONGEST_NOTE:,} in its note"
    if FORBIDDEN.search(pair.source + pair.target + pair.note):
        return "it holds a character that no text contains"
    return ""
