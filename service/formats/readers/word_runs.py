"""A paragraph of a Word file, written anew from atoms in another order and with other text."""

from collections.abc import Sequence
from copy import deepcopy

from service.formats.document import xml_safe
from service.formats.readers.word import (
    PROPERTIES,
    Atom,
    AtomKind,
    Element,
    FieldLink,
    Piece,
    Wrapper,
    name_of,
    sibling,
)

SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def rewrite(paragraph: Element, atoms: Sequence[tuple[Atom, str]]) -> None:
    """Write a paragraph anew from atoms and the text of those that are text."""
    properties = paragraph.find(sibling(paragraph, "pPr"))
    for child in list(paragraph):
        if child is not properties:
            paragraph.remove(child)
    _Writer(paragraph).write(atoms)


class _Writer:
    """Appends atoms to a paragraph, inside copies of the links and the like that they stood in."""

    def __init__(self, paragraph: Element) -> None:
        self._open: list[tuple[Wrapper, Element]] = []  # wrappers, and where their content goes
        self._paragraph = paragraph

    def write(self, atoms: Sequence[tuple[Atom, str]]) -> None:
        """Append atoms; text that is empty is left out."""
        for atom, text in atoms:
            if atom.kind is not AtomKind.TEXT:
                self._enter(atom.wrappers)
                for piece in atom.pieces:
                    self._append(piece)
            elif text:
                self._enter(atom.wrappers)
                self._append_text(atom, text)
        self._enter(())

    @property
    def _place(self) -> Element:
        return self._open[-1][1] if self._open else self._paragraph

    def _enter(self, wrappers: tuple[Wrapper, ...]) -> None:
        """Leave the wrappers that an atom is not in, and enter those that it is in."""
        same = 0
        for (opened, _), wanted in zip(self._open, wrappers, strict=False):
            if opened is not wanted:
                break
            same += 1
        while len(self._open) > same:
            left, _ = self._open.pop()
            if isinstance(left, FieldLink):
                self._append_copies(left.after)
        for wrapper in wrappers[same:]:
            if isinstance(wrapper, FieldLink):
                self._append_copies(wrapper.before)
                self._open.append((wrapper, self._place))
            else:
                self._open.append((wrapper, self._copy(wrapper)))

    def _copy(self, wrapper: Element) -> Element:
        """Append a wrapper with its properties; return where its content goes."""
        copy = wrapper.makeelement(wrapper.tag, wrapper.attrib, wrapper.nsmap)
        copy.extend(deepcopy(child) for child in wrapper if name_of(child) in PROPERTIES)
        self._place.append(copy)
        if name_of(wrapper) != "sdt":
            return copy
        content = copy.makeelement(sibling(copy, "sdtContent"))
        copy.insert(1 if len(copy) and name_of(copy[0]) == "sdtPr" else 0, content)
        return content

    def _append_copies(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            self._append(Piece(deepcopy(piece.node), piece.run))

    def _append(self, piece: Piece) -> None:
        if piece.run is None:
            self._place.append(piece.node)
        else:
            self._run_like(piece.run).append(piece.node)

    def _append_text(self, atom: Atom, text: str) -> None:
        run = self._run_like(atom.pieces[0].run)
        node = run.makeelement(sibling(run, "t"), {SPACE: "preserve"})
        node.text = xml_safe(text)
        run.append(node)

    def _run_like(self, run: Element) -> Element:
        """Append an empty run in the format of another."""
        new = run.makeelement(run.tag)
        properties = run.find(sibling(run, "rPr"))
        if properties is not None:
            new.append(deepcopy(properties))
        self._place.append(new)
        return new
