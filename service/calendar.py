"""Months and weekdays of a French sentence and of its English, and where they differ."""

import re
from functools import cache, lru_cache

from service.numerals import plain

# The capital tells "May" and "March" from the verbs, "Mars" from the month.
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

# The month, not the verb of a headline.
MAY = re.compile(
    r"(?:(?<=\d )|(?<=[a-z] )|(?<=, )|^)May\b(?! [A-Z])|\bMay(?= \d)|(?<=\b(?:in|of|on|by) )May\b"
)


@lru_cache(maxsize=1024)  # a sentence is looked at when it is translated, mended and judged
def compare(source: str, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell which months and weekdays of the French the English lacks, and which it adds."""
    source, target = plain(source), plain(target)
    missing, extra = [], []
    for french, english, either, full in _patterns():
        in_source, in_target = french.search(source), full.search(target)
        if in_source and not english.search(target):
            missing.append(in_source[0])
        elif in_target and not either.search(source):
            extra.append(in_target[0])
    return tuple(missing), tuple(extra)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """Compile, for each month and weekday, what finds it: in French, English, either, in full."""
    compiled = []
    for french, english in (*MONTHS, *WEEKDAYS):
        full = english.split("|")[0]
        patterns = rf"\b{french}\b", rf"\b(?:{english})\b", rf"(?i)\b(?:{french}|{full})\b"
        in_full = MAY if full == "May" else re.compile(rf"\b{full}\b")
        compiled.append((*map(re.compile, patterns), in_full))
    return tuple(compiled)
