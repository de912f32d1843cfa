"""An engine that remembers what it was asked."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.wrapped import WrappedEngine
from service.pipeline import Pipeline


class Call(NamedTuple):
    """What one call was given."""

    segments: Sequence[str]
    decoding: Decoding
    prefixes: Sequence[str] | None = None


class Recorder(WrappedEngine):
    """Wraps an engine and keeps its calls, in order."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.calls: list[Call] = []

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate, and remember."""
        self.calls.append(Call(segments, decoding, prefixes))
        return self._engine.translate(segments, decoding, prefixes)


def recorded(pipeline: Pipeline, some: Sequence[str]) -> list[Call]:
    """List what articles come to ask of the engine, names and red sentences included."""
    recorder = Recorder(pipeline.engine)
    for text in some:
        replace(pipeline, engine=recorder).translate_article(text)
    return recorder.calls


def merged(calls: Sequence[Call]) -> list[Call]:
    """Make one call of all calls with the same decoding."""
    by_decoding: dict[Decoding, tuple[list[str], list[str]]] = {}
    for segments, decoding, prefixes in calls:
        decoding = replace(decoding, max_segment_tokens=0)  # nothing to engines
        all_segments, all_prefixes = by_decoding.setdefault(decoding, ([], []))
        all_segments += segments
        all_prefixes += prefixes or [""] * len(segments)
    return [Call(s, decoding, p) for decoding, (s, p) in by_decoding.items()]


def replay(engine: Engine, calls: Sequence[Call]) -> float:
    """Ask the same of an engine; return the seconds."""
    begin = time.perf_counter()
    for call in calls:
        engine.translate(*call)
    return time.perf_counter() - begin
