"""Put a wrong mention right inside the English: replace the stretch that sounds like the name.

A mention whose English form is missing was mostly written in a way that sounds alike ("Poutine",
"Kadafi"). Among the capitalised stretches of about the same number of words, the one most alike is
replaced. An adjective of a place ("Russian") sounds like the place and is right where it stands.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.article import NameType
from service.names import articles
from service.names.demonyms import is_variant
from service.names.discover import is_acronym
from service.names.keys import fold, likeness, romanised
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
FRENCH_ARTICLES = frozenset({"La", "Le", "Les"})
# Words with a capital that may stand before a surname.
TITLES = frozenset("mr mrs ms miss dr prof president minister secretary sir lord".split())
PART = re.compile(r"[^\W_]+")
# A stretch with one of these is two things, unless the name has it too.
JOINTS = frozenset({"and", "or"})
# Letters of the longest word in small letters that does not tell names apart ("of", "von", "the").
LINKING = 3
# French words that show, before a place left in French, that its neighbours were left too.
UNTRANSLATED = re.compile(r"\b(?:[Dd]e|[Dd]u|[Dd]es|[Aa]u|[Ee]n|[Ss]ur)\s+$")


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
    served = [*taken, *chosen.values()]
    return [_edit(target, span, missing[n], n, served) for n, span in chosen.items()]


def stretches(target: str, counts: Collection[int]) -> tuple[Span, ...]:
    """List runs of words, not broken by punctuation, of these numbers of words."""
    return _stretches(target, frozenset(counts))


@lru_cache(maxsize=256)  # of one sentence for many mentions
def _stretches(target: str, counts: frozenset[int]) -> tuple[Span, ...]:
    tokens = words(target)
    most = max(counts, default=0)
    found = []
    for first, token in enumerate(tokens):
        for last in range(first, min(first + most, len(tokens))):
            if last > first and target[tokens[last - 1].end : tokens[last].start] != " ":
                break
            if last - first + 1 in counts:
                found.append(Span(token.start, tokens[last].end))
    return tuple(found)


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


def _score(target: str, span: Span, one: Missing, protected: frozenset[str]) -> float:
    """Tell how surely a stretch is the missing mention, 0 if it is not."""
    text = target[span.start : span.end]
    may_be_surname = text[0].isupper() and _may_be_short(one)
    if may_be_surname and any(_is_surname(target, span, form) for form in one.forms):
        return SHORTENED
    folded = fold(text)
    if (
        one.type is NameType.PLACE
        and folded == fold(one.source)
        and UNTRANSLATED.search(target[: span.start])
    ):
        return 0  # in a title or name that stayed French: "Le Chemin de Damas"
    if folded in protected and folded not in map(fold, (*one.forms, one.source)):
        return 0
    return _likely(text, one.source, one.forms, one.type, one.discovered)


@lru_cache(maxsize=4096)  # hypotheses of one sentence share most stretches
def _likely(
    text: str, source: str, forms: tuple[str, ...], kind: NameType, discovered: bool
) -> float:
    """Tell how surely words are a name, wherever they stand."""
    own = (*forms, source)
    if not any(_is_as_long(text, name) for name in own):
        return 0
    if fold(text) == fold(source):
        return 1  # left in French
    if any(_has_its_article_translated(text, name) for name in own):
        return 1
    if any(map(is_acronym, (text, source, forms[0]))):
        return float(fold(text) in map(fold, own))
    if discovered and any(is_acronym(w) and w not in text for w in source.split()):
        return 0
    if not discovered and any(_is_turned(text, name) for name in own):
        return TURNED
    if not any(_has_edges(text, name) for name in own):
        return 0
    least = _threshold(text, discovered)
    alike = max(
        _likeness(text, name, least)
        if discovered
        else _likeness(*_without_linking(text, name), least)
        for name in own
    )
    return alike if alike >= least and _may_be_meant(text, own, forms, kind) else 0


def _may_be_meant(text: str, own: tuple[str, ...], forms: tuple[str, ...], kind: NameType) -> bool:
    """Tell whether what sounds alike is no inflection and no part of the name."""
    return not any(_is_part(text, name) for name in own) and not is_variant(text, forms, kind)


def _likeness(text: str, name: str, least: float) -> float:
    """Tell how alike two names sound, 0 where their letters alone keep that below the least."""
    one, other = romanised(text), romanised(name)
    shared = sum(min(one.count(letter), other.count(letter)) for letter in set(one))
    return likeness(text, name) if 2 * shared >= least * (len(one) + len(other)) else 0.0


def _is_as_long(text: str, name: str) -> bool:
    """Tell, at no cost, whether a text may be nearly the same as a name."""
    return len(text) <= 2 * len(name) and len(name) <= 2 * len(text)


def _has_its_article_translated(text: str, name: str) -> bool:
    """Tell whether a text is a name but for its first word: "The Rochelle", La Rochelle."""
    article, _, rest = name.partition(" ")
    the, _, other = text.partition(" ")
    return article in FRENCH_ARTICLES and the in ("the", "The") and fold(other) == fold(rest)


def _is_part(text: str, name: str) -> bool:
    """Tell whether a text is some of the words of a name, or adjectives of them.

    Neither "Central" nor "Asian" is Central Asia misspelt.
    """
    words, others = fold(text).split(), fold(name).split()
    return len(words) < len(others) and all(
        word in others or any(is_variant(word, (other,), NameType.PLACE) for other in others)
        for word in words
    )


def _is_turned(text: str, name: str) -> bool:
    """Tell whether a text is the words of a name in another order ("Belgrade Partizan")."""
    one, other = fold(text), fold(name)
    if len(one) != len(other) or one == other:
        return False
    return sorted(one.split()) == sorted(other.split())


def _without_linking(text: str, name: str) -> tuple[str, str]:
    """Leave out the small words of two names that have as many others.

    "Gérard of Villiers" is Gérard de Villiers, and all of "Observatory of Human Rights" is the
    Observatory for Human Rights.
    """
    one, other = map(_telling, (text, name))
    return (" ".join(one), " ".join(other)) if len(one) == len(other) > 1 else (text, name)


def _telling(name: str) -> list[str]:
    return [word for word in name.split() if not (word.islower() and len(word) <= LINKING)]


def _is_surname(target: str, span: Span, name: str) -> bool:
    """Tell whether a capitalised stretch is the last words of a name and part of no other."""
    text = target[span.start : span.end]
    if not name.endswith(f" {text}"):
        return False
    before, after = target[: span.start].split(" ")[-2:], target[span.end :].split(" ")[:2]
    titled = before[0].rstrip(".").casefold() in TITLES
    return (titled or is_opening(target, span.start) or not _is_name(before[0])) and not (
        after[0] == "" and after[-1][:1].isupper()
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


def _threshold(text: str, discovered: bool) -> float:
    if not (text[0].isupper() and text.split()[-1][0].isupper()):
        return ALIKE_SMALL
    return ALIKE_DISCOVERED if discovered else ALIKE


def _edit(target: str, span: Span, one: Missing, number: int, served: Sequence[Span]) -> Edit:
    if one.discovered:
        span = _widened(target, span, one.source, served)
    return Edit(span, as_placed(one.forms[0], target, span.start), number)


def _widened(target: str, span: Span, name: str, served: Sequence[Span]) -> Span:
    """Take in the words of a name beside a stretch: English turns them ("Jenner Institute")."""
    lacking = set(fold(name).split()) - set(fold(target[span.start : span.end]).split())
    free = [word for word in words(target) if not any(map(word.overlaps, served))]
    for word in (*reversed(free), *free):
        text = target[word.start : word.end]
        beside = word.end == span.start - 1 or word.start == span.end + 1
        if beside and text[0].isupper() and any(likeness(text, w) >= ALIKE for w in lacking):
            span = Span(min(word.start, span.start), max(word.end, span.end))
    return span


def apply(target: str, edits: Sequence[Edit]) -> str:
    """Write the edits over the English and mend the articles before them."""
    for edit in sorted(edits, key=lambda e: -e.span.start):
        before, after = target[: edit.span.start], target[edit.span.end :]
        old = target[edit.span.start : edit.span.end]
        before, new = articles.mend(before, old, edit.text)
        target = before + new + after
    return target
