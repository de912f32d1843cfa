"""French figures in a wording that a small model copies: "4 h 12" goes to it as "4:12".

For the first it writes "4:2 p.m.", the second it only has to copy; and "une quarantaine de maires"
it takes for a dozen, but not "environ 40 maires". Nothing is reworded that may mean something else:
"une quarantaine de 14 jours" is a quarantine, "à 2 heures de Paris" a distance. A telephone number
goes with points, which `small_words` takes back.
"""

import re

from service.numerals import FRENCH_LOOSE, FRENCH_UNITS
from service.wording.number_words import in_figures

HOUR = r"(?<![\d.,:])(?:[01]?\d|2[0-3])"
HOURS = r" ?(?:h|heures?)"
HOUR_MARK = rf"{HOURS}\b"
A_TIME = r"\d\d?:\d\d"
MINUTES = re.compile(rf"({HOUR}){HOURS} ?([0-5]\d)(?![\d.,]*\d)(?! ?(?:min|mn))", re.IGNORECASE)
# Hours alone may be a length of time, unless one of these words stands before or behind them.
BEFORE_A_TIME = r"\b(à|dès|vers|avant|jusqu'à|entre)"
NO_TIME = r"(?! (?:de|d'|et (?:demie?|quart)|moins)\b)"
ON_THE_HOUR = re.compile(rf"{BEFORE_A_TIME} ({HOUR}){HOUR_MARK}{NO_TIME}", re.IGNORECASE)
GMT = re.compile(rf"({HOUR}){HOUR_MARK}(?= (?:GMT|UTC))")
LOCAL = re.compile(rf"({HOUR}){HOUR_MARK} locales?\b")
OPENING_TIME = re.compile(rf"(^|, )({HOUR}){HOUR_MARK}(?= à [A-ZÀ-Þ]| en temps)")
RANGE_BEGINS = re.compile(rf"\b(de) ({HOUR}){HOUR_MARK}(?= (?:à|et) {A_TIME})", re.IGNORECASE)
RANGE_ENDS = re.compile(rf"({A_TIME} (?:à|et)) ({HOUR}){HOUR_MARK}", re.IGNORECASE)

PHONE = re.compile(r"(?<![\d.,])(?:\+33 ?[1-9]|0[1-9])(?:[ .-]?\d\d){4}(?![.,]?\d)")
A_THOUSAND = re.compile(r"(?<![\d.,] )(?<![\d.,])(\d) (\d{3})(?=,\d)")

ANY_OF_THEM = re.compile(r"\d ?h|aine d|\d[ .-]\d", re.IGNORECASE)  # a look that costs little

ABOUT = {
    word: value
    for word, value in FRENCH_LOOSE.items()
    if word.endswith("aine") and word not in {"huitaine", "douzaine", "centaine"}
}
ANOTHER_NUMBER = rf"(?!\d|(?:plusieurs|{'|'.join(FRENCH_UNITS)})\b)"
ABOUT_SO_MANY = re.compile(
    rf"\b(une) ({'|'.join(ABOUT)}) d(?:e |'){ANOTHER_NUMBER}(?=\w)", re.IGNORECASE
)


def copyable(french: str) -> str:
    """Reword the times of day and the numbers of French in the typography of the model."""
    french = in_figures(french)
    if not ANY_OF_THEM.search(french):
        return french
    text = MINUTES.sub(r"\1:\2", french)
    text = GMT.sub(r"\1:00", LOCAL.sub(r"\1:00 heure locale", text))
    text = ON_THE_HOUR.sub(r"\1 \2:00", text)
    text = OPENING_TIME.sub(r"\1\2:00", text)
    text = RANGE_BEGINS.sub(r"\1 \2:00", text)
    text = RANGE_ENDS.sub(r"\1 \2:00", text)
    text = A_THOUSAND.sub(r"\1\2", PHONE.sub(lambda phone: _dotted(phone[0]), text))
    return ABOUT_SO_MANY.sub(_about, text)


def _dotted(phone: str) -> str:
    return re.sub("[ -]", ".", phone)


def _about(match: re.Match[str]) -> str:
    about = "Environ" if match[1][0].isupper() else "environ"
    return f"{about} {ABOUT[match[2].lower()]} "
