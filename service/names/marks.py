"""Terms marked in the French, for a model that was trained to copy the English it is shown.

    Il est à <term> Moscou <as> Moscow </term> depuis lundi.

The marks are pieces of the model's vocabulary (`marks` in its record). Method: Dinu et al. 2019,
"Training neural machine translation to apply terminology constraints".
"""

import re
from collections.abc import Iterable, Iterator

OPENING, JOINT, CLOSING = MARKS = ("<term>", "<as>", "</term>")

MARKED = rf"{OPENING}.*?{CLOSING}"  # a pattern, of what is marked already and stays

WRITTEN = re.compile(f"{OPENING} .*? {JOINT} (.*?) {CLOSING}")

Term = tuple[int, int, str]  # start and end in the French, the English to copy


def mark(source: str, terms: Iterable[Term]) -> str:
    """Write the French with its terms marked; "" where that cannot be said.

    Args:
        source: a sentence.
        terms: no two overlap.
    """
    terms = sorted(terms, reverse=True)
    if any(has_marks(text) for text in (source, *(english for _, _, english in terms))):
        return ""
    for start, end, english in terms:
        source = source[:start] + marked(source[start:end], english) + source[end:]
    return source


def marked(french: str, english: str) -> str:
    """Write a term with the English to copy."""
    return f"{OPENING} {french} {JOINT} {english} {CLOSING}"


def terms(shown: str) -> Iterator[Term]:
    """Yield what is marked, and where in the French with its marks."""
    return ((one.start(), one.end(), one[1]) for one in WRITTEN.finditer(shown))


def has_marks(text: str) -> bool:
    """Tell whether a text holds what would be read as a mark."""
    return any(one in text for one in MARKS)
