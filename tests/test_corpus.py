"""`interligne corpus` with a scripted engine: every article once, whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from service import cli, pipeline
from service.corpus.plan import planned
from service.settings import Settings
from tests.fakes import CrowdedEngine, ScriptedEngine, scripted_pipeline

ONE, TWO = "Le président Vladimir Poutine est à Sotchi.", "Le chat dort."
ANSWERS = {ONE: "President Vladimir Poutine is in Sotchi.", TWO: "The cat sleeps."}
ROOT = Path(__file__).parents[1]
ARTICLES = 3000
# A run as a user starts it, but for the engine, which takes its time.
SLOW_RUN = """
import sys, time
from service import cli, pipeline
from tests.fakes import ScriptedEngine, scripted_pipeline

class SlowEngine(ScriptedEngine):
    def translate(self, *args):
        time.sleep(0.01)
        return super().translate(*args)

pipeline.load_pipeline = lambda settings: scripted_pipeline(engine=SlowEngine())
sys.exit(cli.main(["corpus", *sys.argv[1:], "--source", "fr", "--per-shard", "50"]))
"""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine that every run loads."""
    engine = ScriptedEngine(ANSWERS)

    def load(settings: Settings) -> pipeline.Pipeline:
        return scripted_pipeline(engine=engine)

    monkeypatch.setattr(pipeline, "load_pipeline", load)
    return engine


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder of articles of every kind: 7 of them, two of which are none."""
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "one.txt").write_text(ONE)
    (folder / "page.html").write_text(f"<p>{TWO}</p>")
    lines = [json.dumps({"id": 7, "text": ONE, "title": TWO}), "", "no article", '{"text": ""}']
    (folder / "lines.jsonl").write_text("\n".join(lines))
    table = pyarrow.table({"text": [TWO, ONE], "id": ["a", "b"]})
    parquet.write_table(table, folder / "rows.parquet", row_group_size=1)
    return folder


def run(*arguments: object) -> int:
    """Run `interligne corpus`."""
    return cli.main(["corpus", *map(str, arguments)])


def lines(out: Path) -> Iterator[Any]:
    """Read every line of every shard."""
    for shard in sorted(out.glob("articles-*.jsonl")):
        yield from map(json.loads, shard.read_text().splitlines())


def shards(out: Path) -> list[str]:
    """List the shards that are there."""
    return sorted(path.name for path in out.glob("articles-*.jsonl"))


@pytest.mark.usefixtures("engine")
def test_every_article_is_a_line_and_says_where_it_is_from(texts: Path, tmp_path: Path) -> None:
    """Texts, documents, JSON lines and Parquet rows come in order, failures in their place."""
    assert run(texts, tmp_path / "out") == cli.WARNINGS
    found = {line["place"]: line for line in lines(tmp_path / "out")}
    assert list(found) == [
        "deep/one.txt",
        "lines.jsonl:1",
        "lines.jsonl:3",
        "lines.jsonl:4",
        "page.html",
        "rows.parquet:1",
        "rows.parquet:2",
    ]
    first = found["lines.jsonl:1"]
    assert first["id"] == 7
    assert first["translation"] == ("The cat sleeps.\n\nPresident Vladimir Putin is in Sochi.")
    assert first["names"] == {"Vladimir Putin": ["Vladimir Poutine"], "Sochi": ["Sotchi"]}
    assert first["model"] == "0" * 64
    assert found["lines.jsonl:3"]["error"]["code"] == "bad_file"
    assert found["lines.jsonl:4"]["error"]["code"] == "empty_text"
    assert found["rows.parquet:2"]["id"] == "b"
    assert found["page.html"]["translation"] == "The cat sleeps."


@pytest.mark.usefixtures("engine")
def test_the_whole_article_is_written_if_asked(texts: Path, tmp_path: Path) -> None:
    """`--whole` gives what `translate --format json` gives."""
    run(texts / "page.html", tmp_path / "out", "--whole")
    (line,) = lines(tmp_path / "out")
    assert line["article"]["paragraphs"][0]["sentences"][0]["target"] == "The cat sleeps."


def test_shards_that_are_there_are_not_made_again(
    texts: Path, tmp_path: Path, engine: ScriptedEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run makes what is missing, of what the first run planned, whatever is asked now."""
    out = tmp_path / "out"
    run(texts, out, "--per-shard", "2")
    assert len(shards(out)) == 4
    before = list(lines(out))
    engine.history.clear()
    assert run(texts, out) == cli.WARNINGS
    assert engine.history == []
    (out / "articles-00002.jsonl").unlink()
    (out / ".articles-00002.jsonl.0.part").write_text("torn")
    run(texts, out)
    assert list(lines(out)) == before
    assert not list(out.glob(".*.part"))
    assert "3 done before" in capsys.readouterr().err


@pytest.mark.usefixtures("engine")
def test_shards_with_failures_are_made_again_if_asked(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--again` leaves alone what came out well."""
    out = tmp_path / "out"
    run(texts, out, "--per-shard", "3")
    shard = (out / "articles-00002.jsonl").stat()
    assert run(texts, out, "--again") == cli.WARNINGS
    assert "7 articles in 3 shards, 1 done before" in capsys.readouterr().err
    assert (out / "articles-00002.jsonl").stat().st_ino == shard.st_ino
    assert len(list(lines(out))) == 7


@pytest.mark.usefixtures("engine")
def test_a_second_run_tells_of_what_failed_in_the_first(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is left to do, and yet not all is well; the hint says how to try again."""
    out = tmp_path / "out"
    for _ in range(2):
        assert run(texts, out, "--per-shard", 100) == cli.WARNINGS
    told = capsys.readouterr().err
    assert "7 articles in 1 shard, 1 done before" in told
    assert "0 articles translated, 0 failed, 2 failed before" in told
    assert "--again" in told


def test_a_folder_holds_one_corpus(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other files or other wishes need another folder, or it would hold a bit of both."""
    out = tmp_path / "out"
    run(texts, out)
    assert run(texts, out, "--summary-words", "0") == cli.ERROR
    assert "another model or other wishes" in capsys.readouterr().err
    (texts / "new.txt").write_text(TWO)
    assert run(texts, out) == cli.ERROR
    assert "of other files: new.txt" in capsys.readouterr().err


@pytest.mark.usefixtures("engine")
def test_the_output_may_lie_in_the_input(texts: Path) -> None:
    """What was translated is no article to be translated."""
    assert run(texts, texts / "out") == cli.WARNINGS
    assert run(texts, texts / "out") == cli.WARNINGS


@pytest.mark.usefixtures("engine")
def test_nothing_to_translate_is_an_error(tmp_path: Path) -> None:
    """An empty folder is more likely a mistake than a corpus."""
    (tmp_path / "in").mkdir()
    assert run(tmp_path / "in", tmp_path / "out") == cli.ERROR


def test_shards_are_filled_across_files(tmp_path: Path) -> None:
    """Many small files make one shard, a long one many."""
    for name, count in (("a.jsonl", 5), ("b.jsonl", 1), ("c.jsonl", 1)):
        (tmp_path / name).write_text('{"text": "é"}\n' * count)
    files = {path.name: path for path in sorted(tmp_path.iterdir())}
    made = [
        [(piece.place, piece.start.number, piece.start.offset, piece.articles) for piece in shard]
        for shard in planned(files, 3)
    ]
    assert made == [
        [("a.jsonl", 1, 0, 3)],
        [("a.jsonl", 4, 45, 2), ("b.jsonl", 1, 0, 1)],
        [("c.jsonl", 1, 0, 1)],
    ]


def test_as_many_articles_are_at_work_as_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred at the same time are three hundred translations: none is refused."""
    crowded = scripted_pipeline(engine=CrowdedEngine(300))
    monkeypatch.setattr(pipeline, "load_pipeline", lambda settings: crowded)
    source = tmp_path / "in.jsonl"
    texts = [json.dumps({"text": f"Le chat {number} dort."}) for number in range(300)]
    source.write_text("\n".join(texts))
    assert run(source, tmp_path / "out", "--jobs", "300", "--source", "fr") == cli.OK
    assert all("translation" in line for line in lines(tmp_path / "out"))


def test_killed_twice_it_ends_with_every_article_once(tmp_path: Path) -> None:
    """What is killed at once loses the shards at hand, and nothing else."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    half = ARTICLES // 2
    for number in range(half):
        (source / f"{number}.txt").write_text(f"Le chat {number} dort.")
    rest = [json.dumps({"text": f"Le chat {number} dort."}) for number in range(half, ARTICLES)]
    (source / "rest.jsonl").write_text("\n".join(rest))
    command = [sys.executable, "-c", SLOW_RUN, str(source), str(out)]
    there = 0
    for _ in range(2):
        process = subprocess.Popen(command, cwd=ROOT)
        while len(shards(out)) < there + 5:
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        there = len(shards(out))
        assert there < ARTICLES // 50
    subprocess.run(command, cwd=ROOT, check=True)
    counts = Counter(line["translation"] for line in lines(out))
    assert counts == Counter(f"<Le chat {number} dort.>" for number in range(ARTICLES))
