"""The first word of a sentence, in small letters where the model knows it only so."""

import pytest

from service.wording.opening import lowered, raised

PIECES = {"Nucléaire": 4, "Récemment": 4, "Blanc": 3, "Selon": 2, "Piquet": 2, "Séisme": 2}
PIECES |= {"etre": 3, "étre": 3, "être": 1, "etrangement": 3, "étrangement": 2}
PIECES |= {"etienne": 2, "étienne": 3, "êtienne": 3}


def count(word: str) -> int:
    """Count the pieces of a word: small letters are known."""
    return PIECES.get(word, 1)


@pytest.mark.parametrize(
    ("french", "shown"),
    [
        ("Nucléaire : EDF reprend", "nucléaire : EDF reprend"),
        ('"Récemment, dit-il', '"récemment, dit-il'),
        ("Séisme au Pérou", "séisme au Pérou"),
        ("Selon lui, oui.", "Selon lui, oui."),
        ("Piquet Jr. a gagné.", "Piquet Jr. a gagné."),
        ("Blanc a marqué.", "Blanc a marqué."),
        ("Blanc n'a pas marqué.", "Blanc n'a pas marqué."),
        ("Blanc-Mesnil est prêt.", "Blanc-Mesnil est prêt."),
        ("NUCLÉAIRE", "NUCLÉAIRE"),
        ("<term> Blanc <as> Blanc </term>, lui", "<term> Blanc <as> Blanc </term>, lui"),
        ("35 Nucléaire", "35 Nucléaire"),
        ("", ""),
    ],
)
def test_a_first_word_that_its_capital_hides_loses_it(french: str, shown: str) -> None:
    """Where the capital costs pieces, or the dictionary has the word; not a name."""
    assert lowered(french, count, {"séisme", "piquet"}.__contains__) == shown


@pytest.mark.parametrize(
    ("french", "shown"),
    [
        ("A Paris, on vote.", "À Paris, on vote."),
        ("\"A l'inverse, dit-il", "\"À l'inverse, dit-il"),
        ('" A ne pas manquer', '" À ne pas manquer'),
        ("A 5 ans, A 7,9% en 2014", "À 5 ans, A 7,9% en 2014"),
        ("A 7,9% en 2014", "À 7,9% en 2014"),
        ("A côté, à Yaoundé", "À côté, à Yaoundé"),
        ("Ca va mal.", "Ça va mal."),
        ("Etrangement, il pleut", "étrangement, il pleut"),
        ("Etre ou ne pas être", "être ou ne pas être"),
        ("Evacuations en cours", "évacuations en cours"),
        ("A priori, non.", "A priori, non."),
        ("A et B, A 13 est, A a", "A et B, A 13 est, A a"),
        ("A 13 est fermée", "A 13 est fermée"),
        ("A voté.", "A voté."),
        ("Etienne est là", "Etienne est là"),
        ("Evacuations Dupont", "Evacuations Dupont"),
        ("ETAT", "ETAT"),
        ("Ecoute-moi, Elle va", "Ecoute-moi, Elle va"),
    ],
)
def test_a_first_word_gets_the_accent_that_its_capital_has_lost(french: str, shown: str) -> None:
    """The preposition, "ça", and an E with which the word is none; not a name or Latin."""
    assert lowered(french, count, {"évacuations"}.__contains__) == shown


@pytest.mark.parametrize(
    ("english", "segment", "sentence", "printed"),
    [
        ("nuclear: EDF", "nucléaire : EDF", "Nucléaire : EDF", "Nuclear: EDF"),
        ('"recently,', '"récemment,', "« Récemment, », ", '"Recently,'),
        ("earthquake", "<term> séisme <as> earthquake </term>", "Séisme", "Earthquake"),
        ("iPhone sales", "Ventes d'iPhone", "Ventes d'iPhone", "iPhone sales"),
        ("then", "puis", "puis", "then"),
        ("", "nucléaire", "Nucléaire", ""),
        ("24 people came", "24 hommes", "Vingt-quatre hommes", "Twenty-four people came"),
        ("24 people came", "24 hommes", "24 hommes", "24 people came"),
    ],
)
def test_the_english_gets_the_capital_back(
    english: str, segment: str, sentence: str, printed: str
) -> None:
    """Only where the French had one that was taken away."""
    assert raised(english, segment, sentence) == printed
