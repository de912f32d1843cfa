"""The article before a name that was written into a sentence: a or an, and a missing "the"."""

import re

from service.names.keys import fold
from service.names.match import is_opening

# Last words of names that take "the" ("the White House"), and names that take it whole.
HEADS = re.compile(
    r"(?:Army|Assembly|Bank|Brotherhood|Canal|Channel|Commission|Committee|Council|Court|Cross"
    r"|Crescent|Emirates|Forces|Fund|Guards|Gulf|Heights|House|Islands|Kingdom|League|Nations"
    r"|Ocean|Organization|Parliament|Party|Republic|Reserve|Sea|See|States|Strip|Union)$"
)
WHOLE = frozenset(
    {
        "AU", "Alps", "Americas", "Andes", "Atlantic", "Bahamas", "Balkans", "Bosphorus",
        "Caribbean", "Caucasus", "Comoros", "ECB", "EU", "FBI", "CIA", "Gambia", "ICC", "ICJ",
        "IMF", "KGB", "FSB", "Knesset", "Kremlin", "Maldives", "Mediterranean", "Middle East",
        "Netherlands", "OECD", "Pentagon", "Philippines", "Pyrenees", "Rhine", "Sahara", "Sahel",
        "Seychelles", "Taliban", "UK", "UN", "US", "Vatican", "WHO", "WTO",
    }
)  # fmt: skip
# A name that follows one of these without an article lacks it, if it takes one.
BEFORE = re.compile(r"\b(?:at|by|for|from|in|inside|of|on|to|with|against|between|near) $")


def mend(before: str, old: str, new: str) -> tuple[str, str]:
    """Fit the words before a name, and the name, to each other.

    Args:
        before: the sentence up to the name.
        old: what was written over.
        new: what is written.

    Returns:
        The sentence up to the name, and the name, "the" added where it takes one.
    """
    if takes_the(new) and not takes_the(old):
        if is_opening(before, len(before)):
            return before, f"The {new}"
        if BEFORE.search(before):
            return before, f"the {new}"
    return _a_or_an(before, old, new), new


def takes_the(name: str) -> bool:
    """Tell whether a name wants "the" before it."""
    return name in WHOLE or HEADS.search(name) is not None


def _a_or_an(before: str, old: str, new: str) -> str:
    """Turn "an" into "a" or back when the new first letter asks for it and the old did not."""
    if _is_vowel(old) == _is_vowel(new):
        return before
    if before.endswith((" a ", "A ")) and _is_vowel(new):
        return before[:-1] + "n "
    if before.endswith((" an ", "An ")) and not _is_vowel(new):
        return before[:-2] + " "
    return before


def _is_vowel(word: str) -> bool:
    return fold(word[:1]) in tuple("aeiou")
