"""Mend one sentence without asking the model: verify each mention, write over what sounds alike."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.article import How
from service.names.demonyms import is_variant
from service.names.find import FoundMention, FoundName
from service.names.keys import fold
from service.names.match import Span, Wanted, assign
from service.names.repair import Missing, apply, find_edits, parts, stretches

Place = tuple[int, int]  # paragraph and sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """A mention that has to show one of its English forms; `place` is its place in the French."""

    mention: FoundMention
    name: FoundName
    place: float


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of each sentence, and the folded forms of all names, which no repair may touch."""

    by_sentence: Mapping[Place, tuple[Claim, ...]]
    protected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mended:
    """A sentence's English and, for each of its claims, where it is met and how it came there.

    `score` is that of the hypothesis which replaced the first translation, if one did.
    """

    target: str
    spans: tuple[Span | None, ...]
    hows: tuple[How, ...]
    score: float | None = None

    @property
    def missing(self) -> list[int]:
        """The numbers of the claims that are not met and should be."""
        return [number for number, how in enumerate(self.hows) if how is How.UNRESOLVED]

    def rewritten(self, start: int, end: int, text: str) -> "Mended":
        """Write over a stretch that is no mention, and move the spans behind it."""
        shift = len(text) - (end - start)
        spans = (
            Span(span.start + shift, span.end + shift) if span and span.start >= end else span
            for span in self.spans
        )
        target = self.target[:start] + text + self.target[end:]
        return replace(self, target=target, spans=tuple(spans))


def claims_of(names: Iterable[FoundName], lengths: Mapping[Place, int]) -> Claims:
    """Sort the mentions of all names by sentence; `lengths` are those of the French sentences."""
    by_sentence: dict[Place, list[Claim]] = {}
    protected: set[str] = set()
    for name in names:
        for mention in name.mentions:
            place = (mention.paragraph, mention.sentence)
            claim = Claim(mention, name, mention.start / max(1, lengths[place]))
            by_sentence.setdefault(place, []).append(claim)
            protected.update(map(fold, mention.english))
    ordered = {place: tuple(claims) for place, claims in by_sentence.items()}
    return Claims(ordered, frozenset(protected))


def mend_all(
    targets: Mapping[Place, str], claims: Claims, confirmed: Collection[Place]
) -> dict[Place, Mended]:
    """Mend every sentence that has claims; see only where they are met in confirmed ones."""
    return {
        place: _as_confirmed(targets[place], mine)
        if place in confirmed
        else mend(targets[place], mine, claims.protected)
        for place, mine in claims.by_sentence.items()
    }


def mend(target: str, claims: Sequence[Claim], protected: frozenset[str]) -> Mended:
    """Verify the claims of a sentence and write the right forms over what sounds alike."""
    verified = _verify(target, claims)
    if not verified.missing:
        return verified
    missing = [_missing(claims[number]) for number in verified.missing]
    taken = [span for span in verified.spans if span]
    edits = find_edits(target, missing, taken, protected)
    if not edits:
        return verified
    mended = _verify(apply(target, edits), claims)
    if loses(verified, mended) or len(mended.missing) >= len(verified.missing):
        return verified
    return credit(verified, mended, How.REPAIRED)


def loses(before: Mended, after: Mended) -> bool:
    """Tell whether a claim that was met is met no longer."""
    return any(old and not new for old, new in zip(before.spans, after.spans, strict=True))


def credit(before: Mended, after: Mended, how: How) -> Mended:
    """Say of the claims that were not met before how they came to be met."""
    hows = (
        how if old is None and new is not None else kept
        for old, new, kept in zip(before.spans, after.spans, after.hows, strict=True)
    )
    return replace(after, hows=tuple(hows))


def rendering(mention: FoundMention, name: FoundName, target: str) -> str | None:
    """Find how a mention reads in a translation that may be wrong; for measuring."""
    forms = mention.english or (mention.source,)
    claim = Claim(replace(mention, english=forms), name, 0.0)
    if not _verify(target, [claim]).missing:
        return forms[0]
    edits = find_edits(target, [_missing(claim)], (), frozenset())
    return target[edits[0].span.start : edits[0].span.end] if edits else None


def _as_confirmed(target: str, claims: Sequence[Claim]) -> Mended:
    """Leave a sentence as a person has confirmed it, whatever it calls its names."""
    return replace(_verify(target, claims), hows=tuple(How.MEMORY for _ in claims))


def _verify(target: str, claims: Sequence[Claim]) -> Mended:
    spans = assign(target, [Wanted(claim.mention.english, claim.place) for claim in claims])
    taken = [span for span in spans if span]
    for number, claim in enumerate(claims):
        if spans[number] is None and (span := _variant(target, claim, taken)):
            spans[number] = span
            taken.append(span)
    hows = (How.MODEL if span else How.UNRESOLVED for span in spans)
    return Mended(target, tuple(spans), tuple(hows))


def _variant(target: str, claim: Claim, taken: Sequence[Span]) -> Span | None:
    """Find an inflection that stands for a name ("Russian" for "de Russie").

    A word left in French is none, though "Sotchi" might be an adjective of a place called Sotchy.
    """
    forms, french = claim.mention.english, fold(claim.mention.source)
    lengths = {1, *(len(form.split()) for form in forms)}
    for span in (*stretches(target, lengths), *parts(target)):
        text = target[span.start : span.end]
        if not text[0].isupper() or fold(text) == french:
            continue
        if is_variant(text, forms, claim.name.type) and not any(map(span.overlaps, taken)):
            return span
    return None


def _missing(claim: Claim) -> Missing:
    one, name = claim.mention, claim.name
    return Missing(one.source, one.english, name.type, claim.place, name.term is None)
