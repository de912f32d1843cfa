"""French typography in, English typography out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wording.typography import from_model, to_model


@pytest.mark.parametrize(
    ("french", "model"),
    [
        ("Il a dit « oui ».", 'Il a dit "oui".'),
        ("Il a dit «\u00a0oui\u00a0», puis «\u202fnon\u202f».", 'Il a dit "oui", puis "non".'),
        ("«Oui», dit-il.", '"Oui", dit-il.'),
        ("L’appel de l‘Élysée", "L'appel de l'Élysée"),
        ("Qui\u202f? Moi\u00a0!", "Qui? Moi!"),
        ("10\u00a0% de 400\u202f000", "10% de 400 000"),
        ("Paris – Moscou — Pékin − 3", "Paris - Moscou - Pékin - 3"),
        ("Attendez…", "Attendez..."),
        ("un mot\u00adcoupé\u200b", "un motcoupé"),
        ("e\u0301te\u0301", "été"),
        ("  deux \t lignes \n ensemble ", "deux lignes ensemble"),
        ("( entre parenthèses )", "(entre parenthèses)"),
        ("« oui » et « non »", '"oui" et "non"'),
        ("“oui” et “non”", '"oui"et"non"'),
    ],
)
def test_french_is_written_as_the_model_learnt_it(french: str, model: str) -> None:
    """Each mark of French typography has one plain form."""
    assert to_model(french) == model


@pytest.mark.parametrize(
    ("english", "french", "printed"),
    [
        ('He said "yes".', "Il a dit « oui ».", "He said “yes”."),
        ('"Yes," he said.', "«Oui», dit-il.", "“Yes,” he said."),
        ('He said "yes".', 'Il a dit "oui".', 'He said "yes".'),
        ('"It begins here.', "« Il commence ici.", "“It begins here."),
        ('And ends here."', "Et finit ici. »", "And ends here.”"),
        ('("yes")', "(« oui »)", "(“yes”)"),
        ('Both "yes"and"no"', "« oui » et « non »", "Both “yes” and “no”"),
        ('Both "yes"and"no"', '"oui" et "non"', 'Both "yes" and "no"'),
        ('"Yes,"he said,"now."', "« Oui », dit-il.", "“Yes,” he said, “now.”"),
        ('The "non"-vote', "Le « non »", "The “non”-vote"),
        ('So ends it," he said', "Fini », dit-il", "So ends it,” he said"),
        ("He doesn't", "Il n’a pas", "He doesn’t"),
        ("He doesn't", "Il n'a pas", "He doesn't"),
        ("Who ? Me !", "Qui ? Moi !", "Who? Me!"),
        ("a  b", "a b", "a b"),
        (
            "340 000 euros, 1 500 000",
            "340 000 euros, 1\u202f500\u00a0000",
            "340,000 euros, 1,500,000",
        ),
        ("In 15 300 people", "En 15, 300 personnes", "In 15 300 people"),
        ("A earthquake in an town", "Un séisme", "An earthquake in a town"),
        ("a European, a unanimous unit", "un", "a European, a unanimous unit"),
        ("An hour, a uninvited MP, an MP", "Une heure", "An hour, an uninvited MP, an MP"),
        ("A and B, Q&A about a, b", "A et B", "A and B, Q&A about a, b"),
        ("LIMA - A well-known road", "LIMA — Une route", "LIMA — A well-known road"),
        ("- Yes, he said - no!", "– Oui, dit-il – non !", "– Yes, he said – no!"),
        ("Paris - Moscow, 1914-18", "Paris - Moscou, 1914–18", "Paris - Moscow, 1914-18"),
    ],
)
def test_english_is_printed_as_its_french_was(english: str, french: str, printed: str) -> None:
    """Typographic marks come back where the French had them, and only there."""
    assert from_model(english, french) == printed


@given(
    st.text() | st.lists(st.sampled_from("\"“”' ,.;!?()-—aént1"), max_size=20).map("".join),
    st.sampled_from(["« l’ »", "« »", "l’", "l'", "a — b"]),
)
def test_typography_is_settled_after_one_pass(text: str, french: str) -> None:
    """What has been brought to English typography does not change when brought there again."""
    printed = from_model(text, french)
    assert from_model(printed, french) == printed


@pytest.mark.parametrize("unit", [" ", '"', '" ', "( ", " ,", "a ", "\u00a0\n"])
def test_typography_takes_linear_time(unit: str) -> None:
    """200,000 characters of anything take a moment."""
    text = '"' + unit * (200_000 // len(unit))
    begun = time.process_time()
    from_model(to_model(text), "« l’ »")
    assert time.process_time() - begun < 5
