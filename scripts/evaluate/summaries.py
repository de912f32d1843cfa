"""Measure the summaries against references, beside the first sentences, LexRank and TextRank.

python -m scripts.evaluate summaries EVAL/orangesum-dev.jsonl --words 35 60

The file holds an object a line, with `article` and `summary`, both French; the French stands in for
its own translation, so the budget counts French words. Every method fills the budget with whole
sentences, but for `first_words`, which breaks off. ROUGE (Lin 2004) is F1 on lower-case words,
unstemmed; the interval is a paired bootstrap of 1,000 draws of the difference in ROUGE-L from lead.
"""

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.article import Article
from service.split import split
from service.summarise import summarise

TOUCHING = re.compile(r"(?<=[a-zà-ÿ»\d][.!?])(?=[A-ZÀ-Þ«])")
WORD = re.compile(r"\w+")
DAMPING = 0.85  # of both random walks
DRAWS = 1000

Vector = NDArray[np.float64]
Method = Callable[[Article, int], list[str]]


def ours(article: Article, words: int) -> list[str]:
    """Give the French side of our summary."""
    return [pair.source for pair in summarise(article, words).pairs]


def lead(article: Article, words: int) -> list[str]:
    """Take the first sentences that fit."""
    sentences = _sentences(article)
    return _fill(sentences, range(len(sentences)), words)


def first_words(article: Article, words: int) -> list[str]:
    """Take the first words and break off, which no editor would print: a bound, not a rival."""
    return [" ".join(article.text.split()[:words])]


def lexrank(article: Article, words: int) -> list[str]:
    """Rank by a random walk on tf-idf cosines (Erkan and Radev 2004, the continuous form)."""
    bags = [Counter(WORD.findall(s.lower())) for s in _sentences(article)]
    documents = Counter(word for bag in bags for word in bag)
    weights = [{w: n * np.log(len(bags) / documents[w]) for w, n in bag.items()} for bag in bags]
    norms = [np.sqrt(sum(x * x for x in vector.values())) or 1.0 for vector in weights]
    likeness = np.array(
        [
            [
                sum(x * b.get(w, 0.0) for w, x in a.items()) / (n * m)
                for b, m in zip(weights, norms, strict=True)
            ]
            for a, n in zip(weights, norms, strict=True)
        ]
    )
    return _by_walk(article, likeness, words)


def textrank(article: Article, words: int) -> list[str]:
    """Rank by a random walk on shared words (Mihalcea and Tarau 2004)."""
    bags = [set(WORD.findall(s.lower())) for s in _sentences(article)]
    sizes = [np.log(len(bag) + 1.0) or 1.0 for bag in bags]
    likeness = np.array(
        [
            [len(a & b) / (n + m) for b, m in zip(bags, sizes, strict=True)]
            for a, n in zip(bags, sizes, strict=True)
        ]
    )
    return _by_walk(article, likeness, words)


METHODS: tuple[Method, ...] = (lead, first_words, lexrank, textrank, ours)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("file", type=Path, help="articles and summaries, JSON lines")
    parser.add_argument("--words", type=int, nargs="+", default=[35, 60])
    parser.add_argument("--limit", type=int, default=None, help="only so many articles")
    parser.add_argument("--show", type=int, default=0, help="print so many summaries")


def main(args: argparse.Namespace) -> int:
    """Print a table for each budget."""
    lines = args.file.read_text(encoding="utf-8").splitlines()[: args.limit]
    rows = [json.loads(line) for line in lines]
    articles = [as_translated(row["article"]) for row in rows]
    references = [TOUCHING.sub(" ", row["summary"]) for row in rows]
    for words in args.words:
        print(f"{len(articles)} articles, {words} words")
        print("| method | R-1 | R-2 | R-L | R-L above lead (95%) | words | ms |")
        print("|---|---|---|---|---|---|---|")
        report(articles, references, words)
        for article in articles[: args.show]:
            print(f"\n{article.text[:400]}\n-> {' / '.join(ours(article, words))}")
    return 0


def as_translated(text: str) -> Article:
    """Split an article and let the French stand for the English."""
    article = split(TOUCHING.sub(" ", text))
    return article.with_sentences(
        {
            (p, s): replace(sentence, target=sentence.source)
            for p, s, sentence in article.sentences()
        }
    )


def report(articles: Sequence[Article], references: Sequence[str], words: int) -> None:
    """Print a row for each method; lead is the first and the measure of the others."""
    baseline: Vector = np.zeros(len(articles))
    for method in METHODS:
        start = time.perf_counter()
        texts = [" ".join(method(article, words)) for article in articles]
        spent = (time.perf_counter() - start) / len(articles) * 1000
        scores = np.array([rouge(t, r) for t, r in zip(texts, references, strict=True)])
        baseline = scores[:, 2] if method is lead else baseline
        low, high = interval(scores[:, 2] - baseline)
        one, two, longest = scores.mean(axis=0) * 100
        length = np.mean([len(text.split()) for text in texts])
        print(
            f"| {method.__name__} | {one:.1f} | {two:.1f} | {longest:.2f} "
            f"| {low * 100:+.2f} to {high * 100:+.2f} | {length:.1f} | {spent:.1f} |"
        )


def interval(differences: Vector) -> tuple[float, float]:
    """Give the 95% bootstrap interval of a mean of paired differences."""
    rng = np.random.default_rng(1)
    draws = rng.integers(0, len(differences), (DRAWS, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def rouge(text: str, reference: str) -> tuple[float, float, float]:
    """Give ROUGE-1, ROUGE-2 and ROUGE-L as F1."""
    a, b = WORD.findall(text.lower()), WORD.findall(reference.lower())
    pairs = Counter(pairwise(a)), Counter(pairwise(b))
    return (
        _f1((Counter(a) & Counter(b)).total(), len(a), len(b)),
        _f1((pairs[0] & pairs[1]).total(), len(a) - 1, len(b) - 1),
        _f1(_longest_common(a, b), len(a), len(b)),
    )


def _f1(shared: int, one: int, other: int) -> float:
    return 2 * shared / (one + other) if shared else 0.0


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    row = [0] * (len(b) + 1)
    for word in a:
        diagonal = 0
        for n, other in enumerate(b, start=1):
            above = row[n]
            row[n] = diagonal + 1 if word == other else max(above, row[n - 1])
            diagonal = above
    return row[-1]


def _sentences(article: Article) -> list[str]:
    return [sentence.source for _, _, sentence in article.sentences()]


def _by_walk(article: Article, likeness: Vector, words: int) -> list[str]:
    """Fill the budget by the stationary weights of a random walk between like sentences."""
    np.fill_diagonal(likeness, 0)
    totals = likeness.sum(axis=1, keepdims=True)
    steps = np.where(totals > 0, likeness / np.maximum(totals, 1e-12), 1 / len(likeness))
    weights = np.full(len(steps), 1 / len(steps))
    for _ in range(50):
        weights = (1 - DAMPING) / len(steps) + DAMPING * weights @ steps
    return _fill(_sentences(article), np.argsort(-weights).tolist(), words)


def _fill(sentences: Sequence[str], order: Sequence[int], words: int) -> list[str]:
    """Take sentences in an order as long as they fit; give them in that of the article."""
    chosen = []
    for n in order:
        length = len(sentences[n].split())
        if length <= words:
            chosen.append(n)
            words -= length
    return [sentences[n] for n in sorted(chosen)]
