"""One spelling of a name that the glossary lets be spelt in several ways (Kyiv, Kiev)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from service.names.find import FoundMention, FoundName
from service.names.keys import fold, likeness
from service.names.repair import ALIKE


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
