"""Sentences and words in capitals ("MACRON REÇOIT POUTINE"): calmed for the model, which knows few.

The model reads the same words in ordinary letters, known names and acronyms with their capitals;
`settle` gives the capitals back to the English at the end. On 150 lines of FLORES in capitals
the bundled model reaches 2 BLEU as they stand, 23 in small letters, 24 with the names' capitals,
and 26 on the lines as they were written. In another sentence, words are calmed that the model has
in small letters ("JAMAIS"), which it has not of acronyms; they stay calm in the English.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from service.article import Article, Mention
from service.names.glossary import built_in
from service.names.keys import fold_with_origins

WORD = re.compile(r"[^\W\d_]+")
FEWEST_WORDS, FEWEST_LETTERS = 2, 8  # "USA" and "M. X" are no shouting
# Only acronyms do without a vowel: SNCF, CGT.
ACRONYM = re.compile(r"\b[^\W\d_AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŸŒÆ]{3,}\b")

CAPITALS = "[A-ZÀ-ÖØ-ÞŒ]+"
RUN = re.compile(rf"(?<![\w.@#/-]){CAPITALS}(?:[ '-]{CAPITALS})*(?!\w|[.@-]\w)")
LOOK = re.compile(CAPITALS.replace("+", "{3}"))  # that costs little
SHORTEST = 5  # letters, of a word in capitals alone
LEAST_KNOWN = 0.6  # share of the words of several
AFTER_A_NAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w-]*[a-zà-ÿ.\d] $")  # "Stéphanie PAGEOT"


def are_all(text: str) -> bool:
    """Tell whether a sentence is written in capitals from beginning to end."""
    if not text.isupper():
        return False
    words = WORD.findall(text)
    return len(words) >= FEWEST_WORDS and sum(map(len, words)) >= FEWEST_LETTERS


def calmed(text: str) -> str:
    """Write a sentence in capitals in ordinary letters; another stays as it is."""
    return _in_ordinary_letters(text) if are_all(text) else text


def quieted(french: str, count_tokens: Callable[[str], int]) -> str:
    """Write the words in capitals of a sentence in ordinary letters, if the model knows them so.

    Args:
        french: a sentence in the typography of the model.
        count_tokens: what counts the tokens of a text.
    """

    def quiet(run: re.Match[str]) -> str:
        words, before = WORD.findall(run[0]), french[: run.start()]
        letters = sum(map(len, words))
        known = sum(count_tokens(word.lower()) == 1 for word in words)
        is_loud = letters >= (SHORTEST if len(words) == 1 else FEWEST_LETTERS)
        if not is_loud or known < LEAST_KNOWN * len(words) or AFTER_A_NAME.search(before):
            return run[0]
        calm = _in_ordinary_letters(run[0])
        has_name = any(start == 0 for start, _ in _names(run[0]))
        return calm[:1].lower() + calm[1:] if WORD.search(before) and not has_name else calm

    return RUN.sub(quiet, french) if LOOK.search(french) else french


def _in_ordinary_letters(text: str) -> str:
    """Write capitals in small letters but for the first, known names and acronyms."""
    small = text.lower()
    if len(small) != len(text):
        return text
    letters = list(small)
    letters[0] = text[0]
    for acronym in ACRONYM.finditer(text):
        letters[acronym.start() : acronym.end()] = acronym.group()
    for start, form in _names(text):
        letters[start : start + len(form)] = form if start else form[:1].upper() + form[1:]
    return "".join(letters)


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the place of each known name and how the built-in list writes it."""
    folded = fold_with_origins(text)
    for layer in reversed(built_in().layers):
        for match in layer.index.search(text, folded):
            length = match.end - match.start
            same = (form for form in layer.terms[match.term].french if len(form) == length)
            if form := next(same, ""):
                yield match.start, form


def give_back(article: Article) -> Article:
    """Write the English of sentences in capitals in capitals, in the ledger too."""
    loud = {
        (p, s): replace(sentence, target=sentence.target.upper())
        for p, s, sentence in article.sentences()
        if not sentence.is_confirmed
        and are_all(sentence.source)
        and len(sentence.target.upper()) == len(sentence.target)
    }
    if not loud:
        return article
    names = tuple(
        replace(name, mentions=tuple(_mention(m, loud) for m in name.mentions))
        for name in article.names
    )
    return replace(article.with_sentences(loud), names=names)


def _mention(one: Mention, loud: Collection[tuple[int, int]]) -> Mention:
    is_loud = one.target is not None and (one.paragraph, one.sentence) in loud
    return replace(one, target=one.target.upper()) if is_loud and one.target else one
