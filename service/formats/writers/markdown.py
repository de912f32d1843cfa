"""An article as Markdown: the English, the summary in both languages, the ledger, the flags."""

from collections.abc import Iterator, Sequence

from service.article import Article, Role, Summary
from service.formats.readers.markdown import escape
from service.formats.writers.report import (
    FLAG_COLUMNS,
    NAME_COLUMNS,
    SUPPORT,
    flag_rows,
    name_rows,
)


def write(article: Article) -> bytes:
    """Render the translation, its summary, its names and its flags as Markdown."""
    sections = [*_translation(article), *_summary(article.summary)]
    if names := name_rows(article):
        sections += ["## Names", _table(NAME_COLUMNS, names)]
    if flags := flag_rows(article):
        sections += ["## To check", _table(FLAG_COLUMNS, flags)]
    return ("\n\n".join(sections) + "\n").encode()


def _escape(text: str, *, begins_line: bool = False) -> str:
    """Write text as one line that is not read as marks."""
    return escape(" ".join(text.split()), begins_line)


def _translation(article: Article) -> Iterator[str]:
    if not any(paragraph.role is Role.TITLE for paragraph in article.paragraphs):
        yield "# Translation"
    for paragraph in article.paragraphs:
        text = " ".join(sentence.target for sentence in paragraph.sentences)
        english = _escape(text, begins_line=paragraph.role is Role.TEXT)
        match paragraph.role:
            case Role.TITLE:
                yield f"# {english}"
            case Role.DATELINE:
                yield f"*{english}*"
            case Role.TEXT:
                yield english


def _summary(summary: Summary | None) -> Iterator[str]:
    if summary is None:
        return
    yield "## Summary"
    if summary.note:
        yield f"*{_escape(summary.note)}*"
    if summary.written:
        yield _escape(summary.written.text, begins_line=True)
        yield SUPPORT
    if summary.pairs:
        yield _table(("English", "French"), [(pair.target, pair.source) for pair in summary.pairs])


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *(tuple(map(_escape, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
