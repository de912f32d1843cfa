"""How French and English write numbers, in digits and in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FRENCH_UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14,
    "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "octante": 80,
    "nonante": 90, "cent": 100, "cents": 100,
}  # fmt: skip
ENGLISH_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100,
}  # fmt: skip
FRENCH_SCALES = {
    "mille": 1e3, "milles": 1e3, "milliers": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9,
    "milliards": 1e9, "k": 1e3, "m": 1e6, "md": 1e9, "mds": 1e9, "billion": 1e12, "billions": 1e12,
    "trillion": 1e12, "trillions": 1e12,
}  # fmt: skip
ENGLISH_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "millions": 1e6, "bn": 1e9,
    "billion": 1e9, "billions": 1e9, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip

FRENCH_ORDINALS = {
    "deuxième": 2, "troisième": 3, "quatrième": 4, "cinquième": 5, "sixième": 6, "septième": 7,
    "huitième": 8, "neuvième": 9, "dixième": 10, "onzième": 11, "douzième": 12, "treizième": 13,
    "quatorzième": 14, "quinzième": 15, "seizième": 16, "dix-septième": 17, "dix-huitième": 18,
    "dix-neuvième": 19,
}  # fmt: skip
ENGLISH_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9,
}  # fmt: skip
FRENCH_ORDINALS |= {
    f"{ten}-{ordinal}": FRENCH_UNITS[ten] + value
    for ten in ("vingt", "trente", "quarante", "cinquante", "soixante")
    for ordinal, value in FRENCH_ORDINALS.items()
    if value < 10 or ten == "soixante"
} | {
    f"quatre-vingt-{ordinal}": 80 + value for ordinal, value in FRENCH_ORDINALS.items()
} | {
    f"{ten}{joint}et{joint}unième": FRENCH_UNITS[ten] + 1
    for ten in ("vingt", "trente", "quarante", "cinquante", "soixante")
    for joint in " -"
} | {
    "vingtième": 20, "trentième": 30, "quarantième": 40, "cinquantième": 50, "soixantième": 60,
    "quatre-vingtième": 80, "centième": 100,
}  # fmt: skip
ENGLISH_ORDINALS |= {
    f"{ten}-{ordinal}": ENGLISH_UNITS[ten] + value
    for ten in ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    for ordinal, value in ENGLISH_ORDINALS.items()
}

# Words that can stand for a number in digits on the other side but are no evidence of their own:
# "1er" may become "first", "12" "a dozen", "une quinzaine" "about 15".
FRENCH_LOOSE = FRENCH_ORDINALS | {
    "premier": 1, "première": 1, "premiers": 1, "premières": 1, "second": 2, "seconde": 2,
    "double": 2, "doublé": 2, "triple": 3, "triplé": 3, "tiers": 3, "quart": 4, "quarts": 4,
    "demi": 0.5, "demie": 0.5, "moitié": 0.5, "huitaine": 8, "dizaine": 10, "dizaines": 10,
    "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "centaines": 100, "millier": 1000,
    "milliers": 1000, "midi": 12, "minuit": 12, "décennie": 10, "siècle": 100, "zéro": 0,
    "quadruple": 4, "quadruplé": 4,
}  # fmt: skip
ENGLISH_LOOSE = ENGLISH_ORDINALS | {
    "once": 1, "single": 1, "both": 2, "couple": 2, "pair": 2, "twice": 2, "double": 2,
    "doubled": 2, "twin": 2, "thirds": 3, "triple": 3, "tripled": 3, "quarter": 4, "quarters": 4,
    "quadrupled": 4, "tenth": 10, "decade": 10, "decades": 10, "eleventh": 11, "twelfth": 12,
    "noon": 12, "midday": 12, "midnight": 12, "dozen": 12, "dozens": 12, "fortnight": 15,
    "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
    "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "hundredth": 100, "century": 100, "half": 0.5, "zero": 0,
    "nil": 0, "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60,
    "seventies": 70, "eighties": 80, "nineties": 90, "bi": 2, "tri": 3,
}  # fmt: skip

DIGITS = (
    r"(?<!\d)\d{1,3}(?:(?P<sep>[ .,])\d{3})(?:(?P=sep)\d{3})*(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
)
ABBREVIATIONS = {"md", "mds", "k", "m", "bn", "tn"}  # scales only right after digits
BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "‑": "-"})
CLOCK = re.compile(r"(?<=\d)\.(?=\d\d ?[ap]\.?m\b)")  # 11.29am
GMT = re.compile(r"\b(\d\d)(\d\d)(?= ?(?:GMT|UTC)\b)")  # 2119 GMT
THE_ATTACKS = re.compile(r"\b9/11\b")  # 11 September 2001, in English


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity, for speed
class Language:
    """How a language writes numbers; `pattern` finds one of them."""

    units: Mapping[str, int]
    scales: Mapping[str, float]
    loose: Mapping[str, float]
    pattern: re.Pattern[str]


def _language(
    units: Mapping[str, int],
    scales: Mapping[str, float],
    loose: Mapping[str, float],
    *,
    joint: str,
    hour: str,
) -> Language:
    """Compile a language; `joint` stands between the words of one number, `hour` after an hour."""
    scale, word = "|".join(scales), "|".join(sorted({*units, *scales} - ABBREVIATIONS))
    return Language(units, scales, loose, re.compile(
        rf"\b(?P<loose>{'|'.join(sorted(loose, key=len, reverse=True))})\b"
        rf"|(?:(?P<decade>années |')?(?P<digits>{DIGITS})(?P<decades>'?s\b)?"
        rf"(?:(?P<hour>{hour})(?P<minutes>\d\d)?)?(?:[ -]?(?P<scale>{scale})\b)?"
        rf"|(?<!pour )\b(?P<words>(?:{word})(?:(?:{joint})(?:{word}))*)\b)"
        r"(?P<half>(?: \w+)?(?: et demie?| and a? ?half)\b)?"
        r"|\b(?P<roman>(?-i:[IVXLC]+))(?:ers?|[eè]mes?|e|ères?|th|st|nd|rd)?\b", re.IGNORECASE
    ))  # fmt: skip


FRENCH = _language(
    FRENCH_UNITS, FRENCH_SCALES, FRENCH_LOOSE,
    joint=r" et (?=une?\b|onze\b)|-et-(?=une?\b|onze\b)|[ -]",
    hour=r" ?(?:h|heures?) ?(?![a-zà-ÿ])",
)  # fmt: skip
ENGLISH = _language(
    ENGLISH_UNITS, ENGLISH_SCALES, ENGLISH_LOOSE,
    joint=r"(?<=hundred) and (?!\w+ (?:hundred|thousand))|(?<=thousand) and |[ -]",
    hour=r" ?(?:h|hours?)\b ?",
)  # fmt: skip


def plain(text: str) -> str:
    """Write clocks and the date that goes by its figures in the common way."""
    text = GMT.sub(r"\1:\2", CLOCK.sub(":", text.translate(BLANKS)))
    return THE_ATTACKS.sub("11 September", text)
