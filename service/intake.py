"""What is let in: bytes that are UTF-8, text that is text, and text that is French."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from service.errors import ControlCharacter, EmptyText, NotFrench, NotUtf8, TooLong

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")  # zero-width characters show nothing either

# C0 and C1 but for tabs and line ends, DEL, and halves of characters that JSON lets through.
FORBIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

# How files begin that are often sent in place of text.
SIGNATURES = {
    b"\xff\xfe\x00\x00": "UTF-32 text",
    b"\x00\x00\xfe\xff": "UTF-32 text",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a zip archive, as docx and odt files are",
    b"\xd0\xcf\x11\xe0": "an old Word file",
    b"\x1f\x8b": "a gzip archive",
}
# Encodings that French was written in before UTF-8, and the letters that tell them apart.
OLD_ENCODINGS = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac OS Roman",
    "cp850": "DOS code page 850",
}
FRENCH_LETTERS = frozenset("éèêëàâçîïôùûœÉÈÊÀÇ’«»°")

# A text is refused as another language only if it is long enough to tell (in bytes of letters, for
# a Chinese character says as much as three letters), if the whole is in another language beyond
# doubt, and if most of it is in sentences that are: French with a long English quotation is French.
# Words with a capital do not count: they are names, and names have no language. Which language
# less than `SHORT` bytes are in, a dozen words, is hard to say; there it must all but surely not be
# French.
LEAST_BYTES, SHORT = 15, 60
MOST_DOUBT, MOST_SENTENCE_DOUBT, MOST_FRENCH = 0.3, 0.5, 0.003
FOREIGN_SHARE = 2 / 3

# Not told apart: dialects (Egyptian of Arabic, Wu of Chinese) and small neighbours of French, for
# they would raise doubt where there is none. `zxx` stands for no language at all.
IGNORED = frozenset(("ary", "arz", "wuu", "yue", "uzs", "nn", "an", "ext", "lij", "vec", "zxx"))
IGNORED |= frozenset(("oc", "wa", "gcf", "gcr", "ht", "br", "eo", "la", "vo", "pcm", "fuv", "guw"))

# `detect` names another language than French only if it is likelier than not.
LEAST_CONFIDENCE = 0.5
UNDETERMINED = "und"  # ISO 639-2: no language that can be told

# A long text is judged by its beginning, its middle and its end, of so many characters each.
SAMPLE = 1_500
WORD = re.compile(r"[^\W\d_]+")
SENTENCE_END = re.compile(r"[.!?…:;»”。！？]+\s*|\n+")


def decode(data: bytes) -> str:
    """Read UTF-8, leaving out a byte order mark.

    Raises:
        NotUtf8: with the offset of the first wrong byte.
    """
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise NotUtf8(
            "the text is not UTF-8", where=f"byte {error.start}", hint=_advice(data, error)
        ) from error


def require_text(text: str, max_characters: int) -> None:
    """Refuse what cannot be an article, whatever the language.

    Raises:
        TooLong: more than `max_characters` code points.
        EmptyText: nothing but blanks.
        ControlCharacter: a character that no text contains.
    """
    if len(text) > max_characters:
        raise TooLong(
            f"the text has {len(text):,} characters, and the limit is {max_characters:,}",
            hint="send it in parts, or raise INTERLIGNE_MAX_CHARACTERS",
        )
    if BLANK.fullmatch(text):
        raise EmptyText("the text is empty", hint="send some French")
    if wrong := FORBIDDEN.search(text):
        raise ControlCharacter(
            f"the text holds U+{ord(wrong.group()):04X}, which no text contains",
            where=f"character {wrong.start()}",
            hint="check that it is text, and UTF-8: NUL is a sign of UTF-16 or of a binary file",
        )


def require_french(text: str) -> None:
    """Refuse a text that is beyond doubt in another language.

    What is too short to tell, or in several languages with enough French, is let through.

    Raises:
        NotFrench: it is in another language.
    """
    if language := foreign_language(text):
        raise NotFrench(
            f"the text looks like {_language_name(language)}, not French",
            where="text",
            hint="send source=fr to translate it all the same",
        )


def foreign_language(text: str) -> str:
    """Name the language, other than French, that a text is in beyond doubt; "" if there is none."""
    sample = _without_names(_sample(text))
    weight = _weight(sample)
    if weight < LEAST_BYTES:
        return ""
    likely = dict(_identifier().rank(sample))
    language = next(iter(likely))
    doubtful = likely["fr"] > MOST_FRENCH if weight < SHORT else 1 - likely[language] > MOST_DOUBT
    if language == "fr" or doubtful or _foreign_share(sample) < FOREIGN_SHARE:
        return ""
    return str(language)


def detect(text: str) -> tuple[str, float]:
    """Name the language of a text of any length, and how sure that is, 0 to 1.

    Where no other language is likely enough, French is assumed, with how likely that is. A text
    without letters is `UNDETERMINED`.
    """
    sample = _sample(text)
    if not any(character.isalpha() for character in sample):
        return UNDETERMINED, 0.0
    ranked = _identifier().rank(sample.lower() if sample.isupper() else sample)
    language, confidence = ranked[0]
    if confidence < LEAST_CONFIDENCE:
        language, confidence = "fr", dict(ranked)["fr"]
    return str(language), float(confidence)


def _advice(data: bytes, error: UnicodeDecodeError) -> str:
    """Guess what the bytes are."""
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return f"this looks like {kind}; send UTF-8 text"
    if error.end == len(data) and error.reason == "unexpected end of data":
        return "the text breaks off in the middle of a character; send it whole"
    return f"this looks like {_old_encoding(data)}; convert it to UTF-8"


def _old_encoding(data: bytes) -> str:
    """Name the encoding that makes the most French letters of the bytes."""

    def french_letters(codec: str) -> int:
        return sum(letter in FRENCH_LETTERS for letter in data.decode(codec, errors="replace"))

    return OLD_ENCODINGS[max(OLD_ENCODINGS, key=french_letters)]


def _sample(text: str) -> str:
    """Take the beginning, the middle and the end of a long text."""
    if len(text) <= 3 * SAMPLE:
        return text
    middle = (len(text) - SAMPLE) // 2
    return "\n".join((text[:SAMPLE], text[middle : middle + SAMPLE], text[-SAMPLE:]))


def _without_names(text: str) -> str:
    """Leave out the words with a capital, unless all have."""
    if text.isupper():
        return text.lower()
    return WORD.sub(lambda word: word[0] if word[0] == word[0].lower() else "", text)


def _weight(text: str) -> int:
    """Count the bytes of the letters."""
    return sum(len(letter.encode()) for letter in text if letter.isalpha())


def _foreign_share(text: str) -> float:
    """Say how much of the text is in sentences that are in another language, 0 to 1."""
    judged = [(weight, *_language(sentence)) for weight, sentence in _long_sentences(text)]
    foreign = [
        w for w, language, doubt in judged if language != "fr" and doubt < MOST_SENTENCE_DOUBT
    ]
    return sum(foreign) / max(1, sum(weight for weight, _, _ in judged))


def _long_sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces long enough to have a language, with their weight."""
    for piece in SENTENCE_END.split(text):
        if (weight := _weight(piece)) >= LEAST_BYTES:
            yield weight, piece


def _language(text: str) -> tuple[str, float]:
    """Identify the language: its code and the doubt, 0 to 1."""
    language, probability = _identifier().classify(text)
    return str(language), 1 - probability


@cache
def _identifier() -> "LanguageIdentifier":
    """Load the identifier: 0.5 s and 75 MB, so only where a language is asked for."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(set(identifier.labels) - IGNORED)
    return identifier


def _language_name(code: str) -> str:
    """Say a language code in English."""
    from babel import Locale

    return str(Locale("en").languages.get(code, f"another language ({code})"))
