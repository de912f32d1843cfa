"""An article written side by side, and as a memory of sentence pairs."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import docx
import pytest
from defusedxml import ElementTree
from markdown_it import MarkdownIt

from service.article import (
    Article,
    Flag,
    FlagKind,
    How,
    Mention,
    Name,
    NameType,
    Origin,
    Provenance,
    Severity,
    Summary,
    SummaryPair,
    WrittenSummary,
)
from service.formats import WRITERS
from service.formats.readers import text
from service.names.exchange import read_tmx
from tests.formats.speaking import translated

FRENCH = "date 2017-11 Il pleut à Sotchi & <ailleurs>.\n\nMoscou\x0c dort."
ENGLISH = {
    "Un titre": "A title",
    "date 2017-11": "date 2017-11",
    "Il pleut à Sotchi & <ailleurs>.": "It rains in Sochi & <elsewhere>.",
    "Moscou": "Moscow",
    "dort.": "It is asleep.",
}
MARK = '<mark class="repaired" title="Sochi: place, built-in, repaired">'
FLAG = Flag(FlagKind.LENGTH, Severity.RED, "much longer than <the> French")


@pytest.fixture
def article() -> Article:
    """An article with a title, a dateline, a name, a flag and a summary."""
    document = replace(text.read(FRENCH.encode()), title="Un titre")
    made = translated(document, ENGLISH.__getitem__)
    last = made.paragraphs[-1].sentences[0]
    made = made.with_sentences({(len(made.paragraphs) - 1, 0): replace(last, flags=(FLAG,))})
    mention = Mention(2, 0, 11, 17, "Sotchi", How.REPAIRED, 12, 17, "Sochi")
    lost = Mention(3, 0, 0, 6, "Moscou")
    return replace(
        made,
        names=(
            Name("Sochi", NameType.PLACE, Origin.BUILT_IN, (mention,)),
            Name("Moscow", NameType.PLACE, Origin.BUILT_IN, (lost,)),
        ),
        summary=Summary((SummaryPair(2, 0, "Il pleut.", "It rains."),), "a <note>"),
        provenance=Provenance("fr-en", "a" * 64, "ct2", "beam_size=4"),
    )


def bare() -> Article:
    """An article with nothing but a sentence."""
    return translated(text.read(b"Il pleut."), lambda _: "It rains.")


class _Outline(HTMLParser):
    """Checks that tags are nested and gathers what each kind of element says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Open an element."""
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one, which must be this."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Gather text."""
        if data.strip():
            self.texts.append((self.open[-1], data.strip()))


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_form_writes_every_article(name: str, article: Article) -> None:
    """With and without title, names, flags, summary and provenance, however odd the characters."""
    writer = WRITERS[name]
    assert writer.suffix.startswith(".")
    assert "/" in writer.media_type
    for one in (article, bare()):
        assert len(writer.write(one)) > 5


@pytest.mark.parametrize("name", ["html", "markdown", "docx"])
def test_a_summary_that_a_model_wrote_stands_before_what_supports_it(
    name: str, article: Article
) -> None:
    """Nobody takes the sentences of the article for its two sides."""
    summary = Summary(
        (SummaryPair(2, 0, "Il pleut.", "It rains."),),
        "",
        WrittenSummary("Rain.", "en", "m"),
        False,
    )
    data = WRITERS[name].write(replace(article, summary=summary))
    shown = (
        "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
        if name == "docx"
        else data.decode()
    )
    assert shown.index("Rain.") < shown.index("The sentences of the article that best support it:")


def test_who_wrote_the_summary_is_told_with_who_translated(article: Article) -> None:
    """Both models have their hashes at the foot."""
    summary = Summary((), "", WrittenSummary("Rain.", "en", "bart", "b" * 64), False)
    page = WRITERS["html"].write(replace(article, summary=summary)).decode()
    assert "beam_size=4; summary by bart (bbbbbbbbbbbb)</footer>" in page


def test_the_language_of_a_written_summary_cannot_break_out_of_its_tag(article: Article) -> None:
    """An article to be written may come from anybody."""
    odd = WrittenSummary("Rain.", 'en"><b>', "m")
    page = WRITERS["html"].write(replace(article, summary=Summary((), "", odd, False))).decode()
    assert '<p lang="en&quot;&gt;&lt;b&gt;">Rain.</p>' in page


def test_the_page_shows_both_sides_in_rows(article: Article) -> None:
    """French left, English right, a row for each paragraph; all text escaped, all tags closed."""
    page = WRITERS["html"].write(article).decode()
    outline = _Outline(page)
    assert outline.open == []
    rows = re.findall(r'<tr class="(\w*)"><td lang="fr">(.*?)</td><td lang="en">(.*?)</td>', page)
    assert rows[1:] == [
        ("title", "Un titre", "A title"),
        ("dateline", "date 2017-11", "date 2017-11"),
        (
            "text",
            f"Il pleut à {MARK}Sotchi</mark> &amp; &lt;ailleurs&gt;.",
            f"It rains in {MARK}Sochi</mark> &amp; &lt;elsewhere&gt;.",
        ),
        (
            "text",
            '<mark class="unresolved" title="Moscow: place, built-in, unresolved">Moscou</mark>',
            "Moscow",
        ),
        ("text", "dort.", '<span class="red">It is asleep.</span><a href="#flag-1">1</a>'),
    ]
    assert ("td", "1. much longer than <the> French") in outline.texts
    assert ("em", "a <note>") in outline.texts
    assert "<title>A title</title>" in page
    assert ("footer", "Interligne, model fr-en (aaaaaaaaaaaa), ct2, beam_size=4") in outline.texts


def test_the_page_needs_nothing_else(article: Article) -> None:
    """No script, no address: it can be sent by mail and read in ten years."""
    page = WRITERS["html"].write(article).decode()
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", page)


def test_word_shows_both_sides_with_names_and_comments(article: Article) -> None:
    """Summary first, then a table with names in bold; a flag is a comment; names at the end."""
    document = docx.Document(io.BytesIO(WRITERS["docx"].write(article)))
    headings = [p.text for p in document.paragraphs if p.style and "Heading" in str(p.style.name)]
    assert headings == ["Summary", "Article", "Names", "To check"]
    summary, sides, names, flags = document.tables
    assert [cell.text for cell in summary.rows[1].cells] == ["Il pleut.", "It rains."]
    assert [[cell.text for cell in row.cells] for row in sides.rows] == [
        ["French", "English"],
        ["Un titre", "A title"],
        ["date 2017-11", "date 2017-11"],
        ["Il pleut à Sotchi & <ailleurs>.", "It rains in Sochi & <elsewhere>."],
        ["Moscou", "Moscow"],
        ["dort.", "It is asleep."],
    ]
    bold = [run.text for run in sides.rows[3].cells[1].paragraphs[0].runs if run.bold]
    assert bold == ["Sochi"]
    assert [comment.text for comment in document.comments] == [
        "RED, length: much longer than <the> French"
    ]
    assert [cell.text for cell in names.rows[1].cells][:2] == ["Sochi", "Sotchi"]
    assert [cell.text for cell in flags.rows[1].cells] == [
        "red",
        "length",
        "much longer than <the> French",
        "It is asleep.",
    ]


def test_a_long_article_is_written_in_time() -> None:
    """Rows cost the same however many there are."""
    article = translated(text.read(b"Il pleut.\n\n" * 500), lambda _: "It rains.")
    document = docx.Document(io.BytesIO(WRITERS["docx"].write(article)))
    assert len(document.tables[0].rows) == 501


def test_tmx_holds_the_pairs_and_says_which_are_flagged(article: Article) -> None:
    """Translators' programs read it, and so do we; what was copied is no pair."""
    data = WRITERS["tmx"].write(article)
    root = ElementTree.fromstring(data)
    assert [header.get("srclang") for header in root.iter("header")] == ["fr"]
    units = root.findall("body/tu")
    assert [[seg.text for seg in unit.iter("seg")] for unit in units] == [
        ["Un titre", "A title"],
        ["Il pleut à Sotchi & <ailleurs>.", "It rains in Sochi & <elsewhere>."],
        ["Moscou", "Moscow"],
        ["dort.", "It is asleep."],
    ]
    assert [unit.findtext("prop") for unit in units][3] == (
        "red length: much longer than <the> French"
    )
    assert next(iter(read_tmx(data.decode(), where="a.tmx"))).english == ("A title",)


@pytest.mark.parametrize(
    "english", ["1986. The war &lt; it", "- yes", "# 1", "a | b_c *d*", "C #", "<b>", "===", "~~~"]
)
def test_markdown_shows_the_english_as_it_is(english: str) -> None:
    """Nothing of it is read as a list, a heading, a mark or HTML, in the text or in a heading."""
    made = translated(replace(text.read(b"Il pleut."), title="Un titre"), lambda _: english)
    tokens = MarkdownIt("commonmark").parse(WRITERS["markdown"].write(made).decode())
    assert [token.tag for token in tokens if token.type.endswith("_open")] == ["h1", "p"]
    shown = [
        "".join(child.content for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    ]
    assert shown == [english, english]


def test_json_is_the_article(article: Article) -> None:
    """Every field, as it is."""
    written = json.loads(WRITERS["json"].write(article))
    assert written["translation"] == article.translation
    assert written["names"][0]["mentions"][0]["target"] == "Sochi"
