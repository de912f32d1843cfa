"""Put a wrong mention right inside the English: replace the stretch that sounds like the name.

A mention whose English form is missing was mostly written in a way that sounds alike ("Poutine",
"Kadafi"). Among the capitalised stretches of about the same number of words, the one most alike is
replaced. An adjective of a place ("Russian") sounds like the place and is right where it stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.article import NameType
from service.names import articles
from service.names.demonyms import is_variant
from service.names.discover import is_acronym
from service.names.keys import fold, likeness
from service.names.match import Span, as_placed, is_opening, words

# Likeness from which a stretch is the name misspelt; measured by `scripts/evaluate names`.
ALIKE = 0.65
# The same for a name that only the article knows, whose form is the model's own.
ALIKE_DISCOVERED = 0.75
# A stretch in small letters must be nearly the same to be the name.
ALIKE_SMALL = 0.85
# How surely the name's words in another order, and its last words alone, are the name.
TURNED, SHORTENED = 0.95, 0.6
# English words that a sentence opens with; no name begins with them unless its form does.
OPENERS = frozenset(
    "a an the this that these those in on at of by to for from with as and but or if when while"
    " after before since he she it they we his her its their our is are was former president mr"
    " mrs ms dr sir lord minister".split()
)
# Words with a capital that may stand before a surname.
TITLES = frozenset("mr mrs ms miss dr prof president minister secretary sir lord".split())
# A stretch with one of these is two things, unless the name has it too.
PART = re.compile(r"[^\W_]+")
JOINTS = frozenset({"and", "or"})


@dataclass(frozen=True, slots=True)
class Missing:
    """A mention that does not show one of its forms."""

    source: str
    forms: tuple[str, ...]
    type: NameType
    place: float
    discovered: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """Write `text` over `span`; `mention` is the number of the missing mention it serves."""

    span: Span
    text: str
    mention: int


def find_edits(
    target: str, missing: Sequence[Missing], taken: Sequence[Span], protected: frozenset[str]
) -> list[Edit]:
    """Choose a stretch to write over for each missing mention, the surest pairs first.

    Args:
        target: the English sentence.
        missing: mentions to put right.
        taken: stretches that serve other mentions.
        protected: folded texts that are other names and must stay.
    """
    counts = {n for one in missing for form in one.forms for n in _lengths(form, one)}
    free = [s for s in stretches(target, counts) if not any(map(s.overlaps, taken))]
    pairs = [
        (score, -abs(span.start / max(1, len(target)) - one.place), number, span)
        for number, one in enumerate(missing)
        for span in free
        if (score := _score(target, span, one, protected)) > 0
    ]
    chosen: dict[int, Span] = {}
    for _, _, number, span in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if number not in chosen and not any(map(span.overlaps, chosen.values())):
            chosen[number] = span
    return [_edit(target, span, missing[number], number) for number, span in chosen.items()]


def stretches(target: str, counts: set[int]) -> list[Span]:
    """List runs of words, not broken by punctuation, of these numbers of words."""
    tokens = words(target)
    found = []
    for first in range(len(tokens)):
        for count in sorted(counts):
            last = first + count - 1
            if last < len(tokens) and _is_unbroken(target, tokens[first : last + 1]):
                found.append(Span(tokens[first].start, tokens[last].end))
    return found


def parts(target: str) -> list[Span]:
    """List the words inside hyphenated words ("Israeli" in "Israeli-occupied")."""
    return [
        Span(match.start(), match.end())
        for word in words(target)
        if "-" in target[word.start : word.end]
        for match in PART.finditer(target, word.start, word.end)
    ]


def _lengths(form: str, one: Missing) -> range:
    count = len(form.split())
    return range(1 if _may_be_short(one) else max(1, count - 1), count + 2)


def _may_be_short(one: Missing) -> bool:
    """Tell whether the last words of a name may stand for it, as a surname does."""
    return one.type is NameType.PERSON or (one.type is NameType.OTHER and not one.discovered)


def _is_unbroken(target: str, tokens: Sequence[Span]) -> bool:
    return all(target[one.end : other.start] == " " for one, other in pairwise(tokens))


def _score(target: str, span: Span, one: Missing, protected: frozenset[str]) -> float:
    """Tell how surely a stretch is the missing mention, 0 if it is not."""
    text = target[span.start : span.end]
    own = (*one.forms, one.source)
    if text.islower() and not any(_is_as_long(text, name) for name in own):
        return 0
    if _may_be_short(one) and any(_is_surname(target, span, form) for form in one.forms):
        return SHORTENED
    if fold(text) in protected and fold(text) not in map(fold, own):
        return 0
    if fold(text) == fold(one.source):
        return 1  # left in French
    if any(map(is_acronym, (text, one.source, one.forms[0]))):
        return float(fold(text) in map(fold, own))
    if one.discovered and any(is_acronym(w) and w not in text for w in one.source.split()):
        return 0
    if not one.discovered and any(_is_turned(text, name) for name in own):
        return TURNED
    alike = max(likeness(text, name) for name in own)
    return alike if alike >= _threshold(text, one) and _may_be_meant(text, own, one) else 0


def _may_be_meant(text: str, own: tuple[str, ...], one: Missing) -> bool:
    """Tell whether what sounds alike is no inflection, no part and has the edges of the name."""
    return (
        any(_has_edges(text, name) for name in own)
        and not any(_is_part(text, name) for name in own)
        and not is_variant(text, one.forms, one.type)
    )


def _is_as_long(text: str, name: str) -> bool:
    """Tell, at no cost, whether a text in small letters may be nearly the same as a name."""
    return len(text) <= 2 * len(name) and len(name) <= 2 * len(text)


def _is_part(text: str, name: str) -> bool:
    """Tell whether a text is some of the words of a name ("Central" of "Central Asia")."""
    words, others = fold(text).split(), fold(name).split()
    return len(words) < len(others) and set(words) <= set(others)


def _is_turned(text: str, name: str) -> bool:
    """Tell whether a text is the words of a name in another order ("Belgrade Partizan")."""
    words, others = fold(text).split(), fold(name).split()
    return words != others and sorted(words) == sorted(others)


def _is_surname(target: str, span: Span, name: str) -> bool:
    """Tell whether a stretch is the last words of a name and part of no other name."""
    text = target[span.start : span.end]
    before, after = target[: span.start].split(" ")[-2:], target[span.end :].split(" ")[:2]
    titled = before[0].rstrip(".").casefold() in TITLES
    return (
        name.endswith(f" {text}")
        and text[0].isupper()
        and (titled or is_opening(target, span.start) or not _is_name(before[0]))
        and not (after[0] == "" and after[-1][:1].isupper())
    )


def _is_name(word: str) -> bool:
    """Tell whether a word before or behind belongs to a name: capitalised, no mark between."""
    return word[:1].isupper() and word[-1:].isalnum()


def _has_edges(text: str, name: str) -> bool:
    """Tell whether a text has the edges of a name: no "The" before, no small word behind."""
    words, others = text.split(), name.split()
    if JOINTS & set(words) - set(others):
        return False
    if words[0].casefold() in OPENERS and words[0].casefold() != others[0].casefold():
        return False
    if len(words) == len(others):
        return True
    return not any(
        word[0].islower() and other[0].isupper()
        for word, other in ((words[0], others[0]), (words[-1], others[-1]))
    )


def _threshold(text: str, one: Missing) -> float:
    if not (text[0].isupper() and text.split()[-1][0].isupper()):
        return ALIKE_SMALL
    return ALIKE_DISCOVERED if one.discovered else ALIKE


def _edit(target: str, span: Span, one: Missing, number: int) -> Edit:
    return Edit(span, as_placed(one.forms[0], target, span.start), number)


def apply(target: str, edits: Sequence[Edit]) -> str:
    """Write the edits over the English and mend the articles before them."""
    for edit in sorted(edits, key=lambda e: -e.span.start):
        before, after = target[: edit.span.start], target[edit.span.end :]
        old = target[edit.span.start : edit.span.end]
        before, new = articles.mend(before, old, edit.text)
        target = before + new + after
    return target
