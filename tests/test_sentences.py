"""Whole sentences through an engine: cutting, joining, prefixes, alignment."""

import time

from service.decoding import Decoding, Hypothesis
from service.wording.sentences import SentenceTranslator
from tests.fakes import AligningEngine, ScriptedEngine


def test_a_long_sentence_is_cut_and_joined_again() -> None:
    """The pieces read as one sentence: no capital in the middle, no full stop before the end."""
    engine = ScriptedEngine(
        {"Il part,": "He leaves,", "car il pleut fort.": "Because it rains hard."}, max_tokens=4
    )
    [[hypothesis]] = SentenceTranslator(engine)(["Il part, car il pleut fort."])
    assert hypothesis.text == "He leaves, because it rains hard."


def test_a_sentence_is_cut_smaller_on_demand() -> None:
    """A step that retries in smaller pieces says how small."""
    engine = ScriptedEngine()
    SentenceTranslator(engine)(["Il part demain, elle reste ici."], Decoding(max_segment_tokens=3))
    assert engine.history == [["Il part demain,", "elle reste ici."]]


def test_equal_sentences_are_translated_once() -> None:
    """Five hundred equal sentences cost one."""
    engine = ScriptedEngine({"Oui.": "Yes."})
    assert [best.text for [best] in SentenceTranslator(engine)(["Oui."] * 500)] == ["Yes."] * 500
    assert engine.history == [["Oui."]]


def test_a_cut_sentence_gets_no_hypothesis_when_asked_for_a_prefix() -> None:
    """The prefix could end in any segment, so nothing is better than nonsense."""
    engine = ScriptedEngine(max_tokens=3)
    cut, whole = SentenceTranslator(engine)(
        ["Il part demain, elle reste ici.", "Il part."], prefixes=["He", "He"]
    )
    assert (cut, len(whole)) == ([], 1)


def test_links_point_into_the_readers_text() -> None:
    """Offsets are those of the French as it stands, guillemets and curly apostrophes included."""
    french = "Il a dit « oui » à l’aube."
    [[hypothesis]] = SentenceTranslator(AligningEngine())([french], Decoding(alignment=True))
    words = [
        (french[a.source_start : a.source_end], hypothesis.text[a.target_start : a.target_end])
        for a in hypothesis.alignment
    ]
    assert ("dit", "dit") in words
    assert words[-1][0].endswith("aube.")
    assert words[-1][1].endswith("aube.")


def test_links_in_a_row_of_zeros_take_no_longer_than_others() -> None:
    """Comparing two typographies of ten thousand equal letters is quick."""
    french = f"« {'0' * 10_000} »"
    started = time.process_time()
    [[hypothesis]] = SentenceTranslator(AligningEngine())([french], Decoding(alignment=True))
    assert len(hypothesis.alignment) == 1
    assert time.process_time() - started < 2


def test_a_miscopied_figure_is_put_right_and_told() -> None:
    """Every way to a hypothesis corrects it, and says so."""
    engine = ScriptedEngine({"En 1966.": "In 196."})
    [[hypothesis]] = SentenceTranslator(engine)(["En 1966."])
    assert hypothesis.text == "In 1966."
    assert hypothesis.corrected == (("196", "1966"),)


def test_sentences_are_told_in_order_each_once_and_whole() -> None:
    """A cut sentence and a repeated one are told like any other, as a call would return them."""
    sentences = ["Il part,  car il pleut.", "Oui.", "Oui.", "Il part."]
    told: list[tuple[int, list[Hypothesis]]] = []
    translate = SentenceTranslator(ScriptedEngine(max_tokens=3))
    translate.in_order(sentences, Decoding(), lambda *result: told.append(result))
    assert told == list(enumerate(translate(sentences)))
