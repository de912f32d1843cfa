"""French number words in figures, for a small model knows only the first of them by heart.

It takes "dix-huit mois" for ten months and "trente-trois" for a war, and copies "18" and "33". What
may mean something else stays: "quinze jours" are two weeks, "mille et une nuits" a book, "le
Quinze" a team, "huit heures trente" a time of day, "15 heures" another.
"""

import re

from service.calendar import MONTHS
from service.numbers import value_of
from service.numerals import ENGLISH_UNITS, FRENCH, FRENCH_ORDINALS, FRENCH_UNITS

SMALLEST = 11  # to ten, the model knows them, and "ten thousand"
YEARS = range(1900, 2100)
MONTH = "|".join(french for french, _ in MONTHS)
WORD = rf"(?:{'|'.join(sorted((*FRENCH_UNITS, 'mille'), key=len, reverse=True))})\b"
JOINT = r"(?: et (?=une?\b|onze\b)|-et-(?=une?\b|onze\b)|[ -])"
CARDINAL = rf"{WORD}(?:{JOINT}{WORD})*"
ORDINAL = "|".join(word for word, value in FRENCH_ORDINALS.items() if SMALLEST <= value < 100)
FIXED = (
    rf"\d+ {CARDINAL}|pour cent|une? cents?|quinze jours|quatre cents coups|cent pas|mille et une?"
    rf"|(?:le|du|au|un|son|leur|notre) (?:onze|treize|quinze)(?! (?:{MONTH}))"
    rf"|un (?:{ORDINAL}) (?:d[eu]|des|d)\b|(?:heures?|midi|minuit|virgule) {CARDINAL}"
    rf"|{CARDINAL} heures {CARDINAL}|(?:onze|douze|treize|quatorze|quinze|seize) heures"
)
NUMBER = re.compile(
    rf"(?<![\w-])(?:(?P<fixed>{FIXED})|(?P<ordinal>{ORDINAL})|(?P<cardinal>{CARDINAL}))(?![\w-])",
    re.IGNORECASE,
)
LOOK_FOR = (  # a look that costs little
    "onze", "douze", "reize", "orze", "uinze", "seize", "dix-", "ingt", "rente", "ante", "cent ",
    "cents", "mille",
)  # fmt: skip
SMALL = "|".join(word for word, value in FRENCH_UNITS.items() if 1 < value < SMALLEST)
RANGE_BEGINS = re.compile(rf"\b({SMALL})(?= (?:à|ou) \d\d)")
TWO_FIGURES = re.compile(r"[1-9]\d\b(?![.,:]\d|%)")
ENGLISH_WORDS = {value: word for word, value in ENGLISH_UNITS.items()}


def in_figures(french: str) -> str:
    """Write the larger number words of French in figures, "dix-neuvième" as "19e"."""
    small = french.lower()
    if not any(part in small for part in LOOK_FOR):
        return french
    text = NUMBER.sub(_figure, french)
    if text == french:
        return french
    return RANGE_BEGINS.sub(lambda small: str(FRENCH_UNITS[small[1]]), text)


def _figure(match: re.Match[str]) -> str:
    words = match[0]
    begins = not any(map(str.isalnum, match.string[: match.start()]))
    if match["fixed"] or not (words[1:] if begins else words).islower():
        return words  # a name has a capital: "les Vingt-Sept"
    if match["ordinal"]:
        return f"{FRENCH_ORDINALS[words.lower()]}e"
    parts = [part for part in re.split("[ -]", words.lower()) if part != "et"]
    value = int(value_of(parts, FRENCH))
    alone = len(parts) == 1 and parts[0] in {"cent", "cents", "mille"}
    if value < SMALLEST or alone or (parts[1:] == ["mille"] and value < SMALLEST * 1000):
        return words
    return str(value) if value in YEARS else f"{value:,}".replace(",", " ")


def spelt_out(english: str) -> str:
    """Write a figure below 100 that begins a sentence in words: "24 people" as "Twenty-four"."""
    figure = TWO_FIGURES.match(english)
    if not figure:
        return english
    value = int(figure[0])
    tens, units = value - value % 10, value % 10
    word = ENGLISH_WORDS.get(value) or f"{ENGLISH_WORDS[tens]}-{ENGLISH_WORDS[units]}"
    return word.capitalize() + english[figure.end() :]
