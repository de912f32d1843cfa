"""What the commands say and how they end; what they read from and write to files."""

import os
import sys
from pathlib import Path

from service.errors import FileFailed, InterligneError

OK, ERROR, USAGE, WARNINGS = 0, 1, 2, 3
STDIN = "-"


def read_text(file: str) -> str:
    """Read a UTF-8 file, or standard input for `-`.

    Raises:
        FileFailed: no such file, a folder, no permission.
        NotUtf8: the bytes are not UTF-8.
    """
    from service.intake import decode

    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise FileFailed(
            f"cannot read: {error.strerror}", where=file, hint="check the path and its permissions"
        ) from error
    return decode(data)


def write_output(text: str, output: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output."""
    if output is None:
        write_stdout(text)
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileFailed(
            f"cannot write: {error.strerror}",
            where=str(output),
            hint="check the folder, its permissions and the space left",
        ) from error


def write_stdout(text: str) -> None:
    """Write UTF-8 to standard output, whatever the terminal's locale.

    Raises:
        FileFailed: standard output is closed.
    """
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except (AttributeError, ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise FileFailed(
            "standard output is closed", hint="write to a file with --output"
        ) from error


def complain(error: InterligneError) -> None:
    """Print an error with where it is and what to do."""
    where = f"{error.where}: " if error.where else ""
    say(f"interligne: {where}{error.message}")
    if error.hint:
        say(f"  {error.hint}")


def say(line: str) -> None:
    """Print to standard error, which may be closed."""
    if sys.stderr is not None:
        print(line, file=sys.stderr)
