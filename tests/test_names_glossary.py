"""Glossaries: read, written, piled up; the built-in list."""

import pytest

from service.article import NameType, Origin
from service.errors import BadGlossary
from service.names import glossary
from service.names.glossary import Term


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
