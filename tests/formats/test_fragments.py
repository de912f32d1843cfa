"""Pieces of markup: read together, and each written back by itself."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import BadFile
from service.formats.fragments import Fragments, read_html, read_xml
from service.formats.marked import Tags
from service.split import render, split
from tests.formats.speaking import shouting

PIECES = st.sampled_from(
    "<p> </p> <b> </b> <br> <br/> <!-- --> <![CDATA[ ]]> <script> </script> < > & &amp; "
    "&eacute; &#0; <a href='x'> </a> <x <?xml ?> <sup>1</sup> Il dort. \n \x85 é « »".split(" ")
)


def shouted(fragments: Fragments) -> list[str]:
    """Write the French in capitals in place of the English."""
    if not fragments.text:
        return fragments.sources
    return list(fragments.english(shouting(fragments.text)))


def test_every_piece_of_html_is_written_back_by_itself() -> None:
    """Blank ones and those without letters are as they were, and so is what is between tags."""
    pieces = ["Il <b>dort</b>.\n", "", "<p>Oui</p>\n<p>Non&nbsp;!</p>", "<br>42", " ", "a &lt; b"]
    fragments = read_html(pieces)
    assert fragments.each == ["Il dort.", "", "Oui\n\nNon\xa0!", "", "", "a < b"]
    assert shouted(fragments) == [
        "IL <b>DORT</b>.\n",
        "",
        "<p>OUI</p>\n<p>NON\xa0!</p>",
        "<br>42",
        " ",
        "A &lt; B",
    ]


def test_a_whole_page_says_that_it_is_english_now() -> None:
    """As a file does."""
    (english,) = shouted(read_html(['<html lang="fr"><title>Oui</title><p>Non']))
    assert english == '<html lang="en"><title>OUI</title><p>NON'


@pytest.mark.parametrize(
    ("tags", "english"),
    [
        (Tags(), "<p>IL <x>DORT</x> <I>ICI</I></p>"),
        (Tags(kept=frozenset({"x"})), "<p>IL <x>dort</x> <I>ICI</I></p>"),
        (Tags(kept=frozenset({"p"})), "<p>Il <x>dort</x> <I>ici</I></p>"),
    ],
)
def test_who_sends_html_may_keep_elements(tags: Tags, english: str) -> None:
    """What a placeholder stands for is nobody's business."""
    assert shouted(read_html(["<p>Il <x>dort</x> <I>ici</I></p>"], tags)) == [english]


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        (Tags(), "Un\n\nDeux trois"),
        (Tags(blocks=frozenset({"i"})), "Un\n\nDeux\n\ntrois"),
        (Tags(inline=frozenset({"p"})), "Un Deux trois"),
    ],
)
def test_who_sends_html_may_say_what_parts_it(tags: Tags, text: str) -> None:
    """Whatever HTML itself says of the elements."""
    assert read_html(["<p>Un</p> <p>Deux <i>trois</i></p>"], tags).text == text


@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_bad_html_is_read_somehow_and_its_tags_stay(source: str) -> None:
    """However broken: nothing fails, and every tag is there as often as it was."""
    (english,) = shouted(read_html([source]))
    for tag in ("<p>", "</p>", "<b>", "</b>", "<a href='x'>", "</a>", "<script>"):
        assert english.count(tag) == source.count(tag)


@pytest.mark.parametrize(
    ("source", "text", "english"),
    [
        ("Il <b>dort</b>.", "Il dort.", "IL <b>DORT</b>."),
        ('Voir <x id="7"></x> ici', "Voir ici", 'VOIR <x id="7"></x> ICI'),
        ('Voir <x id="7"/> ici', "Voir ici", 'VOIR <x id="7"/> ICI'),
        ('Voir <x id="7"></x>', "Voir", 'VOIR <x id="7"></x>'),
        ('Voir <x id="7"/> <y/>', "Voir", 'VOIR <x id="7"/> <y/>'),
        ('<x id="7"/> Voir', "Voir", '<x id="7"/> VOIR'),
        ("Voir<x/> ici", "Voir ici", "VOIR<x/> ICI"),
        ("Voir <x/>ici", "Voir ici", "VOIR <x/>ICI"),
        ("Voir<x/>", "Voir", "VOIR<x/>"),
        ("<d><t>Un</t><par>Deux</par></d>", "Un\n\nDeux", "<d><t>UN</t><par>DEUX</par></d>"),
        ("<title>Un <b>chat</b></title>", "Un chat", "<title>UN <b>CHAT</b></title>"),
        (
            "<link>Un</link><source>Deux</source>",
            "Un\n\nDeux",
            "<link>UN</link><source>DEUX</source>",
        ),
        ("<code>Un</code><pre>Deux</pre>", "Un\n\nDeux", "<code>UN</code><pre>DEUX</pre>"),
        ("<P>Un</P><p>Deux</p>", "Un\n\nDeux", "<P>UN</P><p>DEUX</p>"),
        ("<a><![CDATA[Un <b> & toi]]></a>", "Un <b> & toi", "<a>UN &lt;B&gt; &amp; TOI</a>"),
        ("Un<!-- x --> &#233;t&#xe9;", "Un été", "UN<!-- x --> ÉTÉ"),
        ('<?xml version="1.0"?>\n<a>Un</a>', "Un", '<?xml version="1.0"?>\n<a>UN</a>'),
        ("<n:a xml:lang='fr' b='>'>Un</n:a >", "Un", "<n:a xml:lang='fr' b='>'>UN</n:a >"),
        ("42 <b/>", "", "42 <b/>"),
    ],
)
def test_xml_is_translated_in_place(source: str, text: str, english: str) -> None:
    """No name means anything: what stands among words is inline, and all else parts them."""
    fragments = read_xml([source])
    assert fragments.text == text
    assert shouted(fragments) == [english]


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        (Tags(), "Un\n\nDeux"),
        (Tags(guessed=False), "Un Deux"),
        (Tags(blocks=frozenset({"b"}), guessed=False), "Un\n\nDeux"),
        (Tags(inline=frozenset({"a", "b"})), "Un Deux"),
        (Tags(kept=frozenset({"b"})), "Un"),
        (Tags(kept=frozenset({"B"})), "Un\n\nDeux"),
    ],
)
def test_who_sends_xml_may_say_what_parts_it(tags: Tags, text: str) -> None:
    """Or that nothing is to be found out, or that an element is to stay."""
    assert read_xml(["<d><a>Un</a> <b>Deux</b></d>"], tags).text == text


@pytest.mark.parametrize("piece", [" ", "<?xml "])
def test_hostile_xml_is_refused_in_time(piece: str) -> None:
    """What never becomes a declaration is looked for once."""
    start = time.process_time()
    with pytest.raises(BadFile):
        read_xml([piece * (200_000 // len(piece)) + "<"])
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Un <b>deux", "mismatched tag"),
        ("</_><_>", "mismatched tag"),
        ("</_></__><__><_>", "mismatched tag"),
        ("a & b", "not well-formed"),
        ("&eacute;", "undefined entity"),
        ("\x00", "not well-formed"),
        ("\ud800", "not well-formed"),
        ("<a b='1' b='2'/>", "duplicate attribute"),
        ("<!DOCTYPE x><x/>", "not well formed"),
        ("]]>", "not well-formed"),
    ],
)
def test_bad_xml_is_refused(source: str, message: str) -> None:
    """It is no guess what it means."""
    with pytest.raises(BadFile, match=message):
        read_xml([source])


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_xml_stays_well_formed(source: str) -> None:
    """What is taken can be given to an XML parser in English, too; the rest is refused."""
    try:
        fragments = read_xml([source])
    except BadFile:
        return
    read_xml(shouted(fragments))


def test_names_are_found_over_all_pieces() -> None:
    """They are one article, a blank line between them."""
    pieces: Sequence[str] = ["<p>Un</p>", "<br>", "Deux"]
    fragments = read_xml(["<p>Un</p>", "<br/>", "Deux"])
    assert read_html(pieces).text == fragments.text == "Un\n\nDeux"
    article = render(split(fragments.text))
    assert len(article.paragraphs) == 2
