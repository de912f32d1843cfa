"""EPUB books in place."""

import io
import zipfile

import pytest

from service.errors import BadFile
from service.formats.readers.epub import read
from tests.formats.samples import BOOK, book, members, zipped
from tests.formats.speaking import translated, unchanged


def test_a_book_whose_english_is_its_french_is_the_same_to_the_byte() -> None:
    """Nothing is packed anew."""
    data = book()
    assert unchanged(read(data)) == data


def test_chapters_are_read_in_order_as_one_text() -> None:
    """The title, the chapters as the spine has them, the table of contents."""
    assert read(book()).text.split("\n\n") == [
        "Le voyage & la nuit",
        "Un",
        "Elle part demain.",
        "Il reste.",
        "Premier chapitre",
        "Second chapitre",
    ]


def test_chapters_title_and_contents_are_translated() -> None:
    """Pages stay XHTML, the language is English, pictures are the same bytes."""
    document = read(book())
    result = members(document.render(translated(document, str.upper)).data)
    package = result["OEBPS/book.opf"].decode()
    assert "<dc:title>LE VOYAGE &amp; LA NUIT</dc:title><dc:creator>Anne Roux" in package
    assert "<dc:language>en</dc:language>" in package
    assert (
        result["OEBPS/un peu.xhtml"]
        .decode()
        .endswith(
            'xml:lang="en"><head><title/><link href="a.css"/></head>\n'
            "<body><h1>UN</h1><p>ELLE <i>PART</i> DEMAIN.<br/></p></body></html>"
        )
    )
    assert result["OEBPS/deux.xhtml"] == b"<html><body><p>IL <a id='x'/>RESTE.</p></body></html>"
    assert b"<text>PREMIER CHAPITRE</text>" in result["OEBPS/toc.ncx"]
    assert result["OEBPS/image.png"] == BOOK["OEBPS/image.png"]


def test_the_archive_stays_a_book() -> None:
    """Readers want the type first and not compressed."""
    document = read(book())
    data = document.render(translated(document, str.upper)).data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        first = file.infolist()[0]
        assert file.namelist() == list(BOOK)
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_what_is_no_book_is_refused() -> None:
    """Another archive."""
    with pytest.raises(BadFile, match="no EPUB"):
        read(zipped({"a.txt": "a"}))


@pytest.mark.parametrize(
    ("reference", "is_read"),
    [
        ("OEBPS/deux.xhtml", False),
        ("OEBPS/un%20peu.xhtml", False),
        ("OEBPS/image.png", True),
        ("OEBPS/deux.xhtml.ttf", True),
    ],
)
def test_a_book_with_copy_protection_is_refused(reference: str, is_read: bool) -> None:
    """If a page has it; pictures and fonts may, whatever their names have in common with pages."""
    lock = f'<encryption><CipherReference URI="{reference}"/></encryption>'
    locked = book(**{"META-INF/encryption.xml": lock})
    if is_read:
        assert unchanged(read(locked)) == locked
    else:
        with pytest.raises(BadFile, match="copy protection"):
            read(locked)


def test_a_list_of_protected_members_that_is_no_xml_is_refused() -> None:
    """Bytes of another encoding, too."""
    lock = "<encryption><!-- é --></encryption>".encode("latin-1")
    with pytest.raises(BadFile, match="XML is damaged"):
        read(zipped({**BOOK, "META-INF/encryption.xml": lock}))
