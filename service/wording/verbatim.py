"""What is no language inside a sentence, and goes round the model: addresses, tags, other scripts.

A model spells characters that it has hardly read as noise, and mends addresses. What it copies is a
name that it does not know, so each of them goes to it as one:

    Écrivez à redaction@exemple.fr → Écrivez à Q1 → Write to Q1 → Write to redaction@exemple.fr
"""

import re
from dataclasses import dataclass
from itertools import takewhile

from service.names.marks import CLOSING, MARKED, OPENING

# What ends a sentence or a parenthesis is no part of an address before it.
ADDRESS_END = r"[^\s<>\"«»“”.,;:!?'’)\]…]"
ADDRESS = (
    rf"(?:https?://|www\.)[^\s<>\"«»“”]*{ADDRESS_END}"
    r"|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+"
    r"|(?<![\w&.])#[^\W\d]\w*"
    r"|(?<![\w@.-])(?:[\w-]++\.)+(?:com|fr|org|net|eu|info|be|ch|ca)"
    rf"(?![\w-])(?:/(?:[^\s<>\"«»“”]*{ADDRESS_END})?)?"
)
TAG = r"</?[A-Za-z][^<>]*>"
OMISSION = r"\[(?:\.{3}|…)\]|\((?:\.{3}|…)\)"
# Any but the letters, figures and marks of news in a western language.
STRANGE = (
    r"[^\sA-Za-z0-9À-ÖØ-öø-ɏ\u0300-\u036f.,;:!?'\"()\[\]/&%€$£+=*°ºª²³¹½¼¾‰₀-₉"
    r"…–—−«»“”„’‘ʼ`´‹›·‧∙_@#\u00ad\u200b\ufeff-]"
)
ANY = rf"(?:{ADDRESS}|{OMISSION}|{TAG}|{STRANGE}+)"
MARKED_OR_VERBATIM = re.compile(rf"{MARKED}|(?P<verbatim>{ANY}(?: ?{ANY})*)")
SYMBOL = re.compile(rf"(?!\w){STRANGE}|\s")
LETTERS = "QXWZ"  # of stand-ins; the first that the sentence has with no figure behind it


@dataclass(frozen=True, slots=True)
class StandIn:
    """A word in the place of something else.

    Attributes:
        word: what the model is shown.
        verbatim: what it stands for.
        glued: a word stood before it, or behind it, without a blank.
    """

    word: str
    verbatim: str
    glued: tuple[bool, bool]

    def put_back(self, english: str) -> str:
        """Write what it stands for; at the end, if the model has lost the word."""
        before, after = (" ?" if glued else "" for glued in self.glued)
        parts = re.split(rf"{before}\b{self.word}\b{after}", english)
        return self.verbatim.join(parts) if len(parts) > 1 else f"{english} {self.verbatim}"


@dataclass(frozen=True, slots=True)
class Held:
    """A sentence without what goes round the model.

    Attributes:
        text: the sentence for the model.
        before, after: what stood at its ends.
        inside: what stands in for the rest, in order.
    """

    text: str
    before: str = ""
    after: str = ""
    inside: tuple[StandIn, ...] = ()

    def put_back(self, english: str) -> str:
        """Write everything into the English."""
        for stand_in in self.inside:
            english = stand_in.put_back(english)
        return f"{self.before}{english}{self.after}"

    def taken_out(self, english: str) -> str:
        """Write the stand-ins into the beginning of an English sentence, for the model."""
        for stand_in in self.inside:
            english = english.replace(stand_in.verbatim, stand_in.word, 1)
        return english.removeprefix(self.before)


def hold(sentence: str) -> Held:
    """Take out of a sentence what the model cannot copy; what is marked for it stays."""
    if not MARKED_OR_VERBATIM.search(sentence):
        return Held(sentence)
    before, text, after = _parted(sentence)
    letter = next((a for a in LETTERS if not re.search(rf"\b{a}\d", text)), LETTERS[0])
    inside: list[StandIn] = []

    def shown(found: re.Match[str]) -> str:
        if not found["verbatim"]:
            return found[0]
        glued = text[: found.start()][-1:].isalnum(), text[found.end() :][:1].isalnum()
        inside.append(StandIn(f"{letter}{len(inside) + 1}", found[0], glued))
        return " " * glued[0] + inside[-1].word + " " * glued[1]

    return Held(MARKED_OR_VERBATIM.sub(shown, text), before, after, tuple(inside))


def _parted(sentence: str) -> tuple[str, str, str]:
    """Part the symbols at the ends of a sentence from what is between; marks are no symbols."""
    start = sum(1 for _ in takewhile(SYMBOL.match, sentence))
    if start and sentence.startswith(OPENING, start - 1):
        start -= 1
    end = len(sentence) - sum(1 for _ in takewhile(SYMBOL.match, reversed(sentence[start:])))
    if sentence.endswith(CLOSING, start, end + 1):
        end += 1
    return sentence[:start], sentence[start:end], sentence[end:]
