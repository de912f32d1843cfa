"""Glossaries: read, written, piled up; the built-in list."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.article import NameType, Origin
from service.errors import BadGlossary
from service.names import exchange, glossary
from service.names.glossary import Glossary, Term
from service.names.keys import fold


def test_a_table_gives_terms_with_canonical_form_first() -> None:
    """Alternatives are separated by a bar and keep their order."""
    table = "french,english,type,note\nKiev|Kyïv,Kyiv|Kiev,place,since 2019\n"
    (term,) = glossary.read_csv(table, where="g.csv")
    assert term == Term(("Kiev", "Kyïv"), ("Kyiv", "Kiev"), NameType.PLACE, note="since 2019")


def test_a_table_needs_no_header() -> None:
    """Without a header the columns are french, english, type, note, case."""
    (term,) = glossary.read_tsv("Orange\tOrange\torganisation\t\texact\n", where="g.tsv")
    assert term == Term(("Orange",), ("Orange",), NameType.ORGANISATION, case_sensitive=True)


def test_every_fault_is_reported_with_its_line() -> None:
    """Empty, doubled and contradicting terms are named in one error."""
    table = "Kiev,Kyiv\n,Rome\nParis,\nKiev,Kyiv\nKiev,Kiev\nRome,Rome,town\n"
    with pytest.raises(BadGlossary) as caught:
        glossary.read_csv(table, where="g.csv")
    message = caught.value.message
    assert caught.value.where == "g.csv"
    assert "5 faults" in message
    assert "line 2: no French form" in message
    assert "line 3: no English form for “Paris”" in message
    assert "line 4: “Kiev” repeats line 1" in message
    assert "line 5: “Kiev” gives “Kiev”, contradicting line 1 (“Kyiv”)" in message
    assert "line 6: unknown type “town”" in message


def test_layers_keep_their_order_and_origin() -> None:
    """What goes first stays first."""
    request = glossary.of_terms([Term(("Kiev",), ("Kiev",))], Origin.REQUEST)
    pile = glossary.layered(request, glossary.built_in())
    assert [layer.origin for layer in pile.layers[:2]] == [Origin.REQUEST, Origin.BUILT_IN]
    assert next(iter(pile)).english == ("Kiev",)


def test_the_built_in_list_is_loaded_once() -> None:
    """It is shared, so its index is too."""
    assert glossary.built_in() is glossary.built_in()


SOUND = [
    Term(("Kiev", "Kyïv"), ("Kyiv", "Kiev"), NameType.PLACE, note="since 2019"),
    Term(("Orange",), ("Orange",), NameType.ORGANISATION, case_sensitive=True),
    Term(("A|B & <C>",), ("“A” | B, C",)),
]
WAYS = {
    "csv": (glossary.write_csv, glossary.read_csv),
    "tsv": (glossary.write_tsv, glossary.read_tsv),
    "tbx": (exchange.write_tbx, exchange.read_tbx),
    "tmx": (exchange.write_tmx, exchange.read_tmx),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_is_read_back(way: str) -> None:
    """Every format carries forms, type, note and case rule, and any character."""
    write, read = WAYS[way]
    assert list(read(write(glossary.of_terms(SOUND, Origin.STORED)), where="g")) == SOUND


@st.composite
def unspaced(draw: st.DrawFn) -> str:
    """Draw a form of the characters that mean something in a table, and of a few that do not."""
    text = draw(st.text(st.sampled_from('#\\|",;\té a') | st.characters(), max_size=8))
    return " ".join(text.split()) or "#"


def forms(size: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw several forms of a term."""
    return st.lists(unspaced(), min_size=1, max_size=size, unique=True).map(tuple)


@pytest.mark.parametrize("way", ["csv", "tsv"])
@given(term=st.builds(Term, forms(3), forms(3), case_sensitive=st.booleans()))
@example(Term(("#MeToo",), ("#MeToo",)))
@example(Term(("# 1",), ("a\\", "b")))
def test_a_table_carries_any_characters(way: str, term: Term) -> None:
    """Whatever the forms are made of, the one term of a table is read back as it was written."""
    write, read = WAYS[way]
    assert list(read(write(glossary.of_terms([term], Origin.STORED)), where="g")) == [term]


def test_a_french_spreadsheet_has_semicolons() -> None:
    """The delimiter is told from the first line."""
    (term,) = glossary.read_csv('Sotchi;"Sochi";place;"ville; mer Noire"\r\n', where="g.csv")
    assert (term.english, term.note) == (("Sochi",), "ville; mer Noire")


def test_comments_blank_lines_and_a_byte_order_mark_are_passed_over() -> None:
    """A table may be written by hand or by Excel."""
    table = "\ufeff# our names\n\nnote\tenglish\tfrench\n\tSochi\tSotchi\n"
    (term,) = glossary.read_tsv(table, where="g.tsv")
    assert term == Term(("Sotchi",), ("Sochi",))


def test_a_term_may_begin_like_a_comment() -> None:
    """`# ` begins a comment, commas or not; `#` and a word with its English begin a term."""
    table = "# Sotchi, mer Noire\n#draft\n#MeToo,#MeToo\n#,\n#BalanceTonPorc,#MeToo France\n"
    terms = glossary.read_csv(table, where="g.csv")
    assert [term.french for term in terms] == [("#MeToo",), ("#BalanceTonPorc",)]


def test_only_the_first_faults_are_listed() -> None:
    """A thousand faults do not make a message of a thousand lines."""
    with pytest.raises(BadGlossary) as caught:
        glossary.read_csv("Paris,\n" * 1000, where="g.csv")
    assert "1000 faults" in caught.value.message
    assert "and 990 more" in caught.value.message


def test_tbx_of_the_second_edition_is_read() -> None:
    """With termEntry and langSet, regional languages, and a third language that is passed over."""
    text = """<?xml version="1.0"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX"><text><body>
<termEntry id="1">
  <langSet xml:lang="fr-CA"><tig><term>Action de grâces</term></tig></langSet>
  <langSet xml:lang="en-US"><ntig><termGrp><term>Thanksgiving</term></termGrp></ntig></langSet>
  <langSet xml:lang="de"><tig><term>Erntedank</term></tig></langSet>
</termEntry></body></text></martif>"""
    assert list(exchange.read_tbx(text, where="g.tbx")) == [
        Term(("Action de grâces",), ("Thanksgiving",))
    ]


def test_faults_in_xml_have_their_line() -> None:
    """The line is that of the entry."""
    text = (
        "<tmx><body>\n<tu><tuv xml:lang='fr'><seg>Rome</seg></tuv>"
        "<tuv xml:lang='en'><seg>Rome</seg></tuv></tu>\n"
        "<tu><tuv xml:lang='fr'><seg>Lyon</seg></tuv></tu>\n</body></tmx>"
    )
    with pytest.raises(BadGlossary, match="line 3: no English form for “Lyon”"):
        exchange.read_tmx(text, where="g.tmx")


@pytest.mark.parametrize("read", [exchange.read_tbx, exchange.read_tmx])
def test_an_entity_bomb_is_refused(read: Callable[..., Glossary]) -> None:
    """A file that declares entities is not unfolded."""
    bomb = '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;&b;">]><tmx>&c;</tmx>'
    with pytest.raises(BadGlossary, match="declares entities"):
        read(bomb, where="g.xml")


@pytest.mark.parametrize("text", ["", "not xml", "<tmx><body>", "\x00"])
def test_what_is_not_xml_is_refused(text: str) -> None:
    """With an error of ours, not of the parser."""
    with pytest.raises(BadGlossary, match="not XML"):
        exchange.read_tmx(text, where="g.tmx")


def test_the_built_in_list_is_large_and_without_conflicts() -> None:
    """At least 600 curated terms, each with a type; no form found twice with another English."""
    pile = glossary.built_in()
    curated = pile.layers[0].terms
    assert len(curated) >= 600
    kinds = {term.type for term in curated}
    assert kinds == set(NameType)
    english: dict[str, tuple[str, ...]] = {}
    for term in pile:
        for form in term.french:
            assert english.setdefault(fold(form), term.english) == term.english, form


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Bachar el-Assad", "Bashar al-Assad"),
        ("Kadhafi", "Gaddafi"),
        ("Daech", "ISIS"),
        ("Corée du Nord", "North Korea"),
        ("Turquie", "Turkey"),
        ("Varsovie", "Warsaw"),
        ("Maison-Blanche", "White House"),
        ("Québec", "Quebec"),
        ("Félix Tshisekedi", "Félix Tshisekedi"),
    ],
)
def test_house_style(french: str, english: str) -> None:
    """What the file says at its top is what its rows do."""
    by_form = {form: term for term in glossary.built_in() for form in term.french}
    assert by_form[french].english[0] == english


def test_a_hundred_thousand_terms_load_quickly() -> None:
    """Reading and indexing stay near linear: seconds here would be minutes for a large one."""
    table = "".join(f"Ville{n} Nord{n % 97},Town{n},place\n" for n in range(100_000))
    start = time.process_time()
    loaded = glossary.read_csv(table, where="g.csv")
    assert loaded.layers[0].index is not None
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("PDG", "CEO"),
        ("AVC", "stroke"),
        ("ONG", "NGO"),
        ("Ve République", "Fifth Republic"),
        ("Jeune Afrique", "Jeune Afrique"),
        ("Monde diplomatique", "Monde diplomatique"),
    ],
)
def test_abbreviations_republics_and_press_titles_are_built_in(french: str, english: str) -> None:
    """What has another form in English has that form, and a title keeps its own."""
    by_form = {form: term for term in glossary.built_in() for form in term.french}
    assert by_form[french].english[0] == english
