"""Glossaries proposed from articles."""

from dataclasses import replace

import pytest

from service.article import Article, How, Mention, Name, NameType, Origin
from service.names.extract import UNSETTLED, Extraction
from service.names.glossary import Glossary, Term, built_in, of_terms, read_tsv, write_tsv
from service.split import split


def proposed(*texts: str, glossary: Glossary | None = None, known: bool = False) -> list[Term]:
    """Propose terms from articles."""
    extraction = Extraction(glossary or built_in())
    for text in texts:
        extraction.add(split(text))
    return extraction.terms(known=known)


def translated(text: str, source: str, canonical: str) -> Article:
    """Make an article whose ledger has one name."""
    article = split(text)
    start = article.paragraphs[0].sentences[0].source.index(source)
    mention = Mention(0, 0, start, start + len(source), source, How.MODEL)
    name = Name(canonical, NameType.OTHER, Origin.ARTICLE, (mention,))
    return replace(article, translation="...", names=(name,))


def test_names_are_counted_over_all_articles() -> None:
    """The most frequent comes first, with how often and where it was met in its note."""
    terms = proposed(
        "Hier, Inès Caron a vu Yann Le Goff à Kervéan.",
        "Le maire de Kervéan est parti. On a vu Kervéan.",
        "À Kervéan, Yann Le Goff attend.",
    )
    assert [(term.french, term.note) for term in terms] == [
        (("Kervéan",), "4 mentions in 3 articles"),
        (("Yann Le Goff",), "2 mentions in 2 articles"),
        (("Inès Caron",), "1 mention in 1 article"),
    ]


def test_short_forms_are_counted_with_their_name_wherever_it_stands() -> None:
    """They stand in the note: as forms of the term they would be written out in English."""
    (term,) = proposed("On a vu Mme Marsan hier.", "La ministre Hélène Marsan part.")
    assert term.french == ("Hélène Marsan",)
    assert term.type is NameType.PERSON
    assert term.note == "2 mentions in 2 articles; also Marsan"


def test_a_short_form_of_two_names_is_a_name_of_its_own() -> None:
    """Nobody knows whose it is."""
    terms = proposed("On a vu Hélène Marsan et Paul Marsan.", "On a vu M. Marsan.")
    assert {term.french for term in terms} == {("Hélène Marsan",), ("Paul Marsan",), ("Marsan",)}


def test_the_shorter_of_three_forms_goes_to_the_longest() -> None:
    """“Ali” fits “Ben Ali” too, but that is no other name."""
    (term,) = proposed("On a vu M. Ali.", "On a vu M. Ben Ali.", "On a vu Zine Ben Ali.")
    assert term.french == ("Zine Ben Ali",)
    assert term.note == "3 mentions in 3 articles; also Ben Ali, Ali"


def test_spellings_are_forms_of_one_term() -> None:
    """The most frequent goes first; a headline in capitals is no spelling."""
    (term,) = proposed(
        "On a vu Omar Al-Nouri.",
        "On a vu Omar al-Nouri.",
        "On a vu Omar Al-Nouri et OMAR AL-NOURI.",
    )
    assert term.french == ("Omar Al-Nouri", "Omar al-Nouri")


def test_known_names_are_left_out_unless_they_are_wanted() -> None:
    """With them comes the English that is known; short forms of theirs are no new names."""
    texts = "Vladimir Poutine est à Kervéan.", "M. Poutine est parti."
    assert [term.french for term in proposed(*texts)] == [("Kervéan",)]
    known, _ = proposed(*texts, known=True)
    assert known.french == ("Vladimir Poutine",)
    assert known.english == ("Vladimir Putin",)
    assert known.type is NameType.PERSON
    assert known.note == "2 mentions in 2 articles; also Poutine"
    house = of_terms([Term(("Kervéan",), ("Kervéan",))], Origin.REQUEST)
    assert proposed("On a vu Kervéan.", glossary=house) == []


def test_rare_names_are_left_out() -> None:
    """`least_mentions` counts short forms too."""
    extraction = Extraction(built_in())
    extraction.add(split("On a vu Hélène Marsan et Inès Caron. Mme Marsan part."))
    (term,) = extraction.terms(least_mentions=2)
    assert term.french == ("Hélène Marsan",)


def test_the_english_is_what_most_translations_settled_on() -> None:
    """One vote for each mention of the whole name."""
    extraction = Extraction(built_in())
    for canonical in ("Donetsk Airport", "Airport of Donetsk", "Donetsk Airport"):
        extraction.add(translated("On a vu Aéroport Donbass.", "Aéroport Donbass", canonical))
    (term,) = extraction.terms()
    assert term.english == ("Donetsk Airport",)
    assert UNSETTLED not in term.note


def test_a_name_that_no_translation_settled_says_so() -> None:
    """Its French stands in for the English, to be looked at."""
    extraction = Extraction(built_in())
    extraction.add(translated("On a vu Inès Caron à Kervéan.", "Kervéan", "Kervéan"))
    notes = {term.french[0]: term.note for term in extraction.terms()}
    assert notes["Inès Caron"] == "1 mention in 1 article" + UNSETTLED
    assert notes["Kervéan"] == "1 mention in 1 article"


@pytest.mark.parametrize("known", [False, True])
def test_the_proposal_is_a_sound_glossary(known: bool) -> None:
    """It can be read back at once, whatever spellings known and new names share."""
    texts = (
        "Le Caire et Caire, États-Unis et États-Unis d’Amérique, ÉTATS-UNIS et Etats-Unis.",
        "Omar Al-Nouri, Omar el-Nouri et OMAR AL NOURI ont vu Saint\u00a0Aubin, Saint-Aubin.",
    )
    terms = proposed(*texts, known=known)
    table = write_tsv(of_terms(terms, Origin.REQUEST))
    assert tuple(read_tsv(table, where="proposal")) == tuple(terms)
    assert len(terms) >= 2
