"""Words and turns of the French press, marked with their English.

    Il a été <term> écroué <as> jailed </term> lundi.

A model that learned from laws and debates takes a "parquet" for a floor and "écroué" for shocked.
What stands in `press.tsv` is shown to it as rare words are.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import product

from service.names.marks import MARKED, marked

TABLE = "press.tsv"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
MARKED_OR_WORD = re.compile(rf"{MARKED}|{WORD.pattern}")
GROUP = re.compile(r"\(([^()]*)\)")  # in a row of the table
FEMININE = "e"
ARTICLE = r"(?:(?<=[Ll]es )|(?<=[Dd]es )|(?<=[Aa]ux ))"
YEARS = r"(\d+) ans(?! d[e'])"
PATTERNS = {
    re.compile(french): english
    for french, english in {
        r"Me(?= [A-ZÀ-Þ])": "Maître",  # "Me Dupont"
        rf"{ARTICLE}moins de {YEARS}": r"under-\1s",
        rf"{ARTICLE}plus de {YEARS}": r"over-\1s",
        rf"personnes (?:âgées )?de plus de {YEARS}": r"people over \1",
        rf"enfants (?:âgés )?de moins de {YEARS}": r"children under \1",
    }.items()
}


def mark(segment: str) -> str:
    """Mark the words of the press in a segment."""
    shown: list[str] = []
    done = 0
    for start, french, english in _words(segment):
        shown += segment[done:start], marked(french, english)
        done = start + len(french)
    return "".join([*shown, segment[done:]])


def words_of(segment: str) -> Iterator[tuple[str, str]]:
    """Yield each word of the press in a segment, in small letters, and its English."""
    return ((french, english) for _, french, english in _words(segment))


def is_word(word: str) -> bool:
    """Tell whether a word in small letters is one of the press by itself."""
    return any(french == word for french, _ in press().get(word, ()))


def _words(segment: str) -> Iterator[tuple[int, str, str]]:
    """Yield where each stands, the longest of those that begin together."""
    done = 0
    for number, word in enumerate(MARKED_OR_WORD.finditer(segment)):
        if word.start() < done:
            continue
        begins = word[0] if number else _first(segment, word)
        if found := _found(segment, word, begins):
            yield word.start(), *found
            done = word.start() + len(found[0])


def _first(segment: str, word: re.Match[str]) -> str:
    """Write the first word in small letters if it may begin a turn; alone it may be a name."""
    begins = word[0]
    if any(map(str.isalnum, segment[: word.start()])) or is_word(begins.lower()):
        return begins  # behind a figure, or "Loup"
    return begins[0].lower() + begins[1:]


def _found(segment: str, word: re.Match[str], begins: str) -> tuple[str, str] | None:
    """Find the French that begins with a word, written as `begins`, and its English."""
    for pattern, english in PATTERNS.items():
        if found := pattern.match(segment, word.start()):
            return found[0], found.expand(english)
    for french, english in press().get(begins, ()):
        rest = french.removeprefix(begins)
        if segment.startswith(rest, word.end()) and _ends(segment, word.end() + len(rest)):
            return french, english
    return None


def _ends(segment: str, end: int) -> bool:
    """Tell whether no word goes on here; behind an apostrophe another begins."""
    following = segment[end : end + 1]
    return segment[end - 1] == "'" or not (following.isalnum() or following == "-")


@cache
def press() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the French that begins with each word, the longest first, and its English."""
    text = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line[:1] != "#"]
    table = {form: written for french, english in rows for form, written in forms(french, english)}
    by_word: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for french in sorted(table, key=len, reverse=True):
        begins = WORD.match(french)
        assert begins, f"{TABLE}: {french!r} begins with no word"
        by_word[begins[0]].append((french, table[french]))
    return dict(by_word)


def forms(french: str, english: str) -> Iterator[tuple[str, str]]:
    """Write a row of the table out.

    (e) is the feminine; (s) is what the plural adds, and (f|ves) what each number has:
    "écroué(e)(s)" has four forms, "thie(f|ves)" two.
    """
    for feminine, plural in product((False, True), repeat=2):
        yield _form(french, feminine, plural), _form(english, feminine, plural)


def _form(text: str, feminine: bool, plural: bool) -> str:
    def ending(group: re.Match[str]) -> str:
        if group[1] == FEMININE:
            return FEMININE * feminine
        one, _, many = group[1].rpartition("|")
        return many if plural else one

    return GROUP.sub(ending, text)
