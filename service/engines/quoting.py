"""An engine whose model is not shown the marks of short quotations.

    Un "bon appel" de sa part.  ->  Un bon appel de sa part.
    A good call on his part.    ->  A "good call" on his part.

Behind a mark a small vocabulary has few words in one piece, and those of many pieces the model has
not read: it writes "bun call". So the marks are taken away, and put round the English that comes
from what is quoted. A sentence for which that cannot be told is translated with its marks.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from service.decoding import Decoding, Hypothesis, Link
from service.engines.alignment import alignments
from service.engines.wrapped import WrappedWorkers
from service.names.marks import MARKED

MARK = '"'
# The more words are quoted, the less is gained: only the first of them stands behind a mark.
MOST_WORDS = 12
QUOTED = rf'"(?![\s.,;:!?)])(?P<quoted>(?:{MARKED}|[^"])++)(?<!\s)"'
MARKED_OR_QUOTED = re.compile(rf"{MARKED}|{QUOTED}")
WORD = re.compile(r"[^\s\".,;:!?()\[\]]+(?:[.,:][^\s\".,;:!?()\[\]]+)*")  # "1.5" is one


@dataclass(frozen=True, slots=True)
class Quotation:
    """Where what was quoted stands; `speech` begins with a capital behind a colon."""

    start: int
    end: int
    speech: bool


@dataclass(frozen=True, slots=True)
class Bare:
    """A segment without the marks of its short quotations.

    Attributes:
        text: what the model is shown.
        origins: where each of its characters stands in the segment, and where that ends.
        quotations: in the text.
    """

    text: str
    origins: Sequence[int]
    quotations: Sequence[Quotation]


class QuotingEngine(WrappedWorkers):
    """Wraps an engine of a model with a small vocabulary.

    Who forces a beginning is not helped: it may end within a quotation.
    """

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each segment on its own; see `Engine`."""
        if any(prefixes or ()) or not any(MARK in segment for segment in segments):
            return self._engine.translate(segments, decoding, prefixes)
        bare = [without_marks(segment) for segment in segments]
        translated = self._engine.translate([one.text for one in bare], decoding)
        drafts = [
            (place, draft)
            for place, one in enumerate(bare)
            if one.quotations
            for draft in translated[place]
        ]
        quoted: dict[int, list[Hypothesis]] = {place: [] for place, _ in drafts}
        for (place, draft), links in zip(drafts, self._links(drafts, bare, decoding), strict=True):
            if whole := with_marks(replace(draft, alignment=links), bare[place]):
                kept = whole.alignment if decoding.alignment else ()
                quoted[place].append(replace(whole, alignment=kept))
        lost = [place for place, hypotheses in quoted.items() if not hypotheses]
        if lost:
            again = self._engine.translate([segments[place] for place in lost], decoding)
            quoted |= dict(zip(lost, again, strict=True))
        return [quoted.get(place, plain) for place, plain in enumerate(translated)]

    def _links(
        self, drafts: Sequence[tuple[int, Hypothesis]], bare: Sequence[Bare], decoding: Decoding
    ) -> list[tuple[Link, ...]]:
        """Say what comes from where in each draft, which knows it if that was asked for."""
        if decoding.alignment:
            return [draft.alignment for _, draft in drafts]
        texts = [bare[place].text for place, _ in drafts]
        return alignments(self._engine, texts, [draft.text for _, draft in drafts])


def without_marks(segment: str) -> Bare:
    """Take away the marks of short quotations; between two letters one leaves a blank."""
    quoted = [
        found.span("quoted")
        for found in MARKED_OR_QUOTED.finditer(segment)
        if found["quoted"] and _words(found["quoted"]) <= MOST_WORDS
    ]
    marks = {place for start, end in quoted for place in (start - 1, end)}
    origins = [
        place
        for place in range(len(segment))
        if place not in marks or _is_between_letters(segment, place)
    ]
    text = "".join(" " if place in marks else segment[place] for place in origins)
    quotations = [
        Quotation(
            bisect_left(origins, start),
            bisect_left(origins, end),
            segment[: start - 1].rstrip().endswith(":") and segment[start].isupper(),
        )
        for start, end in quoted
    ]
    return Bare(text, [*origins, len(segment)], quotations)


def with_marks(draft: Hypothesis, bare: Bare) -> Hypothesis | None:
    """Put marks round what comes from quoted French; None if that is not clear.

    Args:
        draft: the English of a bare text, with its alignment.
        bare: the text.

    Returns:
        The draft with marks, and its alignment as of the segment with marks.
    """
    places = [_place(draft, quotation) for quotation in bare.quotations]
    found = sorted(filter(None, places), key=attrgetter("start"))
    apart = all(one.end <= following.start for one, following in pairwise(found))
    if len(found) < len(places) or not apart or draft.text.count(MARK) > bare.text.count(MARK):
        return None
    text = draft.text
    for one in reversed(found):
        quoted = text[one.start : one.end]
        quoted = quoted[0].upper() + quoted[1:] if one.speech else quoted
        text = f"{text[: one.start]}{MARK}{quoted}{MARK}{text[one.end :]}"
    marks = sorted(place for one in found for place in (one.start, one.end))
    alignment = tuple(_moved(link, bare.origins, marks) for link in draft.alignment)
    return replace(draft, text=text, alignment=alignment)


def _words(quoted: str) -> int:
    return len(re.sub(MARKED, "-", quoted).split())


def _is_between_letters(segment: str, place: int) -> bool:
    return segment[max(0, place - 1) : place].isalnum() and segment[place + 1 : place + 2].isalnum()


def _place(draft: Hypothesis, quotation: Quotation) -> Quotation | None:
    """Find the words that come from a quotation; None if as many between them do not."""
    own = [one for one in draft.alignment if quotation.start <= one.source_start < quotation.end]
    start = min((link.target_start for link in own), default=0)
    end = max((link.target_end for link in own), default=0)
    inside = [link for link in draft.alignment if start <= link.target_start < end]
    words = [w for w in WORD.finditer(draft.text) if w.start() < end and w.end() > start]
    if not words or len(inside) > 2 * len(own):
        return None
    return replace(quotation, start=words[0].start(), end=words[-1].end())


def _moved(link: Link, origins: Sequence[int], marks: Sequence[int]) -> Link:
    """Carry a link over to texts with marks; `marks` are their places in the English without."""
    return Link(
        origins[link.source_start],
        origins[link.source_end - 1] + 1 if link.source_end else 0,
        link.target_start + bisect_right(marks, link.target_start),
        link.target_end + bisect_left(marks, link.target_end),
    )
