"""Which files the command takes, and where their English goes."""

from pathlib import Path

import pytest

from service.cli.files import FileTask, Input, english_name, gather, plan
from service.errors import FileFailed

TEXT = (".txt", ".md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Texts in two levels, and what is no text."""
    for name in ("a.txt", "b.MD", "deep/c.txt", ".hidden.txt", ".git/d.txt", "photo.jpg"):
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Bonjour.")
    return tmp_path / "in"


def places(inputs: list[Input]) -> list[str]:
    """Name each input by its place."""
    return [one.place.as_posix() for one in inputs]


def test_a_folder_gives_all_that_can_be_read_in_it(folder: Path) -> None:
    """Subfolders are searched; hidden files and other kinds are left alone."""
    assert places(gather([str(folder)], TEXT)) == ["a.txt", "b.MD", "deep/c.txt"]


def test_a_file_named_outright_is_taken_whatever_its_kind(folder: Path) -> None:
    """Who translates it says whether it can be read, or is there at all."""
    names = [str(folder / "photo.jpg"), str(folder / "missing.txt")]
    assert places(gather(names, TEXT)) == ["photo.jpg", "missing.txt"]


def test_a_pattern_is_searched_where_the_shell_has_not(folder: Path) -> None:
    """Each file keeps its place below the first part that is a pattern."""
    assert places(gather([str(folder / "*.txt")], TEXT)) == ["a.txt"]
    assert places(gather([str(folder / "**" / "*.txt")], TEXT)) == ["a.txt", "deep/c.txt"]
    with pytest.raises(FileFailed, match="no file fits"):
        gather([str(folder / "*.odt")], TEXT)


def test_a_file_with_the_signs_of_a_pattern_in_its_name_is_itself(tmp_path: Path) -> None:
    """`[brouillon].txt` is found."""
    file = tmp_path / "[brouillon].txt"
    file.touch()
    assert gather([str(file)], TEXT) == [Input(file, Path(file.name))]


def test_a_file_is_taken_once(folder: Path) -> None:
    """Named by itself, by its folder and by another way to it, it is one file."""
    again = folder / "deep" / ".." / "a.txt"
    assert len(gather([str(folder / "a.txt"), str(folder), str(again)], TEXT)) == 3


@pytest.mark.parametrize(
    ("name", "suffix", "english"),
    [
        ("a.txt", None, "a.en.txt"),
        ("deep/a.docx", None, "deep/a.en.docx"),
        ("deep/a.fr.docx", ".md", "deep/a.en.md"),
    ],
)
def test_the_english_is_named_after_the_french(name: str, suffix: str | None, english: str) -> None:
    """The name says the language, so that both may lie in one folder."""
    assert english_name(Path(name), suffix) == Path(english)


def test_every_file_keeps_its_place(tmp_path: Path) -> None:
    """The folders of the input are those of the output."""
    inputs = [Input(tmp_path / "in/deep/c.txt", Path("deep/c.txt"))]
    assert plan(inputs, tmp_path / "out") == [
        FileTask(tmp_path / "in/deep/c.txt", tmp_path / "out/deep/c.en.txt")
    ]


@pytest.mark.parametrize(
    ("one", "other", "suffix"),
    [
        ("x/a.txt", "y/a.txt", None),
        ("x/a.txt", "x/a.fr.txt", None),
        ("x/a.txt", "y/A.txt", None),  # one file to a Mac
        ("x/a.docx", "y/a.html", ".txt"),
    ],
)
def test_two_files_are_never_written_to_one_place(
    one: str, other: str, suffix: str | None, tmp_path: Path
) -> None:
    """It is said which two, before any work."""
    inputs = [Input(tmp_path / name, Path(Path(name).name)) for name in (one, other)]
    with pytest.raises(FileFailed, match=r"would both be written to") as told:
        plan(inputs, tmp_path / "out", suffix)
    assert str(tmp_path / one) in told.value.message


def test_no_french_is_written_over(tmp_path: Path) -> None:
    """An input whose name is that of another's English is safe."""
    inputs = [Input(tmp_path / name, Path(name)) for name in ("a.txt", "a.en.txt")]
    with pytest.raises(FileFailed, match="would be written over"):
        plan(inputs, tmp_path)
