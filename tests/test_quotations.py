"""Quotation marks at the ends of a sentence, which go round the model."""

import pytest

from service.decoding import Decoding
from service.wording.quotations import Quotation, requoted, unquoted
from service.wording.sentences import SentenceTranslator
from tests.fakes import ScriptedEngine


@pytest.mark.parametrize(
    ("french", "text", "opens", "closes"),
    [
        ('"On ira.', "On ira.", True, False),
        ('On ira."', "On ira.", False, True),
        ('On ira".', "On ira.", False, True),
        ('"On ira."', "On ira.", True, True),
        ('"On ira", dit-il.', 'On ira", dit-il.', True, False),
        ('Le "Monde".', 'Le "Monde".', False, False),
        ('"Oui" et "non".', 'Oui" et "non".', True, False),
        ('"', "", True, False),
        ("On ira.", "On ira.", False, False),
        ("", "", False, False),
    ],
)
def test_the_first_and_the_last_mark_are_taken_off(
    french: str, text: str, opens: bool, closes: bool
) -> None:
    """A mark whose partner stands inside stays there for the model, the first one never."""
    assert unquoted(french) == Quotation(text, opens, closes)


@pytest.mark.parametrize(
    ("french", "english", "whole"),
    [
        ('"On ira.', "We'll go.", "\"We'll go."),
        ('On ira."', "We'll go.", "We'll go.\""),
        ('On ira".', "We'll go.", "We'll go\"."),
        ('On ira".', "We'll go", "We'll go\""),
        ('"On ira, oui", dit-il.', "We'll go, yes,\" he said.", '"We\'ll go, yes," he said.'),
        ("On ira.", "We'll go.", "We'll go."),
    ],
)
def test_the_english_gets_them_back(french: str, english: str, whole: str) -> None:
    """In the places that they have in the French."""
    assert requoted(english, french) == whole


@pytest.mark.parametrize(
    ("french", "english", "whole"),
    [
        (
            '"La faille est ailleurs", assure-t-il lundi.',
            "The flaw is elsewhere, he said Monday.",
            '"The flaw is elsewhere," he said Monday.',
        ),
        ('Mais on ira", dit-il hier.', "But we'll go, he said.", "But we'll go,\" he said."),
        ('"On ira", dit-il, et il alla se coucher.', "We go and he, in bed.", None),
        ('Il dit : "On ira.', "He says, we go.", None),
    ],
)
def test_a_closing_mark_that_the_model_lost_stands_at_the_pause_nearby(
    french: str, english: str, whole: str | None
) -> None:
    """About as far as in the French; nowhere if there is none."""
    opening = '"' if french.startswith('"') else ""
    assert requoted(english, french) == (whole or opening + english)


def test_a_sentence_is_translated_without_its_outer_marks() -> None:
    """The reader gets them in English typography, and a prefix may begin with one."""
    engine = ScriptedEngine({"On ira.": "We will go."})
    translate = SentenceTranslator(engine)
    [[whole]] = translate(["« On ira. »"], Decoding(), ["“We"])
    assert engine.history == [["On ira."]]
    assert engine.prefixes == [["We"]]
    assert whole.text == "“We will go.”"
