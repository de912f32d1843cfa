"""Peoples as nouns ("les Congolais", "le Suisse Wawrinka"), marked with their English.

French gives them a capital, and a small model, which has read few of them, copies them as names
("the Congais"). Number decides the English, and a word before them tells the noun from a surname
and from the adjective in the name of an institution.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from service.names.marks import MARKED, marked

TABLE = "peoples.tsv"
SINGULAR = r"[Ll]e|[Ll]a|[Uu]ne?|[Dd]u|[Aa]u|[Cc]et?|[Cc]ette|[Jj]eune|[Pp]remi(?:er|ère)|[Aa]utre"
PLURAL = (
    r"[Ll]es|[Dd]es|[Aa]ux|[Cc]es|[Ss]es|[Nn]os|[Vv]os|[Ll]eurs|[Dd]e|[Jj]eunes|[Aa]utres"
    r"|[Cc]ertaine?s|[Pp]lusieurs|[Qq]uelques|[Nn]ombreu(?:x|ses)|[Pp]remi(?:er|ère)s|[Dd]eux"
    r"|[Tt]rois|[Qq]uatre|[Cc]inq|[Ss]ix|[Ss]ept|[Hh]uit|[Nn]euf|[Dd]ix|\d+"
)
NOUN = re.compile(
    rf"{MARKED}|\b(?:(?P<one>(?:{SINGULAR})\s|[Ll]['’])|(?:{PLURAL})\s|d['’])(?P<noun>[^\W\d_]+(?:-[^\W\d_]+)?)"
    r"(?![\w-])"
)
# Words that are a place behind an article for a woman, and behind "de".
PLACES = frozenset({"Argentine", "Corse", "Suisse"})
BEFORE_PLACE = re.compile(r"(?:\b(?:la|de|de la)\s|['’])\Z", re.IGNORECASE)


def mark(segment: str) -> str:
    """Mark the peoples of a segment that stand as nouns."""
    shown = segment
    for start, end, english in reversed(list(_nouns(segment))):
        shown = shown[:start] + marked(segment[start:end], english) + shown[end:]
    return shown


def stretches(text: str) -> frozenset[tuple[int, int]]:
    """List where a people stands as a noun: "le Suisse" is a person, and no place."""
    return frozenset((start, end) for start, end, _ in _nouns(text))


def _nouns(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the place and the English of each."""
    for match in NOUN.finditer(text):
        noun = match["noun"] or ""
        forms = peoples().get(noun)
        if forms is None:
            continue
        if noun in PLACES and BEFORE_PLACE.search(text, match.start(), match.start("noun")):
            continue
        singular, plural = forms
        yield *match.span("noun"), singular if match["one"] else plural


@cache
def peoples() -> dict[str, tuple[str, str]]:
    """Return the English of each French form, where it is singular and where it is plural."""
    lines = resources.files(__package__).joinpath(TABLE).read_text(encoding="utf-8").splitlines()
    table: dict[str, tuple[str, str]] = {}
    for french, singular, plural in (line.split("\t") for line in lines if line[:1] != "#"):
        for form in french.split():
            table[form] = (singular, plural)
            if not form.endswith(("s", "x")):
                table[form] = (singular, singular)
                table[form + "s"] = (plural, plural)
    return table
