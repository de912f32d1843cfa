"""Short forms of full names: what "Al-Assad" is in English when "Bachar Al-Assad" is known."""

from dataclasses import dataclass

from service.article import NameType
from service.names.discover import PARTICLES
from service.names.keys import fold

# Particles written as a prefix of the surname.
PREFIXES = ("al-", "el-", "al ", "el ")


@dataclass(frozen=True, slots=True)
class Shortening:
    """A part of a full name that may stand for it; `english` is empty if nobody knows yet."""

    french: str
    english: tuple[str, ...]


def shortenings(french: str, english: tuple[str, ...], kind: NameType) -> list[Shortening]:
    """List the short forms of a person's full name: surname with and without particle, first name.

    Args:
        french: the full name as the article writes it.
        english: its accepted English forms; may be empty.
        kind: only persons, and discovered names that may be, have short forms.
    """
    words = french.split()
    if kind not in (NameType.PERSON, NameType.OTHER) or len(words) < 2:
        return []
    found: dict[str, Shortening] = {}
    for count in range(1, len(words)):
        _add(found, words[-count:], tuple(_ending(e, count, len(words)) for e in english))
    first = tuple(e.split()[0] for e in english)
    as_long = all(len(e.split()) == len(words) for e in english)
    if as_long or all(fold(one) == fold(words[0]) for one in first):  # "Kim Jong-un", "Kim Jong Un"
        _add(found, words[:1], first)
    return list(found.values())


def _add(found: dict[str, Shortening], words: list[str], english: tuple[str, ...]) -> None:
    short = " ".join(words)
    if fold(words[-1]) in PARTICLES or not all(english):
        return
    bare_too = (*english, *map(_bare, english))
    found.setdefault(fold(short), Shortening(short, tuple(dict.fromkeys(bare_too))))
    for prefix in PREFIXES:
        if short.lower().startswith(prefix):
            bare = short[len(prefix) :]
            both = (*map(_bare, english), *english)
            found.setdefault(fold(bare), Shortening(bare, tuple(dict.fromkeys(both))))


def _bare(english: str) -> str:
    for prefix in PREFIXES:
        if english.lower().startswith(prefix):
            return english[len(prefix) :]
    return english


def _ending(english: str, count: int, total: int) -> str:
    """Take the last words of an English name that answer to the last `count` French ones."""
    words = english.split()
    if len(words) != total and count >= len(words):
        return ""
    return " ".join(words[-count:])
