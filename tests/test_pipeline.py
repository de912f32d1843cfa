"""The whole flow with a scripted engine: order, counts, what is copied, what is refused."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from service.article import Article, FlagKind, How, MemoryHit, Origin, Role
from service.errors import BadInput, EmptyText, EngineFailed, TooLong, UnresolvedNames
from service.names.glossary import Term, of_terms
from service.observer import Observer
from service.pipeline import Wishes
from service.stream import StreamedParagraph, revisions
from tests.fakes import FailingEngine, ScriptedEngine, scripted_pipeline

FRENCH = Wishes(detect_language=False, summary_words=0)
LOST = {"Moscou dément.": "It is denied.", "Moscow dément.": "It is denied."}
MEETING = {
    "Vladimir Poutine est à Sotchi.": "Vladimir Putin is in Sochi.",
    "M. Poutine repart lundi.": "Mr. Poutine leaves on Monday.",
}


def test_paragraphs_come_back_in_order_with_their_layout() -> None:
    """The English stands in the layout of the French, blank lines and all."""
    pipeline = scripted_pipeline({"Un chat dort.": "A cat sleeps.", "Il rêve.": "It dreams."})
    article = pipeline.translate_article("Un chat dort. Il rêve.\n\n\n  Un chat dort.\n", FRENCH)
    assert article.translation == "A cat sleeps. It dreams.\n\n\n  A cat sleeps.\n"


def test_every_segment_of_an_article_goes_to_the_engine_in_one_call() -> None:
    """Batches are the engine's business, so it must see all the segments at once, each once."""
    engine = ScriptedEngine({"Un chat dort.": "A cat sleeps.", "Il rêve.": "It dreams."})
    scripted_pipeline(engine=engine).translate_article(
        "Un chat dort. Il rêve.\n\nUn chat dort.", FRENCH
    )
    assert engine.history[0] == ["Un chat dort.", "Il rêve."]


def test_a_title_given_apart_is_translated_as_the_first_paragraph() -> None:
    """The headline is part of the article, so its names count too."""
    pipeline = scripted_pipeline({"Un chat dort": "A cat sleeps", "Il rêve.": "It dreams."})
    article = pipeline.translate_article(
        "Il rêve.", Wishes(title="Un chat dort", detect_language=False)
    )
    assert article.translation == "A cat sleeps\n\nIt dreams."
    assert article.paragraphs[0].role is Role.TITLE


def test_a_dateline_and_a_row_of_stars_are_copied_not_translated() -> None:
    """What is not language never reaches the model."""
    engine = ScriptedEngine({"Un chat dort.": "A cat sleeps."})
    article = scripted_pipeline(engine=engine).translate_article(
        " date 2017-11 Un chat dort.\n\n* * *\n\n1 200", FRENCH
    )
    assert article.translation == " date 2017-11 A cat sleeps.\n\n* * *\n\n1 200"
    assert engine.history[0] == ["Un chat dort."]


def test_a_name_has_one_form_in_every_paragraph() -> None:
    """A mention that the model left in French is repaired, and the ledger says so."""
    article = scripted_pipeline(MEETING).translate_article("\n\n".join(MEETING), FRENCH)
    assert article.translation == "Vladimir Putin is in Sochi.\n\nMr. Putin leaves on Monday."
    putin = next(name for name in article.names if name.canonical == "Vladimir Putin")
    assert [(m.source, m.target, m.how) for m in putin.mentions] == [
        ("Vladimir Poutine", "Vladimir Putin", How.MODEL),
        ("Poutine", "Putin", How.REPAIRED),
    ]


def test_the_glossary_of_the_request_goes_before_the_built_in_one() -> None:
    """A newsroom's own spelling wins over ours."""
    mine = of_terms([Term(("Sotchi",), ("Sotchy",))], Origin.REQUEST)
    article = scripted_pipeline(MEETING).translate_article(
        "Vladimir Poutine est à Sotchi.", Wishes(glossary=mine, detect_language=False)
    )
    assert article.translation == "Vladimir Putin is in Sotchy."


def test_a_lost_name_is_reported_never_hidden() -> None:
    """A name that nothing brings back is unresolved in the ledger and flagged on its sentence."""
    pipeline = scripted_pipeline(LOST)
    article = pipeline.translate_article("Moscou dément.", FRENCH)
    assert [m.how for name in article.names for m in name.mentions] == [How.UNRESOLVED]
    assert FlagKind.NAME in {flag.kind for flag in article.paragraphs[0].sentences[0].flags}


def test_strict_fails_on_a_lost_name_and_carries_the_translation() -> None:
    """The caller who insists on names still gets the work that was done."""
    pipeline = scripted_pipeline(LOST)
    with pytest.raises(UnresolvedNames) as caught:
        pipeline.translate_article("Moscou dément.", Wishes(detect_language=False, strict=True))
    assert caught.value.article.translation == "It is denied."


def test_the_summary_is_made_of_sentences_of_the_article_in_both_languages() -> None:
    """Each pair is a sentence of the article and the very translation it has there."""
    article = scripted_pipeline(MEETING).translate_article(
        "\n\n".join(MEETING), Wishes(detect_language=False)
    )
    assert article.summary is not None
    for pair in article.summary.pairs:
        sentence = article.paragraphs[pair.paragraph].sentences[pair.sentence]
        assert (pair.source, pair.target) == (sentence.source, sentence.target)


def test_the_answer_says_which_model_and_settings_made_it() -> None:
    """Enough is told to make the same translation again."""
    article = scripted_pipeline().translate_article("Un chat dort.", FRENCH)
    assert article.provenance is not None
    assert article.provenance.model == "scripted"
    assert article.provenance.sha256 == "0" * 64
    assert article.provenance.settings == "beam_size=4"


@pytest.mark.parametrize(
    ("text", "error"),
    [("", EmptyText), (" \n\t", EmptyText), ("Un chat\0 dort.", BadInput), ("a" * 101, TooLong)],
)
def test_bad_text_is_refused_before_the_engine_sees_it(text: str, error: type[BadInput]) -> None:
    """What cannot be translated is told at once."""
    engine = ScriptedEngine()
    with pytest.raises(error):
        scripted_pipeline(engine=engine, max_characters=100).translate_article(text, FRENCH)
    assert engine.history == []


def test_an_observer_is_told_of_every_stage_and_of_the_article() -> None:
    """What is measured is the flow itself, in its order."""
    told: list[str] = []

    class Listener(Observer):
        @contextmanager
        def stage(self, name: str) -> Iterator[None]:
            yield
            told.append(name)

        def done(self, article: Article) -> None:
            told.append(article.translation)

    pipeline = replace(scripted_pipeline({"Un chat dort.": "A cat sleeps."}), observer=Listener())
    pipeline.translate_article("Un chat dort.", FRENCH)
    stages = ["split", "find", "recall", "translate", "mend", "settle", "judge", "summarise"]
    assert told == [*stages, "A cat sleeps."]


def test_an_engine_that_gives_up_fails_the_article() -> None:
    """Nothing is made up in place of a translation."""
    with pytest.raises(EngineFailed):
        scripted_pipeline(engine=FailingEngine()).translate_article("Un chat dort.", FRENCH)


class Remembered:
    """A memory of a few pairs: by sentence, how alike it is and what was confirmed."""

    def __init__(self, hits: Mapping[str, MemoryHit]) -> None:
        self.hits = hits

    def look_up(self, sentences: Sequence[str]) -> list[MemoryHit | None]:
        """Find what is there."""
        return [self.hits.get(sentence) for sentence in sentences]


def test_a_confirmed_sentence_is_its_translation() -> None:
    """The engine is not asked, nothing is mended, renamed or flagged; its names are listed."""
    known = "Moscou et Sotchi ont 12 ans."
    hit = MemoryHit(1.0, known, "Sotchy is as old as the Russian capital.")
    engine = ScriptedEngine({"Sotchi est là.": "Sochi is there."})
    wishes = replace(FRENCH, memory=Remembered({known: hit}))
    article = scripted_pipeline(engine=engine).translate_article(f"{known} Sotchi est là.", wishes)
    confirmed, translated = article.paragraphs[0].sentences
    assert engine.history == [["Sotchi est là."]]
    assert (confirmed.target, confirmed.memory, confirmed.flags) == (hit.target, hit, ())
    assert confirmed.is_confirmed
    assert translated.memory is None
    assert article.translation == f"{hit.target} Sochi is there."
    mentions = {m.source: m for n in article.names for m in n.mentions if m.sentence == 0}
    assert {m.how for m in mentions.values()} == {How.MEMORY}
    assert mentions["Moscou"].target is None
    assert article.unresolved() == []


def test_a_sentence_like_a_confirmed_one_is_translated_with_it_beside() -> None:
    """The pair is only offered."""
    hit = MemoryHit(0.8, "Sotchi est loin.", "Sochi is far.")
    wishes = replace(FRENCH, memory=Remembered({"Sotchi est là.": hit}))
    article = scripted_pipeline({"Sotchi est là.": "Sochi is there."}).translate_article(
        "Sotchi est là.", wishes
    )
    (sentence,) = article.paragraphs[0].sentences
    assert (sentence.target, sentence.memory) == ("Sochi is there.", hit)
    assert not sentence.is_confirmed


def test_confirmed_paragraphs_are_told_as_they_come() -> None:
    """Streaming knows of memory too, and has nothing to revise."""
    hit = MemoryHit(1.0, "Sotchi est là.", "There lies Sotchy.")
    told: list[StreamedParagraph] = []
    wishes = replace(FRENCH, memory=Remembered({"Sotchi est là.": hit}))
    article = scripted_pipeline().translate_article("Sotchi est là.", wishes, told.append)
    assert [paragraph.translation for paragraph in told] == ["There lies Sotchy."]
    assert list(revisions(told, article)) == []
