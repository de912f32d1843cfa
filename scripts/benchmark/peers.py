"""What the service is measured against, on the same weights and the same segments."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from scripts.benchmark.service import Service, client, free_port, running
from service.engines.pieces import Job, Vocabulary
from service.models import Bundle, convert, load_marian
from service.settings import Settings

BEAMS = 4
RAW_BATCHES = (256, 512, 1024)  # source tokens; the quickest counts
ROWS = 32  # of a batch of transformers
LAUNCHER = Path(__file__).with_name("libretranslate.py")


class RawCt2:
    """`ctranslate2.Translator.translate_batch`, a thread to each core, and nothing else."""

    def __init__(self, bundle: Bundle, threads: int, cache_dir: Path | None = None) -> None:
        import ctranslate2

        self._vocabulary = Vocabulary(bundle)
        self._translator: Any = ctranslate2.Translator(
            str(convert(bundle, cache_dir or Settings().cache_dir, "int8")),
            device="cpu",
            compute_type="int8",
            inter_threads=threads,
            intra_threads=1,
        )

    def seconds(self, segments: Sequence[str]) -> float:
        """Translate, cutting into pieces left out; the time with the best size of batches."""
        jobs = self._vocabulary.jobs(segments, None)
        return min(self._seconds(jobs, size) for size in RAW_BATCHES)

    def _seconds(self, jobs: list[Job], size: int) -> float:
        begin = time.perf_counter()
        futures = [
            future
            for limit, run in groupby(jobs, lambda job: job.limit)
            for future in self._translator.translate_batch(
                [self._vocabulary.source_tokens(job) for job in run],
                beam_size=BEAMS,
                max_batch_size=size,
                batch_type="tokens",
                max_decoding_length=limit,
                disable_unk=True,
                asynchronous=True,
            )
        ]
        for future in futures:
            future.result()
        return time.perf_counter() - begin


class Transformers:
    """`MarianMTModel.generate`, as its documentation shows it."""

    def __init__(
        self, bundle: Bundle, threads: int, forced: Callable[[int], int] | None = None
    ) -> None:
        import torch
        from transformers import MarianTokenizer

        torch.set_num_threads(threads)
        self._model = load_marian(bundle)
        self._model.set_attn_implementation("sdpa")
        self._tokenizer: Any = MarianTokenizer.from_pretrained(bundle.folder)
        self._forced = forced

    def seconds(self, segments: Sequence[str], rows: int = 1) -> float:
        """Translate so many segments at a time, cutting into pieces and joining included."""
        import torch

        begin = time.perf_counter()
        ordered = sorted(segments, key=len)
        with torch.inference_mode():
            for at in range(0, len(ordered), rows):
                batch = self._tokenizer(ordered[at : at + rows], return_tensors="pt", padding=True)
                length = {}
                if self._forced:
                    tokens = self._forced(batch["input_ids"].shape[1] - 1)
                    length = {"min_new_tokens": tokens, "max_new_tokens": tokens}
                said = self._model.generate(**batch, num_beams=BEAMS, **length)
                self._tokenizer.batch_decode(said, skip_special_tokens=True)
        return time.perf_counter() - begin


@contextmanager
def libretranslate(python: Path, bundle: Bundle) -> Iterator[Service]:
    """Run LibreTranslate with a model of ours.

    Args:
        python: of an environment where it is installed (`pip install libretranslate`).
        bundle: the model.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        packages = folder / "packages"
        write_package(bundle, packages / "fr_en", "fr", "en")
        write_package(bundle, packages / "en_fr", "en", "fr")  # with fewer it would download some
        port = free_port()
        command: list[str | Path] = [
            python,
            LAUNCHER,
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--disable-web-ui",
        ]
        settings = {
            "ARGOS_PACKAGES_DIR": str(packages),
            **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("DATA", "CONFIG", "CACHE")},
        }
        with running(command, f"http://127.0.0.1:{port}", "/languages", settings) as service:
            libretranslated(service, ["Il pleut."])  # loads the model
            yield service


def libretranslated(service: Service, articles: Sequence[str]) -> float:
    """Have LibreTranslate translate articles, a client for each; return the seconds.

    Raises:
        ClientResponseError: one of them failed.
    """

    async def translate(http: aiohttp.ClientSession, text: str) -> None:
        body = {"q": text, "source": "fr", "target": "en", "format": "text"}
        async with http.post("/translate", json=body) as response:
            response.raise_for_status()
            await response.read()

    async def translate_all() -> None:
        async with client(service.address) as http:
            await asyncio.gather(*(translate(http, text) for text in articles))

    begin = time.perf_counter()
    asyncio.run(translate_all())
    return time.perf_counter() - begin


def write_package(bundle: Bundle, folder: Path, source: str, target: str) -> None:
    """Write a model as Argos Translate wants it.

    Raises:
        ValueError: it has a SentencePiece model for each language; Argos Translate takes one.
    """
    pieces = (bundle.folder / "source.spm").read_bytes()
    if pieces != (bundle.folder / "target.spm").read_bytes():
        raise ValueError("Argos Translate takes one SentencePiece model for both languages")
    folder.mkdir(parents=True)
    (folder / "sentencepiece.model").write_bytes(pieces)
    (folder / "model").symlink_to(convert(bundle, Settings().cache_dir, "int8"))
    about = {
        "package_version": "1.0",
        "argos_version": "1.9",
        "type": "translate",
        "from_code": source,
        "from_name": source,
        "to_code": target,
        "to_name": target,
    }
    (folder / "metadata.json").write_text(json.dumps(about), encoding="utf-8")
