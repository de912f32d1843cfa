"""Model bundles: find, verify, convert, list and pull them.

A bundle is a folder with a Marian model as `transformers` saves it: configuration, vocabulary, two
SentencePiece models and the weights. Ours also hold `model.json`, the record of what they are and
of the SHA-256 of each file. Any other Marian checkpoint works the same way, by folder or by hub id.
Nothing is downloaded unless the user gives a hub id.
"""

from pathlib import Path

import service
from service.errors import ModelMissing
from service.models.bundle import (
    RECORD,
    Bundle,
    Record,
    read_bundle,
    verify,
    vocabularies,
    write_record,
)
from service.models.conversion import convert, load_marian
from service.models.hub import cached, is_hub_id, pull

__all__ = [
    "Bundle",
    "Record",
    "bundled",
    "convert",
    "find_bundle",
    "load_marian",
    "pull",
    "read_bundle",
    "verify",
    "vocabularies",
    "write_record",
]

PACKAGE = Path(service.__file__).parent
PLACES = (PACKAGE / "_models", PACKAGE.parent / "models")  # in a wheel, in a checkout


def find_bundle(model: str) -> Bundle:
    """Find a model by the name of a bundled one, by folder, or by hub id (`org/name`).

    A hub id is looked for in the hub's own cache first, and pulled if it is not there.

    Raises:
        ModelMissing: there is none, or a file of it is missing.
        ModelDamaged: its configuration or record cannot be read.
        ModelUnsupported: it is not a Marian model.
    """
    if "/" not in model and (folder := _bundled_folders().get(model)):
        return read_bundle(folder)
    if model and Path(model).is_dir():
        return read_bundle(Path(model))
    if is_hub_id(model):
        return cached(model) or pull(model)
    names = ", ".join(_bundled_folders())
    raise ModelMissing(
        f"no model called {model!r}",
        where=model,
        hint=f"give a folder, a hub id such as org/name, or one of: {names}",
    )


def bundled() -> list[Bundle]:
    """List the models that came with the program."""
    return [read_bundle(folder) for folder in _bundled_folders().values()]


def _bundled_folders() -> dict[str, Path]:
    folders = (path for place in PLACES if place.is_dir() for path in sorted(place.iterdir()))
    return {folder.name: folder for folder in folders if (folder / RECORD).exists()}
