"""How often the words of the press come out in the English that the table gives them.

python -m scripts.evaluate press models/fr-en CORPUS/mono/*.fr.xz

Each file holds French, a sentence or a paragraph a line. Up to --examples sentences with each word
are translated as the service does, and without the marks of the table. A word that comes out right
without them needs no row; one that is not copied needs other English, best a single word.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from tqdm import tqdm

from scripts.training.mix import read_lines
from service.cli.options import add_settings, settings_from
from service.decoding import Decoding
from service.engines import load_engine
from service.models import find_bundle
from service.wording import press
from service.wording.rare_words import rare_words_of
from service.wording.sentences import SentenceTranslator

SENTENCE_ENDS = re.compile(r"(?<=[.!?»])\s+(?=[A-ZÀ-Þ«])")
FEWEST, MOST = 5, 35  # words of an example
CHUNK = 1_000  # sentences translated at once
NEEDLESS, REFUSED = 0.75, 0.5  # shares, without and with marks


@dataclass(slots=True)
class Row:
    """A row of the table, and how often its English was there, with marks and without."""

    french: str
    english: str
    examples: int = 0
    marked: int = 0
    bare: int = 0


@dataclass(slots=True)
class Examples:
    """Sentences that hold a word of the table: the word, its English, the sentence."""

    most: int
    found: list[tuple[str, str, str]] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)

    def read(self, sentences: Iterable[str]) -> None:
        """Take what is still wanted."""
        for sentence in sentences:
            for french, english in press.words_of(sentence):
                if self.count[french] < self.most:
                    self.count[french] += 1
                    self.found.append((french, english, sentence))


def sentences_of(path: Path) -> Iterator[str]:
    """Cut a file into sentences of a fit length, roughly."""
    for line in read_lines(path):
        for sentence in SENTENCE_ENDS.split(line.strip()):
            if FEWEST <= len(sentence.split()) <= MOST:
                yield sentence


def translate(translator: SentenceTranslator, sentences: Sequence[str]) -> dict[str, str]:
    """Translate each distinct sentence."""
    english: dict[str, str] = {}
    distinct = list(dict.fromkeys(sentences))
    for start in tqdm(range(0, len(distinct), CHUNK), desc="translating", unit="chunk"):
        chunk = distinct[start : start + CHUNK]
        answers = translator(chunk, Decoding(beam_size=2))
        english |= {one: answer[0].text for one, answer in zip(chunk, answers, strict=True)}
    return english


def holds(text: str, words: str) -> bool:
    """Tell whether a text has these whole words, in any case."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("model", help="folder, name or hub id")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="French text")
    parser.add_argument("--examples", type=int, default=6, help="sentences for each form")
    parser.add_argument("--show", action="store_true", help="print the rows to look at again")
    add_settings(parser, "engine", "device", "threads", "cache_dir")


def main(args: argparse.Namespace) -> int:
    """Measure and print."""
    bundle = find_bundle(args.model)
    translator = SentenceTranslator(load_engine(bundle, settings_from(args)), rare_words_of(bundle))
    examples = Examples(args.examples)
    for path in args.files:
        examples.read(sentences_of(path))
    sentences = [sentence for *_, sentence in examples.found]
    marked = translate(translator, sentences)
    with patch.object(press, "mark", str):
        bare = translate(translator, sentences)
    rows: dict[str, Row] = {}
    for french, english, sentence in examples.found:
        row = rows.setdefault(french, Row(french, english))
        row.examples += 1
        row.marked += holds(marked[sentence], english)
        row.bare += holds(bare[sentence], english)
    report(list(rows.values()), show=args.show)
    return 0


def report(rows: Sequence[Row], *, show: bool) -> None:
    """Print the shares, and the forms that need no row or other English."""
    examples = sum(row.examples for row in rows)
    for name in ("bare", "marked"):
        right = sum(getattr(row, name) for row in rows)
        print(f"{name:7} {right / max(1, examples):6.1%} of {examples} ({len(rows)} forms)")
    for row in rows if show else ():
        if row.bare >= NEEDLESS * row.examples or row.marked < REFUSED * row.examples:
            print(f"{row.french}\t{row.english}\t{row.bare}, {row.marked} of {row.examples}")
