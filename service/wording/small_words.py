"""Small words of English that their neighbours decide: an hour, the 4th, 22:00, not "the the".

A model that copies a word or a figure it is shown does not hear it.
"""

import re

from service.numerals import plain
from service.wording.copyable import PHONE

# Letters tell a vowel but for these words; "A and B" has no article.
LIKE_A_CONSONANT = r"eu|ewe|one\b|once\b|ouija|u(?:bi|t[eio]|nan|ni(?![dmn])|r[aeio]|s[aeiu])"
NO_NOUN = r"(?:an?|after|also|and|are|as|at|if|in|is|it|of|on|or)\b"
A_BEFORE_VOWEL = re.compile(
    rf"(?<![\w&;/.-])([Aa]) (?=(?!{LIKE_A_CONSONANT}|{NO_NOUN})[aeiou][a-z])"
)
AN_BEFORE_CONSONANT = re.compile(r"\b([Aa])n (?=[bcdfgjklmnpqrstvwyz][a-z]*[aeiouy][a-z])")

# "That that" and "had had" may be right, "on on" and "in in" hardly ever are.
DOUBLED = re.compile(
    r"\b(?P<word>the|to|of|in|and|for|at|by|with|from|on|is|are|was|were|its|their|this)"
    r"(?: (?P=word))+(?= \w)|\ban? (?=an? \w)",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
SUFFIXES = {"1": "st", "2": "nd", "3": "rd"}
# 13 to 24 have no half of the day.
HALF_OF_DAY = re.compile(r"\b(1[3-9]|2[0-4])(:\d\d)? ?[ap](?:\.m\b\.?|m\b)(?P<end>$)?")
EURO = re.compile(r"\bEuro(s?)\b")


def worded(english: str, french: str) -> str:
    """Put right what the neighbours of a word decide.

    Args:
        english: a translation, in the typography of the model.
        french: the sentence it translates.
    """
    text = DOUBLED.sub(lambda words: words["word"] or "", english)
    text = AN_BEFORE_CONSONANT.sub(r"\1 ", A_BEFORE_VOWEL.sub(r"\1n ", text))
    text = ORDINAL.sub(lambda ordinal: _ordinal(ordinal[1]), text)
    text = HALF_OF_DAY.sub(lambda hour: _hour(hour, french), text)
    text = _with_phones(text, french)
    return text if EURO.search(french) else EURO.sub(r"euro\1", text)


def _with_phones(english: str, french: str) -> str:
    """Write telephone numbers as the French has them, however they were parted."""
    for phone in PHONE.findall(plain(french)):
        figures = r"[ .,-]{0,2}".join(re.findall(r"\d", phone))
        start = r"\+" if phone[0] == "+" else r"(?<!\d)"
        english = re.sub(rf"{start}{figures}(?!\d)", phone, english, count=1)
    return english


def _ordinal(figures: str) -> str:
    is_teen = figures[-2:] in {"11", "12", "13"}
    return figures + ("th" if is_teen else SUFFIXES.get(figures[-1], "th"))


def _hour(hour: re.Match[str], french: str) -> str:
    """Write "22 p.m." as a time of day, or as a length of time if the French has one."""
    full_stop = "." if hour["end"] is not None and hour[0].endswith(".") else ""
    if hour[2]:
        return f"{hour[1]}{hour[2]}{full_stop}"
    is_time = re.search(
        rf"(?:^|[,;(:\"] ?|\b(?:à|au|vers|dès|avant|après|entre|depuis|de|et|ou) ){hour[1]} ?h",
        french,
        re.IGNORECASE,
    )
    return f"{hour[1]}:00{full_stop}" if is_time else f"{hour[1]} hours{full_stop}"
