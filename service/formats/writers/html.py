"""An article as one HTML page: French and English side by side, ready to read, check and print.

The page needs nothing else: its style is in it, and it has no script. Names are marked on both
sides and say how they were settled; a flagged sentence is marked and explained at the end.
"""

from collections.abc import Iterator, Sequence
from html import escape

from service.article import Article, Paragraph, Role, Sentence
from service.formats.writers.report import (
    FLAG_COLUMNS,
    NAME_COLUMNS,
    SUPPORT,
    Place,
    Shown,
    flags,
    made_by,
    name_rows,
    shown_names,
)

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}</h1>
{sections}
</body>
</html>
"""

STYLE = """\
:root { color-scheme: light dark; --line: #8886; --name: #36c; --amber: #c80; --red: #c22; }
body { font: 1rem/1.5 Georgia, serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, th, footer { font-family: system-ui, sans-serif; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid var(--line); padding: .4rem .8rem .4rem 0; text-align: left; \
vertical-align: top; }
.sides { table-layout: fixed; }
.title { font-weight: bold; }
mark { background: none; color: inherit; border-bottom: 1px dotted var(--name); }
.unresolved { border-bottom: 2px solid var(--red); }
.amber { background: color-mix(in srgb, var(--amber) 18%, transparent); }
.red { background: color-mix(in srgb, var(--red) 20%, transparent); }
.sides a { font: .75em system-ui, sans-serif; vertical-align: super; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; font-size: .8rem; opacity: .8; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .amber, .red { background: none; border-left: 2pt solid; padding-left: 2pt; }
}"""

DEFAULT_TITLE = "Translation"


def write(article: Article) -> bytes:
    """Write the page."""
    sections = [*_summary(article), *_sides(article), *_names(article), *_flags(article)]
    if made := made_by(article):
        sections.append(f"<footer>{escape(made)}</footer>")
    page = PAGE.format(title=escape(_title(article)), style=STYLE, sections="\n".join(sections))
    return page.encode()


def _title(article: Article) -> str:
    titles = (p for p in article.paragraphs if p.role is Role.TITLE)
    return next((" ".join(s.target for s in title.sentences) for title in titles), DEFAULT_TITLE)


def _summary(article: Article) -> Iterator[str]:
    summary = article.summary
    if summary is None:
        return
    yield "<h2>Summary</h2>"
    if summary.note:
        yield f"<p><em>{escape(summary.note)}</em></p>"
    if summary.written:
        language, text = escape(summary.written.language), escape(summary.written.text)
        yield f'<p lang="{language}">{text}</p>'
        yield f"<p><em>{escape(SUPPORT)}</em></p>"
    rows = [(escape(pair.source), escape(pair.target)) for pair in summary.pairs]
    if rows:
        yield from _bilingual(("", *row) for row in rows)


def _sides(article: Article) -> Iterator[str]:
    """Write the article, a row for each paragraph."""
    numbers: dict[Place, list[int]] = {}
    for number, (place, _, _) in enumerate(flags(article), start=1):
        numbers.setdefault(place, []).append(number)
    french, english = shown_names(article)

    def side(p: int, paragraph: Paragraph, names: dict[Place, list[Shown]], is_source: bool) -> str:
        return " ".join(
            _sentence(
                sentence,
                sentence.source if is_source else sentence.target,
                names.get((p, s), ()),
                () if is_source else numbers.get((p, s), ()),
            )
            for s, sentence in enumerate(paragraph.sentences)
        )

    yield "<h2>Article</h2>"
    yield from _bilingual(
        (paragraph.role, side(p, paragraph, french, True), side(p, paragraph, english, False))
        for p, paragraph in enumerate(article.paragraphs)
    )


def _sentence(sentence: Sentence, text: str, names: Sequence[Shown], numbers: Sequence[int]) -> str:
    """Write a sentence with its names marked and the numbers of its flags."""
    pieces, at = [], 0
    for one in names:
        told = f"{one.name.canonical}: {one.name.type}, {one.name.origin}, {one.how}"
        shown = escape(text[one.start : one.end])
        pieces.append(escape(text[at : one.start]))
        pieces.append(f'<mark class="{one.how}" title="{escape(told)}">{shown}</mark>')
        at = one.end
    written = "".join((*pieces, escape(text[at:])))
    if not numbers:
        return written
    links = " ".join(f'<a href="#flag-{number}">{number}</a>' for number in numbers)
    severity = "red" if sentence.is_red else "amber"
    return f'<span class="{severity}">{written}</span>{links}'


def _bilingual(rows: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    yield '<table class="sides">'
    yield '<thead><tr><th scope="col">French</th><th scope="col">English</th></tr></thead>'
    for kind, french, english in rows:
        yield f'<tr class="{kind}"><td lang="fr">{french}</td><td lang="en">{english}</td></tr>'
    yield "</table>"


def _names(article: Article) -> Iterator[str]:
    if rows := name_rows(article):
        yield "<h2>Names</h2>"
        yield from _table(NAME_COLUMNS, [("", *row) for row in rows])


def _flags(article: Article) -> Iterator[str]:
    rows = [
        (f"flag-{number}", flag.severity, flag.kind, f"{number}. {flag.detail}", sentence.target)
        for number, (_, sentence, flag) in enumerate(flags(article), start=1)
    ]
    if rows:
        yield "<h2>To check</h2>"
        yield from _table(FLAG_COLUMNS, rows)


def _table(header: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Write a table; the first field of a row is its id."""
    yield "<table>"
    yield f"<thead><tr>{''.join(f'<th scope=col>{name}</th>' for name in header)}</tr></thead>"
    for identity, *cells in rows:
        opening = f'<tr id="{identity}">' if identity else "<tr>"
        yield f"{opening}{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</table>"
