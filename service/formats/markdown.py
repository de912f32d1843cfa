"""An article as Markdown: the English, the summary in both languages, the ledger, the flags."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from service.article import Article, How, Name, Role, Summary


def write(article: Article) -> str:
    """Render the translation, its summary, its names and its flags as Markdown."""
    sections = [
        *_translation(article),
        *_summary(article.summary),
        *_names(article.names),
        *_flags(article),
    ]
    return "\n\n".join(sections) + "\n"


def _escape(text: str) -> str:
    """Keep text from being read as Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", re.sub(r"\s+", " ", text))


def _translation(article: Article) -> Iterator[str]:
    if not any(paragraph.role is Role.TITLE for paragraph in article.paragraphs):
        yield "# Translation"
    for paragraph in article.paragraphs:
        english = _escape(" ".join(sentence.target for sentence in paragraph.sentences))
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
    if summary.pairs:
        yield _table(("English", "French"), [(pair.target, pair.source) for pair in summary.pairs])


def _names(names: tuple[Name, ...]) -> Iterator[str]:
    if not names:
        return
    yield "## Names"
    rows = [(name.canonical, _french(name), name.type, name.origin, _how(name)) for name in names]
    yield _table(("Name", "In the French", "Type", "From", "Mentions"), rows)


def _french(name: Name) -> str:
    return ", ".join(dict.fromkeys(mention.source for mention in name.mentions))


def _how(name: Name) -> str:
    """Count mentions by how they were made right, with a word for those that needed it."""
    counts = Counter(mention.how for mention in name.mentions)
    touched = [f"{count} {how}" for how, count in counts.items() if how is not How.MODEL]
    return ", ".join([str(len(name.mentions)), *touched])


def _flags(article: Article) -> Iterator[str]:
    rows = [
        (flag.severity, flag.kind, flag.detail, sentence.target)
        for _, _, sentence in article.sentences()
        for flag in sentence.flags
    ]
    if rows:
        yield "## To check"
        yield _table(("Severity", "Kind", "Why", "Sentence"), rows)


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *(tuple(map(_escape, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
