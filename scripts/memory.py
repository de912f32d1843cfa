"""Time a translation memory of many pairs, and count what its index misses.

    python -m scripts.memory tests/data/domain --entries 100000

The pairs are made of the words of the texts, drawn as often as they occur there, sentences being
as long as theirs. Asked for are sentences of the memory with one word in eight exchanged. Printed
are seconds of CPU time: to add all pairs, to look up one sentence for the first time (the index is
made), then to look up one sentence of a batch of 40: one that is there, one like it, one unlike
all. The last line compares the index with rapidfuzz on every pair.
"""

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from service.memory import Pair, normalised
from service.memory.fuzzy import LEAST
from service.split import split
from service.store import open_store
from service.store.memory import Memories

BATCH = 40  # sentences of an article
EXCHANGED = 8  # one word in so many
COMPARED = 200  # sentences for which every pair is compared


class Maker:
    """Makes sentences that have the words and lengths of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._random = random.Random(1)
        words = Counter(word for text in texts for word in re.findall(r"[\w’-]+", text))
        # A long tail as a real memory has it: names and numbers that occur once or twice.
        self._words = list(words)
        self._weights = list(words.values())
        self._lengths = [
            len(sentence.source.split())
            for text in texts
            for _, _, sentence in split(text).sentences()
        ]

    def sentence(self) -> str:
        """Make one."""
        length = self._random.choice(self._lengths)
        words = self._random.choices(self._words, self._weights, k=length)
        words[self._random.randrange(length)] = f"Nom{self._random.randrange(50_000)}"
        return " ".join(words) + "."

    def like(self, sentence: str) -> str:
        """Exchange some words of one."""
        words = sentence.split()
        for _ in range(max(1, len(words) // EXCHANGED)):
            words[self._random.randrange(len(words))] = self._random.choice(self._words)
        return " ".join(words)


@contextmanager
def timed(what: str, parts: int = 1) -> Iterator[None]:
    """Print the CPU time of a block, for each of its parts."""
    start = time.process_time()
    yield
    print(f"{what:<28}{(time.process_time() - start) / parts:10.5f} s", flush=True)


def missed(look_up: Callable[[str], float], asked: Sequence[str], known: Sequence[str]) -> int:
    """Count the sentences for which comparing everything finds something closer."""
    texts = [normalised(sentence) for sentence in known]
    count = 0
    for sentence in asked:
        best = process.extractOne(
            normalised(sentence),
            texts,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=LEAST,
        )
        count += best is not None and look_up(sentence) < round(best[1], 3)
    return count


def main() -> None:
    """Make a memory, ask it, and print how long it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="French texts (*.txt)")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--database", help="address; else a SQLite file of its own")
    args = parser.parse_args()
    maker = Maker([path.read_text(encoding="utf-8") for path in sorted(args.folder.glob("*.txt"))])
    known = [maker.sentence() for _ in range(args.entries)]
    asked = random.Random(2).sample(known, BATCH)
    with tempfile.TemporaryDirectory() as folder:
        memories = Memories(open_store(args.database or f"sqlite:///{folder}/memory.db"))
        with timed(f"add {args.entries:,} pairs"):
            memories.add(Pair(sentence, sentence) for sentence in known)
        with timed("the first look"):
            memories.look_up([maker.like(asked[0])])
        for what, sentences in (
            ("a sentence that is there", asked),
            ("a sentence like one", [maker.like(sentence) for sentence in asked]),
            ("a sentence unlike all", [maker.sentence() for _ in asked]),
        ):
            with timed(what, BATCH):
                memories.look_up(sentences)
        like = [maker.like(sentence) for sentence in random.Random(3).sample(known, COMPARED)]

        def similarity(sentence: str) -> float:
            (hit,) = memories.look_up([sentence])
            return hit.similarity if hit else 0.0

        print(f"{missed(similarity, like, known)} of {COMPARED} closest sentences missed")


if __name__ == "__main__":
    main()
