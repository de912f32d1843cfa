"""What the written forms tell of an article beside its text: its names and what to check."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from service.article import Article, Flag, How, Name, Sentence

NAME_COLUMNS = ("Name", "In the French", "Type", "From", "Mentions")
FLAG_COLUMNS = ("Severity", "Kind", "Why", "Sentence")
SUPPORT = "The sentences of the article that best support it:"  # a summary that a model wrote

Place = tuple[int, int]  # paragraph and sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """A name as it stands in a sentence of either language: `start` to `end`."""

    start: int
    end: int
    name: Name
    how: How


def name_rows(article: Article) -> list[tuple[str, ...]]:
    """List the ledger, in the columns of `NAME_COLUMNS`."""
    return [
        (name.canonical, _french(name), name.type, name.origin, _mentions(name))
        for name in article.names
    ]


def flags(article: Article) -> Iterator[tuple[Place, Sentence, Flag]]:
    """Yield every flag with its sentence and where that stands."""
    for p, s, sentence in article.sentences():
        for flag in sentence.flags:
            yield (p, s), sentence, flag


def flag_rows(article: Article) -> list[tuple[str, ...]]:
    """List what to check, in the columns of `FLAG_COLUMNS`."""
    return [
        (flag.severity, flag.kind, flag.detail, sentence.target)
        for _, sentence, flag in flags(article)
    ]


def shown_names(article: Article) -> tuple[dict[Place, list[Shown]], dict[Place, list[Shown]]]:
    """Say which names each sentence shows, in French and in English, in order and apart."""
    french: dict[Place, list[Shown]] = {}
    english: dict[Place, list[Shown]] = {}
    for name in article.names:
        for one in name.mentions:
            place = one.paragraph, one.sentence
            french.setdefault(place, []).append(Shown(one.start, one.end, name, one.how))
            if one.target_start is not None and one.target_end is not None:
                shown = Shown(one.target_start, one.target_end, name, one.how)
                english.setdefault(place, []).append(shown)
    return _apart(french), _apart(english)


def made_by(article: Article) -> str:
    """Say what made the translation, in one line; empty if nobody knows."""
    made = article.provenance
    if made is None:
        return ""
    line = f"Interligne, model {made.model} ({made.sha256[:12]}), {made.engine}, {made.settings}"
    written = article.summary.written if article.summary else None
    return f"{line}; summary by {written.model} ({written.sha256[:12]})" if written else line


def _apart(shown: dict[Place, list[Shown]]) -> dict[Place, list[Shown]]:
    """Sort names and leave out those that begin inside another."""
    found: dict[Place, list[Shown]] = {}
    for place, names in shown.items():
        end = 0
        for one in sorted(names, key=lambda one: (one.start, -one.end)):
            if one.start >= end:
                found.setdefault(place, []).append(one)
                end = one.end
    return found


def _french(name: Name) -> str:
    return ", ".join(dict.fromkeys(mention.source for mention in name.mentions))


def _mentions(name: Name) -> str:
    """Count mentions by how they were made right, with a word for those that needed it."""
    counts = Counter(mention.how for mention in name.mentions)
    touched = [f"{count} {how}" for how, count in counts.items() if how is not How.MODEL]
    return ", ".join([str(len(name.mentions)), *touched])
