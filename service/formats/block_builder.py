"""Gathers a block of a text file with markup: blanks are folded, marks remember what they cover."""

import re
from dataclasses import replace

from service.formats.document import Block, Escape, Kind, Mark

BLANKS = re.compile(r"[ \t\n\r\f]+")
BLANK = " \t\n\r\f"
DEEPEST = 50  # marks inside one another; who nests deeper means harm


class BlockBuilder:
    """Gathers the text and the marks of one block, told in the order of the source.

    Every method takes the stretch of the source that it is about, `start` to `end`.
    """

    def __init__(self, escape: Escape) -> None:
        self._escape = escape
        self._pieces: list[str] = []
        self._size = 0
        self._marks: list[Mark] = []
        self._open: list[tuple[str, int]] = []  # names and numbers of the marks not closed yet
        self._unclosed: set[int] = set()
        self._start: int | None = None
        self._end = 0

    def add_text(self, text: str, start: int, end: int, *, raw: str) -> None:
        """Add plain text; blanks are folded into one."""
        folded = BLANKS.sub(" ", text)
        if not self._pieces or self._pieces[-1][-1] in BLANK:
            if folded.startswith(" ") and self._ends_with_nothing():
                self._marks[-1] = _with_blank(self._marks[-1])
            folded = folded.lstrip(BLANK)
        self._append(folded)
        if raw.strip(BLANK):
            before = len(raw) - len(raw.lstrip(BLANK))
            self._touch(start + before, end - (len(raw) - len(raw.rstrip(BLANK))))

    def add_verbatim(self, text: str, raw: str, start: int, end: int) -> None:
        """Add a stretch that is read but not translated."""
        self._touch(start, end)
        at = self._size
        self._append(text)
        kind = Kind.VERBATIM if text.strip() else Kind.POINT
        self._marks.append(Mark(kind, at, self._size, raw, parent=self._parent))

    def add_break(self, raw: str, start: int, end: int, *, text: str) -> None:
        """Add a line break that reads as a blank or a line end."""
        if not self._pieces:
            self.add_point(raw, start, end)
            return
        self._touch(start, end)
        at = self._size
        self._append(text)
        self._marks.append(Mark(Kind.BREAK, at, self._size, raw, parent=self._parent))

    def add_point(self, raw: str, start: int, end: int) -> None:
        """Add something that stands between words."""
        self._touch(start, end)
        self._marks.append(Mark(Kind.POINT, self._size, self._size, raw, parent=self._parent))

    def open(self, name: str, raw: str, start: int, end: int, *, fragile: bool = False) -> None:
        """Begin a stretch with a mark around it."""
        if len(self._open) == DEEPEST:
            self.add_point(raw, start, end)
            return
        self._touch(start, end)
        mark = Mark(Kind.WRAP, self._size, self._size, raw, "", self._parent, fragile)
        self._marks.append(mark)
        self._open.append((name, len(self._marks) - 1))

    def close(self, name: str, raw: str, start: int, end: int) -> None:
        """End the last open stretch of this name; without one, the mark is a point."""
        if name not in (one for one, _ in self._open):
            self.add_point(raw, start, end)
            return
        self._touch(start, end)
        while self._open[-1][0] != name:
            self._unclosed.add(self._open.pop()[1])
        _, number = self._open.pop()
        self._marks[number] = replace(self._marks[number], end=self._size, after=raw)

    def finish(self) -> Block | None:
        """Give the block, or None if it holds nothing to translate."""
        text = "".join(self._pieces).rstrip(BLANK)
        if self._start is None or not any(character.isalpha() for character in text):
            return None
        self._unclosed.update(number for _, number in self._open)
        self._keep_last_blank(len(text))
        marks = tuple(self._settled(i, len(text)) for i in range(len(self._marks)))
        return Block(self._start, self._end, text, marks, self._escape)

    @property
    def _parent(self) -> int:
        return self._open[-1][1] if self._open else -1

    def _append(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._size += len(text)

    def _ends_with_nothing(self) -> bool:
        """Whether the last thing added covers nothing, with a blank or nothing before it."""
        if not self._marks:
            return False
        last = self._marks[-1]
        is_whole = last.kind is Kind.POINT or bool(last.after)
        return is_whole and last.start == last.end == self._size

    def _touch(self, start: int, end: int) -> None:
        self._start = start if self._start is None else self._start
        self._end = end

    def _keep_last_blank(self, size: int) -> None:
        """Write the blank at the end of the text, which is cut off, with the mark after it."""
        for number, mark in enumerate(self._marks):
            if mark.start > size:
                self._marks[number] = replace(mark, before=f" {mark.before}")
                return

    def _settled(self, number: int, size: int) -> Mark:
        """Make a point of a mark that is never closed; what was in it is in its parent."""
        mark = self._marks[number]
        kind = Kind.POINT if number in self._unclosed else mark.kind
        parent = mark.parent
        while parent in self._unclosed:
            parent = self._marks[parent].parent
        return replace(
            mark, kind=kind, start=min(mark.start, size), end=min(mark.end, size), parent=parent
        )


def _with_blank(mark: Mark) -> Mark:
    """Write a blank after a mark that covers nothing."""
    if mark.kind is Kind.WRAP:
        return replace(mark, after=f"{mark.after} ")
    return replace(mark, before=f"{mark.before} ")
