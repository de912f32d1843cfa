"""Adjectives and inhabitants of places: a rendering of the place that is right as it stands."""

from functools import cache
from importlib import resources

from service.article import NameType
from service.names.keys import fold

TABLE = "demonyms.tsv"
ENDINGS = ("an", "ans", "ian", "ians", "ish", "ese", "ic", "ich", "i", "is", "er", "ers", "ean")
ENDINGS_MORE = ("eans", "ite", "ites", "ene", "enes", "iot", "iots", "ine", "ines", "al", "que")
SHARED = 4


def is_adjective_of(text: str, forms: tuple[str, ...], kind: NameType) -> bool:
    """Tell whether a word is the adjective of a place, or the people of it."""
    if kind is NameType.PERSON or " " in text:
        return False
    word = fold(text)
    return any(word in table().get(fold(form), ()) or _derives(word, fold(form)) for form in forms)


def _derives(word: str, place: str) -> bool:
    """Tell whether a word is the place with an adjective's ending ("Parisian")."""
    if word == place or word[:SHARED] != place[:SHARED]:
        return False
    endings = (e for e in (*ENDINGS, *ENDINGS_MORE) if word.endswith(e) and not place.endswith(e))
    return any(place.startswith(word[: -len(e)]) for e in endings)


@cache
def table() -> dict[str, frozenset[str]]:
    """Return the folded English adjectives and inhabitants of each folded English place."""
    lines = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {fold(place): frozenset(map(fold, words.split("|"))) for place, words in rows}
