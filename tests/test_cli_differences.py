"""Diffs between translations."""

from pathlib import Path

import pytest

from service.cli.differences import against
from service.errors import FileFailed

NEW = b"The same.\nThe new line.\n"


def test_only_what_differs_is_shown(tmp_path: Path) -> None:
    """As a unified diff, under both names."""
    earlier = tmp_path / "a.en.txt"
    earlier.write_text("The same.\nThe old line.\n")
    changes = "@@ -1,2 +1,2 @@\n The same.\n-The old line.\n+The new line.\n"
    diff = f"--- {earlier}\n+++ a.en.txt\n{changes}"
    assert against(earlier, Path("a.en.txt"), NEW) == diff
    assert against(tmp_path, Path("a.en.txt"), NEW) == diff


def test_nothing_is_shown_of_what_reads_the_same(tmp_path: Path) -> None:
    """Line ends do not count."""
    (tmp_path / "a.txt").write_bytes(NEW.replace(b"\n", b"\r\n"))
    assert against(tmp_path, Path("a.txt"), NEW) == ""


def test_a_file_that_the_earlier_folder_lacks_is_all_new(tmp_path: Path) -> None:
    """As `diff -N` shows it; an earlier file that is not there is an error."""
    assert against(tmp_path, Path("a.txt"), NEW).startswith("--- /dev/null\n+++ a.txt\n")
    with pytest.raises(FileFailed, match="cannot read"):
        against(tmp_path / "gone.txt", Path("a.txt"), NEW)
