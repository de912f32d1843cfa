"""Models that write summaries: any encoder-decoder of `transformers`, by folder or by hub id."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import ModelDamaged, ModelMissing, ModelUnsupported
from service.models.bundle import blob_hash, choose_weights, first_line, one_hash, sha256_of
from service.models.hub import download, is_hub_id

CONFIG = "config.json"
CARD = "README.md"
READ = (".json", ".model", ".spm", ".txt", ".vocab", CARD)  # of the small files, what may be needed
POSITIONS = ("max_position_embeddings", "n_positions", "max_encoder_position_embeddings")
DEFAULT_POSITIONS = 512  # of models whose positions are relative, the length they learnt on
CARD_LANGUAGE = re.compile(r"^language:\s*(?:\n- |\[)?\s*[\"']?(\w+)", re.MULTILINE)
FRENCH_NAME = re.compile(r"barthez|orangesum|camembert|french|(?<![a-z])fr(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SummariserFiles:
    """A folder with a model that writes summaries.

    Attributes:
        name: the folder or hub id, as it was given.
        language: what it reads and writes, "en" or "fr".
        max_tokens: the longest text it reads, end mark included.
        prefix: what every text begins with, as T5 wants it.
    """

    name: str
    folder: Path
    language: str
    max_tokens: int
    prefix: str


def find_summariser(model: str, language: str = "auto") -> SummariserFiles:
    """Find a model by folder or hub id; a hub id is looked for in the hub's own cache first.

    Args:
        model: folder or hub id.
        language: "en", "fr", or "auto" for what its card, configuration or name says, else English.

    Raises:
        ModelMissing: there is none, or the hub cannot be reached.
        ModelDamaged: its configuration cannot be read.
        ModelUnsupported: it is no encoder-decoder.
    """
    folder = _folder(model)
    config = _config(folder)
    said = language if language != "auto" else _language(folder, config, model)
    tasks = config.get("task_specific_params") or {}
    positions = (config[name] for name in POSITIONS if isinstance(config.get(name), int))
    return SummariserFiles(
        name=model,
        folder=folder,
        language=said,
        max_tokens=next(positions, DEFAULT_POSITIONS),
        prefix=tasks.get("summarization", {}).get("prefix", ""),
    )


def hash_of(files: SummariserFiles) -> str:
    """Hash what `transformers` reads of a folder; the weights of a hub's cache bear theirs."""
    names = os.listdir(files.folder)
    wanted = [choose_weights(names), *(n for n in names if n.endswith(READ) and n != CARD)]
    return one_hash({n: blob_hash(files.folder / n) or sha256_of(files.folder / n) for n in wanted})


def _folder(model: str) -> Path:
    if Path(model).is_dir():
        return Path(model)
    if is_hub_id(model):
        return _cached(model) or download(model, _wanted)
    raise ModelMissing(
        f"no summariser called {model!r}",
        where=model,
        hint="give a folder, or a hub id such as org/name",
    )


def _cached(model: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(model, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return folder if (folder / CONFIG).is_file() and choose_weights(os.listdir(folder)) else None


def _wanted(names: list[str], model: str) -> list[str]:
    """Choose the files to download.

    Raises:
        ModelUnsupported: they are not those of a model of `transformers` in one file.
    """
    weights = choose_weights(names)
    if CONFIG not in names or not weights:
        raise _unsupported(model, f"{model} has no {'weights in one file' if weights else CONFIG}")
    return [weights, *(name for name in names if name.endswith(READ) and "/" not in name)]


def _config(folder: Path) -> Mapping[str, Any]:
    """Read `config.json`.

    Raises:
        ModelMissing: there is none, or no weights.
        ModelDamaged: it is no JSON object.
        ModelUnsupported: it is that of another kind of model.
    """
    file = folder / CONFIG
    if not file.is_file() or not choose_weights(os.listdir(folder)):
        raise ModelMissing(
            "the summariser has no config.json or no weights",
            where=str(folder),
            hint="give a folder as `save_pretrained` of transformers writes it",
        )
    try:
        config = json.loads(file.read_bytes())
    except ValueError as error:
        raise ModelDamaged(
            f"{CONFIG} cannot be read: {first_line(error)}",
            where=str(file),
            hint="restore the file",
        ) from error
    if not isinstance(config, dict) or not config.get("is_encoder_decoder"):
        raise _unsupported(str(folder), "the summariser is no encoder-decoder")
    return config


def _unsupported(where: str, message: str) -> ModelUnsupported:
    return ModelUnsupported(
        message, where=where, hint="give a model such as facebook/bart-large-cnn"
    )


def _language(folder: Path, config: Mapping[str, Any], model: str) -> str:
    """Read the language off the card, the configuration or the name."""
    card = folder / CARD
    said = CARD_LANGUAGE.search(card.read_text(encoding="utf-8")[:5000]) if card.is_file() else None
    language = said[1] if said else config.get("language") or config.get("lang")
    if language in ("fr", "en"):
        return str(language)
    return "fr" if FRENCH_NAME.search(model) else "en"
