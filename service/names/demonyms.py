"""Renderings of a name that are right as they stand: its adjective, its people, its plural."""

import re
from functools import cache, lru_cache
from importlib import resources

from service.article import NameType
from service.names.keys import fold

TABLE = "demonyms.tsv"
# Endings that make an adjective or an inhabitant of a place, longest first.
ENDINGS = re.compile(r"[lnv]ian|[ei]?ans?|ites?|enes?|iots?|ines?|ish|ese|ich|ers?|ic|al|is?")
# What may be added to a name that is still the same name: member ("Congressman"), or plural.
ADDED = ("man", "men", "woman", "women")
HISSING = ("s", "x", "z", "ch", "sh")  # the plural of a name that ends like this has "es"
# Letters that an adjective and its place must share at the beginning.
SHARED = 4
# Letters that the place may lose before the ending ("Catalonia", "Catalan").
LOST = 3


@lru_cache(maxsize=4096)  # asked of the same words for each hypothesis of a sentence
def is_variant(text: str, forms: tuple[str, ...], kind: NameType) -> bool:
    """Tell whether words are an inflection of a name: "Russian" for Russia, "Rothschilds"."""
    folded = fold(text)
    return any(
        (folded.startswith(place) and folded[len(place) :] in _added(place, kind))
        or (kind is not NameType.PERSON and _is_adjective(folded, place, kind))
        for place in map(fold, forms)
    )


def _added(name: str, kind: NameType) -> tuple[str, ...]:
    """List what may be added to a name; "Glasss", "Saturnes" and "Athenses" are no plurals."""
    if not name.endswith(HISSING):
        return (*ADDED, "s")
    return ADDED if kind is NameType.PLACE else (*ADDED, "es")


def _is_adjective(words: str, place: str, kind: NameType) -> bool:
    """Tell whether words are the adjective of a place, all but the last word being the same."""
    if words in table().get(place, ()):
        return True
    head, _, word = words.rpartition(" ")
    place_head, _, last = place.rpartition(" ")
    if head != place_head:
        return False
    regular = (kind is NameType.PLACE or not head) and _derives(word, last)
    return regular or word in table().get(last, ())


def _derives(word: str, place: str) -> bool:
    """Tell whether a word is the place with an adjective's ending ("Parisian")."""
    if word == place or word[:SHARED] != place[:SHARED]:
        return False
    cuts = (cut for cut in range(SHARED, len(word)) if ENDINGS.fullmatch(word, cut))
    return any(place.startswith(word[:cut]) and len(place) - cut <= LOST for cut in cuts)


@cache
def table() -> dict[str, frozenset[str]]:
    """Return the folded English adjectives and inhabitants of each folded English place."""
    lines = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {fold(place): frozenset(map(fold, words.split("|"))) for place, words in rows}
