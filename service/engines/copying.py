"""An engine that sees to it that the English which is shown in the French is copied.

    Les <term> entrepôts <as> warehouses </term> sont vides.  ->  The warhouses are empty.

A model that follows marks copies nine in ten. Where it does not, it is asked again, with its
translation up to the first word that comes from the marked French, and what is marked behind that.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from service.decoding import Decoding, Hypothesis, Link
from service.engines.alignment import alignments
from service.engines.wrapped import WrappedWorkers
from service.names.force import beginning, is_whole
from service.names.marks import Term, terms

ROUNDS = 2  # each forces one word into a sentence; the model often copies the others then
# What is copied may be less likely than what the model wrote by so much, in mean log-probability
# per token: beyond, the rest of the sentence suffers. The letters of a name are never likely.
DOUBT, DOUBT_OF_NAMES = 0.35, 0.6
FIGURE = re.compile(r"\d+")
GOES_ON = re.compile(r"\A\w+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A translation, and what is marked and not copied in it.

    Attributes:
        place: of its segment in the call.
        segment: French with marks.
        english: its translation.
        missing: what is marked in the segment.
    """

    place: int
    segment: str
    english: Hypothesis
    missing: Sequence[Term]


class CopyingEngine(WrappedWorkers):
    """Wraps an engine of a model that follows marks.

    Only who wants one hypothesis is helped, without links or a beginning of his own: others choose
    for themselves.
    """

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each segment on its own; see `Engine`."""
        translated = self._engine.translate(segments, decoding, prefixes)
        if decoding.hypotheses > 1 or decoding.alignment or any(prefixes or ()):
            return translated
        drafts = [
            _draft(place, segment, best)
            for place, (segment, (best,)) in enumerate(zip(segments, translated, strict=True))
        ]
        for _ in range(ROUNDS):
            drafts = list(self._better([one for one in drafts if one.missing], decoding))
            for one in drafts:
                translated[one.place] = [one.english]
        return translated

    def _better(self, drafts: Sequence[Draft], decoding: Decoding) -> Iterator[Draft]:
        """Yield what the drafts come to where a missing word put in makes them better."""
        links = alignments(
            self._engine,
            [draft.segment for draft in drafts],
            [draft.english.text for draft in drafts],
        )
        starts = [_start(*pair) for pair in zip(drafts, links, strict=True)]
        asked = [(draft, start) for draft, start in zip(drafts, starts, strict=True) if start]
        if not asked:
            return
        answers = self._engine.translate(
            [draft.segment for draft, _ in asked], decoding, [start for _, start in asked]
        )
        for (before, start), (best,) in zip(asked, answers, strict=True):
            after = min(
                _draft(before.place, before.segment, best),
                _draft(before.place, before.segment, _with_its_word_ended(best, start)),
                key=lambda draft: len(draft.missing),
            )
            if _is_better(after, before):
                yield after


def left_out(segment: str, english: str) -> list[Term]:
    """List what is marked in a segment and does not stand in its English.

    A first capital or a plural more is no matter; nor is how often it stands there: what is said
    twice in French may be "it" the second time.
    """
    return [term for term in terms(segment) if not _pattern(term[2]).search(english)]


def _draft(place: int, segment: str, english: Hypothesis) -> Draft:
    return Draft(place, segment, english, left_out(segment, english.text))


def _start(draft: Draft, links: tuple[Link, ...]) -> str:
    """Give the beginning of a draft with its first missing word that has a place there."""
    english = replace(draft.english, alignment=links)
    return next(filter(None, (beginning(english, *term) for term in draft.missing)), "")


def _with_its_word_ended(english: Hypothesis, start: str) -> Hypothesis:
    """Take away what the model goes on to spell behind the word that was forced ("Mubarakak")."""
    if not english.text.startswith(start):
        return english
    return replace(english, text=start + GOES_ON.sub("", english.text[len(start) :]))


def _is_better(after: Draft, before: Draft) -> bool:
    """Tell whether a translation copies more than another, and is a good one all the same."""
    of_names = any(english[:1].isupper() for _, _, english in before.missing)
    floor = before.english.score - (DOUBT_OF_NAMES if of_names else DOUBT)
    return (
        len(after.missing) < len(before.missing)
        and after.english.score >= floor
        and is_whole(after.english, before.english.text)
        and _figures(before.english.text) <= _figures(after.english.text)
    )


def _figures(english: str) -> Counter[str]:
    return Counter(FIGURE.findall(english))


@lru_cache(maxsize=4096)  # asked of every segment; `re` remembers far fewer
def _pattern(english: str) -> re.Pattern[str]:
    first, rest = english[:1], english[1:].removesuffix("s")
    return re.compile(rf"(?<!\w)[{re.escape(first + first.upper())}]{re.escape(rest)}s?(?!\w)")
