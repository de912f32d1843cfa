"""Numbers and dates of a French sentence and of its English, and where they differ.

A number has readings rather than a value: "1.200" may be 1200 or 1.2, "20 h" is 20 or 8 (pm),
"années 90" is 90 or 1990. Two numbers agree when they share a reading.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

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

# Words that can stand for a number in digits on the other side but are no evidence of their own:
# "1er" may become "first", "12" "a dozen", "une quinzaine" "about 15".
FRENCH_LOOSE = {
    "premier": 1, "première": 1, "premiers": 1, "premières": 1, "second": 2, "seconde": 2,
    "deuxième": 2, "troisième": 3, "quatrième": 4, "cinquième": 5, "sixième": 6, "septième": 7,
    "huitième": 8, "neuvième": 9, "dixième": 10, "double": 2, "doublé": 2, "triple": 3,
    "triplé": 3, "tiers": 3, "quart": 4, "quarts": 4, "demi": 0.5, "demie": 0.5, "moitié": 0.5,
    "huitaine": 8, "dizaine": 10, "dizaines": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20,
    "trentaine": 30, "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
    "centaines": 100, "millier": 1000, "milliers": 1000, "midi": 12, "minuit": 12, "centième": 100,
    "onzième": 11, "douzième": 12, "treizième": 13, "quatorzième": 14, "quinzième": 15,
    "seizième": 16, "dix-septième": 17, "dix-huitième": 18, "dix-neuvième": 19, "vingtième": 20,
    "vingt-et-unième": 21, "vingt et unième": 21,
    "décennie": 10, "siècle": 100, "zéro": 0, "quadruple": 4, "quadruplé": 4,
}  # fmt: skip
ENGLISH_LOOSE = {
    "first": 1, "once": 1, "single": 1, "second": 2, "both": 2, "couple": 2, "pair": 2,
    "twice": 2, "double": 2, "doubled": 2, "twin": 2, "third": 3, "thirds": 3, "triple": 3,
    "tripled": 3, "fourth": 4, "quarter": 4, "quarters": 4, "quadrupled": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "decade": 10, "decades": 10,
    "eleventh": 11, "twelfth": 12, "noon": 12, "midday": 12, "midnight": 12, "dozen": 12,
    "dozens": 12, "fortnight": 15, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "twenty-first": 21, "hundredth": 100, "century": 100, "half": 0.5,
    "zero": 0, "nil": 0, "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50,
    "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90, "bi": 2, "tri": 3,
}  # fmt: skip

# Months and weekdays; the capital tells "May" and "March" from the verbs, "Mars" from the month.
MONTHS = (
    ("janvier", "January|Jan"), ("février", "February|Feb"), ("mars", "March|Mar"),
    ("avril", "April|Apr"), ("mai", "May"), ("juin", "June"), ("juillet", "July"),
    ("août", "August|Aug"), ("septembre", "September|Sept?"), ("octobre", "October|Oct"),
    ("novembre", "November|Nov"), ("décembre", "December|Dec"),
)  # fmt: skip
WEEKDAYS = (
    ("[Ll]undis?", "Mondays?"), ("[Mm]ardis?", "Tuesdays?"), ("[Mm]ercredis?", "Wednesdays?"),
    ("[Jj]eudis?", "Thursdays?"), ("[Vv]endredis?", "Fridays?"), ("[Ss]amedis?", "Saturdays?"),
    ("[Dd]imanches?", "Sundays?"),
)  # fmt: skip

DIGITS = (
    r"(?<!\d)\d{1,3}(?:(?P<sep>[ .,])\d{3})(?:(?P=sep)\d{3})*(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
)
FORTNIGHT = 15.0  # days, as French counts them; English says two weeks
ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
ABBREVIATIONS = {"md", "mds", "k", "m", "bn", "tn"}  # scales only right after digits
BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "‑": "-"})
CLOCK = re.compile(r"(?<=\d)\.(?=\d\d ?[ap]\.?m\b)")  # 11.29am
GMT = re.compile(r"\b(\d\d)(\d\d)(?= ?(?:GMT|UTC)\b)")  # 2119 GMT
# The month, not the verb of a headline.
MAY = re.compile(
    r"(?:(?<=\d )|(?<=[a-z] )|(?<=, )|^)May\b(?! [A-Z])|\bMay(?= \d)|(?<=\b(?:in|of|on|by) )May\b"
)
THE_ATTACKS = re.compile(r"\b9/11\b")  # 11 September 2001, in English
UNIT = re.compile(r"[ -]?([^\W\d_]+)")
KNOCKOUT = re.compile(r"(?:e|è?mes?|es)? de finale\b")  # "8es de finale", the round of 16
# How much the English unit is of the French one, for translators who convert: "210 km/h", "130mph".
CONVERSIONS = (
    (r"km|kilomètres?", r"mph|miles?", 0.6214), (r"m|mètres?", r"feet|foot|ft|yards?", 3.281),
    (r"m|mètres?", r"yards?", 1.094), (r"cm|centimètres?", r"inch(?:es)?|in", 0.3937),
    (r"kg|kilos?|kilogrammes?", r"pounds?|lbs?", 2.205), (r"hectares?", r"acres?", 2.471),
)  # fmt: skip
ABOUT = 0.03  # of a number that was converted and rounded
MEMORY = 1024  # sentences: each is looked at when it is translated, mended and judged
RANGE = re.compile(r" ?(?:à|ou|et|to|or|and|-|–) ?")


class Written(StrEnum):
    """How a number is written, which is how much its absence from the other side means."""

    DIGITS = "digits"
    WORDS = "words"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its words there, its readings, how it is written, and the next word."""

    text: str
    readings: frozenset[float]
    written: Written = Written.DIGITS
    unit: str = ""


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


def compare(source: str, target: str) -> tuple[list[Number], list[Number]]:
    """Tell which numbers of the French the English lacks, and which it adds."""
    french, english = _of_sentence(source, FRENCH), _of_sentence(target, ENGLISH)
    missing, extra = _unmatched(french, english), _unmatched(english, french)
    converted = [(f, e) for f in missing for e in extra if _is_converted(f, e)]
    return (
        [f for f in missing if f not in {f for f, _ in converted}],
        [e for e in extra if e not in {e for _, e in converted}],
    )


def _is_converted(french: Number, english: Number) -> bool:
    """Whether the English gives in miles or pounds what the French gives in kilometres or kilos."""
    return any(
        re.fullmatch(metric, french.unit)
        and re.fullmatch(imperial, english.unit)
        and abs(e - f * rate) <= ABOUT * e
        for metric, imperial, rate in CONVERSIONS
        for f in french.readings
        for e in english.readings
    )


@lru_cache(maxsize=MEMORY)
def compare_dates(source: str, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell which months and weekdays of the French the English lacks, and which it adds."""
    source, target = _plain(source), _plain(target)
    missing, extra = [], []
    for french, english, either, full in _dates():
        in_source, in_target = french.search(source), full.search(target)
        if in_source and not english.search(target):
            missing.append(in_source[0])
        elif in_target and not either.search(source):
            extra.append(in_target[0])
    return tuple(missing), tuple(extra)


@cache
def _dates() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """Compile, for each month and weekday, what finds it: in French, English, either, in full."""
    compiled = []
    for french, english in (*MONTHS, *WEEKDAYS):
        full = english.split("|")[0]
        patterns = rf"\b{french}\b", rf"\b(?:{english})\b", rf"(?i)\b(?:{french}|{full})\b"
        in_full = MAY if full == "May" else re.compile(rf"\b{full}\b")
        compiled.append((*map(re.compile, patterns), in_full))
    return tuple(compiled)


@lru_cache(maxsize=MEMORY)
def _of_sentence(sentence: str, language: Language) -> tuple[Number, ...]:
    return tuple(read(sentence, language))


def read(text: str, language: Language) -> Iterator[Number]:
    """Find the numbers of a text, in digits, in words, as ordinals and in Roman figures."""
    text = _plain(text)
    found = list(language.pattern.finditer(text))
    for before, match, after in zip([None, *found], found, [*found[1:], None], strict=False):
        number, rest = _number(match, language), text[match.end() :]
        readings = number.readings | _readings_with_next_words(number, rest, language)
        if after and (scale := _shared_scale(text, match, after)):
            readings |= {r * language.scales[scale] for r in readings}
        if before and text[before.end() : match.start()] in {"-", "/"} and len(number.text) == 2:
            centuries = re.findall(r"^(\d\d)\d\d$", before[0])
            readings |= {r + int(century) * 100 for r in readings for century in centuries}
        yield replace(number, readings=readings, unit=_next_word(rest))
        if match["minutes"] and int(match["minutes"]):
            yield Number(match["minutes"], frozenset([float(match["minutes"])]))


def _plain(text: str) -> str:
    """Write clocks and the date that goes by its figures in the common way."""
    text = GMT.sub(r"\1:\2", CLOCK.sub(":", text.translate(BLANKS)))
    return THE_ATTACKS.sub("11 September", text)


def _readings_with_next_words(number: Number, after: str, language: Language) -> set[float]:
    """Read "quinze jours" as two (weeks) too, and "2 and a half million" as 2,500,000.

    The "8es de finale" are the round of 16.
    """
    if KNOCKOUT.match(after):
        return {2 * reading for reading in number.readings}
    word = re.match(r" (\w+)", after)
    follows = word[1].lower() if word else ""
    if follows == "jours" and FORTNIGHT in number.readings:
        return {2.0}
    scale = language.scales.get(follows, 0) if number.text.endswith("half") else 0
    return {reading * scale for reading in number.readings} if scale else set()


def _next_word(after: str) -> str:
    word = UNIT.match(after)
    return word[1] if word else ""


def _shared_scale(text: str, match: re.Match[str], after: re.Match[str]) -> str:
    """Give the scale that the 2 of "2 à 3 millions" shares with the 3."""
    together = RANGE.fullmatch(text[match.end() : after.start()])
    return (after["scale"] or "").lower() if together else ""


def _number(match: re.Match[str], language: Language) -> Number:
    text = match[0].strip()
    if match["digits"]:
        return Number(text, _digit_readings(match, language))
    if match["words"]:
        return _in_words(match, language)
    if match["loose"]:
        value = float(language.loose[match["loose"].lower()])
        return Number(text, frozenset([value, value + 1900]), Written.LOOSE)
    return Number(text, frozenset([_roman(match["roman"])]), Written.LOOSE)


def _digit_readings(match: re.Match[str], language: Language) -> frozenset[float]:
    readings = _plain_readings(match["digits"])
    scale = (match["scale"] or "").lower()
    if scale:
        scaled = {r * language.scales[scale] for r in readings}
        readings = readings | scaled if scale in ABBREVIATIONS else scaled
    if match["hour"]:
        readings |= {r - 12 for r in readings if r > 12} | {12.0 for r in readings if r == 0}
    if match["decade"] or match["decades"]:
        readings |= {r + 1900 for r in readings if r < 100}
    if match["half"]:
        readings |= {r + language.scales.get(scale, 1) / 2 for r in readings}
    return frozenset(readings)


def _plain_readings(digits: str) -> set[float]:
    """Read "1.200" as 1200 and as 1.2, "1 200" as 1200, "3,5" as 3.5, "1.200,5" as 1200.5."""
    *whole, last = re.split(r"[ .,]", digits)
    marks = re.findall(r"[ .,]", digits)
    readings = set()
    if len(set(marks)) <= 1 and (not whole or len(last) == 3):
        readings.add(float("".join([*whole, last])))
    if marks and marks[-1] != " " and marks.count(marks[-1]) == 1:
        readings.add(float("".join(whole) + "." + last))
    return readings


def _in_words(match: re.Match[str], language: Language) -> Number:
    words = [w for w in re.split(r"[ -]", match["words"].lower()) if w not in {"et", "and"}]
    value = _value(words, language)
    readings = {value, value + 1900}  # "quatre-vingt-dix" is 1990 too
    if match["half"]:
        readings.add(value + language.scales.get(words[-1], 1) / 2)
    alone = len(words) == 1 and value in {1, 100, 1e3, 1e6, 1e9, 1e12}  # "un", "millions"
    return Number(match[0], frozenset(readings), Written.LOOSE if alone else Written.WORDS)


def _value(words: list[str], language: Language) -> float:
    """Add up ["deux", "cent", "mille"]."""
    total = current = 0.0
    for word in words:
        if scale := language.scales.get(word):
            total = total * scale if total and not current else total + (current or 1) * scale
            current = 0
        elif language.units[word] == 100:
            current = (current or 1) * 100
        elif word.startswith("vingt") and current % 100 == 4:  # quatre-vingt
            current += 76
        else:
            current += language.units[word]
    return total + current


def _roman(figures: str) -> float:
    values = [ROMAN_DIGITS[figure] for figure in figures]
    return float(sum(-v if v < n else v for v, n in zip(values, [*values[1:], 0], strict=True)))


def _unmatched(numbers: Sequence[Number], others: Sequence[Number]) -> list[Number]:
    known = {0.0}.union(*(other.readings for other in others))  # "11:00" is "11 h"
    return [n for n in numbers if n.written != Written.LOOSE and not n.readings & known]
