"""Connections: how SQLite is set up, how transactions begin, how tables are brought up to date."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.errors import StoreUnavailable

HEAD = "0002"  # the last of migrations/versions
MIGRATIONS = Path(__file__).with_name("migrations")
PATIENCE = 10  # seconds that a connection waits for another's lock, or for the server
PAUSE = 0.01  # seconds before asking SQLite again
POOL, OVERFLOW = 10, 20  # connections kept, and more at a busy time
ROWS_AT_ONCE = 500  # databases bound the variables of a statement
IN_MEMORY = ":memory:"
MIGRATION_LOCK = 0x696E7465726C6967  # "interlig"; the locks of PostgreSQL are numbers

Item = TypeVar("Item")

COMMON: dict[str, Any] = {  # of both kinds of database
    "pool_size": POOL,
    "max_overflow": OVERFLOW,
    "pool_timeout": PATIENCE,
    "hide_parameters": True,  # what was sent stays out of logs
    "json_serializer": lambda value: to_json(value).decode(),  # thrice as fast as json, or more
    "json_deserializer": from_json,
}
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers and the writer do not wait for each other
    "PRAGMA synchronous = NORMAL",  # in WAL a crash of the machine may lose, but never damage
    "PRAGMA foreign_keys = ON",
)


def connect(address: str) -> Engine:
    """Connect to a database and bring its tables up to date."""
    url = with_driver(make_url(address))
    engine = open_sqlite(url) if url.get_backend_name() == "sqlite" else open_server(url)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def with_driver(url: URL) -> URL:
    """Name the driver of PostgreSQL, which providers write as postgres:// or postgresql://."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def open_sqlite(url: URL) -> Engine:
    """Open a file, whose folder is made if there is none."""
    if url.database in (None, "", IN_MEMORY):
        raise exc.ArgumentError("a database in memory has nothing to keep")
    Path(str(url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": PATIENCE},
        **COMMON,
    )
    event.listen(engine, "connect", set_up_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def set_up_sqlite(connection: Any, _: Any) -> None:
    """Set up a new connection; the driver is told not to begin transactions by itself."""
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        execute_patiently(connection, pragma)


def execute_patiently(connection: Any, statement: str) -> None:
    """Execute a statement; wait where SQLite does not by itself.

    Of two connections that turn an empty database to WAL at once, one is refused without a wait
    (https://www.sqlite.org/c3ref/busy_handler.html).
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(PAUSE)
        else:
            return


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that will write says so first, for it cannot become one later."""
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def open_server(url: URL) -> Engine:
    """Open a pool whose connections are tried before use, for servers are restarted."""
    return create_engine(
        url,
        connect_args={"connect_timeout": PATIENCE, "application_name": "interligne"},
        pool_pre_ping=True,
        **COMMON,
    )


@contextmanager
def transaction(engine: Engine, *, write: bool) -> Iterator[Session]:
    """Give a session in a transaction, kept at the end of the block."""
    with (
        Session(engine.execution_options(write=write), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


def batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Part items into as many as one statement may name."""
    left = iter(items)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some


def insert_into(session: Session, table: type[Any]) -> Any:
    """Begin an INSERT that may say what to do on a conflict, as both dialects write it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def touch(session: Session) -> None:
    """Write nothing, in a way that a database that is read-only or full refuses."""
    session.execute(text("UPDATE alembic_version SET version_num = version_num"))


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, one process at a time; costs one query when they are.

    Raises:
        StoreUnavailable: a newer version of this program has made the tables.
    """
    version = version_of(engine)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise StoreUnavailable(
            "a newer version made the tables of the database",
            where="database",
            hint="run that version, or name another database",
        )
    from alembic import command

    with engine.begin() as connection:  # in SQLite this waits for other writers
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        command.upgrade(migration_config(connection), HEAD)


def version_of(engine: Engine) -> str | None:
    """Tell which migration a database has come to; None if it is empty."""
    with engine.connect().execution_options(write=False) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def migration_config(connection: Connection) -> Any:
    """Tell Alembic where the migrations are and what to run them on."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
