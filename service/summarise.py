"""A summary of sentence pairs: chosen on the French side, their English already made.

The measure is PacSum's (Zheng and Lapata 2019) on tf-idf vectors: a sentence matters when much of
what comes after it is like it, and less when it only repeats what came before; the place in the
article counts beside that, and a sentence like one already chosen counts less (MMR, Carbonell and
Goldstein 1998).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.article import Article, Role, Sentence, Severity, Summary, SummaryPair

BACKWARD, FORWARD = -0.3, 1.0  # PacSum's weights of similarity to earlier and to later sentences
CENTRALITY, POSITION = 0.7, 0.3
NOVELTY = 0.85  # MMR: weight of a sentence's own merit against its likeness to those chosen
ALIKE = 0.6  # share of content words from which two sentences say the same
FEWEST_WORDS, MOST_WORDS = 8, 45
MOST_SENTENCES = 4
CANDIDATES = 400  # sentences weighed; news tells its story first

WORD = re.compile(r"\w+")
ENDS_A_SENTENCE = re.compile(r"[.!…][\s\"'”’»)]*$")
# A pronoun that points back, or a byline, credit or link.
ORPHAN = re.compile(
    r"^[«\"“\s]*(?:ils?|elles?|ce(?:l[au]i?|ux|lles?|tte|s|t)?(?:-(?:ci|là))?|c['’]|leurs?"
    r"|selon (?:lui|elle|eux))\b",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"^(?:lire aussi|photo|crédit|à lire|voir aussi)\b|\((?:AFP|Reuters|AP)\)", re.I
)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may stand in a summary, and its place."""

    paragraph: int
    index: int
    sentence: Sentence

    @property
    def pair(self) -> SummaryPair:
        """The sentence in both languages."""
        return SummaryPair(self.paragraph, self.index, self.sentence.source, self.sentence.target)


def summarise(article: Article, words: int) -> Summary:
    """Choose sentences whose English fits in so many words, in the order of the article."""
    if words == 0:
        return Summary((), "No summary was asked for.")
    prose = _prose(article)
    if not prose:
        return Summary((), "There is no sentence that could stand in a summary.")
    if sum(_length(one) for one in prose) <= words:
        return Summary(tuple(one.pair for one in prose), "The article is as short as its summary.")
    candidates = [one for one in prose if _stands_alone(one.sentence)][:CANDIDATES]
    chosen = _choose(candidates, words)
    if not chosen:
        return Summary((), f"No sentence that stands alone fits in {words} words.")
    return Summary(tuple(candidates[n].pair for n in sorted(chosen)))


def _prose(article: Article) -> list[Candidate]:
    return [
        Candidate(p, s, sentence)
        for p, s, sentence in article.sentences()
        if article.paragraphs[p].role is Role.TEXT and ENDS_A_SENTENCE.search(sentence.source)
    ]


def _length(one: Candidate) -> int:
    return len(one.sentence.target.split())


def _stands_alone(sentence: Sentence) -> bool:
    """Whether a sentence is prose of a good length that needs none before it."""
    words = len(sentence.source.split())
    return (
        FEWEST_WORDS <= words <= MOST_WORDS
        and not ORPHAN.search(sentence.source)
        and not CREDIT.search(sentence.source)
        and sentence.source.count("«") == sentence.source.count("»")
        and not any(flag.severity is Severity.RED for flag in sentence.flags)
    )


def _choose(candidates: Sequence[Candidate], words: int) -> list[int]:
    """Take the best sentence that fits and says something new, until nothing fits."""
    if not candidates:
        return []
    vectors = _vectors([one.sentence.source for one in candidates])
    likeness = vectors @ vectors.T
    merit = _merit(likeness)
    chosen: list[int] = []
    left = words
    while len(chosen) < MOST_SENTENCES:
        fitting = [
            n
            for n, one in enumerate(candidates)
            if n not in chosen
            and _length(one) <= left
            and max(likeness[n, chosen], default=0.0) < ALIKE
        ]
        if not fitting:
            break
        best = max(
            fitting,
            key=lambda n: (
                NOVELTY * merit[n] - (1 - NOVELTY) * max(likeness[n, chosen], default=0.0)
            ),
        )
        chosen.append(best)
        left -= _length(candidates[best])
    return chosen


def _vectors(texts: Sequence[str]) -> Matrix:
    """Weigh the words of each text by tf-idf, within the article; rows of length 1."""
    bags = [Counter(WORD.findall(text.lower())) for text in texts]
    documents = Counter(word for bag in bags for word in bag)
    place = {word: n for n, word in enumerate(documents)}
    vectors = np.zeros((len(bags), len(place)))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            vectors[row, place[word]] = count * np.log(len(bags) / documents[word])
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Matrix = vectors / np.maximum(norms, 1e-9)
    return unit


def _merit(likeness: Matrix) -> Matrix:
    """Mix directed centrality and place, both brought to 0 to 1."""
    later, earlier = np.triu(likeness, 1).sum(axis=1), np.tril(likeness, -1).sum(axis=1)
    centrality = FORWARD * later + BACKWARD * earlier
    spread = np.ptp(centrality) or 1.0
    place = 1 / np.arange(1, len(likeness) + 1)
    merit: Matrix = CENTRALITY * (centrality - centrality.min()) / spread + POSITION * place
    return merit
