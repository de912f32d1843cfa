"""Models from the hub: looked up in its cache, downloaded when asked."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from service.errors import ModelDamaged, ModelMissing, ModelUnsupported
from service.models.bundle import (
    NEEDED,
    USEFUL,
    WEIGHTS,
    Bundle,
    choose_weights,
    first_line,
    read_bundle,
    verify,
)


def is_hub_id(model: str) -> bool:
    """Whether the hub could have a model by that id, `org/name`."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(model)
    except HFValidationError:
        return False
    return "/" in model


def pull(model: str) -> Bundle:
    """Download a Marian checkpoint from the hub, or what changed of it, into the hub's own cache.

    `HF_ENDPOINT` names another hub, `HF_HOME` another cache, `HF_TOKEN` a key.

    Raises:
        ModelMissing: the hub has no such model, cannot be reached, or broke off.
        ModelDamaged: a file is not what the hub said it is; it is removed again.
        ModelUnsupported: it is not a Marian model.
    """
    for attempt in ("once", "again"):
        bundle = read_bundle(download(model, _wanted), model)
        try:
            verify(bundle)
        except ModelDamaged as error:
            damaged = Path(error.where)
            damaged.resolve().unlink()
            damaged.unlink(missing_ok=True)  # where the cache has links, not copies
            if attempt == "again":
                raise
    return bundle


def cached(model: str) -> Bundle | None:
    """Look for a hub model in the hub's cache; None unless all of it is there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(model, allow_patterns=list(NEEDED), local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    whole = all((folder / name).is_file() for name in NEEDED)
    return read_bundle(folder, model) if whole and choose_weights(os.listdir(folder)) else None


def download(model: str, wanted: Callable[[list[str], str], list[str]]) -> Path:
    """Fetch the files of a model that are not in the hub's cache yet.

    Args:
        model: hub id.
        wanted: chooses among the names of its files.

    Raises:
        ModelMissing: the hub has no such model, cannot be reached, or broke off.
        ModelUnsupported: `wanted` says that it is of no use.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()
    hub = HfApi(endpoint=os.environ.get("HF_ENDPOINT"))
    try:
        names = [file.rfilename for file in hub.model_info(model).siblings or ()]
        return Path(hub.snapshot_download(model, allow_patterns=wanted(names, model)))
    except RepositoryNotFoundError as error:
        raise ModelMissing(
            f"no folder {model!r}, and the hub has no such model",
            where=model,
            hint="check the spelling; a private model needs HF_TOKEN",
        ) from error
    except ModelUnsupported:
        raise
    except Exception as error:  # of whatever HTTP library this version of the hub's is built on
        raise ModelMissing(
            f"could not download {model}: {first_line(error)}",
            where=model,
            hint="try again with a network (files that came whole are kept), or give a folder",
        ) from error


def _wanted(names: list[str], model: str) -> list[str]:
    """Choose the files to download.

    Raises:
        ModelUnsupported: they are not those of a Marian model.
    """
    lacking = [name for name in NEEDED if name not in names]
    weights = choose_weights(names)
    if lacking or not weights:
        raise ModelUnsupported(
            f"{model} is not a Marian model: it has no {', '.join(lacking or WEIGHTS)}",
            where=model,
            hint="give a model such as Helsinki-NLP/opus-mt-fr-en",
        )
    return [*NEEDED, *(name for name in USEFUL if name in names), weights]
