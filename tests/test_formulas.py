"""Formulas of news agencies in a wording that the model knows."""

import pytest

from service.wording.formulas import plainly


@pytest.mark.parametrize(
    ("french", "reworded"),
    [
        (
            "L'attentat a fait douze morts et trente blessés.",
            "L'attentat a tué douze personnes et blessé trente autres.",
        ),
        (
            "faisant au moins 150 morts et plus de 1 200 blessés.",
            "tuant au moins 150 personnes et blessant plus de 1 200 autres.",
        ),
        (
            "La crue fait un mort et une dizaine de blessés.",
            "La crue tue une personne et blesse une dizaine d'autres.",
        ),
        ("qui avait déjà fait 15 blessés", "qui avait déjà blessé 15 personnes"),
        ("Il a fait 9 morts et 3 blessés graves.", "Il a tué 9 personnes et 3 blessés graves."),
        ("Il fit plusieurs centaines de morts", "Il tua plusieurs centaines de personnes"),
        ("Il nie, a-t-on appris de source policière.", "Il nie, selon une source policière."),
        ("Il ment, indique-t-on de sources proches.", "Il ment, selon des sources proches."),
        ("Il nie, a-t-on appris auprès du parquet.", "Il nie, selon le parquet."),
        ("Il nie, a-t-on précisé auprès de la police", "Il nie, selon la police"),
        ("Il nie, apprend-on de même source.", "Il nie, selon la même source."),
    ],
)
def test_a_formula_is_reworded(french: str, reworded: str) -> None:
    """What was done by a verb, who said it by "selon"."""
    assert plainly(french) == reworded


@pytest.mark.parametrize(
    "french",
    [
        "Le bilan fait état de dix morts.",
        "Cela a fait 39 morts et disparus, 3 morts ou disparus.",
        "a fait 3 morts et 2 disparus",
        "On a fait deux morts-vivants et il fait le mort.",
        "Douze morts et trente blessés, que sait-on de lui ?",
    ],
)
def test_what_says_something_else_stays(french: str) -> None:
    """Missing people are not dead, and not every dead person was killed."""
    assert plainly(french) == french
