"""In which format a translation is written, and writing it."""

from pathlib import Path

from service.article import Article
from service.formats import READERS, WRITERS, Document, Rendered
from service.formats.marked import MarkedText

READ = frozenset(filter(None, READERS))  # suffixes of what is taken from folders
PLAIN = "text"


def written(document: Document, article: Article, output_format: str | None) -> Rendered:
    """Write a translated article; in the format of its document unless told otherwise."""
    if output_format is None:
        return document.render(article)
    if output_format == PLAIN and isinstance(document, MarkedText) and document.kept:
        return Rendered(document.plain(article).encode())
    return Rendered(WRITERS[output_format].write(article))


def format_of(output: Path | None, source: str) -> str | None:
    """Choose the format of an output by its name; None for that of its source.

    Args:
        output: None for standard output, where plain text is wanted.
        source: name of the file that it is made from.
    """
    if output is None:
        return PLAIN
    suffix = output.suffix.lower()
    if suffix == Path(source).suffix.lower():
        return None
    return next((name for name, one in WRITERS.items() if one.suffix == suffix), PLAIN)
