"""What outlives a process: glossaries, jobs, memory and keys, in SQLite or PostgreSQL.

A `Store` is opened when it is first used, and its tables are brought up to date then. `tables` says
what there is; a module beside it for each kind of thing says what can be done with it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # SQLAlchemy is imported when a store is first used: a translation needs none
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

SQLITE = "sqlite:///"

__all__ = ["Store", "open_store"]


class Store:
    """A database. Safe to share between threads; costs nothing until it is used.

    A failure leaves nothing behind: the next use connects again, so that a database that was down
    needs no restart of the service.

    Args:
        url: as SQLAlchemy writes it, `sqlite:///path` or `postgresql://user:password@host/name`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self._in_line = threading.Lock()

    @contextmanager
    def reading(self) -> "Iterator[Session]":
        """Give a transaction that sees one state of the database.

        Raises:
            StoreUnavailable: the database cannot be reached or read.
        """
        with self._transaction(write=False) as session:
            yield session

    @contextmanager
    def writing(self) -> "Iterator[Session]":
        """Give a transaction that is kept at the end of the block, or undone if it fails.

        SQLite has one writer at a time; those of a process stand in line, which is fairer and
        faster than to ask the file again and again.

        Raises:
            StoreUnavailable: the database cannot be reached or written.
            Conflict: what was written exists already.
        """
        if not self.url.startswith(SQLITE):
            with self._transaction(write=True) as session:
                yield session
            return
        with self._in_line, self._transaction(write=True) as session:
            yield session

    @property
    def is_there(self) -> bool:
        """Whether there may be anything in it; looked up without opening it."""
        return not self.url.startswith(SQLITE) or Path(self.url.removeprefix(SQLITE)).exists()

    def check(self) -> None:
        """Make sure that the database answers and may be written to.

        Raises:
            StoreUnavailable: it does not, or may not.
        """
        from service.store.connection import touch

        with self.writing() as session:
            touch(session)

    def close(self) -> None:
        """Close every connection; the next use opens the store again."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    @contextmanager
    def _transaction(self, *, write: bool) -> "Iterator[Session]":
        from service.store import connection, failures

        with (
            failures.told(self.url),
            connection.transaction(self._opened(), write=write) as session,
        ):
            yield session

    def _opened(self) -> "Engine":
        """Open the database if it is not open, and bring its tables up to date."""
        from service.store.connection import connect

        with self._opening:
            if self._engine is None:
                self._engine = connect(self.url)
            return self._engine


def open_store(url: str) -> Store:
    """Name a store, which is opened when first used."""
    return Store(url)
