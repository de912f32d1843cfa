"""Stand-ins for what is slow or random: an engine that answers from a table."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from service.decoding import Decoding, Hypothesis, Link
from service.errors import EngineFailed
from service.models.bundle import Bundle, Record
from service.names.glossary import built_in
from service.pipeline import Pipeline
from service.settings import Settings
from service.wording.rare_words import NONE
from tests.waiting import PATIENCE


class ScriptedEngine:
    """Answers each segment from a table, else with the segment in angle brackets."""

    name = "scripted"

    def __init__(self, answers: Mapping[str, str] | None = None, max_tokens: int = 100) -> None:
        self.answers = dict(answers or {})
        self.max_tokens = max_tokens
        self.history: list[list[str]] = []
        self.prefixes: list[list[str]] = []

    def count_tokens(self, segment: str) -> int:
        """Count words."""
        return len(segment.split())

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer from the table."""
        self.history.append(list(segments))
        self.prefixes.append(list(prefixes or ()))
        return [
            [Hypothesis(self.answers.get(segment, f"<{segment}>"), -0.5)] * decoding.hypotheses
            for segment in segments
        ]


class AligningEngine(ScriptedEngine):
    """Answers with the segment itself, each word linked to itself."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Copy."""
        return [[Hypothesis(segment, -0.1, links(segment))] for segment in segments]


def links(segment: str) -> tuple[Link, ...]:
    """Link each word of a segment to itself."""
    found, at = [], 0
    for word in segment.split(" "):
        found.append(Link(at, at + len(word), at, at + len(word)))
        at += len(word) + 1
    return tuple(found)


class CrowdedEngine(ScriptedEngine):
    """Counts no tokens before so many threads ask it to at the same time."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._come = threading.Barrier(threads)
        self._known = threading.local()

    def count_tokens(self, segment: str) -> int:
        """Count words, once everyone is there."""
        if not hasattr(self._known, "here"):
            self._known.here = self._come.wait(PATIENCE)
        return super().count_tokens(segment)


class FailingEngine(ScriptedEngine):
    """Gives up on everything."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Raise `EngineFailed`."""
        raise EngineFailed("the engine gave up", hint="try again")


def scripted_pipeline(
    answers: Mapping[str, str] | None = None, engine: ScriptedEngine | None = None, **settings: Any
) -> Pipeline:
    """Wire a scripted engine and the built-in glossary as a real pipeline is wired.

    A service made of it answers to the name by which the test client of FastAPI asks.
    """
    settings = {"allowed_hosts": "testserver", **settings}
    bundle = Bundle(Path("nowhere"), Record(name="scripted"), sha256="0" * 64)
    return Pipeline(
        engine or ScriptedEngine(answers), bundle, Settings(**settings), built_in(), NONE
    )
