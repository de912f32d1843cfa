"""What has been translated into a folder before, so that a run goes on where the last one stopped.

A hidden file of JSON lines in the folder says of each output what it was made of: a line is added
when a file is done, the last line about it counts, and one torn by a crash is passed over.
"""

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from service.cli.console import file_failure
from service.cli.files import FileTask

NAME = ".interligne.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """How a file was made; all but its name are SHA-256.

    Attributes:
        file: its path below the folder.
        source: of the French.
        made_by: of the model and all that it was asked.
        output: of the English as it was written; whoever edits it makes another.
    """

    file: str
    source: str
    made_by: str
    output: str


class Record:
    """What was made in a folder. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._lock = threading.Lock()
        self._entries = {entry.file: entry for entry in _read(self._path)}

    def made(self) -> set[Path]:
        """List the files that were made here, resolved: they are English, and no input."""
        return {(self._folder / file).resolve() for file in self._entries}

    def is_done(self, task: FileTask, made_by: str) -> bool:
        """Whether the output is there, made of this very source in this very way."""
        entry = self._entries.get(self._file(task))
        if entry is None or entry.made_by != made_by or not task.output.exists():
            return False
        try:
            return entry.source == sha256(task.source.read_bytes())
        except OSError:  # whoever translates it will say
            return False

    def is_free(self, task: FileTask) -> bool:
        """Whether writing the output destroys nothing but what was made here and left alone."""
        entry = self._entries.get(self._file(task))
        if not task.output.exists():
            return True
        return entry is not None and entry.output == sha256(task.output.read_bytes())

    def note(self, task: FileTask, source: bytes, made_by: str, output: bytes) -> None:
        """Take note of a file that was made; of one that is to be made again, if by nothing.

        Raises:
            FileFailed: the record cannot be written.
        """
        entry = Entry(self._file(task), sha256(source), made_by, sha256(output))
        line = "\n" + json.dumps(asdict(entry), ensure_ascii=False)  # first: the last may be torn
        with self._lock:
            self._entries[entry.file] = entry
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line)
            except OSError as error:
                raise file_failure("write", self._path, error) from error

    def _file(self, task: FileTask) -> str:
        return task.output.relative_to(self._folder).as_posix()


def sha256(data: bytes) -> str:
    """Hash."""
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> list[Entry]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise file_failure("read", path, error) from error
    return [entry for line in lines if (entry := _entry(line))]


def _entry(line: str) -> Entry | None:
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None
