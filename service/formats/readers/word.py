"""A paragraph of a Word file, read as a row of atoms.

An atom is a stretch of characters in one format, a line break, a tab, or an object: a picture, the
mark of a note, a bookmark, a field. Tabs part a paragraph into segments that are translated apart.
In English, a segment has the plainest format that much of its French has; what was in another
format, in a link or an object goes where `English` finds it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Any

from service.formats.document import Block, Kind, Mark, Placed

# Elements that stand around runs, by their names in the namespace of Word, and those that say how.
WRAPPERS = frozenset("hyperlink ins smartTag sdt fldSimple customXml moveTo".split())
PROPERTIES = frozenset("pPr rPr sdtPr sdtEndPr smartTagPr customXmlPr".split())
DROPPED = frozenset("proofErr lastRenderedPageBreak softHyphen".split())
LETTERS = {"noBreakHyphen": "\u2011"}
INVISIBLE = frozenset("lang noProof rPrChange".split())  # of a format
LINK = "HYPERLINK"
DEEPEST = 5  # links inside one another

Element = Any  # of lxml, which has no types


class AtomKind(StrEnum):
    """What an atom is."""

    TEXT = "text"
    BREAK = "break"
    TAB = "tab"
    FIELD = "field"  # reads as its result, which is not translated
    OBJECT = "object"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An element and the format of the run that it stands in; None outside of runs."""

    node: Element
    run: Element | None


@dataclass(frozen=True, slots=True, eq=False)
class FieldLink:
    """A link written as a field: what comes before and after its text."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


Wrapper = Any  # an element, or a FieldLink


@dataclass(frozen=True, eq=False)
class Atom:
    """A stretch of a paragraph that is of one kind and in one format."""

    kind: AtomKind
    text: str
    pieces: tuple[Piece, ...]
    wrappers: tuple[Wrapper, ...] = ()

    @cached_property
    def format(self) -> tuple[tuple[object, ...], tuple[object, ...]]:
        """What sets its look apart: links it is in, and the properties that show."""
        run = self.pieces[0].run
        properties = None if run is None else run.find(sibling(run, "rPr"))
        return tuple(map(id, self.wrappers)), _visible(properties)


@dataclass(frozen=True)
class Segment:
    """What stands between two tabs; `block` is how it is translated."""

    atoms: tuple[Atom, ...]

    @cached_property
    def block(self) -> Block:
        """Its text, with a mark for each entry of `marked`."""
        text = "".join(atom.text for atom in self.atoms)
        return Block(0, 0, text, tuple(mark for mark, _ in self._marked))

    @property
    def has_letters(self) -> bool:
        """Whether there is anything to translate."""
        return any(character.isalpha() for atom in self.atoms for character in _plain(atom))

    def english(self, text: str, placed: Sequence[Placed]) -> Iterator[tuple[Atom, str]]:
        """Yield its English in order: a stretch with the atom that it looks like, or an object."""
        at = 0
        order = sorted(range(len(placed)), key=lambda i: (placed[i].start, i))
        for i in order:
            mark, atom = self._marked[i]
            start = max(placed[i].start, at)
            end = max(placed[i].end, start)
            yield self._base, text[at:start]
            yield atom, text[start:end] if mark.kind is Kind.WRAP else ""
            at = end
        yield self._base, text[at:]

    @cached_property
    def _base(self) -> Atom:
        """An atom in the plainest of the formats that much of the text is in."""
        texts = [atom for atom in self.atoms if atom.kind is AtomKind.TEXT]
        sizes = Counter[object]()
        for atom in texts:
            sizes[atom.format] += len(atom.text)
        most = max(sizes.values())
        common = (atom for atom in texts if 2 * sizes[atom.format] >= most)
        return min(common, key=lambda atom: sum(map(len, atom.format)))

    @cached_property
    def _marked(self) -> list[tuple[Mark, Atom]]:
        """List what is not in the format of most of the text, and the objects."""
        found: list[tuple[Mark, Atom]] = []
        at = 0
        for atom in self.atoms:
            start, at = at, at + len(atom.text)
            match atom.kind:
                case AtomKind.TEXT:
                    if atom.text.strip() and atom.format != self._base.format:
                        _add_stretch(found, atom, start, at)
                case AtomKind.BREAK:
                    found.append((Mark(Kind.BREAK, start, at, ""), atom))
                case AtomKind.FIELD if atom.text.strip():
                    found.append((Mark(Kind.VERBATIM, start, at, ""), atom))
                case _:
                    found.append((Mark(Kind.POINT, at, at, ""), atom))
        return found


def segments_of(paragraph: Element) -> list[Segment]:
    """Part a paragraph at its tabs; a segment of one tab stands between two others."""
    atoms = _with_fields(list(_atoms(paragraph, ())))
    parts = groupby(atoms, key=lambda atom: atom.kind is AtomKind.TAB)
    return [Segment(tuple(part)) for _, part in parts]


def _atoms(parent: Element, wrappers: tuple[Wrapper, ...]) -> Iterator[Atom]:
    """Yield the atoms in an element."""
    for node in parent:
        name = name_of(node)
        if name == "r":
            yield from _run_atoms(node, wrappers)
        elif name in WRAPPERS:
            content = node.find(sibling(node, "sdtContent")) if name == "sdt" else node
            if content is not None:
                yield from _atoms(content, (*wrappers, node))
        elif name and name not in PROPERTIES | DROPPED:
            yield Atom(AtomKind.OBJECT, "", (Piece(node, None),), wrappers)


def _run_atoms(run: Element, wrappers: tuple[Wrapper, ...]) -> Iterator[Atom]:
    for node in run:
        name = name_of(node)
        piece = (Piece(node, run),)
        if name == "t":
            yield Atom(AtomKind.TEXT, node.text or "", piece, wrappers)
        elif name in LETTERS:
            yield Atom(AtomKind.TEXT, LETTERS[name], piece, wrappers)
        elif name == "cr" or (name == "br" and _attribute(node, "type") in (None, "textWrapping")):
            yield Atom(AtomKind.BREAK, "\n", piece, wrappers)
        elif name == "tab":
            yield Atom(AtomKind.TAB, "\t", piece, wrappers)
        elif name and name not in PROPERTIES | DROPPED:
            yield Atom(AtomKind.OBJECT, "", piece, wrappers)


def _with_fields(atoms: Sequence[Atom], depth: int = 0) -> Iterator[Atom]:
    """Put the parts of each field together; one that goes on in another paragraph stays apart."""
    ends = _field_ends(atoms)
    i = 0
    while i < len(atoms):
        end = ends.get(i)
        if end is None:
            yield atoms[i]
            i += 1
        else:
            yield from _field(atoms[i:end], depth)
            i = end


def _field(atoms: Sequence[Atom], depth: int) -> Iterator[Atom]:
    """Yield a field as one atom, or the atoms of the text of a link."""
    steps = [_field_step(atom) for atom in atoms]
    middle = steps.index("separate") if "separate" in steps else len(atoms) - 1
    code = "".join(atom.pieces[0].node.text or "" for atom in atoms[:middle] if _is_code(atom))
    result = atoms[middle + 1 : -1]
    if code.strip().upper().startswith(LINK) and depth < DEEPEST:
        link = FieldLink(_pieces(atoms[: middle + 1]), _pieces(atoms[-1:]))
        for atom in _with_fields(result, depth + 1):
            yield Atom(atom.kind, atom.text, atom.pieces, (link, *atom.wrappers))
        return
    text = "".join(atom.text for atom in result)
    yield Atom(AtomKind.FIELD, text, _pieces(atoms), atoms[0].wrappers)


def _field_ends(atoms: Sequence[Atom]) -> dict[int, int]:
    """Say of each field that begins and ends here where it ends."""
    begun: list[int] = []
    ends = {}
    for i, atom in enumerate(atoms):
        step = _field_step(atom)
        if step == "begin":
            begun.append(i)
        elif step == "end" and begun:
            ends[begun.pop()] = i + 1
    return ends


def _field_step(atom: Atom) -> str:
    """Name the part of a field that an atom is: begin, separate or end."""
    node = atom.pieces[0].node
    return (_attribute(node, "fldCharType") or "") if name_of(node) == "fldChar" else ""


def _is_code(atom: Atom) -> bool:
    return name_of(atom.pieces[0].node) == "instrText"


def _pieces(atoms: Sequence[Atom]) -> tuple[Piece, ...]:
    return tuple(piece for atom in atoms for piece in atom.pieces)


def _add_stretch(found: list[tuple[Mark, Atom]], atom: Atom, start: int, end: int) -> None:
    """Add text in another format, or make the last stretch longer if it is in the same."""
    if found:
        mark, last = found[-1]
        if mark.kind is Kind.WRAP and mark.end == start and last.format == atom.format:
            found[-1] = Mark(Kind.WRAP, mark.start, end, ""), last
            return
    found.append((Mark(Kind.WRAP, start, end, ""), atom))


def _plain(atom: Atom) -> str:
    """Give what of an atom would be translated."""
    return atom.text if atom.kind is AtomKind.TEXT else ""


def _visible(properties: Element | None) -> tuple[object, ...]:
    """List what shows of the properties of a run."""
    if properties is None:
        return ()
    return tuple(
        (child.tag, tuple(sorted(child.attrib.items())))
        for child in properties
        if name_of(child) not in INVISIBLE
    )


def name_of(node: Element) -> str:
    """Name an element without its namespace; nothing for comments."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def sibling(node: Element, name: str) -> str:
    """Write a name in the namespace of an element."""
    return f"{node.tag.rpartition('}')[0]}}}{name}"


def _attribute(node: Element, name: str) -> str | None:
    value = node.get(sibling(node, name))
    return None if value is None else str(value)
