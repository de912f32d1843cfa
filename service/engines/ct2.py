"""The CTranslate2 engine: int8 on the CPU, float16 on a GPU. Never imports torch."""

import logging
import os
from collections.abc import Iterable, Sequence
from copy import copy
from operator import attrgetter
from typing import Any

from service.decoding import Decoding, Hypothesis
from service.engines.pieces import (
    BATCH_TOKENS,
    UNKNOWN,
    Job,
    Vocabulary,
    batches,
    hypothesis,
)
from service.errors import EngineFailed
from service.models import Bundle, convert
from service.settings import Settings

log = logging.getLogger(__name__)

QUANTISATION = {"cpu": "int8", "cuda": "float16"}
SMALLEST_BATCH = 128  # source tokens; smaller ones cost more than sharing them out gains
# The largest: on a CPU the caches hold so much; 2,048 there take a fifth more time.
LARGEST_BATCH = {"cpu": 256, "cuda": BATCH_TOKENS}
# CTranslate2 4.8 adds up attention otherwise over fewer positions than a vector has numbers (16
# with AVX-512, 8 with AVX2). Padded to more, a source gives other last digits, which int8 enlarges.
VECTORS = (8, 16)


class Ct2Engine:
    """Translates with CTranslate2. Safe to share between threads.

    Args:
        bundle: the model; converted into the cache unless it has been before.
        settings: device, threads and cache.

    Raises:
        ModelError: the model cannot be converted.
        EngineFailed: the device cannot be used.
    """

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        self.max_tokens = bundle.max_tokens
        self.device, self._translator = _load(bundle, settings)
        self.name = f"ct2 {QUANTISATION[self.device]} on {self.device}"
        self._shares: int = self._translator.num_translators
        self._vocabulary = Vocabulary(bundle)

    @property
    def workers(self) -> list["Ct2Engine"]:
        """The same engine once for each batch that it runs side by side, none sharing its own out.

        For who has many calls at a time: each goes to a thread of its own and waits for no other.
        """
        worker = copy(self)
        worker._shares = 1
        return [worker] * self._shares

    def count_tokens(self, segment: str) -> int:
        """Count source tokens without the end mark."""
        return self._vocabulary.count(segment)

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each segment on its own; see `Engine`."""
        translated = [[Hypothesis("", 0.0)] for _ in segments]  # nothing in, nothing out
        try:
            for job, result, scores in self._results(segments, decoding, prefixes):
                translated[job.number] = self._hypotheses(job, result, scores)
        except (RuntimeError, ValueError) as error:
            raise EngineFailed(f"CTranslate2 gave up: {error}") from error
        return translated

    def _results(
        self, segments: Sequence[str], decoding: Decoding, prefixes: Sequence[str] | None
    ) -> Iterable[tuple[Job, Any, list[float]]]:
        """Run all batches, then score the prefixes: CTranslate2 takes them as given, at no cost."""
        jobs = self._vocabulary.jobs(segments, prefixes, links=decoding.alignment)
        # In a batch on the CPU, CTranslate2 4.8 gives the first token the attention of the first
        # token of another segment: its beam search takes the rows before they are multiplied.
        key = attrgetter("number") if decoding.alignment else self._may_share
        running = [
            pair
            for batch in batches(jobs, key, self._batch_tokens(jobs))
            for pair in zip(batch, self._start(batch, decoding), strict=True)
        ]
        done = [(job, future.result()) for job, future in running]
        forced = self._prefix_gains([job for job in jobs if job.prefix.pieces and decoding.scored])
        for job, result in done:
            gain = forced.get(job.number, 0.0)
            rows = zip(result.scores, result.hypotheses, strict=True)
            yield job, result, [score + gain / len(tokens) for score, tokens in rows]

    def _may_share(self, job: Job) -> tuple[int, int]:
        """Tell what segments must have in common to be translated alike alone and in a batch."""
        positions = len(self._vocabulary.lead) + len(job.source.pieces) + 1
        return job.limit, sum(positions >= width for width in VECTORS)

    def _batch_tokens(self, jobs: list[Job]) -> int:
        """Size batches so that there is one for each core, none too large."""
        share = sum(len(job.source.pieces) for job in jobs) // self._shares
        return min(max(share, SMALLEST_BATCH), LARGEST_BATCH[self.device])

    def _start(self, batch: list[Job], decoding: Decoding) -> list[Any]:
        vocabulary = self._vocabulary
        futures: list[Any] = self._translator.translate_batch(
            [vocabulary.source_tokens(job) for job in batch],
            [vocabulary.prefix_tokens(job) for job in batch],
            asynchronous=True,
            beam_size=decoding.beam_size,
            num_hypotheses=decoding.hypotheses,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            disable_unk=True,
            suppress_sequences=vocabulary.forbidden,
            max_input_length=0,  # `Vocabulary.jobs` has refused what is too long
            max_decoding_length=batch[0].limit,
            # Divided by the length, prefix and end mark counted: length_penalty is 1.
            return_scores=True,
            return_end_token=True,
            return_attention=decoding.alignment,
        )
        return futures

    def _prefix_gains(self, jobs: list[Job]) -> dict[int, float]:
        """Sum the log-probabilities of prefixes, by segment number."""
        if not jobs:
            return {}
        results = self._translator.score_batch(
            [self._vocabulary.source_tokens(job) for job in jobs],
            [self._vocabulary.prefix_tokens(job) for job in jobs],
            max_batch_size=32,
        )
        return {
            job.number: sum(result.log_probs[: len(job.prefix.pieces)])
            for job, result in zip(jobs, results, strict=True)
        }

    def _hypotheses(self, job: Job, result: Any, scores: list[float]) -> list[Hypothesis]:
        attention = result.attention or [()] * len(scores)
        hypotheses = [
            hypothesis(job, self._vocabulary, tokens, score, rows)
            for tokens, score, rows in zip(result.hypotheses, scores, attention, strict=True)
        ]
        return sorted(hypotheses, key=lambda h: -h.score)


def _load(bundle: Bundle, settings: Settings) -> tuple[str, Any]:
    """Load the model where the settings say; `auto` takes a GPU only if it works."""
    import ctranslate2

    if settings.device == "cuda" or (
        settings.device == "auto" and ctranslate2.get_cuda_device_count()
    ):
        try:
            return "cuda", _translator(bundle, settings, "cuda")
        except (RuntimeError, ValueError) as error:
            if settings.device == "cuda":
                raise EngineFailed(
                    f"the GPU cannot be used: {error}",
                    where="device",
                    hint="install CUDA 12 with cuBLAS and cuDNN, use --engine marian, or the CPU",
                ) from error
            log.warning("the GPU cannot be used, translating on the CPU: %s", error)
    return "cpu", _translator(bundle, settings, "cpu")


def _translator(bundle: Bundle, settings: Settings, device: str) -> Any:
    import ctranslate2

    quantisation = QUANTISATION[device]
    # A thread to each batch: several to one wait for each other, and cost a quarter more CPU time.
    translator = ctranslate2.Translator(
        str(convert(bundle, settings.cache_dir, quantisation)),
        device=device,
        device_index=list(range(ctranslate2.get_cuda_device_count())) if device == "cuda" else 0,
        compute_type=quantisation,
        inter_threads=(settings.threads or _cores()) if device == "cpu" else 1,
        intra_threads=1,
    )
    if device == "cuda":  # its libraries are loaded by the first multiplication
        translator.translate_batch([[UNKNOWN]])
    return translator


def _cores() -> int:
    """Count the cores that this process may use, not those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
