r"""Glossaries: what a French name is called in English, and where they come from.

A `Glossary` is a pile of layers; what the request says goes before what is stored, and that before
the built-in list. A table (CSV or TSV) has the columns french, english, type, note and case; forms
of one term are separated by `|` (write `\|` and `\\` for the characters themselves), the canonical
English comes first. A header is optional. A line that begins with `# ` is a comment, and so is one
that begins with `#` and has no English; `#MeToo` with its English is a term. `exchange` reads and
writes TBX and TMX.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from service.article import NameType, Origin
from service.errors import BadGlossary
from service.names import cldr
from service.names.bulk import collector_paused
from service.names.index import Form, Index
from service.names.keys import fold, without_marks

COLUMNS = ("french", "english", "type", "note", "case")
EXACT = "exact"
TYPES = {
    "": NameType.OTHER,
    "other": NameType.OTHER,
    "person": NameType.PERSON,
    "place": NameType.PLACE,
    "organisation": NameType.ORGANISATION,
    "organization": NameType.ORGANISATION,
}
CURATED = "names.tsv"
SHOWN_PROBLEMS = 10
SPECIAL = re.compile(r"[\\|]|^#(?=\s|$)")  # what is written with a backslash before it
ESCAPED = re.compile(r"\\([\\|#])")
FORM = re.compile(r"(?:\\[\\|#]|[^|])+")


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry.

    Attributes:
        french: the spellings it is found by.
        english: the canonical form, then alternatives that are accepted as they are.
        case_sensitive: find it only in exactly this case; otherwise a text may have more capitals
            than the French form ("POUTINE"), never fewer.
    """

    french: tuple[str, ...]
    english: tuple[str, ...]
    type: NameType = NameType.OTHER
    case_sensitive: bool = False
    note: str = ""


@dataclass(frozen=True)
class Layer:
    """Terms of one origin and the index to find them by, built when first needed."""

    terms: tuple[Term, ...]
    origin: Origin

    @cached_property
    def index(self) -> Index:
        """The French forms of the layer, ready to be looked for."""
        return Index(
            Form(form, number, term.case_sensitive)
            for number, term in enumerate(self.terms)
            for form in term.french
        )


@dataclass(frozen=True)
class Glossary:
    """Layers of terms; an earlier layer goes before a later one."""

    layers: tuple[Layer, ...] = ()

    def __iter__(self) -> Iterator[Term]:
        """Yield every term, first layer first."""
        for layer in self.layers:
            yield from layer.terms

    def __len__(self) -> int:
        return sum(len(layer.terms) for layer in self.layers)


def of_terms(terms: Iterable[Term], origin: Origin) -> Glossary:
    """Make a glossary of one layer."""
    return Glossary((Layer(tuple(terms), origin),))


def layered(*glossaries: Glossary) -> Glossary:
    """Pile glossaries up, the one that goes first first."""
    return Glossary(tuple(layer for glossary in glossaries for layer in glossary.layers))


@cache
def built_in() -> Glossary:
    """Return the curated list, and below it the countries and capitals of CLDR."""
    text = resources.files(__package__).joinpath(CURATED).read_text(encoding="utf-8")
    curated = read_tsv(text, where=CURATED, origin=Origin.BUILT_IN)
    known = {fold(form) for term in curated for form in term.french}
    places = [
        Term((french,), tuple(dict.fromkeys((english, without_marks(english)))), NameType.PLACE)
        for french, english in cldr.places()
        if fold(french) not in known
    ]
    return layered(curated, of_terms(places, Origin.BUILT_IN))


def read_csv(text: str, *, where: str, origin: Origin = Origin.REQUEST) -> Glossary:
    """Read a table with commas, or with the semicolons of French spreadsheets.

    Raises:
        BadGlossary: with the line of every empty, doubled or contradicting term.
    """
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = ";" if head.count(";") > head.count(",") else ","
    return _read_table(csv.reader(io.StringIO(_clean(text)), delimiter=delimiter), where, origin)


def read_tsv(text: str, *, where: str, origin: Origin = Origin.REQUEST) -> Glossary:
    """Read a table with tabs, where no character is special but tab and line end.

    Raises:
        BadGlossary: with the line of every empty, doubled or contradicting term.
    """
    rows = (line.rstrip("\r").split("\t") for line in _clean(text).split("\n"))
    return _read_table(rows, where, origin)


def write_csv(glossary: Glossary) -> str:
    """Write a table with commas that `read_csv` reads back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(term) for term in glossary)
    return out.getvalue()


def write_tsv(glossary: Glossary) -> str:
    """Write a table with tabs that `read_tsv` reads back; tabs and line ends become spaces."""
    rows: list[tuple[str, ...]] = [COLUMNS, *(_row(term) for term in glossary)]
    return "".join("\t".join(re.sub(r"[\t\r\n]", " ", c) for c in row) + "\n" for row in rows)


def gather(numbered: Iterable[tuple[int, Term | str]], *, where: str, origin: Origin) -> Glossary:
    """Make a glossary of terms with their line numbers, if they are sound.

    Args:
        numbered: a term, or the description of what is wrong, with its line.
        where: the name of the file or field.
        origin: where the terms come from.

    Raises:
        BadGlossary: a term is empty, or two share a French form.
    """
    terms: list[Term] = []
    problems: list[str] = []
    seen: dict[tuple[str, bool], tuple[int, Term]] = {}
    with collector_paused():
        for line, term in numbered:
            wrong = term if isinstance(term, str) else _register(seen, line, term)
            if wrong:
                problems.append(f"line {line}: {wrong}")
            elif isinstance(term, Term):
                terms.append(term)
    if problems:
        raise _bad(problems, where)
    return of_terms(terms, origin)


def _register(seen: dict[tuple[str, bool], tuple[int, Term]], line: int, term: Term) -> str:
    """Note the French forms of a term; say what is wrong when one has been seen before."""
    for form in term.french:
        plain = form.isascii() or unicodedata.is_normalized("NFC", form)
        key = (form if plain else unicodedata.normalize("NFC", form), term.case_sensitive)
        if key in seen:
            before, other = seen[key]
            same = other.english[0] == term.english[0]
            verb = "repeats" if same else f"gives “{term.english[0]}”, contradicting"
            return f"“{form}” {verb} line {before}" + ("" if same else f" (“{other.english[0]}”)")
        seen[key] = (line, term)
    return ""


def _bad(problems: Sequence[str], where: str) -> BadGlossary:
    shown = "; ".join(problems[:SHOWN_PROBLEMS])
    more = len(problems) - SHOWN_PROBLEMS
    return BadGlossary(
        f"the glossary has {len(problems)} fault{'s' if len(problems) > 1 else ''}: {shown}"
        + (f"; and {more} more" if more > 0 else ""),
        hint="each line needs a French and an English form, and each French form once",
        where=where,
    )


def _clean(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _read_table(rows: Iterable[list[str]], where: str, origin: Origin) -> Glossary:
    try:
        return gather(_terms(rows), where=where, origin=origin)
    except csv.Error as error:
        raise BadGlossary(f"the table cannot be read: {error}", where=where) from error


def _terms(rows: Iterable[list[str]]) -> Iterator[tuple[int, Term | str]]:
    """Yield each row's term with its line; the first may name the columns."""
    order: list[int] | None = None
    for number, row in enumerate(rows, start=1):
        if not any(map(str.strip, row)) or _is_comment(row):
            continue
        header = [cell.strip().lower() for cell in row] if order is None else []
        if {"french", "english"} <= set(header):
            order = [header.index(c) if c in header else len(header) for c in COLUMNS]
            continue
        order = order or list(range(len(COLUMNS)))
        cells = [row[place] if place < len(row) else "" for place in order]
        yield getattr(rows, "line_num", number), _term(*cells)


def _is_comment(row: list[str]) -> bool:
    """Whether a row is a remark, and no term such as `#MeToo`."""
    mark, word = row[0][:1], row[0][1:2].strip()
    return mark == "#" and not (word and any(map(str.strip, row[1:])))


def _term(french: str, english: str, kind: str, note: str, case: str) -> Term | str:
    """Make a term of a row, or say what is wrong with it."""
    sources, targets = _forms(french), _forms(english)
    if not sources:
        return "no French form"
    if not targets:
        return f"no English form for “{sources[0]}”"
    type_ = TYPES.get(kind.strip().lower())
    if type_ is None:
        return f"unknown type “{kind.strip()}” (person, place, organisation or other)"
    return Term(sources, targets, type_, case.strip().lower() == EXACT, note.strip())


def _forms(cell: str) -> tuple[str, ...]:
    if "|" not in cell and "\\" not in cell:
        form = " ".join(cell.split())
        return (form,) if form else ()
    parts = (" ".join(ESCAPED.sub(r"\1", part).split()) for part in FORM.findall(cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def _row(term: Term) -> tuple[str, ...]:
    french, english = (
        "|".join(SPECIAL.sub(r"\\\g<0>", form) for form in forms)
        for forms in (term.french, term.english)
    )
    return french, english, term.type.value, term.note, EXACT if term.case_sensitive else ""
