"""Sentences in capitals: calmed for the model, loud again in the English."""

from collections.abc import Sequence

import pytest

from service.article import Article, How, Paragraph, Sentence
from service.decoding import Decoding, Hypothesis
from service.names import capitals
from service.names.find import find
from service.names.glossary import built_in
from service.names.settle import settle


@pytest.mark.parametrize(
    ("loud", "calm"),
    [
        ("MACRON REÇOIT POUTINE À MOSCOU", "Macron reçoit Poutine à Moscou"),
        ("LA CORÉE DU NORD TIRE UN MISSILE", "La Corée du Nord tire un missile"),
        ("LA CGT BLOQUE LA SNCF, DIT L'ONU", "La CGT bloque la SNCF, dit l'ONU"),
        ("ÉMEUTES À TUNIS : DIX MORTS", "Émeutes à Tunis : dix morts"),
        ("OTAN, le sommet", "OTAN, le sommet"),
        ("M. X", "M. X"),
        ("USA", "USA"),
        ("Il vient.", "Il vient."),
    ],
)
def test_known_names_and_acronyms_keep_their_capitals(loud: str, calm: str) -> None:
    """What is not in capitals throughout, or is too short to tell, stays as it is."""
    assert capitals.calmed(loud) == calm


KNOWN = frozenset("jamais selon le département de la défense étape trois martin groupe".split())


@pytest.mark.parametrize(
    ("loud", "calm"),
    [
        ("Elles ne sont JAMAIS là.", "Elles ne sont jamais là."),
        ("SELON LE DÉPARTEMENT DE LA DÉFENSE, oui", "Selon le département de la défense, oui"),
        ("ÉTAPE TROIS: il vient", "Étape trois: il vient"),
        ("SELON LES ÉTATS-UNIS, LA CGT, oui", "Selon les États-Unis, LA CGT, oui"),
        ("Il va aux ÉTATS-UNIS en MARS", "Il va aux États-Unis en MARS"),
        ("La MONUSCO et la CEDEAO", "La MONUSCO et la CEDEAO"),
        ("L'UNESCO, la BFM TV", "L'UNESCO, la BFM TV"),
        ("Jean MARTIN, LC2 GROUPE", "Jean MARTIN, LC2 GROUPE"),
        ("DÉFENSE.CD, JAMAIS-19", "DÉFENSE.CD, JAMAIS-19"),
    ],
)
def test_words_in_capitals_that_the_model_has_in_small_letters_are_calmed(
    loud: str, calm: str
) -> None:
    """Alone from five letters on, or most of several; no acronym, no surname, no known name."""
    assert (
        capitals.quieted(loud, lambda word: 1 if word in KNOWN | {"les", "états", "unis"} else 3)
        == calm
    )


def test_the_english_gets_its_capitals_back_and_the_ledger_shows_them() -> None:
    """The name is put right in ordinary letters; then all of it is written in capitals."""
    french, draft = "POUTINE ARRIVE À MOSCOU", "Poutine arrives in Moscow"
    sentence = Sentence(0, len(french), french, draft)
    before = Article(french, (Paragraph(0, len(french), (sentence,)),))
    after = settle(before, find(before, built_in()), silent)
    (_, _, done), *_ = after.sentences()
    assert done.target == "PUTIN ARRIVES IN MOSCOW"
    mentions = [mention for name in after.names for mention in name.mentions]
    assert [(m.source, m.target, m.how) for m in mentions] == [
        ("POUTINE", "PUTIN", How.REPAIRED),
        ("MOSCOU", "MOSCOW", How.MODEL),
    ]
    assert all(done.target[m.target_start : m.target_end] == m.target for m in mentions)


def silent(
    sentences: Sequence[str],
    decoding: Decoding = Decoding(),
    prefixes: Sequence[str] | None = None,
) -> list[list[Hypothesis]]:
    """Stand in for a model with no second opinion."""
    return [[] for _ in sentences]
