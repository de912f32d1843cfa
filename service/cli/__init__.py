"""The command `interligne`, a module per subcommand. The only room that prints.

Exit codes: 0 done; 1 an error, told on standard error; 2 wrong usage; 3 translated, with warnings
(a name left unresolved, or a sentence flagged red); 130 interrupted. Heavy modules are imported by
the command that needs them, so that `interligne --help` is instant.
"""

import argparse
import os
from collections.abc import Sequence
from importlib.metadata import version

from service.cli import corpus, doctor, glossary, keys, memory, models, serve, translate
from service.cli.console import ERROR, INTERRUPTED, OK, USAGE, WARNINGS, complain, say
from service.errors import InterligneError

__all__ = ["ERROR", "OK", "USAGE", "WARNINGS", "build_parser", "main"]

COMMANDS = (
    translate,
    corpus,
    serve,
    models,
    glossary,
    memory,
    keys,
    doctor,
)  # each adds itself to the parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except InterligneError as error:
        complain(error)
        return ERROR
    except BrokenPipeError:
        # Python would complain a second time when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        say("interligne: the output was closed before all of it was written")
        return ERROR
    except KeyboardInterrupt:
        say("interligne: interrupted")
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """Describe every command and flag."""
    parser = argparse.ArgumentParser(
        prog="interligne", description="Translate French news into English, names kept consistent."
    )
    parser.add_argument(
        "--version", action="version", version=f"interligne {version('interligne')}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser
