"""Small words of English that their neighbours decide."""

import pytest

from service.wording.small_words import worded


@pytest.mark.parametrize(
    ("english", "printed"),
    [
        ("in the the theatres", "in the theatres"),
        ("The the end, to to to go", "The end, to go"),
        ("a an abstract, an a boy", "an abstract, a boy"),
        ("said that that had had a, a", "said that that had had a, a"),
        ("The cat sat on the mat.", "The cat sat on the mat."),
    ],
)
def test_a_small_word_is_said_once(english: str, printed: str) -> None:
    """Words that may be right twice stay."""
    assert worded(english, "") == printed


@pytest.mark.parametrize(
    ("english", "printed"),
    [
        ("4st floor, 2th round", "4th floor, 2nd round"),
        ("March 31th, the 113st", "March 31st, the 113th"),
        ("1st, 22nd, 3rd, 11th, 20th", "1st, 22nd, 3rd, 11th, 20th"),
    ],
)
def test_an_ordinal_has_the_suffix_of_its_number(english: str, printed: str) -> None:
    """As it is spoken: first, second, third, and fourth."""
    assert worded(english, "") == printed


@pytest.mark.parametrize(
    ("english", "french", "printed"),
    [
        ("22 p.m. in Paris, 20 p.m.", "22 h à Paris, 20h UTC.", "22:00 in Paris, 20:00."),
        ("at 20 a.m., France 2", "au 20 heures de France 2", "at 20:00, France 2"),
        ("At 15:30 pm, he", "À 15h30, il", "At 15:30, he"),
        ("He waited 22 p.m. there", "Il a attendu 22 h là", "He waited 22 hours there"),
        ("at 3 p.m.", "à 15 h", "at 3 p.m."),
    ],
)
def test_an_hour_after_noon_has_no_half_of_the_day(english: str, french: str, printed: str) -> None:
    """It is a time of day, or a length of time where the French has nothing to say when."""
    assert worded(english, french) == printed


@pytest.mark.parametrize(
    ("english", "french", "printed"),
    [
        ("one million Euros", "un million d'euros", "one million euros"),
        ("1.85 Euro", "1,85 euro", "1.85 euro"),
        ("Euro 2016", "l'Euro 2016", "Euro 2016"),
    ],
)
def test_the_euro_is_written_as_the_french_has_it(english: str, french: str, printed: str) -> None:
    """The money in small letters, the championship with its capital."""
    assert worded(english, french) == printed


@pytest.mark.parametrize("english", ["01.23.45.67.89", "01 23,45, 67,89", "0123456789"])
def test_a_telephone_number_is_parted_as_in_the_french(english: str) -> None:
    """Whatever the model makes of the blanks, if it has all the figures."""
    assert worded(f"Call {english} now", "Appelez le 01\u00a023 45 67 89.") == (
        "Call 01 23 45 67 89 now"
    )
    assert worded("Call 01 23 45 67", "Appelez le 01 23 45 67 89.") == "Call 01 23 45 67"
