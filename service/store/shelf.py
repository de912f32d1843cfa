"""Stored glossaries at hand: read and compiled once per version, however many articles ask."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from cachetools import LRUCache

from service.article import GlossaryVersion
from service.errors import BadInput
from service.names.glossary import Glossary, layered
from service.store.glossaries import Glossaries

MOST_TERMS = 300_000  # of all glossaries at hand; 10,000 are some 10 MB
AT = "@"  # between a glossary and its version


@dataclass(frozen=True, slots=True)
class Reference:
    """A glossary that an article is to be translated with; without a version, the newest."""

    id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Glossaries in one pile, the first going first, and which versions they are."""

    glossary: Glossary
    versions: tuple[GlossaryVersion, ...]


NO_GLOSSARY = Taken(Glossary(), ())


class Shelf:
    """Gives out glossaries, and keeps those of late in memory. Safe to share between threads."""

    def __init__(self, glossaries: Glossaries, most_terms: int = MOST_TERMS) -> None:
        self._glossaries = glossaries
        self._kept: LRUCache[GlossaryVersion, Glossary] = LRUCache(most_terms, getsizeof=size_of)
        self._lock = threading.Lock()

    def take(self, wanted: Sequence[Reference], owner: str = "") -> Taken:
        """Give glossaries, each in the version asked for, else in its newest.

        Raises:
            NotFound: there is no such glossary, or version of it.
            StoreUnavailable: nobody knows.
        """
        versions = []
        for reference in wanted:
            told = self._glossaries.get(reference.id, owner, reference.version)
            versions.append(GlossaryVersion(told.id, told.version))
        pile = layered(*(self._compiled(version, owner) for version in versions))
        return Taken(pile, tuple(versions))

    def _compiled(self, version: GlossaryVersion, owner: str) -> Glossary:
        with self._lock:
            kept = self._kept.get(version)
        if kept is not None:
            return kept
        _, glossary = self._glossaries.read(version.id, owner, version.version)
        for layer in glossary.layers:
            layer.index  # noqa: B018 - built here, once, and not by every article that comes
        with self._lock:
            if size_of(glossary) <= self._kept.maxsize:
                self._kept[version] = glossary
        return glossary


def size_of(glossary: Glossary) -> int:
    """Count the terms, and one for the glossary itself."""
    return len(glossary) + 1


def reference_of(text: str) -> Reference:
    """Read `ID` or `ID@VERSION`.

    Raises:
        BadInput: the version is no number.
    """
    glossary_id, at, version = text.strip().partition(AT)
    if not at:
        return Reference(glossary_id)
    if not version.isdecimal() or len(version) > 9:
        raise BadInput(
            f"{version!r} is no version of a glossary",
            where="glossary_id",
            hint="write ID for the newest version, or ID@3 for the third",
        )
    return Reference(glossary_id, int(version))
