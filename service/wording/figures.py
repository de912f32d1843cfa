"""Write over a figure, a month or a weekday that the English has otherwise than the French.

A small model writes "880,000" for "88 000" and takes a Monday for a Friday. Where one figure of the
French is missing and one that the French lacks stands in the English, most digits alike, it is the
same figure miscopied; with months and weekdays likewise. Anything less clear is left to the reader:
the flags of `symptoms` tell of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from service import calendar, numbers
from service.numbers import Number, Written
from service.numerals import DIGITS, ENGLISH_SCALES, FRENCH_SCALES, plain
from service.wording.number_words import in_figures

FIGURE = re.compile(rf"(?P<digits>{DIGITS})[ -]?(?P<scale>[^\W\d]*)")
RANGE = re.compile(r"(?<![\d.,-])(\d\d)(?:-| à )(\d\d)(?![\d,-])")
SHORTEST = 2  # digits; a single one tells nothing
MOST_WRONG = 2  # digits wrong, missing or added
VERBS = {"May", "March"}  # not every one is a month
Words = Sequence[tuple[str, str]]  # patterns of French and English


def correct(source: str, target: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Correct what can be.

    Returns:
        The English, and for each correction what was wrong in it and what stands there now.
    """
    done = []
    for wrong, right in (*_run_together(source, target), *_miscopied(source, target)):
        stretch = re.escape(wrong).replace(r"\ ", r"\s")
        corrected, times = re.subn(rf"(?<![\w.,]){stretch}(?![.,]?\d)", right, target)
        if times == 1:
            target = corrected
            done.append((wrong, right))
    return target, tuple(done)


def _run_together(source: str, target: str) -> Iterator[tuple[str, str]]:
    """Yield "2030" in the English for "20-30" or "20 à 30" in the French, with "20-30"."""
    for low, high in RANGE.findall(plain(source)):
        if low + high in target and low + high not in source:
            yield low + high, f"{low}-{high}"


def _miscopied(source: str, target: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in the English, with what belongs there."""
    missing, extra = numbers.compare(source, target)
    if len(missing) == len(extra) == 1:
        yield from _figure(missing[0], extra[0])
    lacking, added = calendar.compare(source, target)
    for kind in (calendar.WEEKDAYS, calendar.MONTHS):
        yield from _date(lacking, added, kind)


def _figure(french: Number, english: Number) -> Iterator[tuple[str, str]]:
    right, scale = _parted(replace(french, text=in_figures(french.text)), FRENCH_SCALES)
    wrong, same_scale = _parted(english, ENGLISH_SCALES)
    if right and wrong and scale == same_scale and _are_alike(right, wrong):
        yield wrong, _in_english(right)


def _parted(number: Number, scales: Mapping[str, float]) -> tuple[str, float]:
    """Part a number into its digits and its scale; no digits if it has none of them.

    French number words have those in which the model was shown them.
    """
    figure = FIGURE.fullmatch(number.text)
    if number.written == Written.LOOSE or not figure:
        return "", 1.0
    return figure["digits"], scales.get(figure["scale"].lower(), 1.0)


def _are_alike(french: str, english: str) -> bool:
    """Whether one figure is the other with a mistake or two."""
    one, other = (re.sub(r"\D", "", figure) for figure in (french, english))
    wrong = Levenshtein.distance(one, other)
    shorter, longer = sorted((len(one), len(other)))
    return shorter >= SHORTEST and wrong <= MOST_WRONG and wrong < longer


def _in_english(figure: str) -> str:
    """Write "1 200,5" as "1,200.5"; "1.200" too is a thousand, "1.5" is not."""
    whole, _, decimals = figure.partition(",")
    whole = re.sub(r"[ .](?=\d{3}(?!\d))", ",", whole)
    return f"{whole}.{decimals}" if decimals else whole


def _date(lacking: Sequence[str], added: Sequence[str], words: Words) -> Iterator[tuple[str, str]]:
    """Yield a month or a weekday of the English, with the one of the French that it stands for."""
    right = [en for word in lacking for fr, en in words if re.fullmatch(fr, word)]
    wrong = [word for word in added for _, en in words if re.fullmatch(en, word)]
    if len(right) == len(wrong) == 1 and wrong[0] not in VERBS:
        name = re.split(r"\W", right[0])[0].removesuffix("s")
        yield wrong[0], name + "s" * wrong[0].endswith("s")
