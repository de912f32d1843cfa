"""`interligne glossary extract`: a folder of articles in, a glossary out."""

import argparse
from pathlib import Path

import pytest

from service import pipeline
from service.cli import ERROR, OK, extract
from service.names.glossary import read_tsv
from service.settings import Settings
from tests.fakes import scripted_pipeline

ANSWERS = {"On a vu Youri Chevtchenko hier.": "Yuri Shevchenko was seen yesterday."}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with two articles."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("On a vu Youri Chevtchenko hier.")
    (folder / "b.html").write_text("<p>M. Chevtchenko part pour Moscou avec <b>Inès Caron</b>.")
    return folder


def run(*arguments: object) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser()
    extract.add(parser.add_subparsers())
    args = parser.parse_args(["extract", *map(str, arguments)])
    return int(args.run(args))


def test_the_names_of_a_folder_become_a_table(
    texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was met twice, the known ones left out."""
    assert run(texts) == OK
    out, err = capsys.readouterr()
    (term,) = read_tsv(out, where="out")
    assert (term.french, term.english) == (("Youri Chevtchenko",), ("Youri Chevtchenko",))
    assert term.note == "2 mentions in 2 articles; also Chevtchenko"
    assert err == "interligne: 1 name(s) from 2 of 2 files\n"


def test_rare_and_known_names_are_there_if_wanted(texts: Path, tmp_path: Path) -> None:
    """`--min-mentions 1`, `--all` and `-o`."""
    output = tmp_path / "names.tsv"
    assert run(texts, "--min-mentions", "1", "--all", "-o", output) == OK
    names = {term.french[0]: term.english[0] for term in read_tsv(output.read_text(), where="out")}
    assert names == {
        "Youri Chevtchenko": "Youri Chevtchenko",
        "Inès Caron": "Inès Caron",
        "Moscou": "Moscow",
    }


def test_a_house_glossary_is_known_too(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands in it already is not proposed again."""
    house = tmp_path / "house.csv"
    house.write_text("Youri Chevtchenko,Yuriy Shevchenko,person\n")
    run(texts, "-g", house)
    assert not list(read_tsv(capsys.readouterr().out, where="out"))


def test_the_english_is_the_models_if_wanted(
    texts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--translate` asks the model."""

    def load(settings: Settings) -> pipeline.Pipeline:
        return scripted_pipeline(ANSWERS)

    monkeypatch.setattr(pipeline, "load_pipeline", load)
    assert run(texts / "a.txt", "--translate", "--min-mentions", "1") == OK
    (term,) = read_tsv(capsys.readouterr().out, where="out")
    assert term.english == ("Yuri Shevchenko",)


def test_a_file_that_cannot_be_read_stops_no_other(
    texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told, and the exit code says so."""
    (texts / "bad.txt").write_bytes(b"caf\xe9")
    assert run(texts) == ERROR
    out, err = capsys.readouterr()
    assert len(read_tsv(out, where="out")) == 1
    assert "bad.txt, byte 3: the text is not UTF-8" in err
    assert "2 of 3 files" in err
