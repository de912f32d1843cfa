"""Plain text: the whole file is one block."""

from service.formats.document import Block, read_text
from service.formats.marked import MarkedText


def read(data: bytes, name: str = "text.txt") -> MarkedText:
    """Read a text file.

    Raises:
        NotUtf8: it is something else.
    """
    source, encode = read_text(data)
    return MarkedText(source, (Block(0, len(source), source),), encode)
