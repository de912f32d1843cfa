"""Files made for tests: a Word file with notes and links, an EPUB book, archives that mean harm."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

MIMETYPE = "application/epub+zip"
WORD = nsdecls("w", "r")
FOOTNOTES = f"""\
<w:footnotes {WORD}>
<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>\
<w:r><w:t xml:space="preserve"> Selon une agence.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
FOOTNOTE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def run(inside: str, properties: str = "") -> str:
    """Write a run."""
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inside}</w:r>"


def text(words: str, properties: str = "") -> str:
    """Write a run of text."""
    return run(f'<w:t xml:space="preserve">{words}</w:t>', properties)


def field(code: str, result: str) -> str:
    """Write a field with its code and its result, which are runs."""
    begin, separate, end = (
        run(f'<w:fldChar w:fldCharType="{step}"/>') for step in ("begin", "separate", "end")
    )
    return f"{begin}{run(f'<w:instrText> {code} </w:instrText>')}{separate}{result}{end}"


def word_file(*paragraphs: str, footnotes: bool = False) -> bytes:
    """Make a Word file of paragraphs, given by the XML inside them."""
    document = docx.Document()
    for inside in paragraphs:
        _append(document, f"<w:p {WORD}>{inside}</w:p>")
    if footnotes:
        name = PackURI("/word/footnotes.xml")
        part = Part(name, FOOTNOTE_TYPE, FOOTNOTES.encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document)


def article_file() -> bytes:
    """Make a Word file as newspapers have them."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "La Gazette du soir"
    document.add_heading("Une réunion à Sotchi", 1)
    _append(
        document,
        f"<w:p {WORD}>"
        + text("Le président ")
        + text("Vladimir ", "<w:b/>")
        + text("Poutine", '<w:b/><w:lang w:val="fr-FR"/>')
        + text(" a vu ")
        + text("Bachar Al-Assad", "<w:b/>")
        + run('<w:footnoteReference w:id="2"/>', '<w:vertAlign w:val="superscript"/>')
        + text(" mardi.")
        + "</w:p>",
    )
    document.add_paragraph("Un point", style="List Bullet")
    table = document.add_table(2, 2, "Table Grid")
    for row, texts in zip(table.rows, (("Pays", "Soldats"), ("La Russie", "4 000")), strict=True):
        for cell, words in zip(row.cells, texts, strict=True):
            cell.text = words
    name = PackURI("/word/footnotes.xml")
    part = Part(name, FOOTNOTE_TYPE, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document)


def saved(document: Any) -> bytes:
    """Save a python-docx document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _append(document: Any, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


def members(data: bytes) -> dict[str, bytes]:
    """Unpack an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(content: Mapping[str, str | bytes], stored: tuple[str, ...] = ()) -> bytes:
    """Pack an archive; some members without compression."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in content.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            file.writestr(name, data, kind)
    return out.getvalue()


def changed(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """Pack an archive anew with another content for a member."""
    content = members(data)
    return zipped({**content, member: change(content.get(member, b""))})


BOOK: dict[str, str | bytes] = {
    "mimetype": MIMETYPE,
    "META-INF/container.xml": """\
<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles>
</container>""",
    "OEBPS/book.opf": """\
<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Le voyage &amp; la nuit</dc:title><dc:creator>Anne Roux</dc:creator>
<dc:language>fr-FR</dc:language>
</metadata>
<manifest>
<item id="b" href="deux.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="un%20peu.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="i" href="image.png" media-type="image/png"/>
</manifest>
<spine toc="n"><itemref idref="a"/><itemref idref="b"/></spine>
</package>""",
    "OEBPS/un peu.xhtml": """\
<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr"><head><title/><link href="a.css"/></head>
<body><h1>Un</h1><p>Elle <i>part</i> demain.<br/></p></body></html>""",
    "OEBPS/deux.xhtml": "<html><body><p>Il <a id='x'/>reste.</p></body></html>",
    "OEBPS/toc.ncx": """\
<ncx><navMap><navPoint><navLabel><text>Premier chapitre</text></navLabel>
<navPoint><navLabel><text>Second chapitre</text></navLabel></navPoint></navPoint></navMap></ncx>""",
    "OEBPS/image.png": b"\x89PNG\0\1",
}


def book(**more: str) -> bytes:
    """Make an EPUB book, with more members."""
    return zipped({**BOOK, **more}, stored=("mimetype",))
