"""Weights for the two libraries: converted for CTranslate2 once, loaded for transformers."""

import json
import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from service.errors import FileFailed, ModelUnsupported
from service.models.bundle import Bundle, sha256_of, unreadable, vocabularies
from service.models.quantise import quantise

log = logging.getLogger(__name__)

CT2_FORMAT = 6  # of ctranslate2's binary files; a test holds it against the library
LAYOUT = 2  # of ours: raised when the same weights are to be converted otherwise
# Tensors that a checkpoint may lack: the positions are computed, the bias is zero by default.
COMPUTED = ("embed_positions.weight", "final_logits_bias")


def convert(bundle: Bundle, cache_dir: Path, quantisation: str = "int8") -> Path:
    """Give the folder of the model in CTranslate2's format; convert it if there is none yet.

    The folder appears whole or not at all. Of two processes that start at once one converts and
    the other waits.

    Raises:
        ModelDamaged, ModelUnsupported: the weights cannot be used.
        FileFailed: the cache cannot be written.
    """
    key = _conversion_key(bundle, quantisation)
    folder = cache_dir / "ct2" / key
    if _is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{key}.lock"):
            if not _is_whole(folder):
                _convert_into(bundle, folder, quantisation)
    except OSError as error:
        raise FileFailed(
            f"cannot write the converted model: {error}",
            where=str(folder),
            hint="make room there, or set INTERLIGNE_CACHE_DIR to a folder that can be written",
        ) from error
    return folder


def load_marian(bundle: Bundle) -> Any:
    """Load the weights as a `transformers.MarianMTModel`, float32, on the CPU.

    Raises:
        ModelDamaged: the weights cannot be read, or some are missing.
    """
    import torch
    from transformers import MarianMTModel

    with quiet_transformers():
        try:
            model, loading = MarianMTModel.from_pretrained(
                bundle.folder,
                dtype=torch.float32,
                use_safetensors=bundle.weights.suffix == ".safetensors",
                weights_only=True,  # a pickle may run code
                local_files_only=True,
                attn_implementation="eager",  # the only one that gives attentions back
                output_loading_info=True,
            )
        except Exception as error:
            raise unreadable(bundle.weights, error) from error
    missing = [key for key in loading["missing_keys"] if not key.endswith(COMPUTED)]
    if missing:  # transformers would fill them with noise
        raise unreadable(bundle.weights, f"it lacks {', '.join(sorted(missing)[:3])}")
    return model.eval()


def _conversion_key(bundle: Bundle, quantisation: str) -> str:
    """Name the conversion for everything that goes into it."""
    name = re.sub(r"[^\w.-]+", "--", bundle.name)
    heads = bundle.record.alignment_heads
    return f"{name}-{bundle.sha256[:16]}-v{CT2_FORMAT}.{LAYOUT}-{quantisation}-h{heads}"


def _convert_into(bundle: Bundle, folder: Path, quantisation: str) -> None:
    """Convert beside the folder, then move into place."""
    log.info("converting %s to CTranslate2 %s, once", bundle.name, quantisation)
    unfinished = folder.with_name(f".{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)  # of a process that died: we hold the lock
    unfinished.mkdir()
    _ct2_spec(bundle, quantisation).save(str(unfinished))
    _write_sums(unfinished)
    shutil.rmtree(folder, ignore_errors=True)  # a damaged one
    unfinished.rename(folder)


def _ct2_spec(bundle: Bundle, quantisation: str) -> Any:
    """Lay out the weights as CTranslate2 wants them.

    Its own Marian converter drops `<pad>` and starts the decoder from zeros, which is right for
    weights trained by Marian and wrong for weights trained on in `transformers`, where the row of
    `<pad>` is what the decoder starts from. Here `<pad>` stays; the engine forbids it as output.
    """
    import numpy as np
    from ctranslate2.converters.transformers import BartLoader

    model = load_marian(bundle)
    model.config.normalize_before = model.config.normalize_embedding = False  # true of all Marian
    source, target = vocabularies(bundle.folder)
    try:
        spec = BartLoader().get_model_spec(model)
        spec.register_source_vocabulary(_tokens(source, model.config.vocab_size))
        spec.register_target_vocabulary(_tokens(target, model.config.decoder_vocab_size))
        spec.config.decoder_start_token = _tokens(target, model.config.decoder_vocab_size)[
            model.config.decoder_start_token_id
        ]
        spec.config.add_source_eos = True
        spec.decoder.alignment_heads = np.dtype("int16").type(bundle.record.alignment_heads)
        spec.validate()
        if quantisation == "int8":
            spec.optimize(quantization="float32")
            quantise(spec)
        else:
            spec.optimize(quantization=quantisation)
    except (KeyError, ValueError, NotImplementedError) as error:
        raise ModelUnsupported(
            f"CTranslate2 cannot take this model: {error}", where=str(bundle.folder)
        ) from error
    return spec


def _tokens(ids: Mapping[str, int], size: int) -> list[str]:
    """List the tokens by id; rows of the embedding that have none get a name nobody writes."""
    by_id = {number: token for token, number in ids.items()}
    return [by_id.get(number, f"<unused {number}>") for number in range(size)]


def _is_whole(folder: Path) -> bool:
    """Whether every file of a converted model is as it was written."""
    try:
        sums = json.loads((folder / "sums.json").read_bytes())
        return bool(sums) and all(sha256_of(folder / name) == sums[name] for name in sums)
    except (OSError, ValueError):
        return False


def _write_sums(folder: Path) -> None:
    sums = {file.name: sha256_of(file) for file in sorted(folder.iterdir())}
    (folder / "sums.json").write_text(json.dumps(sums, indent=2), encoding="utf-8")


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep progress bars and advice off standard error."""
    from transformers.utils import logging as transformers_log

    before = transformers_log.get_verbosity()
    transformers_log.set_verbosity_error()
    transformers_log.disable_progress_bar()
    try:
        yield
    finally:
        transformers_log.set_verbosity(before)
        transformers_log.enable_progress_bar()
