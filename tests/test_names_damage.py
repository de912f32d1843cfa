"""Damaged copies of names, told from their English forms."""

import pytest

from service.names.common import common_capitals
from service.names.damage import has_english_ending, is_damaged, is_exonym, is_foreign


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Montebourg", "Monteburg"),
        ("Lecointre", "Lecointra"),
        ("Toffee", "Toffe"),
        ("Périgord", "Perrigord"),
        ("Gainsbourg", "Gainsburg"),
        ("Kouchner", "Kushner"),
        ("Nathalie", "Nathal"),
        ("Zlatan", "latan"),
        ("Lübeck", "L'beck"),
    ],
)
def test_a_slip_of_the_pen_is_damage(french: str, english: str) -> None:
    """Letters lost, doubled or changed make no English name."""
    assert is_damaged(french, english, foreign=is_foreign(french), translatable=False)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Mélenchon", "Melenchon"),  # a copy without its marks
        ("Édimbourg", "Edinburgh"),  # the built-in list says so
        ("Khouchkadamov", "Khushkadamov"),  # transliterated, and so are the next
        ("Fetissov", "Fetisov"),
        ("Tantaoui", "Tantawi"),
        ("Nikolaïev", "Nikolayev"),
        ("Jean", "Ralph"),  # another word
    ],
)
def test_an_english_form_is_no_damage(french: str, english: str) -> None:
    """Copies, exonyms, transliterations and other words are left in peace."""
    assert not is_damaged(french, english, foreign=is_foreign(french), translatable=False)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Eurasie", "Eurasia"),
        ("Saturne", "Saturn"),
        ("Observatoire", "Observatory"),
        ("Instituts", "Institutes"),
        ("Aéronautique", "Aeronautics"),
        ("Maya", "Mayan"),
    ],
)
def test_an_ending_that_english_has_is_no_damage_where_words_are_translated(
    french: str, english: str
) -> None:
    """Of a person's name the same change is damage: nobody is called Christian for Christiane."""
    assert has_english_ending(french, english)
    assert not is_damaged(french, english, foreign=False, translatable=True)
    assert is_damaged(french, english, foreign=False, translatable=False)


@pytest.mark.parametrize(
    ("french", "english", "damaged"),
    [
        ("Angoulême", "Angoulm", True),
        ("Anderlecht", "Adnderlecht", True),
        ("Petrobras", "Petrobrass", True),
        ("Sion", "Zion", False),
        ("Andromède", "Andromeda", False),
        ("Dictionnaire", "Dictionary", False),
    ],
)
def test_a_word_that_may_be_translated_has_to_lose_or_gain_letters(
    french: str, english: str, damaged: bool
) -> None:
    """Letters in the place of others are a sign of an English word."""
    assert is_damaged(french, english, foreign=False, translatable=True) is damaged


@pytest.mark.parametrize(
    ("french", "english"), [("Toffee", "Toffe"), ("Lecointre", "Lecointra"), ("Paris", "Pari")]
)
def test_other_endings_are_not_english(french: str, english: str) -> None:
    """Only one e of two is lost, an a put for an e, an s lost."""
    assert not has_english_ending(french, english)


@pytest.mark.parametrize(
    ("name", "foreign"),
    [
        ("Viatcheslav Fetissov", True),
        ("Khaled Abou Bakr", True),
        ("Sergueï Choïgou", True),
        ("Volodymyr Zelenski", True),
        ("Arnaud Montebourg", False),
        ("Loïc Anaïs", False),
        ("Sylvie Genevoix", False),
    ],
)
def test_french_spellings_give_a_foreign_name_away(name: str, foreign: bool) -> None:
    """Kh, tch, -ov and the like stand in names that French transliterates."""
    assert is_foreign(name) is foreign


def test_a_hyphenated_exonym_counts_part_by_part() -> None:
    """Édimbourg is Edinburgh inside a longer word too."""
    assert is_exonym("Glasgow-Édimbourg", "Glasgow-Edinburgh")
    assert not is_exonym("Glasgow-Édimbourg", "Glasgow-Edinburg")


def test_words_of_institutions_are_common() -> None:
    """A word that French only capitalises in titles is no evidence of a name."""
    assert {"conseil", "ministere", "eglise"} <= common_capitals()
    assert "poutine" not in common_capitals()
