"""Test sets of names: texts, the mentions that the reference has, outputs of systems, articles.

A folder holds SET.fr, SET.en, names-SET.tsv (line, start, French, English in the reference, type)
and systems/SET.SYSTEM.en, a sentence per line.
"""

import csv
import html
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from service.article import Article, NameType, Origin, Paragraph, Sentence
from service.checks import is_sound
from service.decoding import Decoding, Hypothesis, Translate
from service.names import glossary as glossaries
from service.names.find import Found
from service.names.glossary import Glossary, Term
from service.names.match import occurrences
from service.names.settle import settle

KIND = {"place": NameType.PLACE, "acronym": NameType.ORGANISATION}
Pair = tuple[str, str]
Settle = Callable[[Article, Found], Article]


@dataclass(frozen=True, slots=True)
class Expected:
    """A mention that the reference has: where in the French, what in the English."""

    line: int
    start: int
    french: str
    english: str
    type: str

    @property
    def pair(self) -> Pair:
        """The French and its English."""
        return self.french, self.english


@dataclass(frozen=True)
class NameSet:
    """A test set: French, reference and the mentions to look for."""

    name: str
    french: list[str]
    reference: list[str]
    expected: list[Expected]

    @cached_property
    def pairs(self) -> Counter[Pair]:
        """The pairs that a person who makes a glossary would take, and how often they occur.

        Left out are pairs that the reference uses in half of the lines or less that have the French
        ("Galilée", "Galilei"), and those cut out of a word ("R. Ewing" in "J.R. Ewing").
        """
        forms = {one.french for one in self.expected}
        lines = Counter(
            french
            for french in forms
            for line in self.french
            if french in line and occurrences(line, french)
        )
        used = Counter(one.pair for one in self.expected)
        cut = {one.pair for one in self.expected if self._is_cut(one)}
        return Counter(
            {pair: n for pair, n in used.items() if 2 * n > lines[pair[0]] and pair not in cut}
        )

    def _is_cut(self, one: Expected) -> bool:
        before = self.french[one.line][: one.start]
        return before.endswith(".") or before[-1:].isalnum()

    @cached_property
    def given(self) -> Glossary:
        """A request glossary of the pairs, the more frequent English first."""
        kinds = {one.french: KIND.get(one.type, NameType.OTHER) for one in self.expected}
        english: dict[str, list[str]] = defaultdict(list)
        for (french, form), _ in self.pairs.most_common():
            english[french].append(form)
        return glossaries.of_terms(
            (Term((french,), tuple(forms), kinds[french]) for french, forms in english.items()),
            Origin.REQUEST,
        )


class Frozen:
    """A `Translate` that can only say again what is stored."""

    def __init__(self, french: Sequence[str], english: Sequence[str]) -> None:
        self._stored = dict(zip(french, english, strict=True))

    def __call__(
        self,
        sentences: Sequence[str],
        decoding: Decoding = Decoding(),
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Give the stored line of each sentence, and nothing for another sentence."""
        known = (self._stored.get(sentence) for sentence in sentences)
        return [[Hypothesis(text, 0.0)] if text else [] for text in known]

    def settle(self, article: Article, found: Found) -> Article:
        """Settle names by the rungs that need no second translation."""
        return settle(article, found, self)


def model(name: str) -> tuple[Translate, Settle]:
    """Load a model: what translates, and what settles names by asking it."""
    from service.engines import load_engine
    from service.models import find_bundle
    from service.settings import Settings
    from service.wording.rare_words import rare_words_of
    from service.wording.sentences import SentenceTranslator

    bundle = find_bundle(name)
    translate = SentenceTranslator(load_engine(bundle, Settings(model=name)), rare_words_of(bundle))
    marks = bundle.record.marks
    return translate, partial(settle, translate=translate, is_sound=is_sound, follows_marks=marks)


def read(path: Path) -> list[str]:
    """Read the lines of a file; one stored output has HTML entities."""
    return html.unescape(path.read_text(encoding="utf-8")).split("\n")[:-1]


def load(folder: Path, name: str, limit: int | None = None) -> NameSet:
    """Read a test set and its mentions, its first lines only if asked."""
    with (folder / f"names-{name}.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        expected = [
            Expected(int(r["line"]) - 1, int(r["start"]), r["french"], r["english"], r["type"])
            for r in rows
        ]
    french = read(folder / f"{name}.fr")[:limit]
    expected = [one for one in expected if one.line < len(french)]
    return NameSet(name, french, read(folder / f"{name}.en")[:limit], expected)


def systems(folder: Path, name: str) -> list[str]:
    """List the systems with a stored output."""
    return sorted(p.name.split(".")[1] for p in (folder / "systems").glob(f"{name}.*.en"))


def output_of(folder: Path, name: str, system: str) -> list[str]:
    """Read the stored output of a system."""
    return read(folder / "systems" / f"{name}.{system}.en")


def articles(
    french: Sequence[str],
    english: Sequence[str],
    window: int,
    scores: Sequence[float] | None = None,
) -> Iterator[Article]:
    """Cut a test set into articles of so many lines, one sentence a paragraph."""
    pairs = list(zip(french, english, strict=True))
    for first in range(0, len(pairs), window):
        cut = slice(first, first + window)
        yield article(pairs[cut], scores[cut] if scores else None)


def article(pairs: Sequence[Pair], scores: Sequence[float] | None = None) -> Article:
    """Make an article of French sentences and their English, one sentence a paragraph."""
    paragraphs, place, texts = [], 0, []
    known: Sequence[float | None] = scores or [None] * len(pairs)
    for (french, english), score in zip(pairs, known, strict=True):
        sentence = Sentence(place, place + len(french), french, english, score=score)
        paragraphs.append(Paragraph(sentence.start, sentence.end, (sentence,)))
        place = sentence.end + 1
        texts.append(french)
    return Article("\n".join(texts), tuple(paragraphs))
