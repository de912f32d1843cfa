"""What the ledger adds to the time of an article, and what a glossary of 100,000 terms adds.

python -m scripts.evaluate cost models/fr-en EVAL/newstest2013.fr

The text holds a French sentence a line; windows of 25 lines are taken as articles. Counted is the
CPU time of the process with one thread of the engine, so that a busy machine tells the same: of
translating whole articles, summaries and checks included, and therein of finding and settling the
names, with all that they ask the model again. Every article stands alone, so that its questions
share no batch with those of others, as they do in a busy service.
"""

import argparse
import gc
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from scripts.benchmark.recorder import Recorder
from service.article import Article
from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.intake import FORBIDDEN
from service.names.find import find
from service.names.glossary import Glossary, built_in, layered, read_csv
from service.observer import Observer
from service.pipeline import Wishes, load_pipeline
from service.settings import Settings
from service.split import split

TERMS = 100_000
FIND, SETTLE = "find", "settle"  # the stages of the ledger

Result = TypeVar("Result")


class Stages(Observer):
    """Adds up the CPU time of each stage, and knows which one runs."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.running = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        self.running, begin = name, time.process_time()
        yield
        self.seconds[name] += time.process_time() - begin


class Asked(Recorder):
    """An engine that counts what it is asked in each stage, and the CPU time of its answers."""

    def __init__(self, engine: Engine, stages: Stages) -> None:
        super().__init__(engine)
        self._stages = stages
        self.segments: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer as the engine does."""
        ask = super().translate
        spent, answers = timed(lambda: ask(segments, decoding, prefixes))
        self.seconds[self._stages.running] += spent
        self.segments[self._stages.running] += len(segments)
        return answers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("model", help="bundled name or folder")
    parser.add_argument("text", type=Path, help="a French sentence a line")
    parser.add_argument("--window", type=int, default=25, help="lines taken as one article")
    parser.add_argument("--limit", type=int, help="lines; all by default")


def main(args: argparse.Namespace) -> int:
    """Print the times and their shares."""
    pipeline = load_pipeline(Settings(model=args.model, device="cpu", threads=1))
    lines = args.text.read_text(encoding="utf-8").splitlines()[: args.limit]
    # An article that holds a control character, as newstest2014 does, is refused.
    french = [FORBIDDEN.sub("", line) for line in lines]
    texts = ["\n".join(french[n : n + args.window]) for n in range(0, len(french), args.window)]
    wishes = Wishes(detect_language=False)
    pipeline.translate_article(texts[0], wishes)  # reads all tables
    gc.freeze()  # as the service does
    stages = Stages()
    engine = Asked(pipeline.engine, stages)
    pipeline = replace(pipeline, engine=engine, observer=stages)
    whole, _ = timed(lambda: [pipeline.translate_article(text, wishes) for text in texts])
    names = stages.seconds[FIND] + stages.seconds[SETTLE]
    rest = whole - names
    print(f"{len(texts)} articles, {len(french)} lines: {rest:.1f} s without their names")
    print(f"names: {names:.2f} s, {names / rest:.1%} of that")
    answers = engine.seconds[SETTLE]
    print(f"    {engine.segments[SETTLE]} second answers: {answers:.2f} s, {answers / rest:.1%}")
    text = many_terms()
    loading, many = timed(lambda: ready(read_csv(text, where="terms")))
    documents = [split(text) for text in texts]
    found, _ = timed(lambda: find_all(documents, built_in()))
    larger, _ = timed(lambda: find_all(documents, layered(many, built_in())))
    print(f"{TERMS} terms: {loading:.2f} s to load, finding +{(larger - found) / whole:.1%}")
    return 0


def timed(act: Callable[[], Result]) -> tuple[float, Result]:
    """Do something; give the CPU time it took and its result."""
    start = time.process_time()
    result = act()
    return time.process_time() - start, result


def find_all(documents: Sequence[Article], glossary: Glossary) -> None:
    """Find the names of all articles."""
    for document in documents:
        find(document, glossary)


def many_terms() -> str:
    """Write a table of terms that look like names."""
    rows = (f"Ville{n} Nord{n % 97},Town{n} North{n % 97},place\n" for n in range(TERMS))
    return "french,english,type\n" + "".join(rows)


def ready(glossary: Glossary) -> Glossary:
    """Build the index of a glossary, as the first article does."""
    assert all(layer.index for layer in glossary.layers)
    return glossary
