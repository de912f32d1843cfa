"""Numbers, in the notations of two languages."""

import pytest

from service.numbers import Written, compare, read
from service.numerals import ENGLISH, FRENCH

SAME = [
    ("Il a perdu 1 200 euros.", "He lost 1,200 euros."),
    ("Il a perdu 1\u202f200 euros.", "He lost 1,200 euros."),
    ("Il a perdu 1.200 euros.", "He lost 1,200 euros."),
    ("La hausse atteint 3,5 %.", "The rise is 3.5%."),
    ("Un déficit de 1.200,5 euros.", "A deficit of 1,200.5 euros."),
    ("Quelque 400 000 morts.", "Some 400,000 dead."),
    ("Deux trains se sont heurtés.", "Two trains collided."),
    ("Les 2 trains se sont heurtés.", "Both trains collided."),
    ("Une dette de 3,5 milliards.", "A debt of 3.5 billion."),
    ("Une dette de 3,5 milliards.", "A debt of 3,500 million."),
    ("Une dette de 40 M€.", "A debt of 40 million euros."),
    ("Une dette de 2 billions.", "A debt of 2 trillion."),
    ("Deux millions et demi de voix.", "2.5 million votes."),
    ("De 2 à 3 millions de voix.", "From 2 million to 3 million votes."),
    ("Deux cent mille voix.", "200,000 votes."),
    ("Quatre-vingt-dix-sept voix.", "Ninety-seven votes."),
    ("Soixante et onze voix.", "71 votes."),
    ("Entre deux cents et quatre cents voix.", "Between two hundred and four hundred votes."),
    ("À 15h30.", "At 3:30 pm."),
    ("À 20 h 15.", "At 8:15 pm."),
    ("À 11 h 29.", "At 11.29am."),
    ("À 8h00.", "At 8:00."),
    ("À midi.", "At 12."),
    ("Le 1er mai.", "The first of May."),
    ("Le 20e anniversaire.", "The 20th anniversary."),
    ("Au XXe siècle.", "In the 20th century."),
    ("Au dix-neuvième siècle.", "In the 19th century."),
    ("La cinquante-quatrième réunion.", "The 54th meeting."),
    ("Le 92e jour.", "The ninety-second day."),
    ("Dans les années 90.", "In the 1990s."),
    ("Dans les années quatre-vingt-dix.", "In the nineties."),
    ("La saison 2003-2004.", "The 2003-04 season."),
    ("Dans les quinze jours.", "Within two weeks."),
    ("2 millions et demi.", "2 and a half million."),
    ("Une quinzaine de blessés.", "About 15 injured."),
    ("Cinq pour cent des voix.", "Five per cent of the votes."),
    ("Vers 12 h 00 GMT.", "Around 1200 GMT."),
    ("À 21 h 19 GMT.", "At 2119 GMT."),
    ("Depuis le 11 septembre.", "Since 9/11."),
    ("Il roulait à 210 km/h.", "He drove at 130mph."),
    ("Une citrouille de 922 kg.", "A 2,030-pound pumpkin."),
    ("Les 8es de finale.", "The round of 16."),
    ("Un homme, une voix.", "A man, a vote."),
]


@pytest.mark.parametrize(("french", "english"), SAME)
def test_one_number_in_two_notations_is_no_difference(french: str, english: str) -> None:
    """Separators, words, ordinals, hours, decades and scales are brought to one value."""
    assert compare(french, english) == ([], [])


@pytest.mark.parametrize(
    ("french", "english", "missing", "extra"),
    [
        ("Il a 32 ans.", "He is 23.", ["32"], ["23"]),
        ("Il roulait à 210 km/h.", "He drove at 150mph.", ["210"], ["150"]),
        ("Il pèse 100 kg.", "He weighs 62 lb.", ["100"], ["62"]),
        ("Trois millions.", "Three billion.", ["Trois millions"], ["Three billion"]),
        ("Il y a 12 blessés.", "There are people injured.", ["12"], []),
        ("Il y a des blessés.", "There are 12 injured.", [], ["12"]),
        ("Deux morts.", "Three dead.", ["Deux"], ["Three"]),
        ("Il dort.", "He sleeps for one thousand years.", [], ["one thousand"]),
    ],
)
def test_a_number_that_changed_is_told_on_both_sides(
    french: str, english: str, missing: list[str], extra: list[str]
) -> None:
    """What is missing and what is added are given as they are written."""
    only_french, only_english = compare(french, english)
    assert [number.text for number in only_french] == missing
    assert [number.text for number in only_english] == extra


def test_a_number_tells_how_it_is_written() -> None:
    """Digits weigh more than words, and a first or a dozen is no evidence at all."""
    found = {number.text: number.written for number in read("12, treize, une douzaine", FRENCH)}
    assert found["12"] is Written.DIGITS
    assert found["treize"] is Written.WORDS
    assert found["douzaine"] is Written.LOOSE


def test_grouped_digits_keep_both_readings_where_the_notation_is_open() -> None:
    """A point before three digits may group or divide; the other side decides."""
    assert next(read("1.200", ENGLISH)).readings == {1200.0, 1.2}
    assert next(read("1 200", FRENCH)).readings == {1200.0}
