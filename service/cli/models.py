"""`interligne models`: list, verify, convert and pull."""

import argparse
from typing import Any

from service.cli.console import OK
from service.cli.options import add_settings, settings_from


def add(commands: Any) -> None:
    """Add `interligne models` and its four actions."""
    parser = commands.add_parser("models", help="list, verify, convert and pull models")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, run, summary in (
        ("list", list_models, "the bundled models"),
        ("verify", verify_model, "compare every file with its SHA-256"),
        ("convert", convert_model, "convert to CTranslate2 for a device, into the cache"),
        ("pull", pull_model, "download a model from the hub"),
    ):
        action = actions.add_parser(name, help=summary)
        if name != "list":
            action.add_argument("model", help="bundled model, folder or hub id")
        if name == "convert":
            add_settings(action, "device", "cache_dir")
        action.set_defaults(run=run)


def list_models(args: argparse.Namespace) -> int:
    """Print a line for each bundled model."""
    from service import models

    for bundle in models.bundled():
        print(f"{bundle.name}\t{bundle.sha256[:12]}\t{bundle.folder}")
    return OK


def verify_model(args: argparse.Namespace) -> int:
    """Compare every file of a model with its recorded SHA-256."""
    from service import models

    bundle = models.find_bundle(args.model)
    models.verify(bundle)
    print(f"{bundle.name}: every file is as recorded, SHA-256 {bundle.sha256}")
    return OK


def convert_model(args: argparse.Namespace) -> int:
    """Convert a model to CTranslate2, or find the conversion made before.

    For a GPU it is another one than for a CPU, and only `--device cuda` asks for it.
    """
    from service import models
    from service.engines.ct2 import QUANTISATION

    settings = settings_from(args)
    numbers = QUANTISATION["cuda" if settings.device == "cuda" else "cpu"]
    print(models.convert(models.find_bundle(args.model), settings.cache_dir, numbers))
    return OK


def pull_model(args: argparse.Namespace) -> int:
    """Download a model from the hub."""
    from service import models

    bundle = models.pull(args.model)
    print(f"{bundle.name}\t{bundle.sha256[:12]}\t{bundle.folder}")
    return OK
