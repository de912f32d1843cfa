"""The yardsticks themselves: ROUGE, damage and percentiles."""

import random
from pathlib import Path

import pytest

from scripts.evaluate import checks, confidence, press, summaries
from scripts.evaluate.consistency import groups
from scripts.evaluate.name_sets import Expected, NameSet, article
from scripts.evaluate.replacements import Verdict, is_same, judged, replacements, written_over
from service.article import How, Mention
from service.names.find import find
from service.names.glossary import built_in


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


@pytest.mark.parametrize(
    ("reference", "old", "new", "verdict"),
    [
        ("Putin spoke.", "Poutin", "Putin", Verdict.RIGHT),
        ("Russian gas.", "Russian", "Russia", Verdict.WRONG),
        ("Poutin spoke.", "POUTIN", "Poutin", Verdict.STYLE),
        ("He spoke.", "Poutin", "Putin", Verdict.OPEN),
    ],
)
def test_the_reference_judges_what_was_written_over(
    reference: str, old: str, new: str, verdict: Verdict
) -> None:
    """Right if it has the new words, wrong if it has the old, open if it has neither."""
    assert judged(reference, f"{old} here", old, new) is verdict


@pytest.mark.parametrize(
    ("french", "old", "new", "same"),
    [
        ("GRC", "GRC", "RCMP", True),
        ("Gérard de Villiers", "Villiers", "Gerard de Villiers", True),
        ("Russie", "Russian", "Russia", False),
        ("Taliban Pakistan", "Pakistani", "Taliban Pakistan", False),
        ("Galilée", "Galileo", "Galilee", False),
    ],
)
def test_only_the_french_or_a_part_of_the_form_is_surely_the_name(
    french: str, old: str, new: str, same: bool
) -> None:
    """An adjective or what sounds alike may be another name, and counts as wrong."""
    assert is_same(old, french, new) is same


@pytest.mark.parametrize(
    ("given", "draft", "line", "verdict"),
    [
        (True, "The GRC came.", "The RCMP came.", Verdict.ASKED),
        (False, "The GRC came.", "The RCMP came.", Verdict.WRONG),
        (True, "Le livre de GRC.", "Le livre de RCMP.", Verdict.WRONG),
    ],
)
def test_only_a_glossary_may_ask_for_another_form(
    given: bool, draft: str, line: str, verdict: Verdict
) -> None:
    """A form that nobody gave, or one inside a title left in French, is wrong."""
    start = line.index("RCMP")
    mention = Mention(0, 0, 3, 6, "GRC", How.REPAIRED, start, start + 4, "RCMP")
    sites = {(0, 3)} if given else set()
    (found,) = replacements([mention], [draft], [line], ["Le livre de GRC."], sites)
    assert (found.old, found.new, found.verdict) == ("GRC", "RCMP", verdict)


def test_the_words_written_over_are_found_in_the_draft() -> None:
    """The words of the draft that stand where the mended line has the name."""
    after = "Yesterday Vladimir Putin spoke."
    assert written_over("Yesterday Wladimir Poutin spoke.", after, 10, 24) == "Wladimir Poutin"


def test_a_glossary_leaves_out_what_nobody_would_put_in() -> None:
    """A pair that the reference hardly uses, and one cut out of a word, are not given."""
    test = NameSet(
        "set",
        ["Galilée et Moscou.", "Galilée seul.", "J.R. Ewing est mort."],
        ["Galilei and Moscow.", "Galileo alone.", "JR Ewing has died."],
        [
            Expected(0, 0, "Galilée", "Galilei", "differs"),
            Expected(0, 11, "Moscou", "Moscow", "place"),
            Expected(2, 2, "R. Ewing", "JR Ewing", "differs"),
        ],
    )
    assert list(test.pairs) == [("Moscou", "Moscow")]
    assert [term.english for term in test.given] == [("Moscow",)]


def test_a_name_spelt_alike_is_a_group_and_reads_in_one_way_or_not() -> None:
    """An adjective counts as the name; a spelling left in French does not."""
    document = article(
        [
            ("Il part pour Moscou.", "He leaves for Moscou."),
            ("Il rentre de Moscou.", "He is back from Moscow."),
            ("Il aime la Russie.", "He likes Russia."),
            ("Le gaz de Russie manque.", "Russian gas is short."),
        ]
    )
    found = groups(document, find(document, built_in()))
    assert [(group.french, group.is_one) for group in found] == [
        ("Moscou", False),
        ("Russie", True),
    ]


def test_examples_of_the_press_are_whole_sentences_and_few(tmp_path: Path) -> None:
    """Of each word as many as are wanted, from sentences of a fit length."""
    text = tmp_path / "press.txt"
    text.write_text(
        "Un otage. Il a libéré un otage hier soir. Deux otages sont en fuite depuis hier.\n"
        "Un autre otage est libre depuis lundi.\n",
        encoding="utf-8",
    )
    examples = press.Examples(most=1)
    examples.read(press.sentences_of(text))
    assert examples.found == [
        ("otage", "hostage", "Il a libéré un otage hier soir."),
        ("otages", "hostages", "Deux otages sont en fuite depuis hier."),
        ("en fuite", "at large", "Deux otages sont en fuite depuis hier."),
    ]


def test_english_counts_as_whole_words(capsys: pytest.CaptureFixture[str]) -> None:
    """In any case; and what needs other English, or none, is told."""
    assert press.holds("Hostages, free at last", "hostages")
    assert not press.holds("Hostages, free at last", "hostage")
    rows = [
        press.Row("otage", "hostage", examples=4, marked=4, bare=1),
        press.Row("greffe", "transplant", examples=4, marked=1, bare=0),
        press.Row("ouragan", "hurricane", examples=4, marked=4, bare=4),
    ]
    press.report(rows, show=True)
    assert capsys.readouterr().out.splitlines() == [
        "bare     41.7% of 12 (3 forms)",
        "marked   75.0% of 12 (3 forms)",
        "greffe\ttransplant\t0, 1 of 4",
        "ouragan\thurricane\t4, 4 of 4",
    ]
