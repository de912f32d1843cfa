"""One English form for each name that no glossary knows: the majority of the model's renderings.

The words of a name vote one by one, so that "Viktor Fetissov" and a later "Fetissov" settle the
surname together; a tie goes to the English of the built-in list ("Radio Australia"), then to the
spelling of the French. A name with no rendering that looks like
it ("Action de grâces", "Thanksgiving") was translated, not copied, and is left to the model.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from service.article import Article, NameType
from service.names.find import FoundMention, FoundName
from service.names.glossary import built_in
from service.names.keys import fold, likeness, romanised, without_marks
from service.names.match import Wanted, assign
from service.names.repair import ALIKE, Missing, find_edits

# Letters outside the western alphabets that English newspapers keep the marks of.
FOREIGN = re.compile(r"[^\W\d_a-zA-ZÀ-ÖØ-öø-ÿœŒ]")

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
        missing = Missing(mention.source, (mention.source,), NameType.OTHER, 0.0, discovered=True)
        span = next((e.span for e in find_edits(target, [missing], (), frozenset())), None)
    return target[span.start : span.end] if span else None


def harmonise(
    names: Iterable[FoundName], readings: Mapping[FoundMention, str]
) -> tuple[FoundName, ...]:
    """Where an article mixes accepted spellings of a name (Kyiv, Kiev), keep the most frequent.

    Args:
        names: names whose mentions have their English forms.
        readings: what each mention reads as, if anything.

    Returns:
        The names; the form of the article is the first form of each mention, its rival spellings
        are gone, abbreviations and other names ("US" for "United States") stay accepted.
    """
    return tuple(_harmonised(name, readings) for name in names)


def _harmonised(name: FoundName, readings: Mapping[FoundMention, str]) -> FoundName:
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for mention in name.mentions:
        spelt = (form for form in mention.english if _same(form, readings.get(mention, "")))
        counts[mention.english].update(form for form in spelt if _rivals(form, mention.english[0]))
    mentions = (replace(m, english=_settled(m.english, counts[m.english])) for m in name.mentions)
    return replace(name, mentions=tuple(mentions))


def _settled(forms: tuple[str, ...], counts: Counter[str]) -> tuple[str, ...]:
    """Put the form of the article first, and drop its rivals if they occur too."""
    if not counts or list(counts) == [forms[0]]:
        return forms
    spelt = Counter[str]()  # a lost mark ("Sao Paulo") is no other spelling
    for form, count in counts.items():
        spelt[fold(form)] += count
    best = max(counts, key=lambda form: (spelt[fold(form)], -forms.index(form)))
    mixed = len(counts) > 1
    return (best, *(f for f in forms if f != best and not (mixed and _rivals(f, best))))


def _same(form: str, reading: str) -> bool:
    return form[:1].casefold() == reading[:1].casefold() and form[1:] == reading[1:]


def _rivals(one: str, other: str) -> bool:
    """Tell whether two forms are spellings of one form, the Arabic article counting for nothing."""
    words, others = ([word for word in fold(form).split() if word != "al"] for form in (one, other))
    return len(words) == len(others) and likeness(" ".join(words), " ".join(others)) >= ALIKE


def _elect(name: FoundName, votes: Votes) -> FoundName:
    sure = name.type is NameType.PERSON or len(name.french.split()) > 1
    decided = (
        m if m.english else replace(m, english=_forms(m.source, votes, sure)) for m in name.mentions
    )
    return replace(name, mentions=tuple(m for m in decided if m.english))


def _forms(source: str, votes: Votes, sure: bool) -> tuple[str, ...]:
    """Give the elected form, and the same in small letters, which is right for common words.

    A single word that may be a common noun ("Ligue", "League") is a name only if it was mostly
    copied.
    """
    words = [_winner(votes.get("word " + fold(word)), word) for word in source.split()]
    elected = [word for word in words if word]
    form = " ".join(_without_damage(source.split(), elected)) if all(words) else None
    form = form or _winner(votes.get(fold(source)), source)
    sure = sure or FOREIGN.search(source) is not None
    if not form or (not sure and not _is_copied(votes.get(fold(source)), source)):
        return ()
    return tuple(dict.fromkeys((form, form.lower())))


def _without_damage(french: Sequence[str], english: Sequence[str]) -> list[str]:
    """Copy the one word of a name that the model did neither copy nor transliterate.

    "Nathal Normandeau" is Nathalie Normandeau; "Viktor Orban" for "Victor Orban" is as likely
    right as not, for the two sound the same.
    """
    odd = [
        place
        for place, (one, other) in enumerate(zip(french, english, strict=True))
        if fold(one) != fold(other)
    ]
    mended = list(english)
    if len(odd) == 1 < len(french) and english[odd[0]][0].isupper():
        one, other = french[odd[0]], english[odd[0]]
        if romanised(one) != romanised(other) and not _is_exonym(one, other):
            mended[odd[0]] = without_marks(one) if FOREIGN.search(one) else one
    return mended


def _is_exonym(french: str, english: str) -> bool:
    """Tell whether the built-in list has this English for a word or for each of its parts."""
    pairs = list(zip(french.split("-"), english.split("-"), strict=False))
    differ = [(fold(one), other) for one, other in pairs if one != other]
    as_long = french.count("-") == english.count("-")
    return as_long and bool(differ) and exonyms().issuperset(differ)


@cache
def exonyms() -> frozenset[tuple[str, str]]:
    """Pair the single words of the built-in list, folded, with their English."""
    return frozenset(
        (fold(french), english)
        for term in built_in()
        for french in term.french
        for english in term.english
        if " " not in french + english and french != english
    )


def _is_copied(counts: Counter[str] | None, source: str) -> bool:
    if not counts:
        return False
    copies = sum(count for spelling, count in counts.items() if fold(spelling) == fold(source))
    return 2 * copies > sum(counts.values())


def _winner(counts: Counter[str] | None, french: str) -> str | None:
    """Name the spelling with most votes; the French one, then the first, wins a tie.

    A word with letters that no western alphabet has (č, ł, ş) and that the model did not copy was
    mostly damaged: it is written without the marks, as English newspapers do.
    """
    if not counts:
        return None
    most = max(counts.values())
    leaders = [spelling for spelling, count in counts.items() if count == most]
    english = next((leader for leader in leaders if _is_exonym(french, leader)), None)
    if english:
        return english
    if french in leaders or any(leader.casefold() == french.casefold() for leader in leaders):
        return french
    if FOREIGN.search(french) and fold(leaders[0]) != fold(french):
        return without_marks(french)
    return leaders[0]
