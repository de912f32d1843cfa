"""`interligne translate --out-dir` with a scripted engine: many files, as a user has them."""

import threading
import time
from pathlib import Path

import pytest

from service import cli, pipeline
from service.cli.console import INTERRUPTED
from service.cli.record import NAME
from service.engines.queue import Key, Line, SegmentQueue
from service.engines.scheduler import Scheduler
from service.errors import EngineFailed
from service.settings import Settings
from tests.fakes import CrowdedEngine, ScriptedEngine, scripted_pipeline
from tests.waiting import PATIENCE, until

ONE, TWO = "Le président Vladimir Poutine est à Sotchi.", "Le chat dort."
ANSWERS = {
    ONE: "President Vladimir Poutine is in Sotchi.",
    TWO: "The cat sleeps.",
    "Moscou dément.": "It is denied.",
    "Moscow dément.": "It is denied.",
}


class Engines:
    """The pipeline that the command loads; counts how often."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine(ANSWERS)
        self.loaded = 0

    def load(self, settings: Settings) -> pipeline.Pipeline:
        """Stand in for `load_pipeline`."""
        self.loaded += 1
        return scripted_pipeline(engine=self.engine)


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> Engines:
    """Load a scripted pipeline whatever the settings say."""
    engines = Engines()
    monkeypatch.setattr(pipeline, "load_pipeline", engines.load)
    monkeypatch.setattr("service.cli.folder.load_pipeline", engines.load)
    return engines


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with two articles."""
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text(ONE + "\n")
    (folder / "deep" / "two.txt").write_text(TWO)
    return folder


def run(*arguments: object) -> int:
    """Run `interligne translate`."""
    return cli.main(["translate", *map(str, arguments)])


def outputs(folder: Path) -> dict[str, str]:
    """Read what was written to a folder, hidden files apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_folder_is_translated_into_another(texts: Path, tmp_path: Path) -> None:
    """Each file keeps its place and its layout."""
    assert run(texts, "--out-dir", tmp_path / "out") == cli.OK
    assert outputs(tmp_path / "out") == {
        "one.en.txt": "President Vladimir Putin is in Sochi.\n",
        "deep/two.en.txt": "The cat sleeps.",
    }


def test_another_format_has_its_own_suffix(texts: Path, tmp_path: Path) -> None:
    """`--format` goes before the format of the input."""
    run(texts / "one.txt", "--out-dir", tmp_path / "out", "--format", "markdown")
    assert "| Sochi |" in outputs(tmp_path / "out")["one.en.md"]


def test_a_page_comes_back_as_a_page(texts: Path, tmp_path: Path) -> None:
    """The format of the input is kept, tags and all."""
    (texts / "page.html").write_text(f"<p class=a>{TWO}</p>")
    run(texts / "page.html", "--out-dir", tmp_path / "out")
    assert outputs(tmp_path / "out") == {"page.en.html": "<p class=a>The cat sleeps.</p>"}
    (texts / "page.html").write_text(f"<p>{TWO}</p><p translate=no>Le Soir</p>")
    run(texts / "page.html", "--out-dir", tmp_path / "text", "-f", "text")
    assert outputs(tmp_path / "text") == {"page.en.txt": "The cat sleeps.\n\nLe Soir\n"}


def test_only_the_article_of_a_page_is_translated_if_asked(texts: Path, tmp_path: Path) -> None:
    """`--extract` leaves menus out."""
    article = f"<article><p>{' '.join([TWO] * 20)}</p></article>"
    page = f"<html><body><nav>Accueil</nav>{article}</body></html>"
    (texts / "page.html").write_text(page)
    run(texts / "page.html", "--out-dir", tmp_path / "out", "--extract")
    english = outputs(tmp_path / "out")["page.en.html"]
    assert "The cat sleeps. The cat sleeps." in english
    assert "Accueil" not in english


def test_what_was_done_is_passed_over(
    texts: Path, tmp_path: Path, engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run translates what is new or changed, tells the rest, and loads nothing if idle."""
    run(texts, "--out-dir", tmp_path / "out")
    assert run(texts, "--out-dir", tmp_path / "out") == cli.OK
    assert engines.loaded == 1
    err = capsys.readouterr().err
    assert "passed over, done before: " in err
    assert str(texts / "one.txt") in err
    (texts / "one.txt").write_text(TWO)
    run(texts, "--out-dir", tmp_path / "out")
    assert outputs(tmp_path / "out")["one.en.txt"] == "The cat sleeps."
    assert "1 translated, 1 passed over" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [("--beam-size", "2"), ("--summary-words", "0")])
def test_other_settings_are_another_translation(
    flags: tuple[str, str], texts: Path, tmp_path: Path, engines: Engines
) -> None:
    """Only what was asked for in the same way is passed over."""
    run(texts, "--out-dir", tmp_path / "out")
    run(texts, "--out-dir", tmp_path / "out", *flags)
    assert engines.loaded == 2


def test_an_edited_translation_is_not_written_over(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless it is said to be."""
    run(texts, "--out-dir", tmp_path / "out")
    (tmp_path / "out" / "one.en.txt").write_text("By hand.")
    assert run(texts, "--out-dir", tmp_path / "out") == cli.OK
    (texts / "one.txt").write_text(TWO)
    assert run(texts, "--out-dir", tmp_path / "out") == cli.ERROR
    assert "was edited" in capsys.readouterr().err
    assert outputs(tmp_path / "out")["one.en.txt"] == "By hand."
    assert run(texts, "--out-dir", tmp_path / "out", "--overwrite") == cli.OK
    assert outputs(tmp_path / "out")["one.en.txt"] == "The cat sleeps."


def test_english_may_lie_beside_its_french(texts: Path) -> None:
    """What was made in a folder is no input of the next run there."""
    for _ in range(2):
        assert run(texts, *texts.glob("*.txt"), "--out-dir", texts) == cli.OK
    assert set(outputs(texts)) == {"one.txt", "one.en.txt", "deep/two.txt", "deep/two.en.txt"}


def test_a_file_that_fails_stops_no_other(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told by name, the summary counts it, and the exit code says so."""
    (texts / "bad.txt").write_bytes(b"caf\xe9")
    assert run(texts, texts / "gone.txt", "--out-dir", tmp_path / "out") == cli.ERROR
    assert set(outputs(tmp_path / "out")) == {"one.en.txt", "deep/two.en.txt"}
    err = capsys.readouterr().err
    assert f"{texts / 'bad.txt'}, byte 3: the text is not UTF-8" in err
    assert f"{texts / 'gone.txt'}: cannot read" in err
    assert err.endswith("interligne: 2 translated, 2 failed\n")


def test_a_fault_of_ours_is_told_and_costs_one_file(
    texts: Path, tmp_path: Path, engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is raised while a file is worked on is the failure of that file."""

    def translate(segments: list[str], *_: object) -> None:
        raise EngineFailed("out of memory") if TWO in segments else ZeroDivisionError("oops")

    engines.engine.translate = translate  # type: ignore[assignment, method-assign]
    assert run(texts, "--out-dir", tmp_path / "out") == cli.ERROR
    err = capsys.readouterr().err
    assert "out of memory" in err
    assert "2 failed" in err


def test_a_lost_name_is_a_warning_that_names_the_file(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is that of the worst file."""
    (texts / "one.txt").write_text("Moscou dément.")
    assert run(texts, "--out-dir", tmp_path / "out") == cli.WARNINGS
    assert f"{texts / 'one.txt'}: names left" in capsys.readouterr().err


def test_strict_writes_what_it_has_and_tries_again(texts: Path, tmp_path: Path) -> None:
    """Nothing is lost, and nothing that failed counts as done."""
    (texts / "one.txt").write_text("Moscou dément.")
    for _ in range(2):
        assert run(texts, "--out-dir", tmp_path / "out", "--strict") == cli.ERROR
        assert outputs(tmp_path / "out")["one.en.txt"] == "It is denied."


def test_an_interrupted_run_goes_on_where_it_was(
    texts: Path, tmp_path: Path, engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends it with what is done kept, nothing half written, and 130."""
    out = tmp_path / "out"
    run(texts / "one.txt", "--out-dir", out)

    closing = threading.Event()

    def close(scheduler: Scheduler) -> None:
        closing.set()
        close_now(scheduler)

    def interrupt(segments: list[str], *_: object) -> None:
        assert closing.wait(PATIENCE)
        time.sleep(0.2)
        raise AssertionError("given up by then")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    close_now = Scheduler.close
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scheduler, "close", close)
        patch.setattr(engines.engine, "translate", interrupt)
        patch.setattr("service.cli.sharing.as_completed", interrupted)
        assert run(texts, "--out-dir", out) == INTERRUPTED
    assert "1 passed over, 1 not done" in capsys.readouterr().err
    assert set(outputs(out)) == {"one.en.txt"}
    assert {path.name for path in out.iterdir() if path.is_file()} == {NAME, "one.en.txt"}
    assert run(texts, "--out-dir", out) == cli.OK
    assert "1 translated, 1 passed over" in capsys.readouterr().err


def test_files_at_work_share_the_batches_of_the_engine(
    tmp_path: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sentences of several files meet in one call of the engine."""
    queued: list[str] = []
    put = SegmentQueue.put

    def noted(queue: SegmentQueue, line: Line, key: Key, tokens: int) -> None:
        queued.append(key.segment)
        put(queue, line, key, tokens)

    monkeypatch.setattr(SegmentQueue, "put", noted)
    files = [tmp_path / f"{number}.txt" for number in range(4)]
    for number, file in enumerate(files):
        file.write_text(f"Le chat {number} dort.")
    translate = engines.engine.translate

    def slowly(segments: list[str], *rest: object) -> object:
        if not engines.engine.history:  # until the other files are in the queue
            until(lambda: len(queued) == len(files))
        return translate(segments, *rest)  # type: ignore[arg-type]

    engines.engine.translate = slowly  # type: ignore[assignment, method-assign]
    run(*files, "--out-dir", tmp_path / "out", "--jobs", "4")
    assert len(outputs(tmp_path / "out")) == 4
    assert max(map(len, engines.engine.history)) > 1


def test_as_many_files_are_at_work_as_are_asked_for(
    tmp_path: Path, engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three hundred at the same time are three hundred translations: none is refused."""
    engines.engine = CrowdedEngine(300)
    files = [tmp_path / f"{number}.txt" for number in range(300)]
    for number, file in enumerate(files):
        file.write_text(f"Le chat {number} dort.")
    run(*files, "--out-dir", tmp_path / "out", "--jobs", "300", "--source", "fr")
    assert len(outputs(tmp_path / "out")) == 300
    assert capsys.readouterr().err.endswith("interligne: 300 translated\n")


def test_differences_from_an_earlier_run_are_shown(
    texts: Path, tmp_path: Path, engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of new translations and of those passed over, in the order of the files."""
    run(texts, "--out-dir", tmp_path / "old")
    engines.engine.answers[TWO] = "The cat is asleep."
    for _ in range(2):
        capsys.readouterr()
        assert run(texts, "--out-dir", tmp_path / "new", "--diff", tmp_path / "old") == cli.OK
        out = capsys.readouterr().out
        assert "-The cat sleeps.\n+The cat is asleep.\n" in out
        assert "Putin" not in out


def test_one_file_is_compared_without_being_written(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The difference takes the place of the translation on standard output."""
    earlier = tmp_path / "earlier.txt"
    earlier.write_text("The cat slept.\n")
    assert run(texts / "deep" / "two.txt", "--diff", earlier) == cli.OK
    assert capsys.readouterr().out.endswith("-The cat slept.\n+The cat sleeps.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("a.txt", "b.txt"),
        ("-", "--out-dir", "out"),
        ("a.txt", "--out-dir", "out", "--title", "Titre"),
        ("a.txt", "--out-dir", "out", "-o", "b.txt"),
        ("a.txt", "--jobs", "0"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    """It is refused before anything is read."""
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == cli.USAGE


def test_a_folder_without_articles_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to do is no success."""
    (tmp_path / "photo.jpg").touch()
    assert run(tmp_path, "--out-dir", tmp_path / "out") == cli.ERROR
    assert "nothing to translate" in capsys.readouterr().err
