"""Short quotations are translated without their marks, which find their place again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from service.decoding import Decoding, Hypothesis, Link
from service.engines import Engine, workers_of
from service.engines.quoting import QuotingEngine, without_marks

PLAIN = Decoding()
WORDS = {"un": "a", "bon": "good", "appel": "call", "est": "is", "rare": "rare", "ici": "here"}


class WordEngine:
    """Translates word by word, some into nothing, and says what comes from where."""

    name = "words"
    max_tokens = 100

    def __init__(self, words: Mapping[str, str] = WORDS) -> None:
        self.words = words
        self.asked: list[str] = []

    def count_tokens(self, segment: str) -> int:
        """Count words."""
        return len(segment.split())

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each word; the alignment only if it is asked for."""
        self.asked += segments
        results = [self._translated(segment) for segment in segments]
        if not decoding.alignment:
            results = [replace(one, alignment=()) for one in results]
        return [[one] * decoding.hypotheses for one in results]

    def _translated(self, segment: str) -> Hypothesis:
        text, links, at = "", [], 0
        for word in segment.split(" "):
            core = word.strip('",.:')
            english = word.replace(core, self.words.get(core, core.upper()))
            if english:
                start = len(text) + bool(text)
                text = f"{text} {english}".strip()
                links.append(Link(at, at + len(word), start, len(text)))
            at += len(word) + 1
        return Hypothesis(text, -0.5, tuple(links))


def english(segment: str, engine: WordEngine | None = None) -> str:
    """Translate a segment through the engine that quotes."""
    return QuotingEngine(engine or WordEngine()).translate([segment], PLAIN)[0][0].text


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ('un "bon" appel', 'a "good" call'),
        ('un "bon appel", ici', 'a "good call", here'),
        ('"bon" est "rare".', '"good" is "rare".'),
        ('un "<term> bon <as> fine </term>" ici', 'a "<TERM> good <AS> FINE </TERM>" here'),
    ],
)
def test_marks_stand_round_the_english_of_what_was_quoted(segment: str, text: str) -> None:
    """Punctuation stays outside, as in the French."""
    engine = WordEngine()
    assert english(segment, engine) == text
    assert not any('"' in asked for asked in engine.asked)


def test_speech_behind_a_colon_keeps_its_capital() -> None:
    """A model that sees no mark begins no sentence there."""
    engine = WordEngine({**WORDS, "Appel": "call"})
    assert english('bon: "Appel ici"', engine) == 'good: "Call here"'
    assert english('bon "Appel ici"', engine) == 'good "call here"'


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ('un"bon"appel', "un bon appel"),
        ('l\'"appel" est', "l'appel est"),
        ('fin", dit le "bon" appel', 'fin", dit le bon appel'),
        ('"un" et "deux" et "', 'un et deux et "'),
    ],
)
def test_the_model_is_shown_words_that_stand_apart(segment: str, text: str) -> None:
    """A mark between two letters leaves a blank; one that closes nothing stays."""
    assert without_marks(segment).text == text


@pytest.mark.parametrize(
    "segment",
    [
        'dit "' + "mot " * 12 + 'mot"',
        'un écran de 15"',
        '<term> Kenny "Babyface" <as> Kenny "Babyface" </term>',
        '" bon "',
    ],
)
def test_other_marks_are_shown(segment: str) -> None:
    """Those of long quotations, of inches, of names that are to be copied."""
    assert without_marks(segment).text == segment
    engine = WordEngine()
    QuotingEngine(engine).translate([segment], PLAIN)
    assert engine.asked == [segment]


@pytest.mark.parametrize(
    ("segment", "lost"),
    [
        pytest.param('un "bon" appel', {"bon": ""}, id="not translated"),
        pytest.param('un "bon" appel', {"bon": "."}, id="only a full stop"),
    ],
)
def test_a_quotation_that_has_no_english_is_translated_with_its_marks(
    segment: str, lost: Mapping[str, str]
) -> None:
    """The reader must see that something was quoted."""
    engine = WordEngine({**WORDS, **lost})
    translated = QuotingEngine(engine).translate(["ici", segment], PLAIN)
    assert engine.asked[-1] == segment
    assert translated == engine.translate(["ici", segment], PLAIN)


def test_words_apart_with_more_strangers_between_are_no_quotation() -> None:
    """Marks round half of the sentence would quote what nobody said."""

    class Scattering(WordEngine):
        def _translated(self, segment: str) -> Hypothesis:
            hypothesis = super()._translated(segment)
            *others, last = hypothesis.alignment
            first = replace(last, source_start=0, source_end=2)
            return replace(hypothesis, alignment=(*others, first))

    engine = Scattering()
    english('"un" bon appel est ici', engine)
    assert engine.asked[-1] == '"un" bon appel est ici'


def test_the_alignment_is_that_of_the_segment_with_its_marks() -> None:
    """Who asked for links finds each word where it stands."""
    segment = 'un "bon" appel, "rare"'
    decoding = Decoding(hypotheses=2, alignment=True)
    hypotheses = QuotingEngine(WordEngine()).translate([segment], decoding)[0]
    assert len(hypotheses) == 2
    for one in hypotheses:
        pairs = [
            (segment[a.source_start : a.source_end], one.text[a.target_start : a.target_end])
            for a in one.alignment
        ]
        assert pairs == [("un", "a"), ("bon", "good"), ("appel,", "call,"), ("rare", "rare")]


def test_who_asks_for_no_links_gets_none() -> None:
    """They are found for the marks alone."""
    assert QuotingEngine(WordEngine()).translate(['un "bon"'], PLAIN)[0][0].alignment == ()


def test_who_forces_a_beginning_gets_what_the_model_says() -> None:
    """It may end in the middle of a quotation."""
    engine = WordEngine()
    QuotingEngine(engine).translate(['un "bon"'], PLAIN, ['a "g'])
    assert engine.asked == ['un "bon"']


def test_each_worker_of_the_bundled_model_quotes(ct2_engine: Engine) -> None:
    """A scheduler gives each a batch; left alone the model writes “bun call”."""
    workers = workers_of(ct2_engine)
    assert workers
    for worker in workers:
        text = worker.translate(['Le ministre a dénoncé un "bon appel" hier.'], PLAIN)[0][0].text
        assert '"good call"' in text
