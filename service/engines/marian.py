"""The reference engine: `transformers.MarianMTModel`, float32 on the CPU, half on a GPU."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.decoding import Decoding, Hypothesis
from service.engines.pieces import END, PAD, UNKNOWN, Job, Vocabulary, batches, hypothesis
from service.errors import EngineFailed
from service.models import Bundle, load_marian
from service.settings import Settings

SCORED_AT_ONCE = 16  # hypotheses; each takes a row of the vocabulary for each of its tokens


@dataclass(frozen=True, slots=True)
class Printed:
    """One hypothesis as the model printed it: `tokens` with the end mark if it came to one."""

    job: Job
    tokens: list[str]


class MarianEngine:
    """Translates with transformers.

    Args:
        bundle: the model.
        settings: device and threads.

    Raises:
        ModelError: the weights cannot be read.
        EngineFailed: the device cannot be used.
    """

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        import torch
        from transformers import GenerationConfig

        if settings.threads:
            torch.set_num_threads(settings.threads)
        self.max_tokens = bundle.max_tokens
        self.device, dtype = _device(settings)
        self.name = f"marian {str(dtype).removeprefix('torch.')} on {self.device}"
        self._model = load_marian(bundle).to(self.device, dtype)
        self._heads = bundle.record.alignment_heads or None
        self._vocabulary = Vocabulary(bundle)
        self._tokens = {number: token for token, number in self._vocabulary.target_ids.items()}
        self._start = int(self._model.config.decoder_start_token_id)
        self._model.generation_config = GenerationConfig()  # the checkpoint's own may not seep in

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
        import torch

        translated = [[Hypothesis("", 0.0)] for _ in segments]  # nothing in, nothing out
        jobs = self._vocabulary.jobs(segments, prefixes, links=decoding.alignment)
        jobs.sort(key=lambda job: (job.limit, len(job.prefix.pieces)))  # stable
        try:
            with torch.inference_mode():
                for batch in batches(jobs, key=lambda job: (job.limit, len(job.prefix.pieces))):
                    for job, hypotheses in self._translate(batch, decoding):
                        translated[job.number] = hypotheses
        except (RuntimeError, ValueError) as error:
            raise EngineFailed(f"transformers gave up: {error}") from error
        return translated

    def _translate(
        self, batch: list[Job], decoding: Decoding
    ) -> Iterator[tuple[Job, list[Hypothesis]]]:
        printed = self._search(batch, decoding)
        scored = [
            one
            for start in range(0, len(printed), SCORED_AT_ONCE)
            for one in self._score(printed[start : start + SCORED_AT_ONCE], decoding.alignment)
        ]
        for start in range(0, len(printed), decoding.hypotheses):
            ranked = sorted(scored[start : start + decoding.hypotheses], key=lambda h: -h.score)
            yield printed[start].job, ranked

    def _search(self, batch: list[Job], decoding: Decoding) -> list[Printed]:
        """Search as CTranslate2 does; `decoding.hypotheses` rows for each job."""
        from transformers import GenerationConfig

        source, mask = self._source(batch)
        ids = self._vocabulary.target_ids
        config = GenerationConfig(
            num_beams=decoding.beam_size,
            num_return_sequences=decoding.hypotheses,
            early_stopping=decoding.beam_size > 1,  # at `num_beams` finished hypotheses
            length_penalty=1.0,
            min_length=2,  # the start token counts: at least one token besides the end mark
            max_length=batch[0].limit + 1,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            suppress_tokens=[ids[PAD], ids[UNKNOWN]],
            bad_words_ids=self._bad_words(),
            decoder_start_token_id=self._start,
            pad_token_id=self._model.config.pad_token_id,
            eos_token_id=ids[END],
        )
        rows = self._model.generate(
            input_ids=source,
            attention_mask=mask,
            decoder_input_ids=self._prefixes(batch),
            generation_config=config,
        )
        return [
            Printed(batch[number // decoding.hypotheses], self._read(row[1:].tolist()))
            for number, row in enumerate(rows)
        ]

    def _score(self, printed: list[Printed], align: bool) -> list[Hypothesis]:
        """Run the hypotheses through the model once more: its scores leave a prefix out."""
        import torch

        source, mask = self._source([one.job for one in printed])
        ids = self._vocabulary.target_ids
        target, _ = self._padded([[ids[token] for token in one.tokens] for one in printed])
        start = torch.full_like(target[:, :1], self._start)
        output = self._model(
            input_ids=source,
            attention_mask=mask,
            decoder_input_ids=torch.cat([start, target[:, :-1]], dim=1),
            output_attentions=align,
        )
        logits = output.logits.float()
        logits[..., [ids[PAD], ids[UNKNOWN]]] = float("-inf")  # as in the search
        logits[:, 0, ids[END]] = float("-inf")
        gains = logits.log_softmax(-1).gather(-1, target[..., None])[..., 0]
        links = output.cross_attentions[-1][:, : self._heads].float().mean(1) if align else None
        return [
            hypothesis(
                one.job,
                self._vocabulary,
                one.tokens,
                float(gains[row, : len(one.tokens)].mean()),
                links[row, : len(one.tokens)].tolist() if links is not None else (),
            )
            for row, one in enumerate(printed)
        ]

    def _source(self, batch: list[Job]) -> tuple[Any, Any]:
        """Give padded source ids with their end marks, and the mask of what is not padding."""
        ids = self._vocabulary.source_ids
        rows = [
            [*(ids[token] for token in self._vocabulary.source_tokens(job)), ids[END]]
            for job in batch
        ]
        return self._padded(rows)

    def _prefixes(self, batch: list[Job]) -> Any:
        """Give what decoding starts from; the prefixes of a batch are of one length."""
        ids = self._vocabulary.target_ids
        prefixes = (self._vocabulary.prefix_tokens(job) for job in batch)
        return self._padded([[self._start, *(ids[token] for token in p)] for p in prefixes])[0]

    def _padded(self, rows: list[list[int]]) -> tuple[Any, Any]:
        """Give rows of one length, and the mask of what is not padding."""
        import torch

        pad, width = self._model.config.pad_token_id, max(map(len, rows))
        return (
            torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=self.device),
            torch.tensor(
                [[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self.device
            ),
        )

    def _bad_words(self) -> list[list[int]] | None:
        ids = self._vocabulary.target_ids
        words = [[ids[token] for token in word] for word in self._vocabulary.forbidden]
        return [word for word in words if word != [ids[PAD]]] or None

    def _read(self, row: list[int]) -> list[str]:
        """Turn ids into tokens, up to the end mark or to the padding after the length limit."""
        tokens = [self._tokens.get(number, UNKNOWN) for number in row]
        return tokens[: tokens.index(END) + 1] if END in tokens else tokens


def _device(settings: Settings) -> tuple[str, Any]:
    """Choose the device and the type of number.

    Raises:
        EngineFailed: a GPU is asked for and there is none.
    """
    import torch

    usable = torch.cuda.is_available()
    if settings.device == "cuda" and not usable:
        raise EngineFailed(
            "torch sees no GPU", where="device", hint="install a CUDA build of torch, or use cpu"
        )
    if settings.device == "cpu" or not usable:
        return "cpu", torch.float32
    return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
