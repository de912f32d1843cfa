"""Where words of a French sentence fall in its English."""

import time

import pytest

from service.formats.align import cut, place

PAIRS = {
    "Putin": (
        "Le président russe Vladimir Poutine a reçu mardi son homologue syrien à Sotchi.",
        "On Tuesday, the Russian president Vladimir Putin met his Syrian counterpart in Sochi.",
    ),
    "quote": (
        "Le ministre a parlé d’une « grave erreur » devant les députés.",
        "The minister spoke of a “grave mistake” before the deputies.",
    ),
    "reform": (
        "L’Assemblée nationale a adopté la réforme des retraites par 287 voix.",
        "The National Assembly adopted the pension reform by 287 votes.",
    ),
}


@pytest.mark.parametrize(
    ("pair", "french", "english"),
    [
        ("Putin", "Vladimir Poutine", "Vladimir Putin"),
        ("Putin", "mardi", "Tuesday"),
        ("Putin", "président russe", "Russian president"),
        ("Putin", "son homologue syrien", "his Syrian counterpart"),
        ("Putin", "à Sotchi", "in Sochi"),
        ("quote", "« grave erreur »", "“grave mistake”"),
        ("quote", "grave erreur", "grave mistake"),
        ("quote", "devant les députés.", "before the deputies."),
        ("reform", "287 voix", "287 votes"),
        ("reform", "Assemblée nationale", "National Assembly"),
        ("reform", "réforme des retraites", "pension reform"),
    ],
)
def test_a_stretch_is_found_by_the_words_that_show_what_they_render(
    pair: str, french: str, english: str
) -> None:
    """Same words, cognates, common words and what lies between them tell where it is."""
    source, target = PAIRS[pair]
    start = source.index(french)
    span = place(source, target, (start, start + len(french)))
    assert target[slice(*span)] == english


def test_the_ledger_goes_before_likeness() -> None:
    """A link says where a name is, whatever else looks like it."""
    source, target = "Washington parle à Londres.", "London is told so by Washington."
    links = (((0, 10), (0, 6)),)  # as if Washington had become London
    assert place(source, target, (0, 10), links) == (0, 6)


def test_a_whole_sentence_is_a_whole_sentence() -> None:
    """What covers all of the French covers all of the English, full stop included."""
    assert place("Il pleut.", "It is raining.", (0, 9)) == (0, 14)


@pytest.mark.parametrize("at", range(10))
def test_a_cut_is_never_inside_a_word(at: int) -> None:
    """Wherever the French is cut, the English is cut between words."""
    target = "It rains."
    assert cut("Il pleuvra", target, at) in (0, 2, 8, 9)


def test_words_with_nothing_in_common_are_placed_in_proportion() -> None:
    """The middle of the French is the middle of the English."""
    source, target = "aa bb cc dd ee ff", "uu vv ww xx yy zz"
    assert target[slice(*place(source, target, (6, 11)))] == "ww xx"


def test_an_endless_sentence_takes_no_time() -> None:
    """A text without full stops is placed in proportion, and between words."""
    source, target = "mot " * 20_000, "word " * 20_000
    began = time.perf_counter()
    start, end = place(source, target, (40_000, 40_003))
    assert target[start:end].strip() == "word"
    assert time.perf_counter() - began < 0.5
