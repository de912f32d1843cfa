"""Settle the names of a translated article: verify every mention, repair what is wrong, report.

The ladder, cheapest rung first: the model's own rendering; the stretch that sounds alike, written
over; another hypothesis of the model; the English name put into the French and translated again.
A mention that no rung puts right is `unresolved` and its sentence gets a flag.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.article import (
    Article,
    Flag,
    FlagKind,
    How,
    Mention,
    Name,
    Sentence,
    Severity,
)
from service.decoding import Decoding, Translate
from service.names import canonical
from service.names.demonyms import is_variant
from service.names.find import Found, FoundMention, FoundName
from service.names.keys import fold
from service.names.match import Span, Wanted, assign
from service.names.repair import Missing, apply, find_edits, stretches

HYPOTHESES = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """A mention of one sentence that has to show its English form."""

    mention: FoundMention
    name: FoundName
    place: float


@dataclass(frozen=True, slots=True)
class Settled:
    """A sentence's English and, for each of its claims, where it is met and how it came there."""

    target: str
    spans: tuple[Span | None, ...]
    hows: tuple[How, ...]

    @property
    def missing(self) -> int:
        """How many claims are not met."""
        return sum(span is None for span in self.spans)


def settle(article: Article, found: Found, translate: Translate) -> Article:
    """Put the names of a translated article right and write its ledger.

    Args:
        article: every sentence has its `target`.
        found: the names of the article.
        translate: asked, in two calls at most, about sentences that cannot be mended cheaply.

    Returns:
        The article with mended targets, flags on unresolved sentences, and `names`.
    """
    names = canonical.decide(article, found.names)
    claims = _claims(article, names)
    sentences = {(p, s): sentence for p, s, sentence in article.sentences()}
    protected = frozenset(
        fold(form) for name in names for mention in name.mentions for form in mention.english
    )
    settled = {
        place: mend(sentences[place].target, mine, protected) for place, mine in claims.items()
    }
    for attempt in (_other_hypotheses, _substituted):
        _improve(settled, claims, sentences, attempt, translate, protected)
    return _written(article, names, claims, settled)


def _claims(article: Article, names: Iterable[FoundName]) -> dict[tuple[int, int], list[Claim]]:
    lengths = {(p, s): max(1, len(sentence.source)) for p, s, sentence in article.sentences()}
    claims: dict[tuple[int, int], list[Claim]] = {}
    for name in names:
        for mention in name.mentions:
            place = (mention.paragraph, mention.sentence)
            claim = Claim(mention, name, mention.start / lengths[place])
            claims.setdefault(place, []).append(claim)
    return claims


def mend(target: str, claims: Sequence[Claim], protected: frozenset[str]) -> Settled:
    """Verify the claims of a sentence and write the right forms over what sounds alike."""
    verified = _verify(target, claims)
    wrong = [n for n, span in enumerate(verified.spans) if span is None]
    if not wrong:
        return verified
    missing = [_missing(claims[n]) for n in wrong]
    taken = [span for span in verified.spans if span]
    edits = find_edits(target, missing, taken, protected)
    mended = _verify(apply(target, edits), claims)
    lost = any(a and not b for a, b in zip(verified.spans, mended.spans, strict=True))
    if lost or mended.missing >= verified.missing:
        return verified
    touched = {wrong[edit.mention] for edit in edits}
    hows = (
        How.REPAIRED if n in touched and how is How.MODEL else how
        for n, how in enumerate(mended.hows)
    )
    return replace(mended, hows=tuple(hows))


def _verify(target: str, claims: Sequence[Claim]) -> Settled:
    spans = assign(target, [Wanted(c.mention.english, c.place) for c in claims])
    taken = [span for span in spans if span]
    for number, claim in enumerate(claims):
        if spans[number] is None and (span := _variant(target, claim, taken)):
            spans[number] = span
            taken.append(span)
    hows = (How.MODEL if span else How.UNRESOLVED for span in spans)
    return Settled(target, tuple(spans), tuple(hows))


def _variant(target: str, claim: Claim, taken: Sequence[Span]) -> Span | None:
    """Find an inflection that stands for a name ("Russian" for "de Russie")."""
    forms = claim.mention.english
    for span in stretches(target, {1, *(len(form.split()) for form in forms)}):
        text = target[span.start : span.end]
        free = not any(map(span.overlaps, taken))
        if free and text[0].isupper() and is_variant(text, forms, claim.name.type):
            return span
    return None


def rendering(mention: FoundMention, name: FoundName, target: str) -> str | None:
    """Find how a mention reads in a translation that may be wrong; for measuring."""
    forms = mention.english or (mention.source,)
    claim = Claim(replace(mention, english=forms), name, 0.0)
    verified = _verify(target, [claim])
    if verified.hows[0] is How.MODEL:
        return forms[0]
    edits = find_edits(target, [_missing(claim)], (), frozenset())
    return target[edits[0].span.start : edits[0].span.end] if edits else None


def _missing(claim: Claim) -> Missing:
    one, name = claim.mention, claim.name
    return Missing(one.source, one.english, name.type, claim.place, name.term is None)


Attempt = Callable[[Sentence, Sequence[Claim], Settled], str]


def _other_hypotheses(sentence: Sentence, claims: Sequence[Claim], settled: Settled) -> str:
    """Ask again about the sentence as it is."""
    return sentence.source


def _substituted(sentence: Sentence, claims: Sequence[Claim], settled: Settled) -> str:
    """Ask about the sentence with the English name in the place of the French one."""
    source = sentence.source
    unmet = [c.mention for c, span in zip(claims, settled.spans, strict=True) if span is None]
    for mention in sorted(unmet, key=lambda m: -m.start):
        source = source[: mention.start] + mention.english[0] + source[mention.end :]
    return source


HOW_OF: dict[Attempt, How] = {_other_hypotheses: How.N_BEST, _substituted: How.SUBSTITUTED}


def _improve(
    settled: dict[tuple[int, int], Settled],
    claims: Mapping[tuple[int, int], Sequence[Claim]],
    sentences: Mapping[tuple[int, int], Sentence],
    attempt: Attempt,
    translate: Translate,
    protected: frozenset[str],
) -> None:
    """Ask the model once about every sentence with unmet claims; keep what meets more of them."""
    places = [place for place, one in settled.items() if one.missing]
    if not places:
        return
    sources = [attempt(sentences[p], claims[p], settled[p]) for p in places]
    decoding = Decoding(beam_size=HYPOTHESES, hypotheses=HYPOTHESES)
    for place, hypotheses in zip(places, translate(sources, decoding), strict=True):
        for hypothesis in hypotheses:
            candidate = mend(hypothesis.text, claims[place], protected)
            if candidate.missing < settled[place].missing and not hypothesis.truncated:
                settled[place] = _credited(settled[place], candidate, HOW_OF[attempt])


def _credited(before: Settled, after: Settled, how: How) -> Settled:
    """Tell that the mentions that were unmet before were put right by this rung."""
    hows = (
        how if old is None and new is not None else kept
        for old, new, kept in zip(before.spans, after.spans, after.hows, strict=True)
    )
    return replace(after, hows=tuple(hows))


def _written(
    article: Article,
    names: Sequence[FoundName],
    claims: Mapping[tuple[int, int], Sequence[Claim]],
    settled: Mapping[tuple[int, int], Settled],
) -> Article:
    """Write the settled sentences and the ledger into a copy of the article."""
    ledger: dict[int, list[Mention]] = {number: [] for number in range(len(names))}
    numbers = {id(name): number for number, name in enumerate(names)}
    for place, mine in claims.items():
        for claim, mention in zip(mine, _mentions(mine, settled[place]), strict=True):
            ledger[numbers[id(claim.name)]].append(mention)
    changed = {
        (p, s): _sentence(sentence, claims[p, s], settled[p, s])
        for p, s, sentence in article.sentences()
        if (p, s) in settled
    }
    rows = tuple(_row(name, ledger[number]) for number, name in enumerate(names))
    return replace(article.with_sentences(changed), names=rows)


def _mentions(claims: Sequence[Claim], settled: Settled) -> list[Mention]:
    mentions = []
    for claim, span, how in zip(claims, settled.spans, settled.hows, strict=True):
        one = claim.mention
        found = Mention(one.paragraph, one.sentence, one.start, one.end, one.source, how)
        if span:
            text = settled.target[span.start : span.end]
            found = replace(found, target_start=span.start, target_end=span.end, target=text)
        mentions.append(found)
    return mentions


def _row(name: FoundName, mentions: Sequence[Mention]) -> Name:
    ordered = sorted(mentions, key=lambda m: (m.paragraph, m.sentence, m.start))
    form = name.term.english[0] if name.term else _fullest(name).english[0]
    return Name(form, name.type, name.origin, tuple(ordered))


def _fullest(name: FoundName) -> FoundMention:
    return max(name.mentions, key=lambda m: len(m.source))


def _sentence(sentence: Sentence, claims: Sequence[Claim], settled: Settled) -> Sentence:
    flags = tuple(
        Flag(
            FlagKind.NAME,
            Severity.AMBER,
            f"“{claim.mention.source}” should read “{claim.mention.english[0]}”",
        )
        for claim, span in zip(claims, settled.spans, strict=True)
        if span is None
    )
    return replace(sentence, target=settled.target, flags=(*sentence.flags, *flags))
