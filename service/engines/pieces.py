"""Segments to pieces and back, the same for both engines.

SentencePiece cuts the text; `vocab.json` gives the pieces their ids, which are not SentencePiece's
own. A piece outside `vocab.json` is `<unk>` to the model.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from service.decoding import Hypothesis, Link
from service.errors import EngineFailed, ModelDamaged
from service.models import Bundle, vocabularies
from service.names.marks import MARKS

END, UNKNOWN, PAD = "</s>", "<unk>", "<pad>"
SPECIAL = {END, UNKNOWN, PAD}
SPACE = "▁"
# A model for several target languages is told which one by the first piece of the source.
INTO_ENGLISH = (">>eng<<", ">>en<<")
BATCH_TOKENS = 2048  # source tokens, padding included
LONGEST_TARGET = 512  # tokens
DECIMALS = 4  # of a score; the rest depends on what else is in the batch

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text cut into pieces, with the span of code points that each covers, if that was asked."""

    text: str
    pieces: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One segment to translate.

    Attributes:
        number: its place among the segments of the call.
        source, prefix: the French, and the English it must begin with.
        limit: the most target tokens to print, the end mark and the prefix counted.
    """

    number: int
    source: Pieces
    prefix: Pieces
    limit: int


class Vocabulary:
    """The pieces of a model and their ids.

    Attributes:
        source_ids, target_ids: id of each piece.
        lead: what every source begins with: the code of the target language, or nothing.
        forbidden: sequences of target pieces that must never be printed, beside `<unk>`.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.source_ids, self.target_ids = vocabularies(bundle.folder)
        for token in (END, UNKNOWN, PAD):
            if token not in self.target_ids or token not in self.source_ids:
                raise ModelDamaged(f"vocab.json has no {token}", where=str(bundle.folder))
        self._source_spm = _processor(bundle.folder / "source.spm")
        self._target_spm = _processor(bundle.folder / "target.spm")
        self.lead = [code for code in INTO_ENGLISH if code in self.source_ids][:1]
        marks = [[one] for one in MARKS if one in self.target_ids]  # of the French alone
        self.forbidden = [[PAD], *marks, *self._bad_words(bundle)]
        self._positions = bundle.positions
        self._max_tokens = bundle.max_tokens

    def count(self, segment: str) -> int:
        """Count the source pieces of a segment."""
        return len(self.lead) + len(self._source_spm.encode(segment))

    def source_tokens(self, job: Job) -> list[str]:
        """Give the source as the model knows it, without the end mark."""
        return [*self.lead, *(_known(piece, self.source_ids) for piece in job.source.pieces)]

    def prefix_tokens(self, job: Job) -> list[str]:
        """Give the prefix as the model knows it."""
        return [_known(piece, self.target_ids) for piece in job.prefix.pieces]

    def join(self, job: Job, tokens: Sequence[str], links: bool) -> Pieces:
        """Make text of printed tokens; those of the prefix show what the prefix said."""
        pieces = [*job.prefix.pieces, *tokens[len(job.prefix.pieces) :]]
        if not pieces:
            return Pieces("", (), ())
        if not links:
            raw = self._target_spm.decode(pieces).replace(SPACE, " ")
            return Pieces(raw.strip(), tuple(pieces), ())
        joined = self._target_spm.decode(pieces, return_type="offset_mapping")
        raw = joined["text"].replace(SPACE, " ")  # left by pieces that only the source model has
        blanks = len(raw) - len(raw.lstrip())
        text = raw.strip()
        spans = [(start - blanks, end - blanks) for start, end in joined["offsets"]]
        return Pieces(text, tuple(pieces), tuple(_without_blanks(text, span) for span in spans))

    def jobs(
        self, segments: Sequence[str], prefixes: Sequence[str] | None, *, links: bool = False
    ) -> list[Job]:
        """Prepare the segments that hold anything at all.

        Args:
            segments: French.
            prefixes: see `Engine.translate`.
            links: the places of pieces are wanted.

        Raises:
            EngineFailed: a segment or prefix is longer than the model can take whole.
        """
        starts = prefixes if prefixes is not None else [""] * len(segments)
        jobs = [
            self._job(number, segment, start, links)
            for number, (segment, start) in enumerate(zip(segments, starts, strict=True))
            if segment.strip()
        ]
        return sorted(jobs, key=lambda job: (job.limit, len(job.source.pieces), job.number))

    def _job(self, number: int, segment: str, start: str, links: bool) -> Job:
        source, prefix = (
            _cut(self._source_spm, segment, links),
            _cut(self._target_spm, start, links),
        )
        longest = max(len(self.lead) + len(source.pieces), len(prefix.pieces))
        if longest > self._max_tokens:
            raise EngineFailed(
                f"segment of {longest} tokens, over the {self._max_tokens} that the model takes",
                where=f"segment {number}",
                hint="cut it first",
            )
        limit = length_limit(longest)
        return Job(number, source, prefix, min(limit, self._positions))

    def _bad_words(self, bundle: Bundle) -> Iterable[list[str]]:
        """Read `bad_words_ids`, ids of the target, where the checkpoint has them."""
        by_id = {number: token for token, number in self.target_ids.items()}
        config = dict(bundle.config)
        generation = bundle.folder / "generation_config.json"
        if generation.exists():
            config |= json.loads(generation.read_bytes())
        words = [[by_id[n] for n in ids if n in by_id] for ids in config.get("bad_words_ids") or ()]
        return (word for word in words if word and word not in ([PAD], [UNKNOWN]))


def length_limit(tokens: int) -> int:
    """Say how many target tokens a source may come to, with room to spare.

    Three for each source token and twenty more. The source is taken as long as the next power of
    two, so that segments of similar length share a limit, and with it a batch, and what a segment
    may come to depends on nothing but itself.
    """
    return min(3 * max(16, 1 << (tokens - 1).bit_length()) + 20, LONGEST_TARGET)


def batches(
    jobs: Iterable[Job], key: Callable[[Job], Any], most: int = BATCH_TOKENS
) -> Iterable[list[Job]]:
    """Cut jobs into runs of one key and at most so many source tokens, padding counted."""
    for _, run in groupby(jobs, key):
        batch: list[Job] = []
        for job in run:
            if batch and (len(batch) + 1) * (len(job.source.pieces) + 1) > most:
                yield batch
                batch = []
            batch.append(job)
        yield batch


def hypothesis(
    job: Job,
    vocabulary: Vocabulary,
    tokens: Sequence[str],
    score: float,
    attention: Sequence[Sequence[float]] = (),
) -> Hypothesis:
    """Make the hypothesis of printed tokens; `attention` has a row for each, over the source."""
    finished = bool(tokens) and tokens[-1] == END
    target = vocabulary.join(job, tokens[:-1] if finished else tokens, links=bool(attention))
    columns = range(len(vocabulary.lead), len(vocabulary.lead) + len(job.source.spans))
    links = tuple(
        Link(*job.source.spans[max(columns, key=row.__getitem__) - columns.start], *span)
        for row, span in zip(attention, target.spans, strict=False)  # the end mark has a row too
    )
    return Hypothesis(target.text, round(score, DECIMALS), links, truncated=not finished)


def _processor(model: Path) -> Any:
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(model))
    except (OSError, RuntimeError) as error:
        raise ModelDamaged(f"{model.name} cannot be read", where=str(model)) from error


def _cut(processor: Any, text: str, with_spans: bool) -> Pieces:
    if not with_spans:
        return Pieces(text, tuple(processor.encode(text, out_type=str)), ())
    cut = processor.encode(text, return_type="offset_mapping")
    spans = tuple(_without_blanks(text, span) for span in cut["offsets"])
    return Pieces(text, tuple(cut["pieces"]), spans)


def _known(piece: str, ids: dict[str, int]) -> str:
    return piece if piece in ids and piece not in SPECIAL else UNKNOWN


def _without_blanks(text: str, span: Span) -> Span:
    """Leave out the blanks that a piece begins with: SentencePiece counts them in."""
    start, end = max(span[0], 0), min(span[1], len(text))
    while start < end and text[start].isspace():
        start += 1
    return start, max(start, end)
