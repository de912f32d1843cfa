"""Whole sentences through an engine: typography in, cut, translate, join, typography out."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, chain
from typing import Protocol, runtime_checkable

from rapidfuzz.distance import Levenshtein

from service.decoding import Decoding, Hypothesis, Link
from service.engines import Engine
from service.names.capitals import calmed, quieted
from service.names.marks import OPENING
from service.split import segments
from service.wording.copyable import copyable
from service.wording.figures import correct
from service.wording.formulas import plainly
from service.wording.inclusive import in_one_gender
from service.wording.opening import lowered, raised
from service.wording.quotations import requoted, unquoted
from service.wording.rare_words import NONE, RareWords
from service.wording.typography import from_model, to_model
from service.wording.verbatim import Held, hold

OnResult = Callable[[int, list[Hypothesis]], None]  # told a number and the hypotheses, best first


@runtime_checkable
class Reporting(Protocol):
    """An engine that tells of each segment, in order, as soon as all up to it are done."""

    on_progress: OnResult | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the model is shown of a sentence.

    Attributes:
        sentence: as it stands in the article.
        held: the same without what goes round the model.
        french: that in the typography of the model.
        segments: the pieces to translate.
    """

    sentence: str
    held: Held
    french: str
    segments: list[str]

    def start(self, prefix: str) -> str:
        """Write the beginning of an English sentence as the model would; most have none."""
        if not prefix:
            return ""
        text = to_model(self.held.taken_out(prefix))
        return unquoted(text).text if unquoted(self.french).opens else text


class SentenceTranslator:
    """The `Translate` of an engine, which is shown the rare words of its model.

    Each distinct segment of a call is translated once, however often it occurs. A sentence of
    several segments cannot be made to begin with a prefix: asked for one, it gets no hypothesis.
    """

    def __init__(self, engine: Engine, rare_words: RareWords = NONE) -> None:
        self._engine, self._rare_words = engine, rare_words

    def __call__(
        self,
        sentences: Sequence[str],
        decoding: Decoding = Decoding(),
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate each sentence on its own; see `Translate`."""
        shown = [self._shown(sentence, decoding) for sentence in sentences]
        starts = [one.start(p) for one, p in zip(shown, prefixes or [""] * len(shown), strict=True)]
        wanted = {
            (piece, start): None
            for one, start in zip(shown, starts, strict=True)
            for piece in one.segments
            if not start or len(one.segments) == 1
        }
        translated = dict(
            zip(
                wanted,
                self._engine.translate(
                    [piece for piece, _ in wanted], decoding, [start for _, start in wanted]
                ),
                strict=True,
            )
        )
        return [
            []
            if start and len(one.segments) > 1
            else _whole(one, [translated[piece, start] for piece in one.segments])
            for one, start in zip(shown, starts, strict=True)
        ]

    def in_order(self, sentences: Sequence[str], decoding: Decoding, tell: OnResult) -> None:
        """Translate each sentence; tell of it as soon as all up to it are done.

        An engine that does not report makes `tell` hear of all of them at the end.
        """
        shown = [self._shown(sentence, decoding) for sentence in sentences]
        wanted = list(dict.fromkeys(chain.from_iterable(one.segments for one in shown)))
        translated: dict[str, list[Hypothesis]] = {}
        todo = deque(enumerate(shown))

        def note(place: int, hypotheses: list[Hypothesis]) -> None:
            translated[wanted[place]] = hypotheses
            while todo and all(piece in translated for piece in todo[0][1].segments):
                number, one = todo.popleft()
                tell(number, _whole(one, [translated[piece] for piece in one.segments]))

        with _reporting_to(note, self._engine):
            results = self._engine.translate(wanted, decoding)
        for place, hypotheses in enumerate(results):
            note(place, hypotheses)

    def _shown(self, sentence: str, decoding: Decoding) -> Shown:
        limit = self._engine.max_tokens
        if decoding.max_segment_tokens:
            limit = min(limit, decoding.max_segment_tokens)
        held = hold(calmed(sentence))
        french = to_model(held.text)
        cut = shown_segments(french, self._engine, self._rare_words, limit)
        return Shown(sentence, held, french, cut)


def shown_segments(french: str, engine: Engine, rare_words: RareWords, limit: int) -> list[str]:
    """Cut French in the typography of the model into segments that have their rare words shown.

    Quotation marks at its ends are left out, words in both genders are in the masculine, figures
    and formulas in a wording that the model knows, and words that only their capitals hide in small
    letters.
    """
    french = quieted(in_one_gender(unquoted(french).text), engine.count_tokens)
    french = copyable(plainly(french))
    french = lowered(french, engine.count_tokens, rare_words.__contains__)
    pieces = segments(french, engine.count_tokens, limit)
    return [rare_words.mark(piece, engine.count_tokens, engine.max_tokens) for piece in pieces]


@contextmanager
def _reporting_to(note: OnResult, engine: Engine) -> Iterator[None]:
    if not isinstance(engine, Reporting):
        yield
        return
    engine.on_progress = note
    try:
        yield
    finally:
        engine.on_progress = None


def _whole(shown: Shown, parts: list[list[Hypothesis]]) -> list[Hypothesis]:
    """Join the n-th best of every segment to the n-th best of the sentence."""
    rank = min(len(part) for part in parts)
    return [_joined(shown, [part[n] for part in parts]) for n in range(rank)]


def _joined(shown: Shown, parts: list[Hypothesis]) -> Hypothesis:
    sentence, cut = shown.sentence, shown.segments
    first = raised(parts[0].text, cut[0], sentence)
    texts = [first, *(_continued(*pair) for pair in zip(cut[1:], parts[1:], strict=True))]
    texts = [
        _unfinished(french, english) for french, english in zip(cut[:-1], texts[:-1], strict=True)
    ] + texts[-1:]
    raw = " ".join(texts)
    english = from_model(requoted(raw, shown.french), sentence)
    text, corrected = correct(sentence, shown.held.put_back(english))
    weights = [len(t) + 1 for t in texts]
    score = sum(p.score * w for p, w in zip(parts, weights, strict=True)) / sum(weights)
    links = chain.from_iterable(
        _moved(part.alignment, french_at, english_at)
        for part, french_at, english_at in zip(parts, _places(cut), _places(texts), strict=True)
    )
    alignment = _respelt(tuple(links), " ".join(cut), calmed(sentence), raw, text)
    truncated = any(part.truncated for part in parts)
    return Hypothesis(text, score, alignment, truncated, corrected)


def _continued(french: str, hypothesis: Hypothesis) -> str:
    """Undo the capital that a model gives to a segment that does not begin a sentence."""
    text = hypothesis.text
    first_word = text.split(" ", 1)[0]
    if (
        french.removeprefix(f"{OPENING} ")[:1].islower()
        and first_word[1:].islower()
        and not first_word.startswith("I'")
    ):
        return text[:1].lower() + text[1:]
    return text


def _unfinished(french: str, english: str) -> str:
    """Undo the full stop that a model gives to a segment that does not end a sentence."""
    return english.removesuffix(".") if not french.endswith(".") else english


def _places(texts: list[str]) -> list[int]:
    """Where each text begins when they are joined by one space."""
    return [0, *accumulate(len(text) + 1 for text in texts[:-1])]


def _moved(alignment: tuple[Link, ...], french_by: int, english_by: int) -> list[Link]:
    return [
        replace(
            link,
            source_start=link.source_start + french_by,
            source_end=link.source_end + french_by,
            target_start=link.target_start + english_by,
            target_end=link.target_end + english_by,
        )
        for link in alignment
    ]


def _respelt(
    alignment: tuple[Link, ...],
    french_from: str,
    french_to: str,
    english_from: str,
    english_to: str,
) -> tuple[Link, ...]:
    """Carry links from the model's typography over to the reader's."""
    if not alignment:
        return ()
    french, english = _offsets(french_from, french_to), _offsets(english_from, english_to)
    return tuple(
        Link(
            french[min(link.source_start, len(french_from))],
            french[min(link.source_end, len(french_from))],
            english[min(link.target_start, len(english_from))],
            english[min(link.target_end, len(english_from))],
        )
        for link in alignment
    )


@lru_cache(maxsize=1024)  # the hypotheses of a sentence share its French
def _offsets(before: str, after: str) -> Sequence[int]:
    """For each offset into `before` (its end included), the offset into `after` that matches it."""
    if before == after:
        return range(len(before) + 1)
    offsets: list[int] = []
    for edit in Levenshtein.opcodes(before, after):  # difflib takes minutes for a row of zeros
        length = edit.src_end - edit.src_start
        offsets += [min(edit.dest_start + n, edit.dest_end) for n in range(length)]
    return [*offsets, len(after)]
