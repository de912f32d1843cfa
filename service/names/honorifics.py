"""Honorifics before a name: "M." is Mr., "Mme" is Ms., whatever else the model left or guessed.

House style: Mr., Ms., Messrs.; an English honorific of the right gender is left as it is (Mrs.,
Miss, Mr without a full stop). "Me", the title of French lawyers, has no English: the person is
called a lawyer. Only a word right before a mention that follows an honorific in the French is
changed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.names.match import is_opening
from service.names.mend import Claim, Mended

FRENCH = re.compile(r"(?<!\w)(MM|Mmes|Mme|Mlles|Mlle|Me|M)\.?\s$")
ENGLISH = re.compile(
    r"(?<!\w)(Messrs|Mr|Mrs|Ms|Miss|MM|M|Mmes|Mme|Mlle|Me|Monsieur|Madame|Madam|Maître|Master)"
    r"\.?(?=\s$)"
)
UNDOTTED = re.compile(r"\b(?:Mr|Mrs|Ms) ")
DOTTED = re.compile(r"\b(?:Mr|Mrs|Ms)\. ")


@dataclass(frozen=True, slots=True)
class Style:
    """What an honorific becomes, and the English ones that are right as they stand."""

    english: str
    right: frozenset[str]


MISTER = Style("Mr.", frozenset({"Mr", "Messrs"}))
MISTERS = Style("Messrs.", frozenset({"Mr", "Messrs"}))
MIZ = Style("Ms.", frozenset({"Ms", "Mrs", "Miss", "Madam"}))
LAWYER = Style("lawyer", frozenset())
STYLES = {
    "M": MISTER,
    "MM": MISTERS,
    "Mme": MIZ,
    "Mmes": MIZ,
    "Mlle": MIZ,
    "Mlles": MIZ,
    "Me": LAWYER,
}


def wants_full_stop(targets: Iterable[str]) -> bool:
    """Tell whether an article writes "Mr." (the default) rather than "Mr"."""
    text = "\n".join(targets)
    return len(DOTTED.findall(text)) >= len(UNDOTTED.findall(text))


def polish(mended: Mended, source: str, claims: Sequence[Claim], full_stop: bool) -> Mended:
    """Put right the honorifics before the mentions of one sentence."""
    for number, claim in enumerate(claims):
        span = mended.spans[number]
        if span is None:
            continue
        french = _honorific(source[: claim.mention.start])
        english = ENGLISH.search(mended.target[: span.start])
        if french and english and english.group(1) not in STYLES[french.group(1)].right:
            style = STYLES[french.group(1)].english
            mended = _write(mended, english, style if full_stop else style.rstrip("."))
    return mended


def _honorific(before: str) -> re.Match[str] | None:
    """Find the French honorific that a text ends with; "Lick Me I'm Famous" has none."""
    found = FRENCH.search(before)
    words = before[: found.start()].split() if found else []
    titled = bool(words) and words[-1][0].isupper() and len(words) > 1
    return None if titled else found


def _write(mended: Mended, old: re.Match[str], new: str) -> Mended:
    """Write an honorific over another."""
    if is_opening(mended.target, old.start()):
        new = new[:1].upper() + new[1:]
    return mended.rewritten(old.start(), old.end(), new)
