"""Addresses, emoji and other scripts, which go round the model."""

import pytest

from service.decoding import Decoding
from service.wording.sentences import SentenceTranslator
from service.wording.verbatim import Held, hold
from tests.fakes import ScriptedEngine


@pytest.mark.parametrize(
    ("sentence", "text", "verbatim"),
    [
        ("Voir www.lemonde.fr/a-12.html.", "Voir Q1.", ["www.lemonde.fr/a-12.html"]),
        ("(https://a.fr/b?c=1&d=2)", "(Q1)", ["https://a.fr/b?c=1&d=2"]),
        ("À red.action@exemple.fr, merci", "À Q1, merci", ["red.action@exemple.fr"]),
        ("Booking.com et #MeToo", "Q1 et Q2", ["Booking.com", "#MeToo"]),
        ("si x < 3 ou x ≥ 5", "si x Q1 3 ou x Q2 5", ["<", "≥"]),
        ("En arabe, مرحبا بك dit", "En arabe, Q1 dit", ["مرحبا بك"]),
        ("Le texte […] est (...) court", "Le texte Q1 est Q2 court", ["[…]", "(...)"]),
        ("Marie😀 et #Paris 👍🏽 !", "Marie Q1 et Q2 !", ["😀", "#Paris 👍🏽"]),
        ("Un <b>gros</b><br> mot", "Un Q1 gros Q2 mot", ["<b>", "</b><br>"]),
        ("Au Q1, 5 → 6", "Au Q1, 5 X1 6", ["→"]),
    ],
)
def test_stand_ins_take_their_place(sentence: str, text: str, verbatim: list[str]) -> None:
    """One each, apart from its neighbours, and none that the sentence has already."""
    held = hold(sentence)
    assert held.text == text
    assert [one.verbatim for one in held.inside] == verbatim


@pytest.mark.parametrize(
    "sentence",
    [
        "Né à Łódź, M. Gülen touche 12,5 % de 3 000 € (+2 °C), « dit-on » – l’été…",
        "Le n° 2 de l'O.N.U. a 30 m² à M. le maire.Il dort.",
        "Il est à <term> Москва <as> Moscow </term>.",
        "<term> Израиль <as> Israel </term> est loin de <term> Москва <as> Moscow </term>",
    ],
)
def test_what_the_model_knows_stays(sentence: str) -> None:
    """Letters, figures and marks of news, and what is marked for it."""
    assert hold(sentence) == Held(sentence)


@pytest.mark.parametrize(
    ("sentence", "english", "whole"),
    [
        ("🔴 À voir sur a.fr ou b.fr 🎉", "See Q2 or Q1", "🔴 See b.fr or a.fr 🎉"),
        ("À voir sur a.fr.", "Something to see.", "Something to see. a.fr"),
        ("→", "", "→"),
        (
            "→ <term> Moscou <as> Moscow </term> ←",
            "<term> Moscou <as> Moscow </term>",
            "→ <term> Moscou <as> Moscow </term> ←",
        ),
        ("Un <b>gros</b> chat.", "A Q1 big Q2 cat.", "A <b>big</b> cat."),
    ],
)
def test_everything_is_put_back(sentence: str, english: str, whole: str) -> None:
    """Where its stand-in is, or at the end if the model has lost it."""
    assert hold(sentence).put_back(english) == whole


def test_a_sentence_goes_to_the_model_with_its_stand_ins() -> None:
    """And so does the beginning that its English must have."""
    engine = ScriptedEngine({"Voir Q1: Q2!": "See Q1 : Q2!"})
    translate = SentenceTranslator(engine)
    [[whole]] = translate(["Voir a.fr/b–c?d : → !"], Decoding(), ["See a.fr/b–c?d"])
    assert engine.prefixes == [["See Q1"]]
    assert whole.text == "See a.fr/b–c?d: →!"
