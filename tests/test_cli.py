"""The command, with a scripted engine behind it: files, standard input, formats, exit codes."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from service import cli, pipeline
from service.settings import Settings
from tests.fakes import scripted_pipeline

FRENCH = "Le président Vladimir Poutine est à Sotchi."
ANSWERS = {
    FRENCH: "President Vladimir Poutine is in Sotchi.",
    "Moscou dément.": "It is denied.",
    "Moscow dément.": "It is denied.",
}
ENGLISH = b"He said that he would not come to the summit. He gave no reason when we asked." * 2
MENDED = "President Vladimir Putin is in Sochi.\n"


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load a scripted pipeline whatever the settings say."""

    def load(settings: Settings) -> pipeline.Pipeline:
        return scripted_pipeline(ANSWERS)

    monkeypatch.setattr(pipeline, "load_pipeline", load)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """A file with one sentence."""
    file = tmp_path / "article.txt"
    file.write_text(FRENCH, encoding="utf-8")
    return file


def test_a_file_is_translated_to_standard_output(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default format is the English alone, ready for a pipe."""
    assert cli.main(["translate", str(article)]) == cli.OK
    assert capsys.readouterr().out == MENDED


def test_standard_input_is_the_default_source(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`cat article.txt | interligne translate` works."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FRENCH.encode())))
    assert cli.main(["translate"]) == cli.OK
    assert capsys.readouterr().out == MENDED


def test_json_and_markdown_carry_the_ledger(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both say which names were found and how each came out."""
    cli.main(["translate", str(article), "--format", "json"])
    names = {name["canonical"] for name in json.loads(capsys.readouterr().out)["names"]}
    assert names == {"Vladimir Putin", "Sochi"}
    cli.main(["translate", str(article), "--format", "markdown"])
    assert "| Sochi | Sotchi | place | built-in | 1, 1 repaired |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("names.csv", "french,english\nSotchi,Sotchy\n"),
        ("names.tsv", "Sotchi\tSotchy\n"),
        (
            "names.tmx",
            '<tmx version="1.4"><body><tu><tuv xml:lang="fr"><seg>Sotchi</seg></tuv>'
            '<tuv xml:lang="en"><seg>Sotchy</seg></tuv></tu></body></tmx>',
        ),
    ],
)
def test_a_glossary_file_goes_before_the_built_in_names(
    name: str,
    content: str,
    article: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`-g` sets the house spelling, in the format that the name of the file says."""
    (tmp_path / name).write_text(content)
    cli.main(["translate", str(article), "-g", str(tmp_path / name)])
    assert capsys.readouterr().out == "President Vladimir Putin is in Sotchy.\n"


def test_output_goes_to_a_file_whole_or_not_at_all(article: Path, tmp_path: Path) -> None:
    """`-o` leaves no half file and no temporary one."""
    article.write_text(FRENCH + "\n", encoding="utf-8")
    target = tmp_path / "out" / "article.en.txt"
    assert cli.main(["translate", str(article), "-o", str(target)]) == cli.ERROR
    target.parent.mkdir()
    assert cli.main(["translate", str(article), "-o", str(target)]) == cli.OK
    assert target.read_text() == MENDED
    assert list(target.parent.iterdir()) == [target]


def test_a_lost_name_is_a_warning_with_its_own_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The translation is written, standard error names the name, the code is 3."""
    file = tmp_path / "article.txt"
    file.write_text("Moscou dément.")
    assert cli.main(["translate", str(file)]) == cli.WARNINGS
    out, err = capsys.readouterr()
    assert out == "It is denied.\n"
    assert "Moscou (Moscow)" in err


def test_strict_fails_and_still_writes_the_translation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that was done is lost."""
    file = tmp_path / "article.txt"
    file.write_text("Moscou dément.")
    assert cli.main(["translate", str(file), "--strict"]) == cli.ERROR
    assert capsys.readouterr().out == "It is denied.\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"caf\xe9", "UTF-8"),
        (b"un\0chat", "NUL"),
        (ENGLISH, "French"),
    ],
)
def test_bad_input_is_told_on_standard_error(
    content: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what is wrong; standard output stays empty."""
    file = tmp_path / "article.txt"
    file.write_bytes(content)
    assert cli.main(["translate", str(file)]) == cli.ERROR
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert err.startswith(f"interligne: {file}")


def test_an_unreadable_file_is_told_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file and a folder are errors, not tracebacks."""
    for path in (tmp_path / "missing.txt", tmp_path):
        assert cli.main(["translate", str(path)]) == cli.ERROR
        err = capsys.readouterr().err
        assert err.count(str(path)) == 1
    assert "--out-dir" in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["translate", "--format", "pdf"],
        ["translate", "--beam-size", "0"],
        ["translate", "--engine", "moses"],
    ],
)
def test_wrong_usage_exits_with_2(argv: list[str]) -> None:
    """A wrong flag or value ends the program before anything is loaded."""
    with pytest.raises(SystemExit) as ended:
        cli.main(argv)
    assert ended.value.code == cli.USAGE


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    """`interligne --help` pays neither for torch nor for the engine."""
    program = "import sys; from service.cli import build_parser; build_parser().format_help(); "
    heavy = {"torch", "transformers", "ctranslate2", "fastapi", "sqlalchemy"}
    program += f"print({heavy} & sys.modules.keys())"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"
