"""Words that a model has seen too rarely to know, shown to it with their English.

    L'<term> épave <as> wreckage </term> a été retrouvée.

A small model writes "epave" for "épave". One that was trained to copy what is marked in the French
(`names.marks`) writes what a dictionary says instead. Which words those are depends on what the
model has read, so the list is a file of its bundle, made by `scripts/rare_words.py`. Peoples
("les Congolais", `names.peoples`) and words of the press (`press`) are shown with them.
"""

import re
from collections.abc import Callable, Mapping

from service.errors import ModelDamaged
from service.models import Bundle
from service.models.bundle import RARE_WORDS
from service.names import peoples
from service.names.marks import marked
from service.wording import press
from service.wording.press import MARKED_OR_WORD


class RareWords:
    """The English of rare words, by the French as it is written in the middle of a sentence."""

    def __init__(self, english: Mapping[str, str]) -> None:
        self._english = english

    def __contains__(self, word: str) -> bool:
        """Tell whether the English of a word in small letters is shown."""
        return word in self._english or (bool(self._english) and press.is_word(word))

    def mark(self, segment: str, count_tokens: Callable[[str], int], limit: int) -> str:
        """Mark rare words, words of the press and peoples, if a segment has room for the marks.

        Args:
            segment: French in the typography of the model; most have no rare word.
            count_tokens: what counts the tokens of a text.
            limit: tokens.
        """
        if not self._english:
            return segment
        shown = MARKED_OR_WORD.sub(self._marked, press.mark(peoples.mark(segment)))
        return shown if shown == segment or count_tokens(shown) <= limit else segment

    def _marked(self, word: re.Match[str]) -> str:
        english = self._english.get(word[0])
        return marked(word[0], english) if english else word[0]


NONE = RareWords({})


def rare_words_of(bundle: Bundle) -> RareWords:
    """Read the rare words of a model; none for a model that does not follow marks.

    Raises:
        ModelDamaged: a line of the file is not French TAB English.
    """
    path = bundle.folder / RARE_WORDS
    if not bundle.record.marks or not path.exists():
        return NONE
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    for number, row in enumerate(rows, start=1):
        if len(row) != 2 or not all(row):
            raise ModelDamaged(
                f"line {number} is not French TAB English", where=str(path), hint="copy it again"
            )
    return RareWords(dict(rows))
