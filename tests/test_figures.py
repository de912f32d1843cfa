"""Figures, months and weekdays that a model miscopied."""

import pytest

from service.wording.figures import correct

MISCOPIED = [
    ("Plus de 88 000 dollars.", "More than $880,000.", "More than $88,000."),
    ("Plus de 88\u202f000 dollars.", "More than $880,000.", "More than $88,000."),
    ("En 736 000 voix.", "In 7360,000 votes.", "In 736,000 votes."),
    ("Entre 1 600 et 2 040 m.", "Between 1,600 and 240 m.", "Between 1,600 and 2,040 m."),
    ("De 37 $ à 188 $.", "From $3700 to $188.", "From $37 to $188."),
    ("Jan (1899 - 1966).", "Jan (1899 - 196).", "Jan (1899 - 1966)."),
    ("Près de 410 000 euros.", "Nearly 40,000 euros.", "Nearly 410,000 euros."),
    ("Une hausse de 12,5 %.", "A rise of 1.25%.", "A rise of 12.5%."),
    ("Une dette de 35 milliards.", "A debt of 350 billion.", "A debt of 35 billion."),
    ("Lundi 4 janvier, il a plu.", "On Friday, January 4, it rained.", "On Monday, January 4,"),
    ("Tous les lundis.", "On Fridays.", "On Mondays."),
    ("En août dernier.", "Last September.", "Last August."),
    ("Les jeunes (20-30 ans).", "Youth (2030 years).", "Youth (20-30 years)."),
    ("Les jeunes (20 à 30 ans).", "Youth (2030 years).", "Youth (20-30 years)."),
    ("Trente mille dollars.", "300,000 dollars.", "30,000 dollars."),
    ("Il a trente-deux ans.", "He is 322.", "He is 32."),
    ("Mardi 25 mai.", "Wednesday, May 255.", "Tuesday, May 25."),
]
LEFT = [
    ("Il a 32 ans.", "He is 45."),  # another number altogether
    ("Il y a 3 ans.", "8 years ago."),  # one digit tells nothing
    ("De 20 à 30 en 2030.", "From 20 to 30 in 2030."),
    ("12 et 24 voix.", "120 and 240 votes."),  # two at once: which for which?
    ("Près de 500 milles.", "Nearly 500."),  # a thousand times less, not a digit
    ("Pour 30 dollars.", "For 30-billion."),
    ("Un dollar vaut 10,5 shekels.", "A dollar is 1,05.5 shekels."),  # not a figure at all
    ("35 millions, puis 35.", "350 million, then 350 million, then 35."),  # which of them?
    ("Il est venu en mars.", "He may come. May he?"),  # a verb
    ("À 15h30.", "At 3:30 pm."),
    ("À 210 km/h.", "At 130 mph."),
    ("Le prix passe à 1 200 euros.", "The price is 1,200 euros."),
    ("Il est venu lundi.", "He came."),
    ("Lundi et mardi.", "Wednesday and Thursday."),
]


@pytest.mark.parametrize(("french", "english", "expected"), MISCOPIED)
def test_what_is_miscopied_is_written_as_the_french_has_it(
    french: str, english: str, expected: str
) -> None:
    """One figure for one, most digits alike, and no other place in the English changes."""
    corrected, pairs = correct(french, english)
    assert corrected.startswith(expected)
    assert pairs
    assert correct(french, corrected) == (corrected, ())


@pytest.mark.parametrize(("french", "english"), LEFT)
def test_what_is_not_clear_is_left(french: str, english: str) -> None:
    """A flag is better than a guess."""
    assert correct(french, english) == (english, ())


def test_what_was_written_over_is_told() -> None:
    """Each correction says what the model wrote, and what stands there."""
    assert correct("Mardi 25 mai.", "Wednesday, May 255.")[1] == (
        ("255", "25"),
        ("Wednesday", "Tuesday"),
    )
