"""`interligne glossary`: glossaries into the store and out of it, by command."""

from pathlib import Path

import pytest

from service.cli import ERROR, OK, main
from service.names.files import FORMATS, Format
from service.names.glossary import read_tsv

TSV = (
    "french\tenglish\ttype\tnote\tcase\n"
    "Moscou|Moskva\tMoscow\tplace\t“M”\t\n"
    "EI\tIS\tother\t\texact\n"
)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own."""
    monkeypatch.setenv("INTERLIGNE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def file(data_dir: Path) -> Path:
    """A glossary to import."""
    path = data_dir / "desk.tsv"
    path.write_text(TSV, encoding="utf-8")
    return path


def imported(file: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Import a file and give the id."""
    assert main(["glossary", "import", str(file), *more]) == OK
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_what_is_imported_can_be_exported(
    file: Path, form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the format that the name of the file says, the terms are the same."""
    glossary_id = imported(file, capsys)
    output = file.with_suffix(form.suffix.upper())
    assert main(["glossary", "export", glossary_id, "--output", str(output)]) == OK
    exported = form.read(output.read_text(encoding="utf-8"), where="x")
    assert exported == read_tsv(TSV, where="x")


def test_a_stored_glossary_is_exported_by_its_name(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `translate -g` takes it; two of one name are told apart by their ids."""
    ids = [imported(file, capsys)]
    assert main(["glossary", "export", "desk"]) == OK
    assert capsys.readouterr().out == TSV
    ids.append(imported(file, capsys))
    assert main(["glossary", "export", "desk"]) == ERROR
    told = capsys.readouterr().err
    assert all(one in told for one in ids)
    assert main(["glossary", "export", "house"]) == ERROR
    assert "an id or a name" in capsys.readouterr().err


def test_export_writes_to_standard_output(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """TSV unless another format is named."""
    glossary_id = imported(file, capsys)
    assert main(["glossary", "export", glossary_id]) == OK
    assert capsys.readouterr().out == TSV
    assert main(["glossary", "export", glossary_id, "-f", "tbx"]) == OK
    assert capsys.readouterr().out.startswith("<?xml")


def test_import_under_an_id_makes_a_version(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The old one can still be exported; the name stays unless another is given."""
    glossary_id = imported(file, capsys, "--name", "House style")
    file.write_text("Kiev\tKyiv\n", encoding="utf-8")
    assert imported(file, capsys, "--id", glossary_id) == glossary_id
    assert main(["glossary", "export", f"{glossary_id}@1"]) == OK
    assert capsys.readouterr().out == TSV
    assert main(["glossary", "list"]) == OK
    head, line = capsys.readouterr().out.splitlines()
    assert head.split("\t") == ["id", "version", "terms", "changed", "name"]
    assert [line.split("\t")[n] for n in (0, 1, 2, 4)] == [glossary_id, "2", "1", "House style"]


def test_check_tells_what_is_wrong_with_each_file(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines at fault go to standard error, sound files are counted, and nothing is stored."""
    wrong = file.with_name("wrong.csv")
    wrong.write_text("Kiev,Kyiv\nKiev,Kiev\n", encoding="utf-8")
    strange = file.with_name("strange.csv")
    strange.write_text("a\x01b,c\n", encoding="utf-8")
    files = [wrong, strange, file.with_name("none.csv"), file]
    assert main(["glossary", "check", *map(str, files)]) == ERROR
    out, err = capsys.readouterr()
    assert out == f"{file}: 2 terms\n"
    assert "line 2: “Kiev” gives “Kiev”, contradicting line 1 (“Kyiv”)" in err
    assert "a character that no text contains" in err
    assert "cannot read" in err
    assert not (file.parent / "data").exists()
    assert main(["glossary", "check", str(file)]) == OK


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "nonesuch"], "there is no glossary 'nonesuch'"),
        (["export", "a@b"], "'b' is no version"),
        (["import", "{file}", "--id", "nonesuch"], "there is no glossary 'nonesuch'"),
        (["import", "{file}", "--name", " "], "a name needs"),
        (["list", "--data-dir", "/dev/null/x"], "cannot be opened"),
    ],
)
def test_what_cannot_be_done_is_told(
    file: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says why, and the exit code that it failed."""
    given = [argument.format(file=file) for argument in arguments]
    assert main(["glossary", *given]) == ERROR
    assert message in capsys.readouterr().err
