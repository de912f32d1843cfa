"""Find many French forms in a text at once: Aho-Corasick over folded text.

Aho and Corasick, "Efficient string matching: an aid to bibliographic search" (1975), by the library
pyahocorasick. On top of it stand the rules of a word: a match begins and ends at a token boundary,
keeps the capitals of the form, and the longest match wins.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from service.names.bulk import collector_paused
from service.names.keys import HYPHENS, Folded, fold

# An acronym this short must be written as it is ("EI", not "Ei"); longer ones may be "Otan".
SHORT_ACRONYM = 3


class Form(NamedTuple):
    """A French spelling of term number `term`; `exact` allows no other case or accents."""

    text: str
    term: int
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Term number `term` stands in `text[start:end]`."""

    start: int
    end: int
    term: int


class Index:
    """All forms of a glossary layer, ready to be looked for."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._automaton = ahocorasick.Automaton()
        by_key: defaultdict[str, list[Form]] = defaultdict(list)
        with collector_paused():
            for form in forms:
                by_key[fold(form.text)].append(form)
            by_key.pop("", None)
            for key, same in by_key.items():
                self._automaton.add_word(key, (len(key), same))
            self._automaton.make_automaton()

    def search(self, text: str, folded: Folded) -> list[Match]:
        """List every match at token boundaries, in order of its end; matches may overlap."""
        if not len(self._automaton):
            return []
        found = []
        for last, (length, forms) in self._automaton.iter(folded.text):
            first = last - length + 1
            if not _is_whole(folded.text, first, last + 1):
                continue
            start, end = folded.origins[first], folded.origins[last] + 1
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
            term = _best(text[start:end], forms)
            if term is not None:
                found.append(Match(start, end, term))
        return found


def _best(text: str, forms: Iterable[Form]) -> int | None:
    """Choose among forms that fold alike the one that is written just so, else the first."""
    fitting = [form for form in forms if _is_written(text, form)]
    written = (form.term for form in fitting if form.text == text)
    return next(written, fitting[0].term if fitting else None)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a span cuts no word in two."""
    before = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    after = end == len(text) or not (text[end].isalnum() and text[end - 1].isalnum())
    return before and after


def _is_written(text: str, form: Form) -> bool:
    """Tell whether a text that folds to the form also keeps its capitals."""
    if form.exact:
        return unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", form.text)
    words, wanted = _words(text), _words(form.text)
    return len(words) == len(wanted) and all(map(_keeps_capitals, words, wanted))


def _words(text: str) -> list[str]:
    for hyphen in HYPHENS:
        text = text.replace(hyphen, " ")
    return text.split()


def _keeps_capitals(word: str, wanted: str) -> bool:
    if wanted.isupper() and 1 < len(wanted) <= SHORT_ACRONYM:
        return word == wanted
    return not wanted[0].isupper() or word[0].isupper()
