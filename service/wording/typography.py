"""Typography: what the model was trained on, and back to what English readers expect.

| in the French | to the model | in the English |
|---|---|---|
| « », “ ”, „ | " without spaces inside | “ ” where the French had typographic quotes, else " |
| ’ ‘ ʼ ` ´ ‹ › | ' | ’ where the French had ’, else ' |
| narrow, no-break and thin spaces | a plain space, none before , . ; : ! ? % ) ] | the same |
| – — | - | the same dash between blanks, else as the model writes it |
| − | - | as the model writes it |
| … | ... | as the model writes it |
| 340 000 | the same | 340,000 |
| soft hyphen, zero-width space, byte order mark | nothing | |

The text that taught the model had lost blanks beside some quotation marks: "oui"et"non". Its French
must lose the same ones; its English gets them back. Numbers, capitals and accents are left to it.
"""

import re
import unicodedata

from service.wording.small_words import worded

TO_MODEL = str.maketrans(
    {
        **dict.fromkeys("«»“”„", '"'),
        **dict.fromkeys("’‘ʼ`´‹›", "'"),
        **dict.fromkeys("–—−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
        "…": "...",
    }
)
TYPOGRAPHIC_QUOTE, TYPOGRAPHIC_APOSTROPHE = re.compile("[«»“”„]"), "’"

DASH = re.compile(r"(?<!\S)[–—](?=\s)")  # of a dateline, an insertion, a speaker
HYPHEN_FOR_DASH = re.compile(r"(?<!\S)-(?=\s)")

SPACED_QUOTATION = re.compile(r'"\s+([^"]*?)\s+"')
SPACE_BEFORE_CLOSING = re.compile(r"\s+([,.;:!?%)\]])")
SPACE_AFTER_OPENING = re.compile(r"([(\[])\s+")
BLANKS = re.compile(r"\s+")
LONG_RUN_OF_BLANKS = re.compile(r"\s{3,}")

GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![.,]?\d)")

QUOTE = re.compile('"')
BLANK_BEFORE_LAST_MARK = re.compile(r"(?<=\S)\s+(?=\"[.,!?;]*$)")
OPENS_AFTER, CLOSES_BEFORE = " ([“‘—-/", " .,;:!?)]”’-/"


def to_model(text: str) -> str:
    """Write a French sentence the way the training text was written."""
    text = unicodedata.normalize("NFC", text).translate(TO_MODEL)
    text = LONG_RUN_OF_BLANKS.sub("  ", text)  # or a row of blanks would take quadratic time
    return _tighten(SPACED_QUOTATION.sub(r'"\1"', text))


def from_model(english: str, french: str) -> str:
    """Write English the way its French was written: typographic marks where the French had them.

    Args:
        english: a translation, as the model wrote it.
        french: the sentence it translates, as it stands in the article.
    """
    curly = TYPOGRAPHIC_QUOTE.search(french) is not None
    text = worded(_tighten(english), french)
    text = _with_quotations(text.replace("''", '"'), *("“”" if curly else '""'))
    text = GROUPED.sub(lambda number: _with_commas(number[0], french), text)
    if dash := DASH.search(french):
        text = HYPHEN_FOR_DASH.sub(dash[0], text)
    if TYPOGRAPHIC_APOSTROPHE in french:
        text = text.replace("'", TYPOGRAPHIC_APOSTROPHE)
    return text


def _with_commas(number: str, french: str) -> str:
    """Write a number that was copied from the French as English does; others stay."""
    return number.replace(" ", ",") if number in BLANKS.sub(" ", french) else number


def _with_quotations(text: str, opening: str, closing: str) -> str:
    """Write the marks around quotations, and the blank that the model forgets beside a mark.

    A mark opens where a word may begin and closes where one may end, at the end of the sentence
    always. One glued on both sides, as the training text has them ("peace"and"war"), closes what
    is open or else opens.
    """
    text = BLANK_BEFORE_LAST_MARK.sub("", text)
    pieces: list[str] = []
    at, inside = 0, False
    for mark in QUOTE.finditer(text):
        before, after = text[at : mark.start()], text[mark.end() : mark.end() + 1]
        last = text[mark.start() - 1 : mark.start()]
        begins, ends = not last or last in OPENS_AFTER, not after or after in CLOSES_BEFORE
        closes = ends if begins != ends else inside
        glue_before = not closes and (last.isalnum() or last in tuple(",;:"))
        glue_after = closes and after.isalnum()
        pieces += [before, " " * glue_before, closing if closes else opening, " " * glue_after]
        at, inside = mark.end(), not closes
    return "".join((*pieces, text[at:]))


def _tighten(text: str) -> str:
    """Leave one space between words, and none before closing or after opening marks."""
    text = BLANKS.sub(" ", text).strip()
    return SPACE_AFTER_OPENING.sub(r"\1", SPACE_BEFORE_CLOSING.sub(r"\1", text))
