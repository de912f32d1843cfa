"""The formats of glossary files, by the end of their name and by media type."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from service.article import Origin
from service.names import exchange, glossary
from service.names.glossary import Glossary


class Read(Protocol):
    """Reads a file of a format."""

    def __call__(self, text: str, *, where: str, origin: Origin = ...) -> Glossary:
        """Read the terms, or raise `BadGlossary` with the lines at fault."""


class Format(NamedTuple):
    """A format of glossary files; the first media type is the one we write.

    TBX and TMX have no registered media types: these are those in use.
    """

    suffix: str
    media_types: tuple[str, ...]
    read: Read
    write: Callable[[Glossary], str]


FORMATS = (
    Format(".csv", ("text/csv", "application/csv"), glossary.read_csv, glossary.write_csv),
    Format(".tsv", ("text/tab-separated-values",), glossary.read_tsv, glossary.write_tsv),
    Format(
        ".tbx",
        ("application/x-tbx+xml", "application/tbx+xml", "application/x-tbx"),
        exchange.read_tbx,
        exchange.write_tbx,
    ),
    Format(
        ".tmx",
        ("application/x-tmx+xml", "application/tmx+xml", "application/x-tmx"),
        exchange.read_tmx,
        exchange.write_tmx,
    ),
)
BY_SUFFIX = {one.suffix: one for one in FORMATS}
BY_MEDIA_TYPE = {media_type: one for one in FORMATS for media_type in one.media_types}
