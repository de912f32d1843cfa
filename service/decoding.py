"""What a step may ask of the model (`Decoding`) and what it gets (`Hypothesis`).

The pipeline makes the `Translate` of an article out of an engine, the splitter and `typography`,
so the steps that ask for a second opinion (names, checks) see reader's French and reader's English.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Link:
    """A target token and the source token it attends to most, as spans of code points."""

    source_start: int
    source_end: int
    target_start: int
    target_end: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation.

    Attributes:
        text: the English.
        score: mean log-probability per target token (natural logarithm, so at most 0).
        alignment: a link per target token, in target order; empty unless asked for.
        truncated: decoding stopped at the length limit, not at the end of the sentence.
        corrected: figures written over, as pairs of what the model wrote and what stands there.
    """

    text: str
    score: float
    alignment: tuple[Link, ...] = ()
    truncated: bool = False
    corrected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search.

    Attributes:
        beam_size: beams kept; 1 is greedy.
        hypotheses: how many to return, best first; at most `beam_size`.
        alignment: fill `Hypothesis.alignment`.
        no_repeat_ngram: forbid repeating n-grams of this many tokens; 0 forbids nothing.
        scored: nobody needs the score of what a prefix forces if not; an engine may leave it out.
        max_segment_tokens: cut sentences into segments of at most this many source tokens; 0 leaves
            it to the model's own limit. Ignored by engines, which never cut.
    """

    beam_size: int = 4
    hypotheses: int = 1
    alignment: bool = False
    no_repeat_ngram: int = 0
    scored: bool = True
    max_segment_tokens: int = 0


class Translate(Protocol):
    """Translates whole sentences of any length."""

    def __call__(
        self,
        sentences: Sequence[str],
        decoding: Decoding = ...,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each sentence on its own; `prefixes` are the English each must begin with."""
