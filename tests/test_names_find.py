"""Finding: terms, discovered names, short forms."""

import time

import pytest

from service.article import Article, NameType, Origin, Paragraph, Role, Sentence
from service.names import glossary
from service.names.find import Found, find
from service.names.glossary import Glossary, Term


def article(*sentences: str, role: Role = Role.TEXT) -> Article:
    """Make an article of one sentence a paragraph."""
    paragraphs, text = [], ""
    for french in sentences:
        sentence = Sentence(len(text), len(text) + len(french), french)
        paragraphs.append(Paragraph(sentence.start, sentence.end, (sentence,), role))
        text += french + "\n"
    return Article(text, tuple(paragraphs))


def sources(found: Found) -> list[str]:
    """List the French of all mentions, name by name."""
    return [mention.source for name in found.names for mention in name.mentions]


def terms(
    *pairs: tuple[str, str], kind: NameType = NameType.PLACE, exact: bool = False
) -> Glossary:
    """Make a request glossary."""
    return glossary.of_terms(
        (Term((french,), (english,), kind, exact) for french, english in pairs), Origin.REQUEST
    )


PLACES = terms(
    ("Corée", "Korea"),
    ("Corée du Nord", "North Korea"),
    ("Côte d'Ivoire", "Ivory Coast"),
    ("OTAN", "NATO"),
    ("EI", "IS"),
    ("mer Noire", "Black Sea"),
    ("Vienne", "Vienna"),
    ("Le Cap", "Cape Town"),
)


@pytest.mark.parametrize(
    ("french", "want"),
    [
        ("Il quitte la Corée du Nord.", ["Corée du Nord"]),
        ("Il quitte la Corée.", ["Corée"]),
        ("LA CORÉE DU NORD ACCUSE", ["CORÉE DU NORD"]),
        ("la coree du nord accuse", []),
        ("la Coree du Nord accuse", ["Coree du Nord"]),
        ("la Corée-du-Nord accuse", ["Corée-du-Nord"]),
        ("la Corée\u00a0du\nNord accuse", ["Corée\u00a0du\nNord"]),
        ("la Core\u0301e du Nord accuse", ["Core\u0301e du Nord"]),
        ("les Coréens du Nord", []),
        ("Il vit en Côte d’Ivoire.", ["Côte d’Ivoire"]),
        ("Il vit en Cote d'Ivoire.", ["Cote d'Ivoire"]),
        ("L’OTAN et l'Otan", ["OTAN", "Otan"]),
        ("d'OTAN, (OTAN) « OTAN »", ["OTAN", "OTAN", "OTAN"]),
        ("l'EI frappe, Ei non, ei non plus", ["EI"]),
        ("au bord de la mer Noire", ["mer Noire"]),
        ("une mer noire de monde", []),
        ("LOTAN et OTANIE", []),
        ("La Haute-Vienne et Vienne", ["Vienne"]),
        ("Le cap est tenu au Cap", []),
        ("Il rentre de Le Cap.", ["Le Cap"]),
        ("Corée-Vienne, le match", ["Corée", "Vienne"]),
    ],
)
def test_terms_are_found_whole_in_all_their_spellings(french: str, want: list[str]) -> None:
    """Boundaries, elision, hyphens, case, accents, the longest match."""
    found = find(article(french), PLACES)
    mentions = [m.source for name in found.names if name.term for m in name.mentions]
    assert sorted(mentions) == sorted(want)


def test_a_case_sensitive_term_is_found_in_its_own_case_only() -> None:
    """Orange is a company, ORANGE a headline, orange a colour."""
    found = find(article("Orange et ORANGE"), terms(("Orange", "Orange"), exact=True))
    assert [m.source for name in found.names if name.term for m in name.mentions] == ["Orange"]


def test_the_spelling_that_is_written_wins_among_those_that_fold_alike() -> None:
    """With and without an accent may be two terms."""
    pair = terms(("Pena", "Pena"), ("Peña", "Peña"), kind=NameType.PERSON)
    found = find(article("Hier Peña a vu Pena."), pair)
    assert [(n.french, n.term.english[0]) for n in found.names if n.term] == [
        ("Peña", "Peña"),
        ("Pena", "Pena"),
    ]


def test_an_earlier_layer_wins_and_the_longest_match_wins_over_both() -> None:
    """The request renames Korea; the built-in list still knows North Korea."""
    pile = glossary.layered(terms(("Corée", "Corea")), glossary.built_in())
    found = find(article("La Corée et la Corée du Nord."), pile)
    assert [(n.french, n.origin, n.term.english[0]) for n in found.names if n.term] == [
        ("Corée", Origin.REQUEST, "Corea"),
        ("Corée du Nord", Origin.BUILT_IN, "North Korea"),
    ]


@pytest.mark.parametrize(
    ("french", "want"),
    [
        ("Le maire Paul Dupuis a parlé.", ["Paul Dupuis"]),
        ("MM. Paul Dupuis et Jean Roche ont parlé.", ["Paul Dupuis", "Jean Roche"]),
        ("Me Dupuis plaide.", ["Dupuis"]),
        ("Hier, M. Dupuis a parlé.", ["Dupuis"]),
        ("Marie-Claire de La Tour a parlé.", ["Marie-Claire de La Tour"]),
        ("Il a vu Ahmed ben Youssef al-Nouri.", ["Ahmed ben Youssef al-Nouri"]),
        ("Il a lu l'avis d'Élise Marchand.", ["Élise Marchand"]),
        ("Les Marseillais et les Toulousaines jouent.", []),
        ("Hier, des Mexicains ont voté.", []),
        ("Hier, la Bourse et l'Église ont parlé.", []),
        ("Pourquoi partir ? Parce que.", []),
        ("Demain Paul Dupuis arrive.", ["Paul Dupuis"]),
        ("Surnommé Abu Imran, il est né ici.", ["Abu Imran"]),
        ("Le Mouvement et l'Organisation : la Direction agit.", []),
        ("Le Centre Pompidou est ouvert.", ["Centre Pompidou"]),
        ("Il a 4 Go de mémoire, à 40 Km de Masi-Manimba.", ["Masi-Manimba"]),
        ("L'Uruguayen Ronald Araujo et l'Argentin jouent.", ["Ronald Araujo"]),
        ("Voici le général de Gaulle et M. de Villepin.", ["de Gaulle", "de Villepin"]),
    ],
)
def test_unknown_names_are_discovered_by_their_capitals(french: str, want: list[str]) -> None:
    """Particles inside, honorifics outside; peoples and common nouns are no names."""
    assert sources(find(article(french), Glossary())) == want


@pytest.mark.parametrize(
    ("french", "want"),
    [
        ("L'ex-président du Liberia George Weah parle.", ["Liberia", "George Weah"]),
        ("Pour la Sierra Leone Julius Maada Bio parle.", ["Sierra Leone", "Julius Maada Bio"]),
        ("Le Paris Saint-Germain joue.", ["Paris Saint-Germain"]),
        ("Selon Salvador Dupuis Marchand, oui.", ["Salvador Dupuis Marchand"]),
    ],
)
def test_a_person_is_parted_from_the_place_before(french: str, want: list[str]) -> None:
    """Not a club from its town, nor a person from a first name that is a place."""
    found = find(article(french), glossary.built_in())
    assert sorted(sources(found)) == sorted(want)


def test_a_person_of_a_place_is_not_the_place() -> None:
    """A man is “le Suisse”, the country “la Suisse”."""
    found = find(article("Le Suisse Wawrinka joue en Suisse."), glossary.built_in())
    assert [(m.source, m.start) for name in found.names for m in name.mentions] == [
        ("Wawrinka", 10),
        ("Suisse", 27),
    ]


def test_a_title_makes_a_person() -> None:
    """What follows "M." or "la chancelière" is a person."""
    found = find(article("La chancelière Brandt a vu M. Kowal."), Glossary())
    assert [(name.french, name.type) for name in found.names] == [
        ("Brandt", NameType.PERSON),
        ("Kowal", NameType.PERSON),
    ]


def test_short_forms_join_the_full_name_with_their_own_english() -> None:
    """The surname, its bare form and the first name of a known person."""
    pair = terms(("Omar el-Tayeb", "Omar al-Tayyib"), kind=NameType.PERSON)
    found = find(article("Omar el-Tayeb arrive.", "M. Al-Tayeb parle.", "Hier, Tayeb part."), pair)
    (name,) = found.names
    assert [mention.english for mention in name.mentions] == [
        ("Omar al-Tayyib",),
        ("al-Tayyib", "Tayyib"),
        ("Tayyib", "al-Tayyib"),
    ]


def test_the_surname_may_stand_first() -> None:
    """Kim is the surname of Kim Jong-un, though his English name has a word more."""
    pair = terms(("Kim Jong-un", "Kim Jong Un"), kind=NameType.PERSON)
    (name,) = find(article("Kim Jong-un arrive.", "M. Kim parle."), pair).names
    assert [mention.english for mention in name.mentions] == [("Kim Jong Un",), ("Kim",)]


def test_a_short_form_that_fits_two_full_names_joins_neither() -> None:
    """It stays a name of its own."""
    french = ("Paul Martin et Jacques Martin sont là.", "M. Martin sourit.")
    found = find(article(*french), Glossary())
    assert sorted(name.french for name in found.names) == [
        "Jacques Martin",
        "Martin",
        "Paul Martin",
    ]


def test_a_dateline_is_copied_and_has_no_names() -> None:
    """Nothing in it is translated, so nothing in it is verified."""
    assert find(article("Moscou, 2017-11", role=Role.DATELINE), glossary.built_in()).names == ()


def test_mentions_know_their_place() -> None:
    """Paragraph, sentence and offsets cut out the source."""
    text = article("Rien ici.", "Hier, Moscou a parlé.")
    (name,) = find(text, glossary.built_in()).names
    (mention,) = name.mentions
    assert (mention.paragraph, mention.sentence) == (1, 0)
    assert text.paragraphs[1].sentences[0].source[mention.start : mention.end] == "Moscou"


def test_a_large_glossary_is_searched_in_no_time() -> None:
    """A hundred thousand terms cost an article a few milliseconds, once the index is there."""
    many = terms(*((f"Ville{n} Nord{n % 97}", f"Town{n}") for n in range(100_000)))
    text = article(*["Hier, la Ville77 Nord77 a voté pour la paix en Europe."] * 40)
    find(text, many)
    start = time.process_time()
    found = find(text, many)
    assert time.process_time() - start < 0.5
    assert len(found.names[0].mentions) == 40


@pytest.mark.parametrize("known", [["Moscou", "Emmanuel Macron", "Corée du Nord"], []])
@pytest.mark.parametrize("joint", [", ", " ", ", de M. "])
def test_a_sentence_of_nothing_but_names_takes_time_by_its_length(
    joint: str, known: list[str]
) -> None:
    """Four times the names take about four times as long, not sixteen."""
    names = ["Paul Dupuis", *known, "Élise Marchand"]
    built_in = glossary.built_in()

    def seconds(count: int) -> float:
        text = article(joint.join(names * count))
        start = time.process_time()
        find(text, built_in)
        return time.process_time() - start

    seconds(1)
    assert seconds(800) < 10 * seconds(200)
