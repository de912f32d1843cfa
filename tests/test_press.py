"""Words and turns of the French press, shown to the model with their English."""

import re
from pathlib import Path

import pytest

from service.names.marks import marked
from service.wording import press as press_module
from service.wording.press import TABLE, forms, is_word, mark, press, words_of


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        ("Il a été écroué lundi.", f"Il a été {marked('écroué', 'jailed')} lundi."),
        ("Ils sont écroués.", f"Ils sont {marked('écroués', 'jailed')}."),
        ("L'otage est libre.", f"L'{marked('otage', 'hostage')} est libre."),
        ("en garde à vue,", f"{marked('en garde à vue', 'in custody')},"),
        ("En garde à vue,", f"{marked('en garde à vue', 'in custody')},"),
        ('"En garde à vue', f'"{marked("en garde à vue", "in custody")}'),
        ("des wagons et deux otages", f"des wagons et deux {marked('otages', 'hostages')}"),
        ("confie-t-il, ravi.", f"{marked('confie-t-il', 'he says')}, ravi."),
        ("chez les moins de 15 ans", f"chez les {marked('moins de 15 ans', 'under-15s')}"),
        ("Les plus de 65 ans", f"Les {marked('plus de 65 ans', 'over-65s')}"),
        (
            "les enfants âgés de moins de 5 ans",
            f"les {marked('enfants âgés de moins de 5 ans', 'children under 5')}",
        ),
        (
            "des personnes de plus de 80 ans",
            f"des {marked('personnes de plus de 80 ans', 'people over 80')}",
        ),
        ("selon Me Dupont", f"selon {marked('Me', 'Maître')} Dupont"),
    ],
)
def test_a_word_of_the_press_is_marked(segment: str, shown: str) -> None:
    """In each of its forms, the longest one; a turn that begins a sentence in small letters."""
    assert mark(segment) == shown


@pytest.mark.parametrize(
    "segment",
    [
        "Il parle du Sentier lumineux.",
        "Loup Bureau a été libéré.",
        "Il me dit : dites-Me voir",
        "depuis plus de 20 ans, les plus de 20 ans d'efforts",
        "un loup-garou, un contre-otage",
        "l'otagerie",
        f"C'est {marked('un otage', 'a captive')}.",
    ],
)
def test_what_only_looks_like_one_stays(segment: str) -> None:
    """A name, a part of a word, and what is marked already."""
    assert mark(segment) == segment


def test_a_row_stands_for_all_forms_of_a_word() -> None:
    """Feminine and plural where the row names them; the English follows the number."""
    assert dict(forms("écroué(e)(s)", "jailed")) == {
        "écroué": "jailed",
        "écrouée": "jailed",
        "écroués": "jailed",
        "écrouées": "jailed",
    }
    assert dict(forms("voleu(r|rs)", "thie(f|ves)")) == {"voleur": "thief", "voleurs": "thieves"}
    assert dict(forms("prise(s) d'otages", "hostage-taking(s)")) == {
        "prise d'otages": "hostage-taking",
        "prises d'otages": "hostage-takings",
    }


def test_words_are_told_from_turns() -> None:
    """Only a whole word is one by itself."""
    assert is_word("otage")
    assert not is_word("garde")
    assert list(words_of("Un otage en garde à vue.")) == [
        ("otage", "hostage"),
        ("en garde à vue", "in custody"),
    ]


def test_the_table_is_whole() -> None:
    """No form is empty, has a space too many or is left with a bracket, and none is there twice."""
    found = [pair for pairs in press().values() for pair in pairs]
    assert len(found) > 1000, TABLE
    text = Path(press_module.__file__).with_name(TABLE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line[:1] != "#"]
    assert sum(len(dict(forms(*row))) for row in rows) == len(found)
    for french, english in found:
        assert re.fullmatch(r"[\w'-]+( [\w'-]+)*", french), french
        assert re.fullmatch(r"[\w'-]+( [\w'-]+)*", english), french
