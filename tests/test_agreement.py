"""Names that only one side of a sentence has."""

import pytest

from service.agreement import equivalents, gone, unmatched


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Il a vu Vladimir Poutine hier.", "He saw Vladimir Putin yesterday."),
        ("Il vit en Allemagne.", "He lives in Germany."),
        ("Il aime l'Allemagne.", "He likes the German team."),
        ("Il vit au Royaume-Uni.", "He lives in the UK."),
        ("Il accuse le Conseil de sécurité.", "He accuses the Security Council."),
        ("Les Fantômes du passé.", "The ghosts of the past."),
        ("Il a vu Angela Merkel hier.", "He saw Merkel yesterday."),
        ("Il vit en Nouvelle-Écosse.", "He lives in Nova Scotia."),
        ("Elle lit « La Belle et la Bête » à Paul.", "She reads Beauty and the Beast to Paul."),
        ("Il aime la Grosse Citrouille, une citrouille.", "He likes the Big Pumpkin, a pumpkin."),
        ("Il dirige le ministère des Pêches.", "He runs the Ministry of Fisheries."),
        ("Il a vu Mohammed Ali.", "He saw Muhammad Ali."),
        ("Il est mort au XIXe siècle.", "He died in the 19th century."),
    ],
)
def test_a_name_with_a_like_or_known_form_is_not_missing(french: str, english: str) -> None:
    """Spellings, exonyms, adjectives and translated titles all count as the name."""
    assert unmatched(french, english)[0] == []


def test_a_swapped_name_is_missing_and_the_other_is_extra() -> None:
    """The French name has nothing like it, nor has the English one."""
    missing, extra = unmatched("Il a rencontré Macron hier.", "He met Johnson yesterday.")
    assert (missing, extra) == (["Macron"], ["Johnson"])


@pytest.mark.parametrize(
    ("french", "english", "name"),
    [
        ("Il vit aux États-Unis.", "He lives in Canada.", "États-Unis"),
        ("Kaboul est vide.", "Baghdad is empty.", "Kaboul"),
        ("Il vit aux États-Unis.", "He lives in the U.S.", ""),
        ("La place d'Espagne est vide.", "The Spanish Steps are empty.", ""),
        ("Il quitte la Grande-Bretagne.", "He leaves Britain.", ""),
        ("La fin de l'Union soviétique.", "The end of the USSR.", ""),
    ],
)
def test_a_known_name_is_gone_if_no_word_of_it_is_left(
    french: str, english: str, name: str
) -> None:
    """Abbreviations and adjectives of a place count as the name."""
    assert gone(french, english) == name


def test_english_capitals_are_no_names_that_were_added() -> None:
    """English writes weekdays and peoples with a capital, French does not."""
    assert unmatched("Il a vu lundi un danois.", "He saw a Danish man Monday.") == ([], [])


def test_the_glossary_gives_equivalents_word_by_word() -> None:
    """Any English word of a name that the glossary knows may stand for its French words."""
    assert {"germany", "german"} <= equivalents("allemagne")
    assert equivalents("xyzzy") == frozenset()
