"""The yardsticks themselves: ROUGE, damage and percentiles."""

import random

import pytest

from scripts.evaluate import checks, confidence, summaries


@pytest.mark.parametrize(
    ("text", "reference", "scores"),
    [
        ("le chat dort", "le chat dort", (1.0, 1.0, 1.0)),
        ("le chat dort", "un oiseau chante", (0.0, 0.0, 0.0)),
        ("Le chat dort bien", "le chien dort", (4 / 7, 0.0, 4 / 7)),
        ("dort le chat", "le chat dort", (1.0, 0.5, 2 / 3)),
        ("", "le chat", (0.0, 0.0, 0.0)),
    ],
)
def test_rouge_counts_words_pairs_and_the_longest_common_run(
    text: str, reference: str, scores: tuple[float, float, float]
) -> None:
    """F1 of shared words, of shared pairs and of the longest common subsequence."""
    assert summaries.rouge(text, reference) == pytest.approx(scores)


def test_touching_sentences_are_parted() -> None:
    """The set lost its spaces after full stops; numbers and initials keep theirs."""
    article = summaries.as_translated("Le chat dort.Le chien mange 3.5 kilos.")
    assert [s.source for _, _, s in article.sentences()] == [
        "Le chat dort.",
        "Le chien mange 3.5 kilos.",
    ]


def test_every_kind_of_damage_changes_the_translation() -> None:
    """What is counted as damaged is damaged."""
    pair = checks.Pair(
        "Lundi, M. Durand, qui n’a pas vu les 12 hommes partir, a dit « oui » à tout.",
        'On Monday, Mr. Durand, who did not see the 12 men leave at all, said "yes" to everything.',
        "Another sentence.",
        ("Durand",),
        ("Martin",),
    )
    for damage in checks.DAMAGES:
        damaged = damage(pair, random.Random(1))
        assert damaged
        assert damaged != pair.target


def test_percentiles_run_from_the_lowest_score_to_the_highest() -> None:
    """The table has a score for each hundredth of the sentences, ends included."""
    table = confidence.percentiles([-n / 100 for n in range(201)])
    assert len(table) == 101
    assert (table[0], table[50], table[100]) == (-2.0, -1.0, 0.0)
