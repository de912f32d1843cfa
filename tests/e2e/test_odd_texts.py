"""Texts that are no ordinary news, through the whole pipeline and the bundled model."""

import pytest

from service import numbers
from service.article import Article, FlagKind
from service.engines import Engine
from service.models import Bundle
from service.names.glossary import built_in
from service.pipeline import Pipeline, Wishes
from service.settings import Settings
from service.wording.rare_words import rare_words_of

SENTENCE = "Le ministre a présenté son plan devant les députés."
HEADLINES = (
    "LA CORÉE DU NORD TIRE UN MISSILE AU-DESSUS DU JAPON",
    "L'ONU RÉCLAME UN CESSEZ-LE-FEU À GAZA",
    "LES AGRICULTEURS BLOQUENT LES ROUTES",
)
TABLE = ("Année;Ventes;Bénéfice", "2019;1 200;35,5", "2020;980;-12,0", "2021;1 450;48,2")
POEM = """Sur la place du vieux marché,
Le vent du soir s'est arrêté ;
Il compte les pavés mouillés
Et les volets abandonnés.

Une lampe, au bord du canal,
Veille encore sur un journal
Que personne ne vient chercher :
La nuit l'a déjà relu, fatigué."""
CONVOYS = 59  # clauses of an endless sentence: several times what the model reads at once


def endless(clauses: int) -> str:
    """Make one sentence of so many clauses, nine words each and each with its number."""
    numbered = (f"le convoi numéro {n} avait traversé la vallée" for n in range(1, clauses + 1))
    return "Le témoin a raconté que " + ", que ".join(numbered) + "."


@pytest.fixture(scope="module")
def pipeline(ct2_engine: Engine, bundle: Bundle) -> Pipeline:
    """The real thing, but for the language detection, which odd texts cannot please."""
    return Pipeline(ct2_engine, bundle, Settings(device="cpu"), built_in(), rare_words_of(bundle))


def translated(pipeline: Pipeline, text: str) -> Article:
    """Translate a text and hold it against what is true of every answer."""
    article = pipeline.translate_article(text, Wishes(detect_language=False))
    assert article.text == text
    assert article.translation.count("\n") == text.count("\n")
    assert all(sentence.target for _, _, sentence in article.sentences())
    assert article.summary is not None
    assert article.summary.pairs or article.summary.note
    return article


def targets(article: Article) -> list[str]:
    """List the English sentences."""
    return [sentence.target for _, _, sentence in article.sentences()]


def test_five_hundred_times_the_same_sentence(pipeline: Pipeline) -> None:
    """Each is translated, all alike; the summary says it once."""
    article = translated(pipeline, " ".join([SENTENCE] * 500))
    assert len(targets(article)) == 500
    assert len(set(targets(article))) == 1
    assert [pair.source for pair in article.summary.pairs] == [SENTENCE]  # type: ignore[union-attr]


def test_headlines_in_capitals(pipeline: Pipeline) -> None:
    """They are read, and come out in capitals, names in their English form; no summary of them."""
    article = translated(pipeline, "\n\n".join(HEADLINES))
    assert article.translation.isupper()
    assert "NORTH KOREA" in article.translation
    assert "UN" in article.translation.split()
    assert targets(article)[2] == "FARMERS BLOCK ROADS"
    assert {name.canonical for name in article.names} >= {"North Korea", "Japan", "UN", "Gaza"}
    assert not article.unresolved()
    assert article.summary is not None
    assert article.summary.pairs == ()
    assert article.summary.note == "The article has no whole sentence that is safe to quote."


def test_a_table_of_numbers(pipeline: Pipeline) -> None:
    """Its rows are copied digit by digit; the model is unsure of the head, and says so."""
    article = translated(pipeline, "\n".join(TABLE))
    assert targets(article)[1:] == list(TABLE[1:])
    (_, _, head), *_ = article.sentences()
    assert head.confidence is not None
    assert head.flags or head.confidence < 0.2
    assert article.summary is not None
    assert article.summary.pairs == ()
    assert article.summary.note


def test_a_poem(pipeline: Pipeline) -> None:
    """Line by line, stanzas kept; what the model hardly understood is the least sure."""
    article = translated(pipeline, POEM)
    lines = article.translation.split("\n")
    assert [bool(line) for line in lines] == [bool(line) for line in POEM.split("\n")]
    confidences = [sentence.confidence for _, _, sentence in article.sentences()]
    known = [confidence for confidence in confidences if confidence is not None]
    assert len(known) == len(confidences)
    assert min(known) < 0.1
    assert article.summary is not None
    assert article.summary.note == "Most of the text is no prose: verse, a table or a list."


def test_an_endless_sentence(pipeline: Pipeline) -> None:
    """The first try loses clauses, which their numbers tell; in small pieces it is whole."""
    french = endless(CONVOYS)
    article = translated(pipeline, french)
    ((_, _, sentence),) = article.sentences()
    assert numbers.compare(french, sentence.target) == ([], [])
    assert len(sentence.target) > 0.8 * len(french)
    assert FlagKind.TRUNCATED not in {flag.kind for flag in sentence.flags}
    assert article.summary is not None
    assert article.summary.pairs == ()
    assert article.summary.note.startswith("No sentence of fair length")


def test_a_sentence_of_5000_words(pipeline: Pipeline) -> None:
    """It is whole but for a clause or two, and says so: their numbers are flagged."""
    french = endless(580)
    assert len(french.split()) > 5000
    article = translated(pipeline, french)
    ((_, _, sentence),) = article.sentences()
    missing, extra = numbers.compare(french, sentence.target)
    assert len(missing) < 6
    assert extra == []
    assert bool(missing) == (FlagKind.NUMBERS in {flag.kind for flag in sentence.flags})
    assert FlagKind.TRUNCATED not in {flag.kind for flag in sentence.flags}
    assert len(sentence.target) > 0.8 * len(french)
    assert sentence.target.endswith("valley.")
