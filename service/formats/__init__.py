"""Files as people have them. `read` gives a `Document`; `WRITERS` write an article in other forms.

A document keeps its file: `document.render(article)` is the same file with the English in place,
and notes on what could not be kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from service.article import Article
from service.errors import BadFile
from service.formats.document import Document, Rendered
from service.formats.readers import docx, epub, html, jsonl, subtitles
from service.formats.readers import markdown as markdown_reader
from service.formats.readers import text as text_reader
from service.formats.writers import docx as docx_writer
from service.formats.writers import html as html_writer
from service.formats.writers import json, markdown, text, tmx

__all__ = [
    "MEDIA_TYPES",
    "READERS",
    "WRITERS",
    "Document",
    "Rendered",
    "Writer",
    "english_name",
    "media_type_of",
    "read",
]

Reader = Callable[[bytes, str], Document]


@dataclass(frozen=True, slots=True)
class Writer:
    """A form that any article can be written in: how its files end, and what HTTP calls it."""

    suffix: str
    media_type: str
    write: Callable[[Article], bytes]


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FRENCH, ENGLISH = ".fr", ".en"  # before the suffix: film.fr.srt becomes film.en.srt

READERS: dict[str, Reader] = {
    "": text_reader.read,
    ".docx": docx.read,
    ".epub": epub.read,
    ".htm": html.read,
    ".html": html.read,
    ".jsonl": jsonl.read,
    ".markdown": markdown_reader.read,
    ".md": markdown_reader.read,
    ".srt": subtitles.read_srt,
    ".txt": text_reader.read,
    ".vtt": subtitles.read_vtt,
    ".xhtml": html.read,
}

# What HTTP calls the files that are read; systems know some of them, and not all the same.
# Pages say themselves which encoding they are in; all other texts are in UTF-8.
MEDIA_TYPES: dict[str, str] = {
    "": "text/plain; charset=utf-8",
    ".docx": WORD,
    ".epub": "application/epub+zip",
    ".htm": "text/html",
    ".html": "text/html",
    ".jsonl": "application/jsonl",
    ".markdown": "text/markdown; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".srt": "application/x-subrip",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".xhtml": "application/xhtml+xml",
}

WRITERS: dict[str, Writer] = {
    "docx": Writer(".docx", WORD, docx_writer.write),
    "html": Writer(".html", "text/html; charset=utf-8", html_writer.write),
    "json": Writer(".json", "application/json", json.write),
    "markdown": Writer(".md", "text/markdown; charset=utf-8", markdown.write),
    "text": Writer(".txt", "text/plain; charset=utf-8", text.write),
    "tmx": Writer(".tmx", "application/x-tmx+xml", tmx.write),
}


def english_name(name: str, suffix: str | None = None) -> str:
    """Name the English of a file: `a.txt` and `a.fr.txt` give `a.en.txt`.

    Args:
        name: of the French file, without folders.
        suffix: of the English one; None for that of the French, or of plain text if it has none.
    """
    path = PurePath(name)
    stem = path.stem.removesuffix(FRENCH)
    return f"{stem}{ENGLISH}{suffix or path.suffix or WRITERS['text'].suffix}"


def media_type_of(name: str) -> str:
    """Tell what HTTP calls a file of this name; bytes of some kind if it is none that is read."""
    return MEDIA_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")


def read(data: bytes, name: str, *, extract: bool = False) -> Document:
    """Read a file in the format that its name says.

    Args:
        data: the file.
        name: its name; one without a suffix is plain text.
        extract: read only the article of an HTML page, without menus and advertisements.

    Raises:
        NotUtf8: a text file in another encoding.
        BadFile: of another kind than it says or than is read, damaged, locked or harmful.
    """
    suffix = PurePath(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise BadFile(
            f"files of the kind {suffix} are not read",
            hint=f"send one of {', '.join(sorted(filter(None, READERS)))}",
            where=name,
        )
    if not extract:
        return reader(data, name)
    if reader is not html.read:
        raise BadFile("only HTML pages have an article to extract", where=name)
    return html.read(data, name, extract=True)
