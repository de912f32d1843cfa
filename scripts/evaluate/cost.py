"""What the ledger adds to the time of an article, and what a glossary of 100,000 terms adds.

python -m scripts.evaluate cost models/fr-en EVAL/newstest2013.fr

The text holds a French sentence a line; windows of 25 lines are taken as articles. Counted is the
CPU time of the process on one thread, so that a busy machine tells the same: translating the
articles, then finding and settling their names, the model's second answers included. Every article
stands alone, so that its questions share no batch with those of others, as they do in a busy
service.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from scripts.evaluate.name_sets import articles
from service.article import Article
from service.decoding import Decoding, Hypothesis, Translate
from service.engines import load_engine
from service.engines.sentences import SentenceTranslator
from service.models import find_bundle
from service.names.find import find
from service.names.glossary import Glossary, built_in, layered, read_csv
from service.names.settle import settle
from service.settings import Settings

TERMS = 100_000

Result = TypeVar("Result")


class Timed:
    """A `Translate` that counts what it is asked and the CPU time of its answers."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self.spent, self.asked = 0.0, 0

    def __call__(
        self,
        sentences: Sequence[str],
        decoding: Decoding = Decoding(),
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer as the other does."""
        spent, answers = timed(lambda: self._translate(sentences, decoding, prefixes))
        self.spent += spent
        self.asked += len(sentences)
        return answers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("model", help="bundled name or folder")
    parser.add_argument("text", type=Path, help="a French sentence a line")
    parser.add_argument("--window", type=int, default=25, help="lines taken as one article")
    parser.add_argument("--limit", type=int, default=1000, help="lines")


def main(args: argparse.Namespace) -> int:
    """Print the times and their shares."""
    bundle = find_bundle(args.model)
    translate = SentenceTranslator(load_engine(bundle, Settings(threads=1)))
    french = args.text.read_text(encoding="utf-8").splitlines()[: args.limit]
    translate(french[:5])
    windows = [french[n : n + args.window] for n in range(0, len(french), args.window)]
    spent, answers = timed(lambda: [best for one in windows for best in translate(one)])
    drafts = [best[0] for best in answers]
    texts, scores = [draft.text for draft in drafts], [draft.score for draft in drafts]
    documents = list(articles(french, texts, args.window, scores))
    print(f"{len(documents)} articles, {len(french)} lines: {spent:.1f} s to translate")
    find_all(documents[:1], built_in())
    found, _ = timed(lambda: find_all(documents, built_in()))
    asking = Timed(translate)
    ledger, _ = timed(lambda: settle_all(documents, built_in(), asking, bundle.record.marks))
    print(f"names: {ledger:.2f} s, {ledger / spent:.1%} of that; finding alone {found:.2f} s")
    print(f"    {asking.asked} second answers: {asking.spent:.2f} s, {asking.spent / spent:.1%}")
    text = many_terms()
    loading, many = timed(lambda: ready(read_csv(text, where="terms")))
    larger, _ = timed(lambda: find_all(documents, layered(many, built_in())))
    print(f"{TERMS} terms: {loading:.2f} s to load, finding +{(larger - found) / spent:.1%}")
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


def settle_all(
    documents: Sequence[Article], glossary: Glossary, translate: Translate, follows_marks: bool
) -> None:
    """Find and settle the names of all articles."""
    for document in documents:
        settle(document, find(document, glossary), translate, follows_marks=follows_marks)


def many_terms() -> str:
    """Write a table of terms that look like names."""
    rows = (f"Ville{n} Nord{n % 97},Town{n} North{n % 97},place\n" for n in range(TERMS))
    return "french,english,type\n" + "".join(rows)


def ready(glossary: Glossary) -> Glossary:
    """Build the index of a glossary, as the first article does."""
    assert all(layer.index for layer in glossary.layers)
    return glossary
