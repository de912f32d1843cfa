"""Sentences found by likeness."""

import random

import pytest
from rapidfuzz.distance import Levenshtein

from service.memory.fuzzy import LEAST, FuzzyIndex

WORDS = "le la un chat chien dort court mange voit grand petit noir rouge Paris Lyon".split()


def index_of(*sentences: str) -> FuzzyIndex:
    """Number sentences from 1."""
    index = FuzzyIndex()
    index.add(enumerate(sentences, start=1))
    return index


def test_the_closest_sentence_is_found_with_its_similarity() -> None:
    """Similarity is one less Levenshtein's distance over the longer length."""
    index = index_of("Le chat noir dort.", "Le chat rouge dort.", "Un train part pour Lyon.")
    ((number, similarity),) = index.closest("Le chat rouge mord.")
    assert number == 2
    assert similarity == pytest.approx(1 - 2 / 19)
    assert [number for number, _ in index.closest("Le chat rouge mord.", 3)] == [2]


def test_nothing_is_found_where_nothing_is_close() -> None:
    """Below the threshold a pair helps nobody; an empty index and unknown words do no harm."""
    assert index_of("Un train part pour Lyon.").closest("Le train arrive de Paris ce soir.") == []
    assert index_of().closest("Le chat dort.") == []
    assert index_of("Le chat dort.").closest("!?") == []


def test_a_removed_sentence_is_found_no_more_and_its_number_can_be_used_again() -> None:
    """Databases give the number of a removed row to the next."""
    index = index_of("Le chat dort.", "Le chien dort ici.")
    index.remove(1)
    index.remove(99)
    assert len(index) == 1
    assert index.closest("Le chat dort.") == []
    index.add([(1, "Un train part pour Lyon."), (2, "Le chien dort ici.")])
    assert len(index) == 2
    assert [number for number, _ in index.closest("Un train part pour Lyon !", 2)] == [1]


def test_the_index_finds_what_comparing_everything_finds() -> None:
    """Candidates are chosen so well that the best of all is among them."""
    rng = random.Random(1)
    names = [f"Nom{number}" for number in range(300)]
    sentences = [
        " ".join([*rng.choices(WORDS, k=rng.randrange(4, 20)), rng.choice(names)])
        for _ in range(2000)
    ]
    index = index_of(*sentences)
    for sentence in rng.sample(sentences, 100):
        words = sentence.split()
        words[rng.randrange(len(words) - 1)] = rng.choice(WORDS)
        asked = " ".join(words)
        best = max(Levenshtein.normalized_similarity(asked, other) for other in sentences)
        found = index.closest(asked)
        assert [similarity for _, similarity in found] == ([best] if best >= LEAST else [])
