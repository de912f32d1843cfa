"""What looks wrong in a translation, symptom by symptom."""

import time

import pytest

from service import symptoms
from service.article import Flag, FlagKind, Severity
from service.checks import Symptom

RED, AMBER = Severity.RED, Severity.AMBER
LONG = "Le président a annoncé mardi une réforme des retraites que les syndicats rejettent."
DEEP = (
    "Le gouvernement portugais annonce une réduction considérable des dépenses publiques, "
    "notamment militaires, malgré les protestations répétées des syndicats régionaux."
)


@pytest.mark.parametrize(
    ("symptom", "french", "english", "severity"),
    [
        (symptoms.untranslated, "Il est venu hier.", "Il est venu hier.", RED),
        (symptoms.untranslated, "Il est venu « hier ».", 'Il est venu "hier".', RED),
        (symptoms.untranslated, LONG, "The president a annoncé une réforme des retraites.", RED),
        (symptoms.lengths, LONG, "The president.", RED),
        (symptoms.lengths, LONG, "The president announced a reform of pensions.", AMBER),
        (symptoms.lengths, "Il est venu.", "He came, " * 9, RED),
        (symptoms.repetition, LONG, "The president announced announced a reform.", RED),
        (symptoms.repetition, LONG, "He said that he said that he came.", RED),
        (symptoms.repetition, LONG, "The president, the president announced a reform.", RED),
        (symptoms.repetition, "Un obus de 156 mm.", "A 156 mm mm mm mm shell.", RED),
        (symptoms.repetition, "Il voit des acteurs.", "He sees actors, actors.", RED),
        (symptoms.repetition, "L'avenir de l'OTAN.", "NATO’s NATO’s future.", RED),
        (symptoms.repetition, "Il dort bien.", "He sleeps well. He sleeps well.", RED),
        (symptoms.figures, "Il a 32 ans.", "He is 23.", RED),
        (symptoms.figures, "Il y a 12 blessés.", "There are people injured.", AMBER),
        (symptoms.dates, "Il vient mardi.", "He comes on Wednesday.", RED),
        (symptoms.dates, "Il vient mardi.", "He comes.", AMBER),
        (symptoms.quotes, "Un « bon appel ».", "A good call.", AMBER),
        (symptoms.quotes, "Un « bon appel ».", 'A "good call.', AMBER),
        (symptoms.quotes, "Je pars », dit-il.", "I leave, he said.", AMBER),
        (symptoms.truncation, "Il est venu hier.", "He came", AMBER),
        (symptoms.meaning, "Il n'est pas venu.", "He came.", AMBER),
        (symptoms.meaning, DEEP, "It was raining in the hills when they woke up there.", AMBER),
        (symptoms.other_names, "Il a vu Macron.", "He saw Johnson.", AMBER),
    ],
)
def test_a_symptom_is_seen(symptom: Symptom, french: str, english: str, severity: Severity) -> None:
    """Each way to go wrong gives a flag of its weight."""
    flag = symptom(french, english)
    assert flag is not None
    assert flag.severity is severity


@pytest.mark.parametrize(
    ("symptom", "french", "english"),
    [
        (symptoms.untranslated, "Le Monde", "Le Monde"),
        (symptoms.untranslated, "Il lit « Le Monde ».", "He reads Le Monde."),
        (symptoms.untranslated, "Transport", "Transport"),
        (symptoms.lengths, "S'il vous plaît.", "Please."),
        (symptoms.lengths, LONG, "On Tuesday the president announced a reform unions reject."),
        (symptoms.repetition, "Il est très très grand.", "He is very very tall."),
        (symptoms.repetition, "Passons au Japon. Le Japon dort.", "Now Japan. Japan sleeps."),
        (symptoms.repetition, "Il a dit que ceci.", "He said that that was it."),
        (symptoms.repetition, "Jamais, jamais, jamais.", "Never, never, never."),
        (symptoms.repetition, "Il est très, très grand.", "He is very, very tall."),
        (symptoms.repetition, "Il dort de plus en plus.", "He sleeps and more and more so."),
        (symptoms.repetition, "Il va de porte en porte.", "He goes door to door to beg."),
        (symptoms.repetition, "Les Français de Vichy.", "The Vichy French, French who gave in."),
        (symptoms.quotes, 'Il lit le "Sunday Times".', "He reads the Sunday Times."),
        (symptoms.dates, "La FAA peut lever un veto", "FAA May Lift a Veto"),
        (symptoms.figures, "Deux fois.", "Twice."),
        (symptoms.quotes, "Un « bon appel ».", "A 'good call'."),
        (symptoms.quotes, 'Il voit l"équipe.', "He sees the team."),
        (symptoms.quotes, "« Un bon appel.", '"A good call.'),
        (symptoms.truncation, "Un titre", "A headline"),
        (symptoms.truncation, "Il dit « oui ».", 'He says "yes."'),
        (symptoms.meaning, "Il n'est pas venu.", "He failed to come."),
        (symptoms.meaning, "Il ne fait pas que dormir.", "He sleeps and more."),
        (symptoms.meaning, f"{DEEP} L'Iran rit.", "It rained in Iran while they slept there."),
        (symptoms.meaning, DEEP, "The government announces a reduction of public spending."),
        (symptoms.other_names, "Il a vu Poutine.", "He saw Putin."),
    ],
)
def test_a_good_translation_has_no_symptom(symptom: Symptom, french: str, english: str) -> None:
    """What translators rightly do is not flagged."""
    assert symptom(french, english) is None


def test_the_detail_tells_people_what_to_look_for() -> None:
    """A flag names the words at fault."""
    assert symptoms.figures("Il a 32 ans.", "He is 23.") == Flag(
        FlagKind.NUMBERS, RED, "“32” in the French, “23” in the English"
    )


def test_many_numbers_gone_are_a_part_gone() -> None:
    """One number may be said in other words; three are a clause that is lost."""
    french = "En 2011, 45 élèves ont lu 310 livres dans 8 écoles."
    one, three = "In 2011, pupils read 310 books in 8 schools.", "Pupils read books in 8 schools."
    flags = [symptoms.figures(french, english) for english in (one, three)]
    assert [flag.severity for flag in flags if flag] == [AMBER, RED]


def test_a_sentence_of_5000_words_is_examined_in_a_second() -> None:
    """No symptom compares everything with everything."""
    french = " ".join(f"mot{n % 997} Durand" for n in range(2500))
    english = " ".join(f"word{n % 997} Durand" for n in range(2500))
    start = time.process_time()
    for symptom in (symptoms.repetition, symptoms.meaning, symptoms.other_names, symptoms.figures):
        symptom(french, english)
    assert time.process_time() - start < 1


def test_broken_characters_are_red() -> None:
    """A model that spells bytes may end in none of the characters there are."""
    found = symptoms.broken("Le 🐈 dort.", "The \ufffd sleeps.")
    assert found is not None
    assert (found.kind, found.severity) == (FlagKind.UNTRANSLATED, Severity.RED)
    assert symptoms.broken("Le \ufffd dort.", "The \ufffd sleeps.") is None
