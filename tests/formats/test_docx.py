"""Word files in place, read back by python-docx and checked part by part."""

import io
from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from service.article import How, Mention, Name, NameType, Origin
from service.errors import BadFile
from service.formats.readers.docx import DELETED, read
from tests.formats import samples
from tests.formats.samples import field, members, run, text, word_file
from tests.formats.speaking import translated, unchanged

DOCUMENT = "word/document.xml"


def opened(data: bytes) -> Any:
    """Open a file as python-docx does."""
    return docx.Document(io.BytesIO(data))


def shouted(data: bytes) -> bytes:
    """Translate a file into capitals."""
    document = read(data)
    return document.render(translated(document, str.upper)).data


def body(data: bytes) -> Any:
    """Give the first paragraph of a rendered file."""
    return parse_xml(members(data)[DOCUMENT]).find(qn("w:body"))[0]


def outline(element: Any) -> str:
    """Write a paragraph in short: its elements and their texts."""
    name = element.tag.rpartition("}")[2]
    inside = "".join(outline(child) for child in element if child.tag != qn("w:rPr"))
    bold = "*" if element.find(qn("w:rPr")) is not None else ""
    match name:
        case "p":
            return inside
        case "t" | "instrText":
            return element.text or ""
        case "r":
            return f"[{bold}{inside}]"
        case "fldChar":
            return {"begin": "{", "separate": "|", "end": "}"}[element.get(qn("w:fldCharType"))]
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def in_english(inside: str, english: str) -> str:
    """Translate a paragraph of one sentence and outline it."""
    document = read(word_file(inside))
    return outline(body(document.render(translated(document, lambda _: english)).data))


def test_a_file_whose_english_is_its_french_is_the_same_to_the_byte() -> None:
    """Nothing is packed anew."""
    data = samples.article_file()
    assert unchanged(read(data)) == data


def test_headings_bold_names_a_table_and_a_note_come_back_in_place() -> None:
    """Word opens the result: every style, cell, note and header is where it was."""
    result = shouted(samples.article_file())
    document = opened(result)
    heading, article, point = document.paragraphs
    assert (heading.text, heading.style.name) == ("UNE RÉUNION À SOTCHI", "Heading 1")
    assert [(piece.text, piece.bold) for piece in article.runs] == [
        ("LE PRÉSIDENT ", None),
        ("VLADIMIR POUTINE", True),
        (" A VU ", None),
        ("BACHAR AL-ASSAD", True),
        ("", None),  # the mark of the note
        (" MARDI.", None),
    ]
    assert article.runs[4]._r.find(qn("w:footnoteReference")).get(qn("w:id")) == "2"
    assert (point.text, point.style.name) == ("UN POINT", "List Bullet")
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells == [["PAYS", "SOLDATS"], ["LA RUSSIE", "4 000"]]
    assert document.sections[0].header.paragraphs[0].text == "LA GAZETTE DU SOIR"
    assert " SELON UNE AGENCE." in members(result)["word/footnotes.xml"].decode()


def test_only_parts_with_text_change() -> None:
    """Pictures, settings and relations are the same bytes, in the same order."""
    before = members(samples.article_file())
    after = members(shouted(samples.article_file()))
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == {
        DOCUMENT,
        "word/footnotes.xml",
        "word/header1.xml",
    }


def test_a_bold_name_is_where_the_ledger_says() -> None:
    """However the model turns the sentence."""
    document = read(word_file(text("Selon ") + text("Pékin", "<w:b/>") + text(", tout va.")))
    article = translated(document, lambda _: "All is well, Beijing says.")
    mention = Mention(0, 0, 6, 11, "Pékin", How.MODEL, 13, 20, "Beijing")
    name = Name("Beijing", NameType.PLACE, Origin.BUILT_IN, (mention,))
    rendered = document.render(replace(article, names=(name,)))
    assert outline(body(rendered.data)) == "[All is well, ][*Beijing][ says.]"
    assert rendered.notes == ()


def test_links_bookmarks_and_breaks_go_with_their_words() -> None:
    """A link stands around its English; what is no text is kept."""
    link = f'<w:hyperlink r:id="rId1">{text("le site", "<w:u/>")}</w:hyperlink>'
    assert in_english(
        text("Voir ")
        + '<w:bookmarkStart w:id="1" w:name="x"/>'
        + link
        + '<w:bookmarkEnd w:id="1"/>'
        + text(" du ministère.")
        + run("<w:drawing/>"),
        "See the site of the ministry.",
    ) == (
        "[See ]<bookmarkStart/><hyperlink>[*the site]</hyperlink><bookmarkEnd/>"
        "[ of the ministry.][<drawing/>]"
    )


def test_fields_stay_and_linked_text_is_translated() -> None:
    """A page number is the same number; the text of a link in a field is text."""
    assert in_english(
        text("Page ") + field("PAGE", text("7")) + text(" du texte"), "Page 7 of it"
    ) == ("[Page ][{][ PAGE ][|][7][}][ of it]")
    assert (
        in_english(
            text("Voir ") + field('HYPERLINK "u"', text("le site", "<w:u/>")) + text(" ici."),
            "See the site here.",
        )
        == '[See ][{][ HYPERLINK "u" ][|][*the site][}][ here.]'
    )


def test_tabs_part_what_is_translated_apart() -> None:
    """A label and its value, or a title and its page, are two texts."""
    document = read(word_file(text("Nom") + run("<w:tab/>") + text("Anne est là") + run("<w:br/>")))
    assert document.text == "Nom\n\nAnne est là\n"
    result = document.render(translated(document, str.upper)).data
    assert outline(body(result)) == "[NOM][<tab/>][ANNE EST LÀ][<br/>]"


def test_runs_split_for_no_visible_reason_are_one() -> None:
    """Spelling marks, languages and revisions of Word part no sentence."""
    inside = (
        text("Mos", '<w:lang w:val="fr-FR"/>')
        + '<w:proofErr w:type="x"/>'
        + text("cou")
        + text(" dort.")
    )
    assert in_english(inside, "Moscow sleeps.") == "[*Moscow sleeps.]"


def test_the_language_of_the_text_is_english_now() -> None:
    """Or all of it would be marked as misspelt."""
    french = samples.changed(
        samples.article_file(),
        "word/styles.xml",
        lambda xml: xml.replace(b'w:lang w:val="en-US"', b'w:lang w:val="fr-CA"'),
    )
    assert b'w:lang w:val="fr-CA"' in members(french)["word/styles.xml"]
    result = members(shouted(french))
    assert b'w:lang w:val="en-GB"' in result["word/styles.xml"]
    assert b'w:lang w:val="fr' not in result[DOCUMENT] + result["word/styles.xml"]


def test_deleted_text_is_left_and_told() -> None:
    """Tracked deletions are no part of the text."""
    gone = f'<w:del w:id="1" w:author="a">{run("<w:delText>rien</w:delText>")}</w:del>'
    document = read(word_file(text("Un mot ") + gone + text("reste.")))
    assert document.text == "Un mot reste."
    rendered = document.render(translated(document, str.upper))
    assert outline(body(rendered.data)) == "[UN MOT ]<del>[<delText/>]</del>[RESTE.]"
    assert DELETED in rendered.notes


def test_a_drawing_written_twice_is_read_once() -> None:
    """New and old programs show the same text box; both get its English."""
    box = f"<w:txbxContent><w:p>{text('Une légende')}</w:p></w:txbxContent>"
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    drawn = (
        f'<mc:AlternateContent {space}><mc:Choice Requires="wps">{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    document = read(word_file(text("Voici ") + run(drawn)))
    assert document.text == "Voici \n\nUne légende"
    result = members(document.render(translated(document, str.upper)).data)[DOCUMENT].decode()
    assert result.count("UNE LÉGENDE") == 2


def test_rendering_twice_gives_the_same_bytes() -> None:
    """A document is not used up by being written."""
    document = read(samples.article_file())
    article = translated(document, str.upper)
    assert document.render(article).data == document.render(article).data


def test_macros_are_refused_whatever_the_suffix() -> None:
    """The content type says so, or a part does."""
    data = samples.article_file()
    enabled = samples.changed(
        data,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            b"vnd.ms-word.document.macroEnabled.main",
        ),
    )
    with_part = samples.changed(data, "word/vbaProject.bin", lambda _: b"x")
    for harmful in (enabled, with_part):
        with pytest.raises(BadFile, match="macros"):
            read(harmful)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"Bonjour", "no Word file"),
        (b"", "no Word file"),
        (samples.zipped({"a.txt": "a"}), "no Word file"),
        (samples.zipped({"[Content_Types].xml": "<Types/>"}), "no Word file"),
        (samples.book(), "no Word file"),
        (samples.article_file()[:-200], "no Word file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (samples.changed(samples.article_file(), DOCUMENT, lambda _: b"<w:p"), "damaged"),
    ],
)
def test_what_is_no_word_file_is_refused(data: bytes, told: str) -> None:
    """With a message that says what it seems to be."""
    with pytest.raises(BadFile, match=told):
        read(data)


def test_entities_are_refused() -> None:
    """A document type could unfold into gigabytes, or read other files."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    data = samples.changed(
        samples.article_file(), DOCUMENT, lambda xml: bomb + xml[xml.index(b"<w:document") :]
    )
    with pytest.raises(BadFile, match="document type"):
        read(data)
