"""Quotation marks that a sentence begins or ends with, which the model need not see.

Behind a mark a small vocabulary has few words in one piece: `"Certains` is "Tertains" in English.
A sentence in the middle of a quotation has one mark only, and the model loses it or adds another.
So the first mark of a sentence and the last one go round the model.

All text is in the typography of the model.
"""

import re
from typing import NamedTuple

MARK = '"'
STOPS = ".,!?;"
LAST_MARK = re.compile(rf" ?{MARK} ?(?P<stop>[{STOPS}]*)$")
CLOSING_MARK = re.compile(rf"(?<=\S){MARK}(?!\w)")
PAUSE = re.compile(r"[,.!?](?= )")
FAR = 0.2  # of a sentence, by which a pause may be elsewhere than the mark of the French


class Quotation(NamedTuple):
    """A sentence without the marks that stand at its ends."""

    text: str
    opens: bool
    closes: bool


def unquoted(french: str) -> Quotation:
    """Take the first and the last mark off a sentence; marks inside stay."""
    opens = french.startswith(MARK)
    text = french[1:].lstrip() if opens else french
    last = LAST_MARK.search(text)
    if last and text.count(MARK) == 1 and last.start():
        return Quotation(text[: last.start()] + last["stop"], opens, closes=True)
    return Quotation(text, opens, closes=False)


def requoted(english: str, french: str) -> str:
    """Write the marks that `unquoted` took off a French sentence around its English."""
    text, opens, closes = unquoted(french)
    if closes:
        end = len(english if french.endswith(MARK) else english.rstrip(STOPS))
        english = english[:end] + MARK + english[end:]
    elif text.count(MARK) == 1 and MARK not in english and (mark := CLOSING_MARK.search(text)):
        english = _closed(english, mark.start() / len(text))
    return MARK + english if opens else english


def _closed(english: str, share: float) -> str:
    """Write the mark that a model has lost, at a pause about where the French has its own."""
    ends = [pause.end() for pause in PAUSE.finditer(english)]
    place = share * len(english)
    end = min(ends, key=lambda end: abs(end - place), default=0)
    if not end or abs(end - place) > FAR * len(english):
        return english
    return english[:end] + MARK + english[end:]
