"""Count how many of the passages in tests/test_split.py each sentence splitter gets right.

    pip install blingfire cleave-sbd nupunkt pysbd sentence-splitter sentencesplit sentencex syntok
    python -m scripts.splitters

Each library runs with its own rules for French, if it has any. One that is not installed is left
out. The last column is the time for 100,000 words in paragraphs of four passages.
"""

import importlib
import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

from scripts.backtranslate import languagetool
from service.split import split
from tests.test_split import PASSAGES

WORDS = 100_000


def splitters() -> dict[str, Callable[[Any], Callable[[str], list[str]]]]:
    """For each library: how to make of its module a function from a text to its sentences."""
    return {
        "blingfire": lambda m: lambda text: m.text_to_sentences(text).split("\n"),
        "choppa": lambda _: languagetool("fr_two"),
        "csbd": lambda m: m.Segmenter(language="fr").segment,
        "nupunkt": lambda m: m.sentences,
        "pysbd": lambda m: m.Segmenter(language="fr").segment,
        "sentence_splitter": lambda m: m.SentenceSplitter(language="fr").split,
        "sentencesplit": lambda m: m.Segmenter(language="fr").segment,
        "sentencex": lambda m: lambda text: list(m.segment("fr", text)),
        "syntok.segmenter": lambda m: lambda text: list(syntok_sentences(m, text)),
    }


def syntok_sentences(syntok: Any, text: str) -> Iterator[str]:
    """Cut the text at the offsets of syntok's tokens."""
    for tokens in itertools.chain.from_iterable(syntok.analyze(text)):
        yield text[tokens[0].offset : tokens[-1].offset + len(tokens[-1].value)]


def ours(text: str) -> list[str]:
    """Split as the service does."""
    return [sentence.source for _, _, sentence in split(text).sentences()]


def right(splitter: Callable[[str], list[str]]) -> int:
    """Count the passages split as marked."""
    return sum(
        [piece.strip() for piece in splitter(passage.replace("¦", "")) if piece.strip()]
        == [piece.strip() for piece in passage.split("¦")]
        for passage in PASSAGES
    )


def seconds(splitter: Callable[[str], list[str]]) -> float:
    """Time it on news of the same kind."""
    plain = itertools.cycle(passage.replace("¦", "") for passage in PASSAGES)
    text, count = [], 0
    while count < WORDS:
        paragraph = " ".join(itertools.islice(plain, 4))
        text.append(paragraph)
        count += len(paragraph.split())
    begun = time.process_time()
    for paragraph in text:
        splitter(paragraph)
    return time.process_time() - begun


def main() -> None:
    """Print a line per splitter, best first."""
    found: dict[str, Callable[[str], list[str]]] = {"ours": ours}
    for name, make in splitters().items():
        try:
            found[name] = make(importlib.import_module(name))
        except ImportError:
            print(f"{name} is not installed")
    for name, splitter in sorted(found.items(), key=lambda item: -right(item[1])):
        print(f"{name:20}{right(splitter):4} of {len(PASSAGES)}{seconds(splitter):8.2f} s")


if __name__ == "__main__":
    main()
