"""Files that are there whole or not at all, also after a crash of the machine."""

import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from service.errors import FileFailed

PART = ".part"


def write_whole(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file under another name, and give it its own when all of it is on the disk.

    Raises:
        FileFailed: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}{PART}")
    try:
        with part.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # of the two failures, the first is worth telling
            part.unlink(missing_ok=True)
        raise FileFailed(
            f"cannot write: {error.strerror}",
            where=str(path),
            hint="check the folder, its permissions and the space left",
        ) from error


def forget_torn(folder: Path) -> None:
    """Remove what runs that were killed left half written; nobody else may be at work there."""
    for part in folder.glob(f".*{PART}"):
        part.unlink(missing_ok=True)
