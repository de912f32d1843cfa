"""How a new translation differs from an earlier one, as a unified diff."""

from difflib import unified_diff
from pathlib import Path

from service.cli.console import read_bytes
from service.errors import NotUtf8

NOTHING = "/dev/null"  # the name that diff gives to a file that is not there


def against(earlier: Path, place: Path, output: bytes) -> str:
    """Compare an output with an earlier translation; empty if they read the same.

    Args:
        earlier: the translation, or a folder that holds it at `place`.
        place: name of the output, below the folder it is written to.
        output: what was translated now.

    Raises:
        FileFailed: there is no such file.
        BadFile: it cannot be read.
    """
    path = earlier / place if earlier.is_dir() else earlier
    is_new = earlier.is_dir() and not path.exists()
    before = "" if is_new else readable(read_bytes(str(path)), path.name)
    after = readable(output, place.name)
    names = NOTHING if is_new else str(path), str(place)
    lines = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return "".join(line + "\n" for line in lines)


def readable(data: bytes, name: str) -> str:
    """Read a file as text: as it is, or what it says if it is a Word file and the like."""
    from service.intake import decode

    try:
        return decode(data)
    except NotUtf8:
        from service import formats

        return formats.read(data, name).text
