"""Flags that commands share. Settings are flags too: `--beam-size` before INTERLIGNE_BEAM_SIZE."""

import argparse
from typing import Any

from pydantic import ValidationError

from service.cli.console import USAGE, say
from service.settings import Settings

JOBS = 4  # files at the same time, so that short ones fill batches together


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add a flag for each of these settings; a flag goes before INTERLIGNE_* variables."""
    for name in names:
        field = Settings.model_fields[name]
        kind: dict[str, Any] = {"metavar": name.upper()}
        if field.annotation is bool:
            kind = {"action": "store_true"}
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, default=argparse.SUPPRESS, help=field.description, **kind)


def settings_from(args: argparse.Namespace) -> Settings:
    """Read the settings: flags, else environment, else defaults. A bad value ends the program."""
    given = {name: value for name, value in vars(args).items() if name in Settings.model_fields}
    try:
        return Settings(**given)
    except ValidationError as error:
        for problem in error.errors():
            name = ".".join(map(str, problem["loc"]))
            say(f"interligne: setting {name} ({problem['input']!r}): {problem['msg']}")
        raise SystemExit(USAGE) from None


def positive(text: str) -> int:
    """Read a number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)
