"""Capitalised runs of French text that may be names the glossary does not know."""

import re
import string
from dataclasses import dataclass
from importlib import resources

from service.names.common import common_capitals
from service.names.keys import fold

TABLE = "french.tsv"


def _kinds() -> dict[str, frozenset[str]]:
    """Read the table of French words by kind."""
    lines = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {kind: frozenset(words.split()) for kind, words in rows}


KINDS = _kinds()
PARTICLES, HONORIFICS = KINDS["particle"], KINDS["honorific"]
OPENERS, COMMON, DEMONYMS = KINDS["opener"], KINDS["common"], KINDS["demonym"]
TITLES = HONORIFICS | KINDS["title"]
NO_OPENING = COMMON | TITLES | DEMONYMS
HEADS, UNITS = KINDS["head"], KINDS["unit"]
NO_NAMES = COMMON | DEMONYMS | HEADS
LONGEST = 15  # words; a longer run is a list without commas
# Endings of inhabitants: "Mexicains", "Marseillaise"; also of surnames, which a title gives away.
PEOPLE = re.compile(
    r"\w{2}(?:[aio]is|[aio]ises?|[iy]ens?|[iy]ennes?|eens?|eennes?|ains?|aines?|ites)$"
)
# An Arabic article in small letters before its name.
ARABIC = re.compile(r"[ae][lnrsdtz]-[^\W\d_]")
ACRONYM = re.compile(r"[A-Z0-9&.]{2,6}")
WORD = re.compile(r"[^\W\d_](?:[\w]|[-\u2010\u2011.](?=[^\W_])|['’](?=[^\W\d_]{3}))*")
ELISION = re.compile(r"(?:[dlDLnNsSjJmMtTcC]|[qQ]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)['’]")
MINISTRY = re.compile(r"\b[Mm]inistres? (?:de l['’]|de la |du |des )\Z")
FIGURE = re.compile(r"\d\s?\Z")
# What stands before the particle of a person who is called by the surname.
PARTICLE = re.compile(
    r"\b(?:(?:MM?|Mmes?|Mlles?|Me|Mgr)\.?|[Gg]énéral|[Cc]olonel|[Mm]aréchal|[Aa]miral)\s(de )\Z"
)
ENDERS = tuple(".!?…:")
BEFORE_OPENING = string.whitespace + "\u00a0\u202f«»“”\"’'([-–—•*"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the French and where it stands."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """A capitalised run."""

    start: int
    end: int
    words: tuple[Word, ...]


def runs(text: str) -> list[Run]:
    """List the capitalised runs of a sentence, honorifics left out, particles kept inside."""
    found: list[Run] = []
    current: list[Word] = []
    for word in words(text):
        joined = bool(current) and _is_gap(text[current[-1].end : word.start])
        if not joined:
            _close(current, found)
            current = []
        if _begins(word, text) or (current and fold(word.text) in PARTICLES):
            current.append(word)
        else:
            _close(current, found)
            current = []
    _close(current, found)
    found = [_with_particle(text, _without_ministry(text, run)) for run in found]
    return [run for run in found if is_titled(text, run.start) or not _is_common(run)]


def words(text: str) -> list[Word]:
    """List the words of a French text, elided articles apart ("l'" and "OTAN")."""
    found = []
    place = 0
    while match := WORD.search(text, place):
        elision = ELISION.match(text, match.start())
        if elision:
            found.append(Word(match.start(), elision.end(), elision.group()))
            place = elision.end()
            continue
        end = match.end()
        found.append(Word(match.start(), end, match.group()))
        place = end
    return found


def is_capital(word: str) -> bool:
    """Tell whether a word has a name's capital, behind an Arabic article too ("al-Nouri")."""
    return word[0].isupper() or ARABIC.match(word) is not None


def is_sentence_start(text: str, start: int) -> bool:
    """Tell whether nothing but quotes and dashes stands between a full stop and a place."""
    before = text[:start].rstrip(BEFORE_OPENING)
    return not before or before.endswith(ENDERS)


def _begins(word: Word, text: str) -> bool:
    """Tell whether a word may open or carry on a name; no unit behind a figure may."""
    capital = is_capital(word.text) and not ELISION.fullmatch(word.text)
    if fold(word.text) in UNITS and FIGURE.search(text, max(0, word.start - 2), word.start):
        return False
    return capital and fold(word.text).rstrip(".") not in HONORIFICS


def _without_ministry(text: str, run: Run) -> Run:
    """Part a minister from the ministry ("le ministre de l'Intérieur Gérard Darmanin")."""
    first, *rest = run.words
    if rest and fold(first.text) in common_capitals() and MINISTRY.search(text, 0, run.start):
        return Run(rest[0].start, run.end, tuple(rest))
    return run


def _with_particle(text: str, run: Run) -> Run:
    """Give a surname that stands alone its particle ("le général de Gaulle")."""
    particle = PARTICLE.search(text, max(0, run.start - 20), run.start)
    if particle is None or len(run.words) > 1:
        return run
    start = particle.start(1)
    return Run(start, run.end, (Word(start, start + 2, "de"), *run.words))


def _is_gap(between: str) -> bool:
    return between in (" ", "", "\u00a0")


def _close(current: list[Word], found: list[Run]) -> None:
    """End a run; what cannot open a name and particles at its end do not belong to it."""
    while current and not is_capital(current[-1].text):
        current.pop()
    while current and not _opens(current[0].text, alone=len(current) == 1):
        current.pop(0)
    if 0 < len(current) <= LONGEST:
        found.append(Run(current[0].start, current[-1].end, tuple(current)))


def _opens(word: str, *, alone: bool) -> bool:
    """Tell whether a name may begin with a word: not "Le", nor the title in "Maire Rob Ford"."""
    if fold(word) in OPENERS or not is_capital(word):
        return False
    return alone or not (fold(word) in NO_OPENING or PEOPLE.search(fold(word)))


def is_titled(text: str, start: int) -> bool:
    """Tell whether an honorific or the title of a person stands before a place."""
    before = text[:start].rsplit(maxsplit=1)[-1:]
    return bool(before) and fold(ELISION.sub("", before[0])).rstrip(".") in TITLES


def is_acronym(text: str) -> bool:
    """Tell whether a text is an acronym, whose letters English may put in another order."""
    return ACRONYM.fullmatch(text) is not None


def _is_common(run: Run) -> bool:
    """Tell whether a run is a people, a common noun or a lone letter rather than a name."""
    word = fold(run.words[0].text)
    if len(run.words) > 1:
        return False
    return len(word) < 2 or word in NO_NAMES or bool(PEOPLE.search(word))
