"""A model that writes summaries, run by transformers: loaded when first asked, one at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from service.errors import EngineFailed, ModelDamaged
from service.models.bundle import first_line
from service.models.conversion import quiet_transformers
from service.models.summarisers import SummariserFiles, find_summariser, hash_of
from service.settings import Settings

PATIENCE = 60.0  # seconds that an article waits for those before it
TOKENS_A_WORD = 2.5  # more than any language of ours takes
WINDOWS_AT_ONCE = 4
POSITIONS = ("max_decoder_position_embeddings", "max_position_embeddings")  # of the decoder
BEAMS = 4  # at least: most checkpoints do not say, and would be searched with one


@dataclass(frozen=True, slots=True)
class Loaded:
    """What transformers gave for the files."""

    tokenizer: Any
    model: Any
    sha256: str


class HuggingFaceSummariser:
    """Writes summaries with any encoder-decoder of transformers. Safe to share between threads.

    It is called from the thread of the article that it is for, as the engine is, so that whoever
    serves the others goes on; one article at a time writes, and counting never waits for that.

    Args:
        files: the model.
        settings: device and threads.
    """

    def __init__(self, files: SummariserFiles, settings: Settings) -> None:
        self.name = files.name
        self.language = files.language
        self._files = files
        self._settings = settings
        self._reading, self._writing = (
            Lock(),
            Lock(),
        )  # of the tokenizer, which has state, the model
        self._loaded: Loaded | None = None

    @property
    def sha256(self) -> str:
        """Hash of the files that were loaded."""
        with self._ready() as loaded:
            return loaded.sha256

    @property
    def max_tokens(self) -> int:
        """The longest text that it reads whole, without prefix and marks."""
        with self._ready() as loaded:
            known = min(self._files.max_tokens, int(loaded.tokenizer.model_max_length))
            return known - len(loaded.tokenizer(self._files.prefix)["input_ids"])

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, without marks."""
        with self._ready() as loaded:
            tokens = loaded.tokenizer(text, add_special_tokens=False, verbose=False)
            return len(tokens["input_ids"])

    def write(self, texts: Sequence[str], words: int) -> list[str]:
        """Summarise each text on its own, in about so many words; see `Summariser`."""
        if not self._writing.acquire(timeout=PATIENCE):
            raise EngineFailed("the summariser is busy with other articles")
        try:
            return [
                summary
                for start in range(0, len(texts), WINDOWS_AT_ONCE)
                for summary in self._write(texts[start : start + WINDOWS_AT_ONCE], words)
            ]
        except (RuntimeError, ValueError, IndexError) as error:
            raise EngineFailed(f"transformers gave up: {first_line(error)}") from error
        finally:
            self._writing.release()

    def _write(self, texts: Sequence[str], words: int) -> list[str]:
        import torch

        with self._ready() as loaded:
            prefixed = [self._files.prefix + text for text in texts]
            batch = loaded.tokenizer(prefixed, padding=True, return_tensors="pt")
        model, room = loaded.model, room_for(words, loaded.model.config)
        with torch.inference_mode():
            rows = model.generate(
                input_ids=batch["input_ids"].to(model.device),
                attention_mask=batch["attention_mask"].to(model.device),
                do_sample=False,
                num_beams=max(model.generation_config.num_beams or 1, BEAMS),
                max_new_tokens=room,
            )
        end = model.generation_config.eos_token_id
        ends = set(end if isinstance(end, list) else [end])
        if any(not ends & set(row[1:].tolist()) for row in rows):
            raise EngineFailed(f"the summariser did not come to an end within {room} tokens")
        with self._ready():
            texts = loaded.tokenizer.batch_decode(rows, skip_special_tokens=True)
        return [text.strip() for text in texts]

    @contextmanager
    def _ready(self) -> Iterator[Loaded]:
        """Hold the tokenizer, and load it and the model if nobody has.

        Raises:
            ModelDamaged: they cannot be loaded.
        """
        with self._reading:
            if self._loaded is None:
                self._loaded = load(self._files, self._settings)
            yield self._loaded


def room_for(words: int, config: Any) -> int:
    """Give the tokens that so many words may take, no more than the decoder has positions for."""
    room = int(words * TOKENS_A_WORD) + 8
    known = (getattr(config, name, None) for name in POSITIONS)
    return min(room, next((int(n) - 1 for n in known if n), room))  # one is for the start mark


def load_summariser(settings: Settings) -> HuggingFaceSummariser | None:
    """Find the summariser that the settings name; its weights are loaded when it is first asked.

    Raises:
        ModelError: there is none, or it is of another kind.
    """
    if not settings.summariser:
        return None
    files = find_summariser(settings.summariser, settings.summariser_language)
    return HuggingFaceSummariser(files, settings)


def load(files: SummariserFiles, settings: Settings) -> Loaded:
    """Load tokenizer and weights; nothing of the folder is run as code.

    Raises:
        ModelDamaged: they cannot be read.
    """
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    device = "cuda" if settings.device != "cpu" and torch.cuda.is_available() else "cpu"
    try:
        sha256 = hash_of(files)
        with quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(files.folder, local_files_only=True)
            model, loading = AutoModelForSeq2SeqLM.from_pretrained(
                files.folder, local_files_only=True, weights_only=True, output_loading_info=True
            )
    except Exception as error:  # of whatever part of the library meets the fault
        raise ModelDamaged(
            f"the summariser cannot be loaded: {first_line(error)}",
            where=str(files.folder),
            hint="restore its files, or pull it again",
        ) from error
    if missing := sorted(loading["missing_keys"]):  # transformers would fill them with noise
        raise ModelDamaged(
            f"the summariser lacks {', '.join(missing[:3])}",
            where=str(files.folder),
            hint="restore its files, or pull it again",
        )
    if settings.threads:
        torch.set_num_threads(settings.threads)
    # What a checkpoint says of lengths is about its own corpus; the forced end mark would pass a
    # text that was cut off as a whole one.
    model.generation_config.update(max_length=None, min_length=0, forced_eos_token_id=None)
    return Loaded(tokenizer, model.eval().to(device), sha256)
