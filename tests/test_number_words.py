"""French number words in figures."""

import pytest

from service.wording.copyable import copyable
from service.wording.number_words import spelt_out


@pytest.mark.parametrize(
    ("french", "reworded"),
    [
        ("dix-huit mois et trente-trois hommes", "18 mois et 33 hommes"),
        ("vingt et un, vingt-et-une, soixante et onze", "21, 21, 71"),
        ("dans les années quatre-vingt-dix", "dans les années 90"),
        ("cent trente-quatre ans, huit cents, six cent mille", "134 ans, 800, 600 000"),
        ("vingt-cinq millions, cent mille, deux mille seize", "25 millions, 100 000, 2016"),
        ("la cinquante-quatrième, le dix-neuvième siècle", "la 54e, le 19e siècle"),
        ("dix à quinze ans, dix-huit ou vingt", "10 à 15 ans, 18 ou 20"),
        ('"Trente-six personnes sont là', '"36 personnes sont là'),
        ("à vingt heures, le quinze mai", "à 20:00, le 15 mai"),
    ],
)
def test_number_words_from_eleven_on_are_put_in_figures(french: str, reworded: str) -> None:
    """With the scale that stands behind them, as ordinals, at both ends of a range."""
    assert copyable(french) == reworded


@pytest.mark.parametrize(
    "french",
    [
        "deux ou trois, sept, dix mille, cent, mille, le dixième",
        "les Vingt-Sept, rue du Quatre-Septembre, les Trente Glorieuses",
        "le quinze de France, leur onze de départ, quinze jours, mille et une nuits",
        "huit heures trente, vingt heures quinze, une marche de quinze heures",
        "10 cents, un cent de dollar, cent pour cent, soixante-huitards, 3 mille",
        "un vingtième de la somme, trois vingtièmes",
    ],
)
def test_number_words_that_mean_something_else_stay(french: str) -> None:
    """Names, teams, fortnights, times, money, fractions, and what the model knows."""
    assert copyable(french) == french


@pytest.mark.parametrize(
    ("english", "printed"),
    [
        ("24 people came", "Twenty-four people came"),
        ("60 years on, 12 came", "Sixty years on, 12 came"),
        ("12, says he", "Twelve, says he"),
        ("15% of them", "15% of them"),
        ("2016 was", "2016 was"),
        ("10.5 or 20:30", "10.5 or 20:30"),
        ("20:30, he says", "20:30, he says"),
        ("He", "He"),
    ],
)
def test_a_figure_below_100_that_begins_a_sentence_is_spelt_out(english: str, printed: str) -> None:
    """Other figures stay."""
    assert spelt_out(english) == printed
