"""One English form for each name that no glossary knows: the majority of the model's renderings.

The words of a name vote one by one, so that "Viktor Fetissov" and a later "Fetissov" settle the
surname together; a tie goes to the spelling of the French. A name with no rendering that looks like
it ("Action de grâces", "Thanksgiving") was translated, not copied, and is left to the model.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from service.article import Article, NameType
from service.names.find import FoundMention, FoundName
from service.names.keys import fold
from service.names.match import Span, Wanted, assign
from service.names.repair import Missing, find_edits

Votes = Mapping[str, Counter[str]]


def decide(article: Article, names: Iterable[FoundName]) -> tuple[FoundName, ...]:
    """Give every discovered mention its English form; drop names that were translated freely."""
    names = tuple(names)
    targets = {(p, s): sentence.target for p, s, sentence in article.sentences()}
    votes = _votes(names, targets)
    decided = (name if name.term else _elect(name, votes) for name in names)
    return tuple(name for name in decided if name.mentions)


def _votes(names: Iterable[FoundName], targets: Mapping[tuple[int, int], str]) -> Votes:
    """Count how each folded French word, and each whole name, is written in the English."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        for mention in name.mentions:
            target = targets[mention.paragraph, mention.sentence]
            rendering = None if mention.english else _rendering(mention, target)
            if rendering:
                _vote(votes, mention.source, rendering)
    return votes


def _vote(votes: dict[str, Counter[str]], source: str, rendering: str) -> None:
    votes[fold(source)][rendering] += 1
    french, english = source.split(), rendering.split()
    if len(french) == len(english):
        for one, other in zip(french, english, strict=True):
            votes["word " + fold(one)][other] += 1


def _rendering(mention: FoundMention, target: str) -> str | None:
    """Find how a discovered mention reads in its sentence: a copy, or the stretch most alike."""
    (span,) = assign(target, [Wanted((mention.source,), 0.0)])
    if span is None:
        span = _alike(mention, target)
    return target[span.start : span.end] if span else None


def _alike(mention: FoundMention, target: str) -> Span | None:
    missing = Missing(mention.source, (mention.source,), NameType.OTHER, 0.0)
    edits = find_edits(target, [missing], (), frozenset())
    capitals = (e.span for e in edits if target[e.span.start].isupper())
    return next(capitals, None)


def _elect(name: FoundName, votes: Votes) -> FoundName:
    mentions = (replace(m, english=_forms(m.source, votes)) for m in name.mentions if not m.english)
    given = (m for m in name.mentions if m.english)
    kept = sorted(
        [*given, *(m for m in mentions if m.english)],
        key=lambda m: (m.paragraph, m.sentence, m.start),
    )
    return replace(name, mentions=tuple(kept))


def _forms(source: str, votes: Votes) -> tuple[str, ...]:
    """Give the elected form, and the same in small letters, which is right for common words."""
    by_word = [_winner(votes.get("word " + fold(word)), word) for word in source.split()]
    form = " ".join(filter(None, by_word)) if all(by_word) else None
    form = form or _winner(votes.get(fold(source)), source)
    return tuple(dict.fromkeys((form, form.lower()))) if form else ()


def _winner(counts: Counter[str] | None, french: str) -> str | None:
    """Name the spelling with most votes; the French one, then the first, wins a tie."""
    if not counts:
        return None
    most = max(counts.values())
    leaders = [spelling for spelling, count in counts.items() if count == most]
    return french if french in leaders else leaders[0]
