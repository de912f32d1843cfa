"""HTML in place: tags and attributes stay, words are translated, marks are on the right words."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.article import How, Mention, Name, NameType, Origin
from service.errors import BadFile, NotUtf8
from service.formats.marked import MarkedText
from service.formats.readers import html, html_tokens
from tests.formats.speaking import answered, shouted, translated, unchanged

PAGE = """\
<!DOCTYPE html>
<html lang="fr-FR" class=home>
<head>
<meta charset="utf-8">
<title>Moscou d&eacute;ment &mdash; La Gazette</title>
<style>p { color: red }</style>
<script>if (1 < 2) document.write("<p>Bonjour</p>")</script>
</head>
<body>
<nav><ul><li><a href='/'>Accueil</a><li><a href=/monde>Monde</a></ul></nav>
<!-- une remarque -->
<p class="chapo" data-x="a > b">Le <b>président</b> est
   <a href="/x?a=1&amp;b=2" title="ici">arrivé &agrave; Sotchi</a>.<sup><a href="#n">1</a></sup></p>
<p>La commande <code>print</code> marche.<br>Fin&nbsp;!</p>
<pre>du code</pre>
<p translate="no">Nom de marque</p>
<p>Il cite <q lang="en">We stay</q> <span class="x notranslate">Sputnik</span>.</p>
<table><tr><td>Soldats<td>12 000</table>
</body>
</html>
"""
TAG = re.compile(r"<[^>]*>")

INLINE = ("b", "i", "em", "strong", "span", "a href='/x'")
WORDS = (
    "Sotchi",
    "la",
    "réunion",
    "président",
    "mardi",
    "attend",
    "deux",
    "12",
    "l’accord",
    "&amp;",
)


def read(page: str) -> MarkedText:
    """Read a page in UTF-8."""
    return html.read(page.encode())


def test_a_page_whose_english_is_its_french_is_the_same_to_the_byte() -> None:
    """Nothing is written in another way, the language of the page included."""
    assert unchanged(read(PAGE)) == PAGE.encode()


def test_tags_stay_and_words_change() -> None:
    """Every tag, attribute, comment, script and kept element stands where it stood."""
    result = shouted(read(PAGE))
    expected = PAGE.replace('lang="fr-FR"', 'lang="en"')
    for french in (
        "Moscou d&eacute;ment &mdash; La Gazette",
        "Accueil",
        "Monde",
        "Le <b>président</b> est\n   ",
        "arrivé &agrave; Sotchi",
        "La commande",
        "marche",
        "Fin&nbsp;!",
        "Il cite",
        "Soldats",
    ):
        capitals = re.sub(r"[^<>]+(?=<|$)", lambda text: text.group().upper(), french)
        capitals = capitals.replace("&EACUTE;", "É").replace("&MDASH;", "—").replace("\n   ", " ")
        capitals = capitals.replace("&AGRAVE;", "À").replace("&NBSP;", "\u00a0")
        expected = expected.replace(french, capitals)
    assert result == expected


def test_marks_follow_their_words() -> None:
    """A word that goes elsewhere in English takes its tag along."""
    page = (
        "<p>Le président <i>russe</i> <b>Vladimir Poutine</b> a vu <a href=x>mardi</a> le roi.</p>"
    )
    english = {
        "Le président russe Vladimir Poutine a vu mardi le roi.": (
            "On Tuesday, Russian president Vladimir Putin saw the king & queen."
        )
    }
    assert answered(read(page), english) == (
        "<p>On <a href=x>Tuesday</a>, <i>Russian</i> president <b>Vladimir Putin</b>"
        " saw the king &amp; queen.</p>"
    )


def test_a_name_is_marked_where_the_ledger_says() -> None:
    """The ledger knows, and nothing is called a guess."""
    document = read("<p>Selon <b>Pékin</b>, tout va bien.</p>")
    article = translated(document, lambda _: "All is well, Beijing says.")
    mention = Mention(0, 0, 6, 11, "Pékin", How.MODEL, 13, 20, "Beijing")
    name = Name("Beijing", NameType.PLACE, Origin.BUILT_IN, (mention,))
    rendered = document.render(replace(article, names=(name,)))
    assert rendered.data == b"<p>All is well, <b>Beijing</b> says.</p>"
    assert rendered.notes == ()


def test_a_guess_is_told() -> None:
    """Formatting that no ledger places is counted in a note."""
    document = read("<p>Il a <b>tout</b> vu.</p>")
    rendered = document.render(translated(document, lambda _: "He saw it all."))
    assert rendered.notes == (
        "1 mark(s), such as bold, links or notes, are placed by a good guess",
    )


def test_texts_in_attributes_are_told() -> None:
    """They stay in French, and the user hears of it."""
    document = read(
        "<meta name=description content='Un mot'><p title=''>Un <a href=title title='ici'>lien</a>"
        "<img alt=Carte></p>"
    )
    rendered = document.render(translated(document, str.upper))
    assert html.LEFT.format(3) in rendered.notes
    assert read("<p title='' data-title=x>Un mot").notes == ()


@pytest.mark.parametrize(
    "page",
    [
        "",
        "texte nu",
        "<p>Un <b>gras <i>mal</b> fermé</i> ici",
        "<b><p>Dehors</p></b>",
        "<p>a < b & c &unknown; d</p>",
        "<p>fin <a href='x",
        "<p>fin <!-- jamais fermé <p>mot",
        "<p title='a>b' x=\"c'd\" y=e\"f>mot</p>",
        "<script>jamais fermé <p>mot",
        "<P>MAJUSCULES</P><BR/>",
        "\ufeff<p>BOM</p>\r\n",
        "<ul><li translate=no>marque<li>mot</ul>",
        "<p>mot</p></div></b><![CDATA[x]]><?php echo '>' ?>",
    ],
)
def test_broken_pages_come_back_as_they_were(page: str) -> None:
    """No fault of a page makes reading fail or mends it."""
    assert unchanged(read(page)) == page.encode()


@pytest.mark.parametrize("piece", ["<html", "<body ", "<!--", "<b x='", "<html lang=fr>", "</b>"])
def test_hostile_markup_is_read_in_time(piece: str) -> None:
    """A page of 100 kB costs what its size says, whatever is never closed in it."""
    page = piece * (100_000 // len(piece))
    start = time.process_time()
    assert unchanged(read(page)) == page.encode()
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("page", "english"),
    [
        ("<p>Bonjour <!-- <body> --> le monde.</p>", "<p>BONJOUR <!-- <body> --> LE MONDE.</p>"),
        ("<p>Il <code><html lang=fr></code> dort.</p>", "<p>IL <code><html lang=fr></code> DORT."),
        ("<script>'<html lang=fr>'</script><p>mot", "<script>'<html lang=fr>'</script><p>MOT"),
        ('<HTML xml:lang="fr"><body lang=fr>mot', '<HTML xml:lang="en"><body lang=en>MOT'),
    ],
)
def test_the_language_is_written_in_the_tags_of_the_page_alone(page: str, english: str) -> None:
    """What looks like them in comments, scripts and code is left as it is, and its text is once."""
    assert shouted(read(page)).removesuffix("</p>") == english.removesuffix("</p>")


def test_plain_text_has_what_is_not_translated_in_its_place() -> None:
    """Names, code and quotations in another language are part of what people read."""
    page = (
        "<script>x</script><p>un</p><pre>if a:\n  b &lt; c\n</pre><div class=notranslate><p>La"
        "\n<b>Une</b></p><style>p</style><p lang=en>Two</p></div><p>Il <q lang=en>rests</q>.</p>42"
    )
    document = read(page)
    assert document.plain(translated(document, str.upper)) == (
        "UN\n\nif a:\n  b < c\n\nLa Une\n\nTwo\n\nIL RESTS.\n"
    )


def test_an_element_without_end_tag_keeps_only_itself() -> None:
    """A list item that is not to be translated ends where the next begins."""
    assert shouted(read("<ul><li translate=no>marque<li>mot</ul>")) == (
        "<ul><li translate=no>marque<li>MOT</ul>"
    )


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("iso-8859-1", "cp1252"), ("windows-1252", "cp1252"), ("ISO-8859-15", "latin9")],
)
def test_old_pages_keep_their_encoding(charset: str, codec: str) -> None:
    """A page in Latin-1 comes back in Latin-1; what it cannot hold is written as a reference."""
    page = f"<meta charset={charset}><p>Déjà vu.</p>"
    document = html.read(page.encode(codec))
    assert unchanged(document) == page.encode(codec)
    article = translated(document, lambda _: "Déjà lu: č.")
    assert document.render(article).data == page.replace("vu.", "lu: &#269;.").encode(codec)


def test_an_encoding_that_is_not_read_is_refused_by_name() -> None:
    """The message names it; bytes that are not what they say are refused too."""
    with pytest.raises(BadFile, match="utf-7"):
        html.read(b"<meta charset=utf-7><p>mot</p>")
    with pytest.raises(NotUtf8):
        html.read("<p>déjà</p>".encode("latin-1"))
    with pytest.raises(BadFile, match="is not"):
        html.read(b"<meta charset=latin1><p>\x81</p>")


def test_only_the_article_is_extracted() -> None:
    """Menus and footers go; title, paragraphs and links stay."""
    paragraph = "Le gouvernement a présenté mardi son projet devant les députés réunis à Paris. "
    page = (
        "<html><head><title>Une loi - Le Soir</title></head><body>"
        "<nav><a href=/>Accueil du site</a></nav>"
        f"<article><h1>Une loi</h1><p>{paragraph * 3}</p><p>{paragraph * 2}"
        "<a href='/suite'>La suite du texte est ici</a>.</p></article>"
        "<footer>Mentions légales</footer></body></html>"
    )
    document = html.read(page.encode(), extract=True)
    assert document.title == "Une loi"
    result = shouted(document)
    assert "<title>UNE LOI</title>" in result
    assert "<h1>UNE LOI</h1>" in result
    assert "Une loi" not in document.text  # it would be read twice
    assert '<html lang="en">' in result
    assert result.count("LE GOUVERNEMENT A PRÉSENTÉ") == 5
    assert '<a href="/suite">LA SUITE DU TEXTE EST ICI</a>' in result
    assert "ccueil" not in result
    assert "égales" not in result


def test_a_page_without_article_is_refused() -> None:
    """There is nothing to extract from a menu."""
    with pytest.raises(BadFile, match="no article"):
        html.read(b"<ul><li>Accueil</ul>", extract=True)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Paragraphs of distinct words with properly nested marks around some of them."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8, unique=True))
    pieces = list(words)
    for _ in range(draw(st.integers(0, 3))):
        tag = draw(st.sampled_from(INLINE))
        start = draw(st.integers(0, len(pieces) - 1))
        end = draw(st.integers(start, len(pieces) - 1))
        pieces[start : end + 1] = [f"<{tag}>{' '.join(pieces[start : end + 1])}</{tag.split()[0]}>"]
    space = draw(st.sampled_from([" ", "\n  "]))
    return (
        f"<div>{space.join(pieces)}{draw(st.sampled_from(['', '.', '<br>', '<img src=a>']))}</div>"
    )


@given(st.lists(pages(), max_size=3).map("\n".join))
@settings(max_examples=60, deadline=None)
def test_marks_of_any_page_stay_on_their_words(page: str) -> None:
    """Where each word is tied to its own, every tag stays between the same two words."""
    assert unchanged(read(page)) == page.encode()
    marks = TAG.sub(lambda tag: tag.group().lower(), page.replace("&amp;", "&").upper())
    expected = re.sub(r"\s+", "", marks.replace("&", "&amp;"))
    assert re.sub(r"\s+", "", shouted(read(page))) == expected


@given(st.text(alphabet="<>/!-&;'\"= abpiéB\n", max_size=60))
@settings(max_examples=150, deadline=None)
def test_anything_is_a_page(page: str) -> None:
    """Whatever the characters, the page comes back and all of it is accounted for."""
    tokens = html_tokens.tokens_of(page)
    assert "".join(page[token.start : token.end] for token in tokens) == page
    assert unchanged(read(page)) == page.encode()
    shouted(read(page))
