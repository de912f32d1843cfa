"""Numbers of a French sentence and of its English, and where they differ.

A number has readings rather than a value: "1.200" may be 1200 or 1.2, "20 h" is 20 or 8 (pm),
"années 90" is 90 or 1990. Two numbers agree when they share a reading.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from service.numerals import ABBREVIATIONS, ENGLISH, FRENCH, Language, plain

FORTNIGHT = 15.0  # days, as French counts them; English says two weeks
ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
UNIT = re.compile(r"[ -]?([^\W\d_]+)")
KNOCKOUT = re.compile(r"(?:e|è?mes?|es)? de finale\b")  # "8es de finale", the round of 16
# How much the English unit is of the French one, for translators who convert: "210 km/h", "130mph".
CONVERSIONS = (
    (r"km|kilomètres?", r"mph|miles?", 0.6214), (r"m|mètres?", r"feet|foot|ft|yards?", 3.281),
    (r"m|mètres?", r"yards?", 1.094), (r"cm|centimètres?", r"inch(?:es)?|in", 0.3937),
    (r"kg|kilos?|kilogrammes?", r"pounds?|lbs?", 2.205), (r"hectares?", r"acres?", 2.471),
)  # fmt: skip
ABOUT = 0.03  # of a number that was converted and rounded
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


@lru_cache(maxsize=1024)  # a sentence is looked at when it is translated, mended and judged
def _of_sentence(sentence: str, language: Language) -> tuple[Number, ...]:
    return tuple(read(sentence, language))


def read(text: str, language: Language) -> Iterator[Number]:
    """Find the numbers of a text, in digits, in words, as ordinals and in Roman figures."""
    text = plain(text)
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
    value = value_of(words, language)
    readings = {value, value + 1900}  # "quatre-vingt-dix" is 1990 too
    if match["half"]:
        readings.add(value + language.scales.get(words[-1], 1) / 2)
    alone = len(words) == 1 and value in {1, 100, 1e3, 1e6, 1e9, 1e12}  # "un", "millions"
    return Number(match[0], frozenset(readings), Written.LOOSE if alone else Written.WORDS)


def value_of(words: Sequence[str], language: Language) -> float:
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
