"""Figures in a wording that a small model copies."""

import pytest

from service.wording.copyable import copyable


@pytest.mark.parametrize(
    ("french", "reworded"),
    [
        ("mardi à 4 h 12 (9 h 12 GMT), ", "mardi à 4:12 (9:12 GMT), "),
        ("à 16h30, à 20 heures 05.", "à 16:30, à 20:05."),
        ("à 9h, vers 20 heures, dès 7 H", "à 9:00, vers 20:00, dès 7:00"),
        ("20 heures locales (18h GMT)", "20:00 heure locale (18:00 GMT)"),
        ("de 9 h à 18 h 30, entre 8h et 9h", "de 9:00 à 18:30, entre 8:00 et 9:00"),
        ("22 h à Paris, 20h en temps universel", "22:00 à Paris, 20:00 en temps universel"),
        ("au 01 23 45 67 89, 04-56-78-90-12", "au 01.23.45.67.89, 04.56.78.90.12"),
        ("le +33 1 23 45 67 89.", "le +33.1.23.45.67.89."),
        ("1 234,56 euros, 12 345,6", "1234,56 euros, 12 345,6"),
        ("Une trentaine d'opérations", "Environ 30 opérations"),
        ("à une dizaine de kilomètres", "à environ 10 kilomètres"),
    ],
)
def test_times_and_round_numbers_are_put_in_figures(french: str, reworded: str) -> None:
    """Hours and minutes with a colon; about so many with the number."""
    assert copyable(french) == reworded


@pytest.mark.parametrize(
    "french",
    [
        "24 h sur 24, pendant 2 heures, 130 km/h",
        "à 2 heures de Paris, à 3 heures d'avion",
        "à 8 heures et demie, vers 9 heures moins le quart",
        "une marche de 9 h, un film de 2 heures",
        "1 h 30 min",
        "12,5 h 30",
        "22 h à l'aéroport, 01 23 45, 1 234 euros",
        "une quarantaine de 14 jours, une quarantaine de deux semaines",
        "une douzaine d'œufs, une centaine de blessés, des dizaines de morts",
    ],
)
def test_what_may_mean_something_else_stays(french: str) -> None:
    """Lengths of time, distances, quarantines, and what the model knows."""
    assert copyable(french) == french
