"""How a name is compared: folded for finding, romanised for likeness.

Folding forgets case, accents, hyphens and the two spellings of the Arabic article (el-, al-), so
that "Bachar el-Assad", "Bachar Al-Assad" and "BACHAR AL ASSAD" are one. The romanised key goes
further and forgets what French and English newspapers spell differently in foreign names
("Porochenko", "Poroshenko"); it measures likeness and never makes a spelling.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

HYPHENS = "-\u2010\u2011\u2012\u2013"
APOSTROPHES = "'\u2019\u02bc\u2018"
# Letters that Unicode does not decompose into a base letter and an accent.
BASE_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "œ": "oe", "æ": "ae"}
ARABIC_ARTICLE = re.compile(r"(?<!\w)el(?= \w)")

# Below this likeness two words of a name are different words.
UNLIKE = 0.45
LONGEST_NAME = 200  # characters; what is longer is no name, and takes its square to compare

# French spelling of a foreign sound, then the one both languages are brought to.
ROMANISATION = [
    (re.compile(pattern), key)
    for pattern, key in (
        (r"[^a-z]", ""),
        (r"aou|aw", "af"),
        (r"tch|sch|ch|sh|tsh", "x"),
        (r"kh|q|ck|c(?![eiy])", "k"),
        (r"ph|v|w", "f"),
        (r"gu(?=[eiy])|gh", "g"),
        (r"dj|j|zh", "j"),
        (r"oo|ou|ow", "u"),
        (r"ine$", "in"),
        (r"(?<=[a-z])h", ""),
        (r"c|ss|z|ts|s", "s"),
        (r"y|ii|ij|ie$", "i"),
        (r"(.)\1", r"\1"),
    )
]


class _Folding(dict[int, str]):
    """A table for `str.translate` that works out each character once."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_character(chr(code))
        return self[code]


def _fold_character(character: str) -> str:
    if character in HYPHENS or character.isspace():
        return " "
    if character in APOSTROPHES:
        return "'"
    decomposed = unicodedata.normalize("NFKD", character.casefold())
    letters = (BASE_LETTERS.get(c, c) for c in decomposed if not unicodedata.combining(c))
    return "".join(letters)


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, where it came from in the original."""

    text: str
    origins: tuple[int, ...]


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Forget case, accents, hyphens, kinds of apostrophe and space, and el- for al-."""
    return ARABIC_ARTICLE.sub("al", " ".join(text.translate(_FOLDING).split()))


@lru_cache(maxsize=256)  # a sentence is searched for names, for capitals and by the checks
def fold_with_origins(text: str) -> Folded:
    """Fold a whole text and remember where each character stood; runs of blanks become one."""
    if all(len(_FOLDING[ord(character)]) == 1 for character in set(text)):
        folded = text.translate(_FOLDING)
        if "  " not in folded:  # as most texts: no character comes or goes
            return Folded(ARABIC_ARTICLE.sub("al", folded), tuple(range(len(text))))
    characters: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        folded = _FOLDING[ord(character)]
        if folded == " " and characters and characters[-1] == " ":
            continue
        characters.extend(folded)
        origins.extend([place] * len(folded))
    return Folded(ARABIC_ARTICLE.sub("al", "".join(characters)), tuple(origins))


def without_marks(text: str) -> str:
    """Write a name in plain letters, its capitals kept."""
    return "".join(
        _FOLDING[ord(c)].capitalize() if c.isupper() else _FOLDING[ord(c)] if c.isalpha() else c
        for c in text
    )


@lru_cache(maxsize=8192)
def romanised(text: str) -> str:
    """Bring French and English spellings of a foreign name close to each other."""
    key = fold(text)
    for pattern, replacement in ROMANISATION:
        key = pattern.sub(replacement, key)
    return key


def likeness(one: str, other: str) -> float:
    """Tell how alike two names sound, from 0 to 1 (Ratcliff-Obershelp on romanised keys).

    Names of as many words are not alike when two of their words are not ("South", "Central").
    """
    words, others = one.split(), other.split()
    if len(words) == len(others) > 1:
        pairs = zip(words, others, strict=True)
        if min(_likeness(romanised(a), romanised(b)) for a, b in pairs) < UNLIKE:
            return 0.0
    return _likeness(romanised(one), romanised(other))


@lru_cache(maxsize=8192)
def _likeness(one: str, other: str) -> float:
    if max(len(one), len(other)) > LONGEST_NAME:
        return float(one == other)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0 else 0.0
