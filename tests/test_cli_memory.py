"""`interligne memory`, and `translate --memory`."""

import io
import sys
from pathlib import Path

import pytest

from service import cli, pipeline
from service.memory import Pair, tmx
from service.settings import Settings
from tests.fakes import scripted_pipeline

CAT = Pair("Le chat noir dort.", "The black cat is asleep.", "p. 3")


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Load a scripted pipeline, with a data directory of its own."""

    def load(settings: Settings) -> pipeline.Pipeline:
        return scripted_pipeline({CAT.source: "The cat sleeps."})

    monkeypatch.setattr(pipeline, "load_pipeline", load)
    monkeypatch.setattr("service.cli.folder.load_pipeline", load)
    monkeypatch.setenv("INTERLIGNE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """A file with a sentence that may be known."""
    file = tmp_path / "article.txt"
    file.write_text(CAT.source)
    return file


def run(*arguments: object) -> int:
    """Run `interligne`."""
    return cli.main([*map(str, arguments)])


def test_pairs_go_in_and_come_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Import, list, export, add, clear; counts go to standard error."""
    file, output = tmp_path / "in.tmx", tmp_path / "out.tmx"
    file.write_text("".join(tmx.write([CAT])))
    assert run("memory", "import", file) == cli.OK
    assert capsys.readouterr().err == f"interligne: {file}: 1 new, 0 changed\n"
    assert run("memory", "add", "Un.", "One.", "--note", "x\ty") == cli.OK
    assert run("memory", "list", "asleep") == cli.OK
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows == [["id", "french", "english", "note"], ["1", CAT.source, CAT.target, CAT.note]]
    assert run("memory", "export", "-o", output) == cli.OK
    expected = [CAT, Pair("Un.", "One.", "x\ty")]
    assert list(tmx.read(output.read_bytes(), where="out")) == expected
    assert run("memory", "clear") == cli.ERROR
    assert "2 pairs would be forgotten" in capsys.readouterr().err
    assert run("memory", "clear", "--yes") == cli.OK
    assert "2 pairs forgotten" in capsys.readouterr().err


def test_a_file_that_is_no_memory_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, or as standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"source,target")))
    assert run("memory", "import", "-") == cli.ERROR
    assert "not XML" in capsys.readouterr().err
    assert run("memory", "import", tmp_path / "missing.tmx") == cli.ERROR
    assert "missing.tmx: cannot read" in capsys.readouterr().err


def test_a_confirmed_sentence_is_used_if_it_is_asked_for(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Off by default; an empty memory is told."""
    assert run("translate", article, "--memory") == cli.OK
    out, err = capsys.readouterr()
    assert (out, "the memory is empty" in err) == ("The cat sleeps.\n", True)
    run("memory", "add", CAT.source, CAT.target)
    run("translate", article)
    assert capsys.readouterr().out == "The cat sleeps.\n"
    run("translate", article, "--memory")
    assert capsys.readouterr().out == f"{CAT.target}\n"


def test_a_changed_memory_is_another_translation(article: Path, tmp_path: Path) -> None:
    """Files that were done with an older memory are done again, others are passed over."""
    out = tmp_path / "out" / "article.en.txt"
    for english in ("A cat.", "The cat."):
        run("memory", "add", CAT.source, english)
        assert run("translate", article, "--memory", "--out-dir", out.parent) == cli.OK
        assert out.read_text() == english
    before = out.stat().st_mtime_ns
    run("translate", article, "--memory", "--out-dir", out.parent)
    assert out.stat().st_mtime_ns == before


def test_a_store_that_cannot_be_had_is_an_error_if_memory_is_wanted(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else nobody looks."""
    flags = ("--data-dir", "/proc/nowhere")
    assert run("translate", article, *flags) == cli.OK
    assert run("translate", article, "--memory", *flags) == cli.ERROR
    assert "database" in capsys.readouterr().err
