"""Bars on the terminal: how far the files are, and how far each one is. Nothing in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from service.cli import console
from service.errors import InterligneError

Show = Callable[[int, int], None]  # told what is done, and of how much


class Bars:
    """A bar for each file that is worked on, and one for all of them if there are several.

    Attributes:
        are_shown: standard error is a terminal.
    """

    def __init__(self, files: int = 1) -> None:
        from tqdm import tqdm

        self.are_shown = bool(sys.stderr and sys.stderr.isatty())
        self._tqdm = tqdm
        self._files = tqdm(
            total=files, unit="file", leave=False, disable=files == 1 or not self.are_shown
        )

    @contextmanager
    def file(self, name: str = "") -> Iterator[Show]:
        """Give what moves the bar of a file, which counts as done at the end of the block."""
        off = not self.are_shown
        with self._tqdm(desc=name or None, unit="segment", leave=False, disable=off) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                yield show
            finally:
                self._files.update()

    def complain(self, error: InterligneError) -> None:
        """Print an error above the bars."""
        with self._tqdm.external_write_mode(file=sys.stderr):
            console.complain(error)

    def close(self) -> None:
        """Take the bars away."""
        self._files.close()
