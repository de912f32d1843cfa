"""One batch through an engine."""

from collections.abc import Callable, Sequence

import pytest

from service.decoding import Decoding, Hypothesis
from service.engines.attempt import attempt
from service.engines.queue import Key, Task
from service.errors import EngineFailed
from tests.fakes import ScriptedEngine


class BrittleEngine(ScriptedEngine):
    """Raises if a batch holds one of these segments."""

    def __init__(self, poison: set[str], error: Callable[[], Exception]) -> None:
        super().__init__()
        self.poison = poison
        self.error = error

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Raise, or answer."""
        translated = super().translate(segments, decoding, prefixes)
        if self.poison & set(segments):
            raise self.error()
        return translated


class ForgetfulEngine(ScriptedEngine):
    """Leaves out a result when it has several to give."""

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Answer all but the last, unless there is only one."""
        translated = super().translate(segments, decoding, prefixes)
        return translated[:-1] or translated


def batch(segments: str) -> list[Task]:
    """Make a batch of words."""
    return [Task(Key(segment, "", Decoding()), 1) for segment in segments.split()]


def shown(outcomes: Sequence[list[Hypothesis] | EngineFailed]) -> list[str]:
    """Show each outcome as its text, or as a cross."""
    return ["x" if isinstance(o, EngineFailed) else o[0].text for o in outcomes]


@pytest.mark.parametrize("poison", [set(), {"a"}, {"d"}, {"b", "e"}, set("abcde")])
@pytest.mark.parametrize("error", [lambda: EngineFailed("no"), lambda: MemoryError()])
def test_only_the_segments_at_fault_fail(poison: set[str], error: Callable[[], Exception]) -> None:
    """Whatever the engine raises, the others are translated."""
    outcomes = attempt(BrittleEngine(poison, error), batch("a b c d e"))
    assert shown(outcomes) == ["x" if word in poison else f"<{word}>" for word in "abcde"]


def test_one_segment_at_fault_is_found_in_few_calls() -> None:
    """Halving takes two calls for each doubling of the batch, and one more."""
    engine = BrittleEngine({"a"}, lambda: EngineFailed("no"))
    attempt(engine, batch(" ".join("abcdefgh")))
    assert [len(call) for call in engine.history] == [8, 4, 2, 1, 1, 2, 4]


def test_a_failure_says_which_segment_and_why() -> None:
    """The engine's own words are kept, with what it raised as the cause."""
    (failure,) = attempt(BrittleEngine({"a"}, lambda: EngineFailed("no", hint="try b")), batch("a"))
    assert isinstance(failure, EngineFailed)
    assert (failure.message, failure.hint, failure.where) == ("no", "try b", "a")
    (failure,) = attempt(BrittleEngine({"a"}, lambda: ValueError("odd")), batch("a"))
    assert isinstance(failure, EngineFailed)
    assert failure.message == "the engine gave up: ValueError('odd')"
    assert isinstance(failure.__cause__, ValueError)


def test_an_engine_that_loses_results_is_not_believed() -> None:
    """Results are never given to the wrong segment."""
    assert shown(attempt(ForgetfulEngine(), batch("a b c"))) == ["<a>", "<b>", "<c>"]


def test_prefixes_go_along_if_there_are_any() -> None:
    """Each prefix stays with its segment; a batch without any says so."""
    seen: list[tuple[list[str], Sequence[str] | None]] = []

    class Listening(ScriptedEngine):
        def translate(
            self,
            segments: Sequence[str],
            decoding: Decoding,
            prefixes: Sequence[str] | None = None,
        ) -> list[list[Hypothesis]]:
            seen.append((list(segments), prefixes))
            return super().translate(segments, decoding, prefixes)

    attempt(Listening(), batch("a b"))
    attempt(Listening(), [*batch("a"), Task(Key("b", "The", Decoding()), 1)])
    assert seen == [(["a", "b"], None), (["a", "b"], ["", "The"])]
