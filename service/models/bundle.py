"""What a model folder holds, and whether it is still what it was."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from service.errors import ModelDamaged, ModelMissing, ModelUnsupported

RECORD = "model.json"
NEEDED = ("config.json", "vocab.json", "source.spm", "target.spm")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # the first one there is used
RARE_WORDS = "rare-words.tsv"
USEFUL = ("generation_config.json", RARE_WORDS, "target_vocab.json", "tokenizer_config.json")
LONGEST_SEGMENT = 256  # tokens; where no record says what a model was trained on


class FileRecord(BaseModel):
    """What a file of a bundle must be."""

    sha256: str
    bytes: int


class Record(BaseModel):
    """The content of `model.json`.

    Attributes:
        name: the model's name, that of its folder.
        source, target: ISO 639-1 codes.
        licence: SPDX identifier, or a word for "see the card".
        marks: trained to follow terms marked inline in the source.
        max_tokens: the longest segment it was trained on, in source tokens.
        alignment_heads: average so many first heads of the last layer's cross-attention to align;
            1 suits a model trained with guided alignment (OPUS-MT), 0 takes them all.
        confidence: mean log-probabilities at equal steps of ordinary sentences, lowest first; empty
            where nobody has measured them.
        files: every file of the model.
    """

    name: str
    source: str = "fr"
    target: str = "en"
    licence: str = ""
    marks: bool = False
    max_tokens: int = LONGEST_SEGMENT
    alignment_heads: int = 1
    confidence: list[float] = []
    files: dict[str, FileRecord] = {}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model folder.

    Attributes:
        folder: where it lies.
        record: what is known of it; made up from its files where it holds no `model.json`.
        sha256: one hash for all, what `sha256sum FILES | sha256sum` prints in the folder, files in
            the order of their names.
        recorded: the files that have a hash to be compared with.
        config: the content of `config.json`.
    """

    folder: Path
    record: Record
    sha256: str
    recorded: frozenset[str] = frozenset()
    config: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name people know it by: that of the bundled model, the folder, or the hub id."""
        return self.record.name

    @property
    def positions(self) -> int:
        """The longest sequence the model can hold, in tokens."""
        return int(self.config.get("max_position_embeddings", 512))

    @property
    def max_tokens(self) -> int:
        """The longest segment, in source tokens, that is translated whole."""
        return min(self.record.max_tokens, self.positions // 2)

    @property
    def weights(self) -> Path:
        """The file of the weights."""
        return self.folder / next(name for name in WEIGHTS if name in self.record.files)


def read_bundle(folder: Path, name: str = "") -> Bundle:
    """Read what a folder holds, by `name` where it has no record of its own.

    Files without a recorded hash are hashed here.
    """
    folder = folder.resolve()
    config = _read_config(folder)
    record_file = folder / RECORD
    if record_file.exists():
        record = _read_record(record_file)
        return Bundle(folder, record, _one_hash(record), frozenset(record.files), config)
    blobs = {name: blob_hash(folder / name) for name in _files(folder)}
    known = {name: sha256 for name, sha256 in blobs.items() if sha256}
    record = Record(name=name or folder.name, files=dict(_records(folder, known)))
    return Bundle(folder, record, _one_hash(record), frozenset(known), config)


def verify(bundle: Bundle) -> None:
    """Compare every file with its recorded SHA-256.

    Raises:
        ModelMissing: a file is not there.
        ModelDamaged: a file is not what it was.
    """
    for name, expected in bundle.record.files.items():
        file = bundle.folder / name
        if not file.is_file():
            raise _missing(file)
        if name in bundle.recorded and (found := sha256_of(file)) != expected.sha256:
            raise ModelDamaged(
                f"{name} is damaged: SHA-256 should be {expected.sha256}, is {found}",
                where=str(file),
                hint="restore the file, or pull the model again",
            )


def write_record(folder: Path, **facts: Any) -> Record:
    """Write `model.json`: the facts given, and the size and hash of each file as it is now."""
    files = dict(_records(folder))
    record = Record.model_validate({"name": folder.name, **facts, "files": files})
    text = record.model_dump_json(indent=2)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
    return record


def vocabularies(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Read the token ids of both sides; one and the same where `target_vocab.json` is missing."""
    source = _read_json(folder / "vocab.json")
    target = folder / "target_vocab.json"
    return source, _read_json(target) if target.exists() else source


def choose_weights(names: Iterable[str]) -> str:
    """Choose the file of the weights among those of a model; "" if there is none."""
    names = set(names)
    return next((name for name in WEIGHTS if name in names), "")


def _files(folder: Path) -> list[str]:
    """Name the files of the model in a folder, in order.

    Raises:
        ModelMissing: one is missing.
    """
    for name in NEEDED:
        if not (folder / name).is_file():
            raise _missing(folder / name)
    weights = choose_weights(os.listdir(folder))
    if not weights:
        raise _missing(folder / WEIGHTS[0])
    return sorted([*NEEDED, weights, *(name for name in USEFUL if (folder / name).is_file())])


def _records(
    folder: Path, known: Mapping[str, str] | None = None
) -> Iterator[tuple[str, FileRecord]]:
    for name in _files(folder):
        file = folder / name
        sha256 = (known or {}).get(name) or sha256_of(file)
        yield name, FileRecord(sha256=sha256, bytes=file.stat().st_size)


def sha256_of(file: Path) -> str:
    """Hash a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _one_hash(record: Record) -> str:
    return one_hash({name: file.sha256 for name, file in record.files.items()})


def one_hash(hashes: Mapping[str, str]) -> str:
    """Hash the hashes of files by name, as `sha256sum FILES | sha256sum` does."""
    lines = (f"{sha256}  {name}\n" for name, sha256 in sorted(hashes.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def blob_hash(file: Path) -> str:
    """Take the SHA-256 that the hub's cache gives a large file as its name; "" if there is none."""
    name = file.resolve().name
    return name if file.is_symlink() and re.fullmatch(r"[0-9a-f]{64}", name) else ""


def _read_config(folder: Path) -> dict[str, Any]:
    """Read `config.json`.

    Raises:
        ModelUnsupported: it is not that of a Marian model.
    """
    config = _read_json(folder / "config.json")
    if config.get("model_type") != "marian":
        raise ModelUnsupported(
            f"not a Marian model but {config.get('model_type')!r}",
            where=str(folder / "config.json"),
            hint="give a model such as Helsinki-NLP/opus-mt-fr-en",
        )
    return config


def _read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise _missing(file) from None
    except ValueError as error:
        raise unreadable(file, error) from error
    if not isinstance(content, dict):
        raise unreadable(file, "not an object")
    return content


def _read_record(file: Path) -> Record:
    try:
        record = Record.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise unreadable(file, error) from error
    if not choose_weights(record.files) or not set(NEEDED) <= record.files.keys():
        raise unreadable(file, "it does not list every file of a model")
    return record


def _missing(file: Path) -> ModelMissing:
    return ModelMissing(
        f"{file.name} is missing",
        where=str(file),
        hint="restore the file, or pull the model again",
    )


def unreadable(file: Path, why: object) -> ModelDamaged:
    """Make the error of a file that holds something else than it should."""
    return ModelDamaged(
        f"{file.name} cannot be read: {first_line(why)}",
        where=str(file),
        hint="restore the file, or pull the model again",
    )


def first_line(text: object) -> str:
    """Give the first line of what a library has to say."""
    return (str(text).strip() or type(text).__name__).splitlines()[0]
