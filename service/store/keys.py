"""API keys, of which only a hash is kept, and how much is done with each.

A key is `itl_`, its public id, `_` and 32 random bytes in hex. With so much chance in it, one round
of SHA-256 hides it as well as a slow hash would: there is nothing to guess.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import BadInput, NotFound
from service.store import Store
from service.store.connection import insert_into
from service.store.tables import NAME, KeyRow, UsageRow, now

PREFIX = "itl"
ID_BYTES, SECRET_BYTES = 6, 32
FORM = re.compile(r"itl_([0-9a-f]{12})_[0-9a-f]{64}")
NOBODY = ""  # an id that no key has
NOTHING = "0" * 64  # the hash of no key


class Scope(StrEnum):
    """What a key allows."""

    TRANSLATE = "translate"
    GLOSSARIES = "glossaries"  # to change them; to read them is part of translating
    ADMIN = "admin"  # everything, metrics included


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; not the key.

    Attributes:
        rate_per_minute: requests it allows; None for any number.
        characters, requests: what was translated with it, ever.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    rate_per_minute: int | None
    created: datetime
    last_used: datetime | None
    revoked: datetime | None
    characters: int = 0
    requests: int = 0


class Keys:
    """The keys of a store. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(
        self, name: str, scopes: Iterable[Scope], rate_per_minute: int | None = None
    ) -> tuple[Key, str]:
        """Make a key; the second value is the key itself, which nobody can ever read again.

        Raises:
            BadInput: the name is empty or too long.
        """
        if not name.strip() or len(name) > NAME:
            raise BadInput(f"a name has 1 to {NAME} characters", where="name")
        identity = secrets.token_hex(ID_BYTES)
        key = f"{PREFIX}_{identity}_{secrets.token_hex(SECRET_BYTES)}"
        row = KeyRow(
            id=identity,
            name=name,
            hash=hash_of(key),
            scopes=sorted(set(scopes)),
            rate_per_minute=rate_per_minute,
            created=now(),
        )
        with self._store.writing() as session:
            session.add(row)
        return _key(row), key

    def list(self) -> list[Key]:
        """List every key, oldest first, revoked ones too."""
        totals = (
            select(
                UsageRow.owner,
                func.sum(UsageRow.characters).label("characters"),
                func.sum(UsageRow.requests).label("requests"),
            )
            .group_by(UsageRow.owner)
            .subquery()
        )
        query = (
            select(KeyRow, totals.c.characters, totals.c.requests)
            .outerjoin(totals, totals.c.owner == KeyRow.id)
            .order_by(KeyRow.created, KeyRow.id)
        )
        with self._store.reading() as session:
            return [
                _key(row, int(characters or 0), int(requests or 0))
                for row, characters, requests in session.execute(query)
            ]

    def revoke(self, id: str) -> Key:  # noqa: A002
        """Make a key worthless; it stays in the list.

        Raises:
            NotFound: there is none by that id.
        """
        with self._store.writing() as session:
            row = session.get(KeyRow, id)
            if row is None:
                hint = "`interligne keys list` shows the ids"
                raise NotFound(f"there is no key {id!r}", hint=hint)
            row.revoked = row.revoked or now()
        return _key(row)

    def find(self, key: str) -> Key | None:
        """Find what is known of a key; None if it is none of ours, or was revoked.

        Takes the same steps for every key, so that the time it takes tells nothing.
        """
        form = FORM.fullmatch(key)
        with self._store.reading() as session:
            row = session.get(KeyRow, form[1] if form else NOBODY)
        is_right = compare_digest(row.hash if row else NOTHING, hash_of(key))
        return _key(row) if row and is_right and row.revoked is None else None

    def exist(self) -> bool:
        """Whether there ever was a key; revoking the last one opens no doors."""
        with self._store.reading() as session:
            return session.scalar(select(KeyRow.id).limit(1)) is not None

    def characters(self, owner: str) -> int:
        """Tell how many characters were translated with a key, ever."""
        query = select(func.sum(UsageRow.characters)).where(UsageRow.owner == owner)
        with self._store.reading() as session:
            return int(session.scalar(query) or 0)

    def count(self, owner: str, characters: int, *, day: date | None = None) -> None:
        """Take note of a request that was done with a key."""
        with self._store.writing() as session:
            note_use(session, owner, characters, day=day)


def note_use(session: Session, owner: str, characters: int, *, day: date | None = None) -> None:
    """Take note of a request or a job that was done with a key, in a transaction that writes."""
    row = {
        "owner": owner,
        "day": day or datetime.now(UTC).date(),
        "characters": characters,
        "requests": 1,
    }
    _add(session, row)
    if key := session.get(KeyRow, owner):
        key.last_used = now()


def hash_of(key: str) -> str:
    """Hash a key, whatever it is made of."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()


def parse_scopes(names: Sequence[str]) -> frozenset[Scope]:
    """Read the names of scopes.

    Raises:
        BadInput: there is no such scope.
    """
    try:
        return frozenset(map(Scope, names))
    except ValueError as error:
        raise BadInput(str(error), where="scopes", hint=f"one of {', '.join(Scope)}") from error


def _add(session: Session, row: dict[str, Any]) -> None:
    """Add to the row of an owner and a day, which may not be there yet."""
    statement = insert_into(session, UsageRow).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[UsageRow.owner, UsageRow.day],
            set_={
                "characters": UsageRow.characters + statement.excluded.characters,
                "requests": UsageRow.requests + statement.excluded.requests,
            },
        )
    )


def _key(row: KeyRow, characters: int = 0, requests: int = 0) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        scopes=frozenset(map(Scope, row.scopes)),
        rate_per_minute=row.rate_per_minute,
        created=row.created,
        last_used=row.last_used,
        revoked=row.revoked,
        characters=characters,
        requests=requests,
    )
