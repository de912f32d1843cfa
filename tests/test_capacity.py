"""The capacity model: what is counted, not what is measured."""

from pathlib import Path

import pytest

from scripts.benchmark.recorder import Recorder
from scripts.capacity import Part, ReplayingEngine, plot, table
from service.decoding import Decoding
from tests.fakes import ScriptedEngine

CORES, DATABASES = Part("cores", 50), Part("databases", 1000)


@pytest.mark.parametrize(("articles", "cores"), [(1, 1), (35, 1), (36, 2), (100_000, 2858)])
def test_parts_are_counted_at_seventy_percent_of_what_they_can_do(
    articles: int, cores: int
) -> None:
    """A part that does 50 articles a minute is given 35."""
    assert CORES.needed(articles) == cores


def test_the_table_says_what_gives_out_first() -> None:
    """That is the part that does least by itself."""
    assert "| cores | 50 | 1 | 29 | 2,858 |" in table([DATABASES, CORES])
    assert "cores give out first, then databases (20 times" in table([DATABASES, CORES])


def test_the_plot_is_drawn(tmp_path: Path) -> None:
    """As the kind of file that its name says."""
    plot([CORES, DATABASES, CORES, CORES, CORES], tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text()


def test_what_was_said_is_not_asked_again() -> None:
    """The second time costs the engine nothing, whatever else is asked beside it."""
    recorder = Recorder(ScriptedEngine({"a": "A"}))
    engine = ReplayingEngine(recorder)
    first = engine.translate(["a", "b"], Decoding())
    assert engine.translate(["b", "a", "c"], Decoding())[:2] == first[::-1]
    assert [list(call.segments) for call in recorder.calls] == [["a", "b"], ["c"]]
