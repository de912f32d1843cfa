"""Stored glossaries: every change makes a new version, and every version can be read again.

Whoever changes a glossary may name the version that the change is meant for; if there is a newer
one by then, nothing is changed and `Outdated` is raised. Writers of one glossary wait for each
other, so that no change is lost whether they do or not.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, insert, select, tuple_, update
from sqlalchemy.orm import Session

from service.article import NameType, Origin
from service.errors import NotFound, Outdated
from service.names.glossary import Glossary, Term, of_terms
from service.names.limits import require_name, require_size
from service.store import Store
from service.store.changes import Change, Placed, numbered, patched, require_sound
from service.store.connection import batched
from service.store.tables import SHARED, GlossaryRow, GlossaryTermRow, GlossaryVersionRow, now

ID = re.compile(r"[0-9a-f-]{36}")
PAGE = 100  # glossaries read at once
LINES = 16  # of writers that wait, each for the glossaries of a few ids


@dataclass(frozen=True, slots=True)
class StoredGlossary:
    """A glossary in one of its versions.

    Attributes:
        version: how many changes it has seen, from 1.
        size: number of terms.
        shared: whether it is everybody's.
        updated: when this version was made.
    """

    id: str
    name: str
    version: int
    size: int
    shared: bool
    created: datetime
    updated: datetime


class Glossaries:
    """The glossaries of a store.

    `owner` is the id of an API key, and "" where keys are off. What belongs to "" is shared: every
    key may read and change it, as far as it may do so at all.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lines = [threading.Lock() for _ in range(LINES)]

    def create(self, name: str, terms: Iterable[Term], owner: str = "") -> StoredGlossary:
        """Store a glossary.

        Raises:
            BadGlossary: a term cannot be stored, or two share a French form.
        """
        require_name(name)
        placed = numbered(terms)
        with self._store.writing() as session:
            row = GlossaryRow(id=str(uuid4()), owner=owner, name=name, version=1, size=len(placed))
            row.created = row.updated = now()
            session.add(row)
            session.flush()
            _record(session, row)
            _insert(session, row, placed)
            return _told(row)

    def page(self, owner: str = "", *, size: int, after: str = "") -> list[StoredGlossary]:
        """List glossaries, newest first, from the one after `after`.

        Raises:
            NotFound: there is no glossary `after`.
        """
        chosen = select(GlossaryRow).where(GlossaryRow.owner.in_({owner, SHARED}))
        newest = (GlossaryRow.created.desc(), GlossaryRow.id.desc())
        with self._store.reading() as session:
            if after:
                last = _found(session, after, owner)
                older = tuple_(GlossaryRow.created, GlossaryRow.id) < (last.created, last.id)
                chosen = chosen.where(older)
            return list(map(_told, session.scalars(chosen.order_by(*newest).limit(size))))

    def every(self, owner: str = "") -> Iterator[StoredGlossary]:
        """Yield all glossaries, newest first."""
        after = ""
        while page := self.page(owner, size=PAGE, after=after):
            yield from page
            after = page[-1].id

    def versions(
        self, glossary_id: str, owner: str = "", *, size: int, before: int | None = None
    ) -> list[StoredGlossary]:
        """List the versions of a glossary, newest first, from the one before `before`.

        Raises:
            NotFound: there is no such glossary.
        """
        version = GlossaryVersionRow
        with self._store.reading() as session:
            row = _found(session, glossary_id, owner)
            chosen = select(version).where(version.glossary_id == row.id)
            if before is not None:
                chosen = chosen.where(version.version < before)
            rows = session.scalars(chosen.order_by(version.version.desc()).limit(size))
            return [_told_of(row, one) for one in rows]

    def get(self, glossary_id: str, owner: str = "", version: int | None = None) -> StoredGlossary:
        """Tell of a glossary in a version; None for the newest.

        Raises:
            NotFound: there is no such glossary, or version of it.
        """
        with self._store.reading() as session:
            return _version(session, glossary_id, owner, version)

    def read(
        self, glossary_id: str, owner: str = "", version: int | None = None
    ) -> tuple[StoredGlossary, Glossary]:
        """Read the terms of a glossary in a version; None for the newest.

        Raises:
            NotFound: there is no such glossary, or version of it.
        """
        with self._store.reading() as session:
            told = _version(session, glossary_id, owner, version)
            placed = _terms(session, told.id, told.version)
        return told, of_terms(placed.values(), Origin.STORED)

    def replace(
        self,
        glossary_id: str,
        terms: Iterable[Term],
        owner: str = "",
        *,
        name: str | None = None,
        expected: int | None = None,
    ) -> StoredGlossary:
        """Put other terms in the place of all; what stays the same makes no new version.

        Args:
            glossary_id: which glossary.
            terms: all its terms.
            owner: whose it is.
            name: its new name; None keeps the old one.
            expected: the version that this is meant for; None for whichever there is.

        Raises:
            NotFound: there is no such glossary.
            Outdated: it is in another version by now.
            BadGlossary: a term cannot be stored, or two share a French form.
        """
        if name is not None:
            require_name(name)
        after = numbered(terms)
        with self._changing(glossary_id) as session:
            row = _locked(session, glossary_id, owner, expected)
            return _changed(session, row, name, _terms(session, row.id, row.version), after)

    def patch(
        self, glossary_id: str, change: Change, owner: str = "", *, expected: int | None = None
    ) -> StoredGlossary:
        """Add, change and remove terms; what stays the same makes no new version.

        Raises:
            NotFound: there is no such glossary.
            Outdated: it is in another version by now.
            BadGlossary: a term cannot be stored, or one to remove is not there.
        """
        if change.name is not None:
            require_name(change.name)
        require_sound(change.put, where="put")
        with self._changing(glossary_id) as session:
            row = _locked(session, glossary_id, owner, expected)
            before = _terms(session, row.id, row.version)
            after = patched(before, change)
            require_size(len(after))
            return _changed(session, row, change.name, before, after)

    def delete(self, glossary_id: str, owner: str = "", *, expected: int | None = None) -> None:
        """Forget a glossary and all its versions.

        Raises:
            NotFound: there is no such glossary.
            Outdated: it is in another version by now.
        """
        with self._changing(glossary_id) as session:
            session.delete(_locked(session, glossary_id, owner, expected))

    @contextmanager
    def _changing(self, glossary_id: str) -> Iterator[Session]:
        """Wait in line, if somebody changes the same glossary, without holding a connection."""
        with self._lines[hash(glossary_id) % len(self._lines)], self._store.writing() as session:
            yield session


def _found(session: Session, glossary_id: str, owner: str, *, lock: bool = False) -> GlossaryRow:
    chosen = select(GlossaryRow).where(
        GlossaryRow.id == glossary_id, GlossaryRow.owner.in_({owner, SHARED})
    )
    is_id = ID.fullmatch(glossary_id)  # no database is asked about characters that it cannot hold
    row = session.scalar(chosen.with_for_update() if lock else chosen) if is_id else None
    if row is None:
        raise NotFound(
            f"there is no glossary {glossary_id!r}",
            where="glossary_id",
            hint="list those that there are",
        )
    return row


def _locked(session: Session, glossary_id: str, owner: str, expected: int | None) -> GlossaryRow:
    """Find a glossary and keep others from changing it until the end of the transaction."""
    row = _found(session, glossary_id, owner, lock=True)
    if expected is not None and expected != row.version:
        raise Outdated(
            f"the glossary is in version {row.version} by now, not {expected}",
            where="glossary",
            hint="read it again and change what is there",
        )
    return row


def _version(session: Session, glossary_id: str, owner: str, version: int | None) -> StoredGlossary:
    row = _found(session, glossary_id, owner)
    if version is None or version == row.version:
        return _told(row)
    one = session.get(GlossaryVersionRow, (row.id, version))
    if one is None:
        raise NotFound(
            f"the glossary {glossary_id!r} has no version {version}",
            where="version",
            hint=f"the newest is {row.version}",
        )
    return _told_of(row, one)


def _terms(session: Session, glossary_id: str, version: int) -> Placed:
    row = GlossaryTermRow
    chosen = _chosen(glossary_id, version).with_only_columns(
        row.place, row.french, row.english, row.type, row.case_sensitive, row.note
    )
    return {
        place: Term(tuple(french), tuple(english), NameType(kind), exact, note)
        for place, french, english, kind, exact, note in session.execute(chosen)
    }


def _chosen(glossary_id: str, version: int) -> Select[Any]:
    """Choose the terms of a version, in order."""
    row = GlossaryTermRow
    there = (row.until.is_(None)) | (row.until > version)
    return (
        select(row)
        .where(row.glossary_id == glossary_id, row.since <= version, there)
        .order_by(row.place)
    )


def _changed(
    session: Session, row: GlossaryRow, name: str | None, before: Placed, after: Placed
) -> StoredGlossary:
    """Bring a glossary to its next version, unless nothing is different."""
    name = row.name if name is None else name
    gone = [place for place, term in before.items() if after.get(place) != term]
    new = {place: term for place, term in after.items() if before.get(place) != term}
    if gone or new or name != row.name:
        row.name, row.version, row.size, row.updated = name, row.version + 1, len(after), now()
        _record(session, row)
        _close(session, row, gone)
        _insert(session, row, new)
    return _told(row)


def _record(session: Session, row: GlossaryRow) -> None:
    """Note the version that a glossary is in."""
    session.add(
        GlossaryVersionRow(
            glossary_id=row.id,
            version=row.version,
            name=row.name,
            size=row.size,
            created=row.updated,
        )
    )


def _close(session: Session, row: GlossaryRow, places: Sequence[int]) -> None:
    """End terms with the version before this one."""
    term = GlossaryTermRow
    for some in batched(places):
        session.execute(
            update(term)
            .where(term.glossary_id == row.id, term.until.is_(None), term.place.in_(some))
            .values(until=row.version)
            .execution_options(synchronize_session=False)
        )


def _insert(session: Session, row: GlossaryRow, placed: Placed) -> None:
    """Begin terms with this version."""
    rows = [
        {
            "glossary_id": row.id,
            "place": place,
            "since": row.version,
            "french": term.french,
            "english": term.english,
            "type": term.type.value,
            "case_sensitive": term.case_sensitive,
            "note": term.note,
        }
        for place, term in placed.items()
    ]
    if rows:
        session.execute(insert(GlossaryTermRow), rows)


def _told(row: GlossaryRow) -> StoredGlossary:
    shared = row.owner == SHARED
    return StoredGlossary(row.id, row.name, row.version, row.size, shared, row.created, row.updated)


def _told_of(row: GlossaryRow, one: GlossaryVersionRow) -> StoredGlossary:
    shared = row.owner == SHARED
    return StoredGlossary(row.id, one.name, one.version, one.size, shared, row.created, one.created)
