"""Typography: what the model was trained on, and back to what English readers expect.

| in the French | to the model | in the English |
|---|---|---|
| « », “ ”, „ | " without spaces inside | “ ” where the French had typographic quotes, else " |
| ’ ‘ ʼ ` ´ ‹ › | ' | ’ where the French had ’, else ' |
| narrow, no-break and thin spaces | a plain space, none before , . ; : ! ? % ) ] | the same |
| – — − | - | as the model writes it |
| … | ... | as the model writes it |
| soft hyphen, zero-width space, byte order mark | nothing | |

Numbers, capitals and accents are left to the model.
"""

import re
import unicodedata

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

SPACED_QUOTATION = re.compile(r'"\s+([^"]*?)\s+"')
SPACE_BEFORE_CLOSING = re.compile(r"\s+([,.;:!?%)\]])")
SPACE_AFTER_OPENING = re.compile(r"([(\[])\s+")
BLANKS = re.compile(r"\s+")

# A quotation mark opens where a word may begin, and closes everywhere else.
OPENING_QUOTE = re.compile(r'(?:(?<=^)|(?<=[\s(\[“‘—-]))"(?=\S)')


def to_model(text: str) -> str:
    """Write a French sentence the way the training text was written."""
    text = unicodedata.normalize("NFC", text).translate(TO_MODEL)
    return _tighten(SPACED_QUOTATION.sub(r'"\1"', text))


def from_model(english: str, french: str) -> str:
    """Write English the way its French was written: typographic marks where the French had them.

    Args:
        english: a translation, as the model wrote it.
        french: the sentence it translates, as it stands in the article.
    """
    text = _tighten(english)
    if TYPOGRAPHIC_QUOTE.search(french):
        text = OPENING_QUOTE.sub("“", text).replace('"', "”")
    if TYPOGRAPHIC_APOSTROPHE in french:
        text = text.replace("'", TYPOGRAPHIC_APOSTROPHE)
    return text


def _tighten(text: str) -> str:
    """Leave one space between words, and none before closing or after opening marks."""
    text = SPACE_AFTER_OPENING.sub(r"\1", SPACE_BEFORE_CLOSING.sub(r"\1", text))
    return BLANKS.sub(" ", text).strip()
