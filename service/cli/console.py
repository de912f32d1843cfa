"""What the commands say and how they end; what they read from and write to files."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from service.errors import FileFailed, InterligneError

OK, ERROR, USAGE, WARNINGS = 0, 1, 2, 3
INTERRUPTED = 130  # as shells have it for a program that Ctrl-C ended
STDIN = "-"


def read_text(file: str) -> str:
    """Read a UTF-8 file, or standard input for `-`.

    Raises:
        FileFailed: no such file, a folder, no permission.
        NotUtf8: the bytes are not UTF-8.
    """
    from service.intake import decode

    return decode(read_bytes(file))


def read_bytes(file: str) -> bytes:
    """Read a file, or standard input for `-`.

    Raises:
        FileFailed: no such file, a folder, no permission.
    """
    try:
        return sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise file_failure("read", file, error) from error


def write_output(data: bytes, output: Path | None) -> None:
    """Write to a file, whole or not at all, or to standard output.

    Raises:
        FileFailed: it cannot be written.
    """
    if output is None:
        write_stdout(data)
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(output)
    except OSError as error:
        with suppress(OSError):  # of the two failures, the first is worth telling
            part.unlink(missing_ok=True)
        raise file_failure("write", output, error) from error


def file_failure(verb: str, file: str | Path, error: OSError) -> FileFailed:
    """Say what went wrong with a file; `verb` is "read" or "write"."""
    hint = "check the path and its permissions"
    if verb == "write":
        hint = "check the folder, its permissions and the space left"
    return FileFailed(f"cannot {verb}: {error.strerror}", where=str(file), hint=hint)


def write_stdout(data: bytes) -> None:
    """Write to standard output as it is, whatever the terminal's locale.

    Raises:
        FileFailed: standard output is closed.
    """
    try:
        sys.stdout.buffer.write(data)
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


def counted(number: int, thing: str) -> str:
    """Write a number of things: `1 article`, `2 articles`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def within(file: str, where: str) -> str:
    """Say where in a file something is; a place that names the file already stays as it is."""
    if where in ("", file, Path(file).name):
        return file
    return where if where.startswith(file) else f"{file}, {where}"


def say(line: str) -> None:
    """Print to standard error, which may be closed."""
    if sys.stderr is not None:
        print(line, file=sys.stderr)
