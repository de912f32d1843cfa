"""An article as a Word file: summary, French and English side by side, names and flags at the end.

Names are bold on both sides; a flagged sentence carries a comment that says why.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from service.article import Article, Flag, Role
from service.formats.document import xml_safe
from service.formats.writers.report import (
    FLAG_COLUMNS,
    NAME_COLUMNS,
    SUPPORT,
    Shown,
    flag_rows,
    made_by,
    name_rows,
    shown_names,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

AUTHOR, INITIALS = "Interligne", "I"
GRID = "Table Grid"
MOST_COMMENTS = 300  # python-docx looks at all of them to add one; the list at the end has them all


def write(article: Article) -> bytes:
    """Write the file."""
    import docx

    document = docx.Document()
    document.core_properties.author = AUTHOR
    document.core_properties.title = _title(article)
    document.add_heading(_title(article), 0)
    _add_summary(document, article)
    _add_sides(document, article)
    _add_list(document, "Names", NAME_COLUMNS, name_rows(article))
    _add_list(document, "To check", FLAG_COLUMNS, flag_rows(article))
    if made := made_by(article):
        document.sections[0].footer.paragraphs[0].text = xml_safe(made)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _title(article: Article) -> str:
    for paragraph in article.paragraphs:
        if paragraph.role is Role.TITLE:
            return xml_safe(" ".join(sentence.target for sentence in paragraph.sentences))
    return "Translation"


def _add_summary(document: "Document", article: Article) -> None:
    summary = article.summary
    if summary is None:
        return
    document.add_heading("Summary", 1)
    if summary.note:
        document.add_paragraph(xml_safe(summary.note))
    if summary.written:
        document.add_paragraph(xml_safe(summary.written.text))
        document.add_paragraph(SUPPORT)
    pairs = [(pair.source, pair.target) for pair in summary.pairs]
    if pairs:
        _fill(_table(document, ("French", "English")), pairs)


def _add_sides(document: "Document", article: Article) -> None:
    """Write the article, a row for each paragraph."""
    document.add_heading("Article", 1)
    table = _table(document, ("French", "English"))
    french, english = shown_names(article)
    comments = 0
    for p, paragraph in enumerate(article.paragraphs):
        left, right = _row(table)
        for s, sentence in enumerate(paragraph.sentences):
            _add_sentence(left, sentence.source, french.get((p, s), ()))
            runs = _add_sentence(right, sentence.target, english.get((p, s), ()))
            for flag in sentence.flags if comments < MOST_COMMENTS else ():
                _comment(document, runs, flag)
                comments += 1
        if paragraph.role is Role.TITLE:
            for run in (*left.runs, *right.runs):
                run.bold = True


def _add_sentence(paragraph: "Paragraph", text: str, names: Sequence[Shown]) -> "list[Run]":
    """Add a sentence with its names in bold."""
    if paragraph.runs:
        paragraph.add_run(" ")
    runs, at = [], 0
    for one in names:
        runs.append(paragraph.add_run(xml_safe(text[at : one.start])))
        runs.append(paragraph.add_run(xml_safe(text[one.start : one.end])))
        runs[-1].bold = True
        at = one.end
    runs.append(paragraph.add_run(xml_safe(text[at:])))
    return runs


def _add_list(
    document: "Document", heading: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]
) -> None:
    if rows:
        document.add_heading(heading, 1)
        _fill(_table(document, columns), rows)


def _comment(document: "Document", runs: "Sequence[Run]", flag: Flag) -> None:
    text = xml_safe(f"{flag.severity.upper()}, {flag.kind}: {flag.detail}")
    document.add_comment(runs, text=text, author=AUTHOR, initials=INITIALS)


def _table(document: "Document", header: Sequence[str]) -> "Table":
    """Add a table whose header is repeated on every page."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    table: Table = document.add_table(rows=1, cols=len(header), style=GRID)
    for cell, name in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    return table


def _row(table: "Table") -> "list[Paragraph]":
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return [cell.paragraphs[0] for cell in row.cells]


def _fill(table: "Table", rows: Sequence[tuple[str, ...]]) -> None:
    for row in rows:
        for paragraph, text in zip(_row(table), row, strict=True):
            paragraph.add_run(xml_safe(text))
