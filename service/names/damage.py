"""Damaged copies of names, told from the English forms that a name may have.

A model that does not know a name copies it piece by piece and may slip ("Monteburg", "Lecointra").
What it wrote is English, and no slip, if it is the French but for case and accents; if the built-in
list says so ("Édimbourg", "Edinburgh"); if the name is foreign and is spelt by the English rules of
transliteration ("Fetissov", "Fetisov"); if the word is one that English translates ("Institut"); or
if an ending alone was turned into an English one ("Eurasie", "Eurasia").
"""

import re
from functools import cache, lru_cache

from service.names.glossary import built_in
from service.names.keys import fold, likeness

# Likeness from which a word is the French one, slipped: of a name that was copied, of one that may
# have been translated, of a word in small letters.
ALIKE, ALIKE_TRANSLATED, ALIKE_SMALL = 0.5, 0.75, 0.85
# Spellings that only names of other scripts have in French.
TRANSLITERATED = re.compile(
    r"tch|dj|kh|aou|[aeou]ï(?:e?v|\b)|(?:[oe]va?|enko|sk(?:i|y|aïa)|dz[eé])\b"
)
# How French transliterates, and what English may have for it.
RULES = {
    "iev": "iev|y?ev",
    "tch": "t?ch", "aou": "aou|aw", "dj": "d?j", "kh": "kh?|h", "ch": "ch|sh", "ou": "ou|u|oo|w",
    "ss": "ss?", "qu": "qu|q|k", "gu": "gu?|gh", "ine": "ine?", "c": "c|k|q", "j": "j|zh",
    "i": "i|y|yi", "y": "y|i|iy", "e": "e|ye",
}  # fmt: skip
RULE = re.compile("|".join(RULES))
# French endings and the English ones that stand for them.
ENDINGS = frozenset(
    {
        ("ie", "ia"), ("ie", "y"), ("ee", "ea"), ("ee", "eia"), ("ee", "eus"), ("ee", "ey"),
        ("que", "c"), ("que", "cs"), ("te", "ty"), ("re", "er"),
        ("oire", "ory"), ("aire", "ary"), ("oire", "orie"), ("aire", "arie"),  # in the plural
        ("if", "ive"), ("et", "ect"),
        ("eur", "or"), ("en", "an"), ("enne", "an"), ("ain", "an"), ("aine", "an"), ("on", "o"),
        ("", "e"), ("", "n"),
    }
)  # fmt: skip
# A final e that English drops ("Saturne"), not one of two ("Toffee").
MUTE = re.compile(r"(?<=[^aeiouy])e$")


def is_damaged(french: str, english: str, *, foreign: bool, translatable: bool) -> bool:
    """Tell whether an English word is a damaged copy of a word of a name.

    Args:
        french: the word.
        english: what the model wrote for it.
        foreign: the name is transliterated in French (`is_foreign`).
        translatable: the word may have been translated.
    """
    if fold(french) == fold(english) or is_exonym(french, english):
        return False
    if translatable and (
        has_english_ending(french, english) or _swaps(fold(french), fold(english))
    ):
        return False
    if foreign and is_transliterated(french, english):
        return False
    least = ALIKE_TRANSLATED if translatable else ALIKE
    return likeness(french, english) >= (least if english[0].isupper() else ALIKE_SMALL)


def is_foreign(name: str) -> bool:
    """Tell whether a name is one that French transliterates."""
    return TRANSLITERATED.search(name.casefold()) is not None


def is_transliterated(french: str, english: str) -> bool:
    """Tell whether a word is spelt by the English rules where French has its own."""
    return _transliteration(fold(french)).fullmatch(fold(english)) is not None


@lru_cache(maxsize=1024)
def _transliteration(french: str) -> re.Pattern[str]:
    """Make a pattern of the English spellings of a folded word."""
    parts = (f"(?:{RULES.get(part, re.escape(part))})" for part in _sounds(french))
    return re.compile("".join(parts))


def _sounds(word: str) -> list[str]:
    """Cut a word into what the rules speak of and the letters between."""
    return [part for part in re.split(f"({RULE.pattern})", word) if part]


def _swaps(one: str, other: str) -> bool:
    """Tell whether a word has letters in the place of others, as translations do ("Sion", "Zion").

    A slip only loses letters or says them twice ("Angoulême", "Angoulm").
    """
    short, letters = (one, iter(other)) if len(one) <= len(other) else (other, iter(one))
    return not all(letter in letters for letter in short)


def has_english_ending(french: str, english: str) -> bool:
    """Tell whether two words differ by an ending that English has for the French one."""
    one, other = fold(french), fold(english)
    if one.endswith("s") and other.endswith("s"):
        one, other = one[:-1], other[:-1]
    if other == MUTE.sub("", one) != one:
        return True
    return any(one.endswith(old) and other == one.removesuffix(old) + new for old, new in ENDINGS)


def is_exonym(french: str, english: str) -> bool:
    """Tell whether the built-in list has this English for a word or for each of its parts."""
    pairs = list(zip(french.split("-"), english.split("-"), strict=False))
    differ = [(fold(one), other) for one, other in pairs if one != other]
    as_long = french.count("-") == english.count("-")
    return as_long and bool(differ) and exonyms().issuperset(differ)


@cache
def exonyms() -> frozenset[tuple[str, str]]:
    """Pair the single words of the built-in list, folded, with their English."""
    return frozenset(
        (fold(french), english)
        for term in built_in()
        for french in term.french
        for english in term.english
        if " " not in french + english and french != english
    )
