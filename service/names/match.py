"""Where names stand in the English: whole words, each stretch for one mention only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

LETTERS = re.compile(r"\w+")
WORD = re.compile(r"\w+(?:[-‐‑'’.]\w+)*")
# Characters of a form that stand for each other in the English.
EQUAL = {"'": "['’]", "’": "['’]", " ": "[ \u00a0-]", "-": "[-‐‑ ]"}
BLANKS = str.maketrans("\u00a0-", "  ")  # the same, for words of letters
# Abbreviations that may have a full stop or not, as they stand in a pattern.
ABBREVIATIONS = ("Dr", "Mr", "Mrs", "Ms", "St", "Jr", "Sr")
DOTTED = re.compile(rf"\b({'|'.join(ABBREVIATIONS)})(?:\\\.)?(?=\[|$)")
ARABIC = r"\b[aAeE]l[-‐‑ ]"  # the article that makes another name of the next word
AFTER_ARABIC = re.compile(rf"{ARABIC}\Z")
POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")
OPENING = re.compile(r"[\s“”\"‘'(\[\-–—•*…«]*\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the English."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Tell whether two stretches share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mention that must read as one of `forms`; `place` is its place in the French, 0 to 1."""

    forms: tuple[str, ...]
    place: float


@lru_cache(maxsize=256)
def words(text: str) -> tuple[Span, ...]:
    """List the words of an English text without their possessive endings."""
    found = []
    for match in WORD.finditer(text):
        possessive = POSSESSIVE.search(match.group())
        cut = len(possessive.group()) if possessive else 0
        found.append(Span(match.start(), match.end() - cut))
    return tuple(found)


def is_opening(text: str, start: int) -> bool:
    """Tell whether a sentence begins at this place."""
    return OPENING.match(text[:start]) is not None


def as_placed(form: str, text: str, start: int) -> str:
    """Give a form the capital that it needs at the beginning of a sentence."""
    return form[:1].upper() + form[1:] if is_opening(text, start) else form


def occurrences(text: str, form: str) -> list[Span]:
    """List where a form stands as whole words, in its own case or with a sentence's capital."""
    if _core(form) not in text:  # a pattern is dear, and most forms are not there
        return []
    if _is_plain(form):
        return list(_plain_occurrences(text, form))
    return [
        Span(match.start(), match.end())
        for match in _pattern(form).finditer(text)
        if match.group()[:1] == form[:1]
        or form.startswith("The ")
        or is_opening(text, match.start())
    ]


def _plain_occurrences(text: str, form: str) -> Iterator[Span]:
    """Find a plain form: what its pattern would find, without making one."""
    first = form.partition(" ")[0]
    start = text.find(first)
    while start >= 0:
        end = start + len(form)
        same = text[start:end].translate(BLANKS) == form
        inside = LETTERS.match(text, end) or LETTERS.match(text[start - 1 : start])
        if same and not inside and not AFTER_ARABIC.search(text, max(0, start - 3), start):
            yield Span(start, end)
        start = text.find(first, end if same else start + 1)


@lru_cache(maxsize=4096)
def _is_plain(form: str) -> bool:
    """Tell whether a form has a capital, words of letters, and none that is written otherwise."""
    words = form.split(" ")
    plain = all(word.isalpha() and word not in ABBREVIATIONS for word in words)
    return plain and form[0].isupper() and words[0] != "The"


@lru_cache(maxsize=4096)
def _core(form: str) -> str:
    """Give the longest letters of a form that stand in every text which shows it."""
    return max(LETTERS.findall(form[1:]), key=len, default="")


@lru_cache(maxsize=4096)
def _pattern(form: str) -> re.Pattern[str]:
    head = re.escape(form[:1])
    if form[:1].islower() or form.startswith("The "):
        head = f"[{form[:1].lower()}{form[:1].upper()}]"
    rest = "".join(EQUAL.get(character, re.escape(character)) for character in form[1:])
    whole = DOTTED.sub(r"\1\.?", head + rest)
    return re.compile(rf"(?<!\w)(?<!{ARABIC}){whole}(?!\w)")


def assign(text: str, wanted: Sequence[Wanted]) -> list[Span | None]:
    """Find a stretch for each mention; none serves two.

    Longer forms choose first, so that "Korea" does not eat "North Korea"; among the stretches that
    fit, a mention takes the one that stands most nearly where it does.
    """
    taken: list[Span] = []
    found: list[Span | None] = [None] * len(wanted)
    order = sorted(
        ((number, form) for number, one in enumerate(wanted) for form in one.forms),
        key=lambda pair: (-len(pair[1]), wanted[pair[0]].place),
    )
    for number, form in order:
        if found[number] is not None:
            continue
        free = [s for s in occurrences(text, form) if not any(map(s.overlaps, taken))]
        if free:
            chosen = min(free, key=partial(_distance, len(text), wanted[number].place))
            found[number] = chosen
            taken.append(chosen)
    return found


def _distance(length: int, place: float, span: Span) -> float:
    return abs(span.start / max(1, length) - place)
