"""The first word of a sentence, in small letters and with its accent where the model knows it so.

A small vocabulary has "nucléaire" in one piece and "Nucléaire" in four, which a model reads as a
name that it does not know. It is shown the small letters, and the English gets its capital back. A
name stays as it is: before another name, or as the subject of a verb ("Blanc a marqué"), which a
noun without an article is not. Accents that capitals are often printed without come back:
"A Paris", "Etrangement", "Ca va".
"""

import re
from collections.abc import Callable

from service.names.marks import OPENING
from service.wording.number_words import spelt_out

PIECES = 2  # that a capital must cost to make a word strange
CAPITAL = "[A-ZÀ-ÖØ-Þ]"
BEFORE = r"[\"(]? ?"
FIRST_WORD = re.compile(
    rf"(?P<before>{BEFORE})(?P<word>[^\W\d_]{{2,}})"
    rf"(?!(?:-?| +[\"(]?| d'){CAPITAL}|\.)"
    r"(?! (?:a|ont|est|sont|avait|était|sera|aura|va|et|ne|se|de|di|du|le|la)\b| [nsl]')"
)
# The preposition; not "A et B", "A priori", "A 13 est", nor a verb without a subject ("A voté").
NO_PREPOSITION = r"et|ou|été|eu|fait|dit|priori|posteriori|contrario|fortiori|minima|maxima"
A_FOR_GRAVE = re.compile(
    rf"({BEFORE})A (?=[^\W\d]|\d[\d,]*(?:%|h| (?!(?:est|a|et|était|sera)\b)[a-z]))"
    rf"(?![A-Za]\b|(?:{NO_PREPOSITION})\b|(?!côté\b|proximité\b)[a-zà-ÿ]+é\b)"
)
C_FOR_CEDILLA = re.compile(rf"({BEFORE})Ca(?= )")
E_FOR_ACUTE = re.compile(rf"({BEFORE})E([^\W\d_A-Z]{{2,}})(?![\w-]| {CAPITAL}|\.)")
LETTER = re.compile(r"[^\W\d_]")
FIRST_LETTER = re.compile(rf"{BEFORE}(?:{OPENING} )?(?P<letter>{LETTER.pattern})")


def lowered(french: str, count_tokens: Callable[[str], int], is_rare: Callable[[str], bool]) -> str:
    """Write the first word of a sentence in small letters if its capital hides it from the model.

    Args:
        french: a sentence in the typography of the model.
        count_tokens: what counts the tokens of a text.
        is_rare: whether the English of a word in small letters can be shown.
    """
    french = _accented(french, count_tokens, is_rare)
    first = FIRST_WORD.match(french)
    if not first or not first["word"][0].isupper() or not first["word"][1:].islower():
        return french
    word = first["word"].lower()
    if is_rare(word) or count_tokens(first["word"]) - count_tokens(word) >= PIECES:
        return first["before"] + word + french[first.end() :]
    return french


def _accented(
    french: str, count_tokens: Callable[[str], int], is_rare: Callable[[str], bool]
) -> str:
    """Give the first word the accent that its capital has lost, if the model then knows it better.

    A word that gets an E with an accent is no name, and is written in small letters.
    """
    for lost, found in ((A_FOR_GRAVE, "À "), (C_FOR_CEDILLA, "Ça")):
        if bare := lost.match(french):
            french = bare[1] + found + french[bare.end() :]
    first = E_FOR_ACUTE.match(french)
    if not first:
        return french
    pieces = count_tokens("e" + first[2])
    for word in ("é" + first[2], "ê" + first[2]):
        if is_rare(word) or count_tokens(word) < pieces:
            return first[1] + word + french[first.end() :]
    return french


def raised(english: str, segment: str, sentence: str) -> str:
    """Give English its capital back, and the word where the model was shown a figure.

    Args:
        english: a translation.
        segment: the French that the model was shown.
        sentence: the same as it stands in the article.
    """
    if segment[:1].isdigit() and sentence[:1].isalpha():
        return spelt_out(english)
    own, shown = FIRST_LETTER.match(english), FIRST_LETTER.match(segment)
    written = LETTER.search(sentence)
    if own and shown and written and shown["letter"].islower() and written[0].isupper():
        return english[: own.start("letter")] + own["letter"].upper() + english[own.end("letter") :]
    return english
