"""How often a sentence comes out otherwise in a batch than alone."""

import random
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from scripts.benchmark import texts
from scripts.benchmark.figures import Figure, Section
from service.decoding import Decoding, Hypothesis
from service.engines import Engine, load_engine
from service.models import find_bundle
from service.settings import Settings

HOW = (
    "Each sentence alone, all in one call, and all in another order in calls of {some}; the best "
    "hypothesis must have the same text, to the byte. {engines}."
)
SOME = 50

Library = Literal["ct2", "marian"]


def measure(sentences: Mapping[Library, int], text: Path | None = None) -> Section:
    """Compare so many sentences with each engine."""
    figures: list[Figure] = []
    names = []
    for library, count in sentences.items():
        settings = Settings(engine=library, device="cpu", threads=2)
        engine = load_engine(find_bundle("fr-en"), settings)
        names.append(engine.name)
        source = texts.distinct(texts.sentences(text))
        segments = [p for s in islice(source, count) for p in texts.segments_of(s, engine)]
        figures += compared(library, engine, segments)
    return Section("invariance", HOW.format(some=SOME, engines=", ".join(names)), tuple(figures))


def compared(name: str, engine: Engine, segments: Sequence[str]) -> list[Figure]:
    """Count the segments that differ from themselves alone."""
    alone = [best(engine, [segment])[0] for segment in segments]
    together = best(engine, segments)
    order = list(range(len(segments)))
    random.Random(texts.PARTING).shuffle(order)
    shuffled: list[Hypothesis] = [Hypothesis("", 0.0)] * len(segments)
    for at in range(0, len(order), SOME):
        part = order[at : at + SOME]
        for number, found in zip(part, best(engine, [segments[n] for n in part]), strict=True):
            shuffled[number] = found
    return [
        Figure(f"{name}: segments", len(segments)),
        Figure(f"{name}: other words in one call", differing(alone, together), "", "0"),
        Figure(f"{name}: other words in another order", differing(alone, shuffled), "", "0"),
    ]


def best(engine: Engine, segments: Sequence[str]) -> list[Hypothesis]:
    """Give the best hypothesis of each segment."""
    return [found[0] for found in engine.translate(segments, Decoding())]


def differing(some: Sequence[Hypothesis], others: Sequence[Hypothesis]) -> int:
    """Count hypotheses of another text."""
    return sum(one.text != other.text for one, other in zip(some, others, strict=True))
