"""Where a stretch of a French sentence falls in its English, word for word as far as it shows.

Each English word is tied to the French word it most likely renders: both stand in the same name of
the ledger, or are the same, alike ("réforme", "reform") or a pair of `words.tsv`; words with no tie
lie between their tied neighbours, in proportion. A stretch of French then goes to the run of
English words with the most ties into it and the fewest out of it. This needs no model: bold words
and links want a good guess that is never inside a word, not a perfect one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, pairwise
from math import erf

from service.names.keys import fold, likeness

Span = tuple[int, int]
Link = tuple[Span, Span]  # a stretch of French and what it became

FRENCH_WORD = re.compile(r"[^\W_]+")
ENGLISH_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
SIGNS_BEFORE, SIGNS_AFTER = re.compile(r"^[\W_]+(?=[^\W_])"), re.compile(r"(?<=[^\W_])[\W_]+$")
OPENING, CLOSING = re.compile(r"[«“\"'‘(\[]\s?$"), re.compile(r"\s?[»”\"'’)\],.;:!?…]+")
OPENS, CLOSES = tuple("«“\"'‘(["), tuple("»”\"'’)],.;:!?…")

# French words that nothing gives away, and what they become; only pairs that are nearly certain.
WORDS = "words.tsv"

SHORTEST_COGNATE = 4  # letters; words that begin with as many same ones are taken for one
ALIKE = 0.66  # likeness from which two words are taken for one
SAME, PAIR, COGNATE = 1.0, 0.8, 0.7
FAR = 0.35  # of the sentence: this far apart a tie is half as likely
LEAST_NEARNESS = 0.5
LEAST_TIE = 0.4
WIDTH = 0.8  # words around the place where an untied word is expected
REACH = 1.5  # words from there to a French word that has no tie
LONGEST, LETTERS = 400, 8  # words of a sentence that are tied, as all with all takes long


@dataclass(frozen=True, slots=True)
class Alignment:
    """The words of both sides; for each English word its French one, or about where it would be."""

    source: tuple[Span, ...]
    target: tuple[Span, ...]
    tied: Mapping[int, int]
    expected: tuple[float, ...]

    def weight(self, t: int, inside: range) -> float:
        """Say whether an English word renders one of these French words: 1 yes, -1 no."""
        if t in self.tied:
            return 1.0 if self.tied[t] in inside else -1.0
        low, high = (
            erf((edge - 0.5 - self.expected[t]) / WIDTH) for edge in (inside.start, inside.stop)
        )
        return high - low - 1


@lru_cache(maxsize=256)
def align(source: str, target: str, links: tuple[Link, ...] = ()) -> Alignment:
    """Tie each English word to the French.

    Args:
        source: a French sentence.
        target: its English.
        links: stretches of both that are known to mean the same, such as names of the ledger.
    """
    french = tuple(word.span() for word in FRENCH_WORD.finditer(source))
    english = tuple(word.span() for word in ENGLISH_WORD.finditer(target))
    tied = _ties(source, target, french, english, links)
    return Alignment(french, english, tied, tuple(_expected(tied, len(french), len(english))))


def place(source: str, target: str, span: Span, links: Sequence[Link] = ()) -> Span:
    """Find the stretch of the English that renders a stretch of the French.

    Both ends lie between words. A stretch that begins or ends with the sentence does so in the
    English too.
    """
    at_start = not source[: span[0]].strip()
    at_end = not source[span[1] :].strip()
    if at_start and at_end:
        return 0, len(target)
    if max(len(source), len(target)) > LONGEST * LETTERS:
        return _in_proportion(source, target, span, at_start=at_start, at_end=at_end)
    found = align(source, target, tuple(links))
    touched = [s for s, (a, b) in enumerate(found.source) if span[0] < b and a < span[1]]
    if not touched:  # a sign between two words
        at = cut(source, target, span[0], links)
        sign = re.compile(rf"\s*({re.escape(source[slice(*span)].strip())})").match(target, at)
        at = len(target) if at_end else at
        return sign.span(1) if sign else (at, at)
    inside = range(touched[0], touched[-1] + 1)
    weights = [found.weight(t, inside) for t in range(len(found.target))]
    first, last = _best_run(weights, at_start=at_start, at_end=at_end)
    if first == last:
        return (len(target), len(target)) if at_end else (0, 0)
    start = 0 if at_start else found.target[first][0]
    end = len(target) if at_end else found.target[last - 1][1]
    return _with_marks(source[slice(*span)], target, (start, end))


def cut(source: str, target: str, at: int, links: Sequence[Link] = ()) -> int:
    """Find the place between two English words where the French is cut in two."""
    if not source[:at].strip():
        return 0
    return place(source, target, (0, at), links)[1]


def _ties(
    source: str,
    target: str,
    french: Sequence[Span],
    english: Sequence[Span],
    links: Sequence[Link],
) -> dict[int, int]:
    """Tie English words to French ones, the surest first, each word once."""
    candidates = sorted(
        (-_strength(source, target, a, b, links) * _nearness(s, t, french, english), s, t)
        for t, b in enumerate(english)
        for s, a in enumerate(french)
    )
    tied: dict[int, int] = {}
    taken: set[int] = set()
    for strength, s, t in candidates:
        if -strength < LEAST_TIE:
            break
        if t not in tied and s not in taken:
            tied[t] = s
            taken.add(s)
    return tied


def _strength(source: str, target: str, a: Span, b: Span, links: Sequence[Link]) -> float:
    """Say how sure it is that two words render each other, wherever they stand."""
    for (start, end), (target_start, target_end) in links:
        in_french, in_english = start <= a[0] < end, target_start <= b[0] < target_end
        if in_french and in_english:
            return SAME
        if in_french or in_english:
            return 0.0
    return _likeness_of_words(source[slice(*a)], target[slice(*b)])


@lru_cache(maxsize=65536)
def _likeness_of_words(french: str, english: str) -> float:
    one, other = fold(french), fold(english)
    if one == other:
        return SAME
    if other in _words().get(french.lower(), ()):
        return PAIR
    if min(len(one), len(other)) < SHORTEST_COGNATE or one[0] != other[0]:
        return 0.0
    alike = likeness(one, other)
    if one[:SHORTEST_COGNATE] == other[:SHORTEST_COGNATE]:
        alike = max(alike, COGNATE)
    return alike if alike >= ALIKE else 0.0


@cache
def _words() -> dict[str, frozenset[str]]:
    """Read the pairs of words that look nothing alike."""
    lines = resources.files(__package__).joinpath(WORDS).read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {french: frozenset(english.split()) for french, english in pairs}


def _nearness(s: int, t: int, french: Sequence[Span], english: Sequence[Span]) -> float:
    """Weigh a tie by distance: short words are everywhere, long ones may have moved far."""
    distance = abs((s + 0.5) / len(french) - (t + 0.5) / len(english))
    is_short = min(b - a for a, b in (french[s], english[t])) < SHORTEST_COGNATE
    return max(float(0.5 ** (distance / FAR)), 0.0 if is_short else LEAST_NEARNESS)


def _expected(tied: Mapping[int, int], french: int, english: int) -> Iterator[float]:
    """Say where in the French each English word is expected: in between its tied neighbours.

    A word with no tie near by is likelier than the exact middle: "Syrian counterpart".
    """
    free = [s for s in range(french) if s not in tied.values()]
    places = {-1: -1, **dict(sorted(tied.items())), english: french}
    for (before, low), (after, high) in pairwise(places.items()):
        for t in range(before + 1, min(after + 1, english)):
            middle = low + (high - low) * (t - before) / (after - before)
            nearest = min(free, key=lambda s: abs(s - middle), default=-REACH)
            yield nearest if abs(nearest - middle) <= REACH else middle


def _best_run(weights: Sequence[float], *, at_start: bool, at_end: bool) -> Span:
    """Find the run of words with the greatest sum (Kadane); it may be empty only at an end."""
    sums = [0.0, *accumulate(weights)]
    if at_start:
        return 0, max(range(len(sums)), key=lambda last: sums[last])
    if at_end:
        return min(range(len(sums)), key=lambda first: sums[first]), len(weights)
    best, found, first = float("-inf"), (0, 0), 0
    for last in range(1, len(sums)):
        if sums[last] - sums[first] > best:
            best, found = sums[last] - sums[first], (first, last)
        if sums[last] < sums[first]:
            first = last
    return found


def _in_proportion(source: str, target: str, span: Span, *, at_start: bool, at_end: bool) -> Span:
    """Place a stretch of what is too long for a sentence, at blanks."""
    start, end = (
        target.rfind(" ", 0, round(edge / len(source) * len(target)) + 1) + 1 for edge in span
    )
    start = 0 if at_start else start
    end = len(target) if at_end else max(start, end - 1)
    return start, end


def _with_marks(french: str, target: str, span: Span) -> Span:
    """Take quotation marks, brackets and full stops along if the French has them inside."""
    start, end = span
    french = french.strip()
    before, after = SIGNS_BEFORE.search(french), SIGNS_AFTER.search(french)
    if before and target.endswith(before.group(), 0, start):
        start -= len(before.group())
    elif french.startswith(OPENS) and (mark := OPENING.search(target, 0, start)):
        start = mark.start()
    if after and target.startswith(after.group(), end):
        end += len(after.group())
    elif french.endswith(CLOSES) and (mark := CLOSING.match(target, end)):
        end = mark.end()
    return start, end
