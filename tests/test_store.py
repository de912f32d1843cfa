"""The store: opening, migrating, transactions and failures, on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, func, inspect, select, text

from service.errors import BadInput, Conflict, StoreUnavailable
from service.settings import Settings
from service.store import Store, connection, open_store
from service.store.tables import Base, JobRow, JobSegmentRow, KeyRow, MemoryRow
from tests.databases import PostgresServer

NOBODY = 65534


def key(name: str) -> KeyRow:
    """Make a row with a unique column."""
    return KeyRow(id=name, name=name, hash=f"hash of {name}")


def count_keys(store: Store) -> int:
    """Count the rows."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(KeyRow)) or 0


def test_migrations_and_tables_agree(store: Store) -> None:
    """What the migrations make is what the tables say."""
    with store.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == connection.HEAD


def test_the_last_migration_is_the_one_that_opening_looks_for() -> None:
    """A new migration that the code does not name would never run."""
    assert ScriptDirectory(str(connection.MIGRATIONS)).get_heads() == [connection.HEAD]


def test_downgrading_leaves_nothing(store: Store) -> None:
    """The migration can be undone, and done again."""
    from alembic import command

    with store.writing() as session:
        config = connection.migration_config(session.connection())
        command.downgrade(config, "base")
        names = inspect(session.connection()).get_table_names()
        assert names == ["alembic_version"]
        command.upgrade(config, "head")
    assert count_keys(store) == 0


def test_a_database_of_an_earlier_version_keeps_its_jobs(store: Store) -> None:
    """Opening it brings the tables up to date, and what waits in them is still there."""
    from alembic import command

    with store.writing() as session:
        session.add(JobRow(id="j", media_type="text/plain", payload=b"Oui."))
        session.flush()
        command.downgrade(connection.migration_config(session.connection()), "0001")
    store.close()
    with store.reading() as session:
        assert session.get_one(JobRow, "j").payload == b"Oui."
        columns = {one["name"] for one in inspect(session.connection()).get_columns("jobs")}
    assert not {"kind", "result_type"} & columns


def test_many_may_open_an_empty_database_at_once(database_url: str) -> None:
    """The tables are made once, and whoever comes second finds them."""
    stores = [open_store(database_url) for _ in range(8)]
    failures: list[BaseException] = []

    def open_it(store: Store) -> None:
        try:
            assert count_keys(store) == 0
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert failures == []


def test_a_block_that_fails_leaves_no_trace(store: Store) -> None:
    """A transaction is kept whole or not at all."""

    def fail() -> None:
        with store.writing() as session:
            session.add(key("a"))
            session.flush()
            raise ValueError("oops")

    with pytest.raises(ValueError, match="oops"):
        fail()
    assert count_keys(store) == 0
    with store.writing() as session:
        session.add(key("a"))
    assert count_keys(store) == 1


def test_what_exists_already_is_a_conflict(store: Store) -> None:
    """A broken rule of the tables is one of our own errors."""
    with store.writing() as session:
        session.add(key("a"))
    with pytest.raises(Conflict, match="exists already"), store.writing() as session:
        session.add(key("a"))


def test_what_no_database_can_hold_is_the_callers_fault(store: Store) -> None:
    """Half a character is no text."""
    with pytest.raises(BadInput, match="cannot hold"), store.writing() as session:
        session.add(key("\ud800"))


def test_what_postgresql_cannot_hold_is_the_callers_fault(postgres: PostgresServer) -> None:
    """NUL would be a fault of the service, if nobody had looked before."""
    store = open_store(postgres.create_database())
    with pytest.raises(BadInput, match="cannot hold"), store.writing() as session:
        session.add(key("x\x00"))
    store.close()


def test_rows_that_belong_to_a_job_go_with_it(store: Store) -> None:
    """Foreign keys hold on SQLite too."""
    with store.writing() as session:
        session.add(JobRow(id="j", media_type="text/plain", payload=b"\x00\xff", total=None))
        session.flush()
        session.add(JobSegmentRow(job_id="j", key="k", hypotheses="[]"))
    with store.writing() as session:
        session.delete(session.get_one(JobRow, "j"))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(JobSegmentRow)) == 0


def test_a_job_comes_back_as_it_was_put(store: Store) -> None:
    """Bytes, JSON and times in any zone survive both databases."""
    paris = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    with store.writing() as session:
        job = JobRow(id="j", media_type="x/y", payload=bytes(range(256)), lease_until=paris)
        job.wishes = {"title": "“é” %s {} \\ 'x'", "n": [1, None]}
        session.add(job)
    with store.reading() as session:
        job = session.get_one(JobRow, "j")
        assert job.payload == bytes(range(256))
        assert job.wishes == {"title": "“é” %s {} \\ 'x'", "n": [1, None]}
        assert job.lease_until == paris
        assert job.lease_until.tzinfo is UTC
        assert (job.state, job.done, job.total, job.error) == ("queued", 0, None, None)
        late = select(JobRow.id).where(JobRow.lease_until < paris + timedelta(microseconds=1))
        assert session.scalars(late).all() == ["j"]


def test_only_one_sentence_of_an_owner_is_remembered(store: Store) -> None:
    """The empty owner counts as one, as NULL would not."""
    with store.writing() as session:
        session.add(MemoryRow(source_hash="h", source="Bonjour.", target="Hello."))
    with pytest.raises(Conflict), store.writing() as session:
        session.add(MemoryRow(source_hash="h", source="Bonjour.", target="Good day."))


def test_threads_lose_no_update(store: Store) -> None:
    """Writers of one process wait for each other; none fails and none overwrites another."""
    with store.writing() as session:
        session.add(JobRow(id="j", media_type="x/y", payload=b""))

    def add() -> None:
        for _ in range(20):
            with store.writing() as session:
                job = session.get_one(JobRow, "j", with_for_update=True)
                job.done += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert session.get_one(JobRow, "j").done == 160


def test_a_newer_database_is_left_alone(store: Store, database_url: str) -> None:
    """An old program does not touch the tables of a new one, and says which it needs."""
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="newer version"):
        open_store(database_url).check()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
        ("mysql+nonesuch://host/name", "driver"),
        ("no address", "address"),
        ("sqlite://", "address"),
        ("sqlite:///:memory:", "address"),
        ("sqlite:////dev/null/folder/store.db", "cannot be opened"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(url: str, message: str) -> None:
    """Each kind of wrong address has its own message and advice, and never shows a password."""
    with pytest.raises(StoreUnavailable, match=message) as caught:
        open_store(url).check()
    assert caught.value.hint


def test_a_password_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the error nor the log tells it."""
    with pytest.raises(StoreUnavailable) as caught:
        open_store("postgresql://me:s3cret@127.0.0.1:1/none").check()
    assert "127.0.0.1" in caplog.text
    assert "s3cret" not in caplog.text + repr(vars(caught.value))


@pytest.mark.parametrize(
    ("pragma", "message"),
    [("PRAGMA query_only = 1", "cannot be written"), ("PRAGMA max_page_count = 1", "is full")],
)
def test_sqlite_that_cannot_be_written_recovers_by_itself(
    tmp_path: Path, pragma: str, message: str
) -> None:
    """A full or read-only disk is told as such, reading goes on, and space is enough to recover."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    assert count_keys(store) == 0
    store.close()
    with sqlite_with(store, pragma):
        with pytest.raises(StoreUnavailable, match=message), store.writing() as session:
            session.add_all(key("x" * 300 + str(number)) for number in range(500))
        assert count_keys(store) == 0
    store.check()


@contextmanager
def sqlite_with(store: Store, pragma: str) -> Iterator[None]:
    """Give every connection of a store a limit for the time of the block."""

    def limit(driver: object, _: object) -> None:
        driver.execute(pragma)  # type: ignore[attr-defined]

    engine = store._opened()
    engine.dispose()
    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up root's power to write everywhere for the time of the block."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(user)


def test_a_read_only_folder_is_told_and_recovers_by_itself() -> None:
    """The store says so, and works as soon as the folder may be written to."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        store = open_store(f"sqlite:///{folder / 'data' / 'store.db'}")
        with as_nobody(), pytest.raises(StoreUnavailable, match="cannot be opened"):
            store.check()
        folder.chmod(0o777)
        with as_nobody():
            store.check()
        store.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A damaged file is not overwritten."""
    file = tmp_path / "store.db"
    file.write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_store(f"sqlite:///{file}").check()
    assert file.read_bytes().startswith(b"no database")


def test_a_server_that_is_restarted_is_found_again(postgres: PostgresServer) -> None:
    """Connections of before the restart are not used, and no request fails after it."""
    store = open_store(postgres.create_database())
    with store.writing() as session:
        session.add(key("a"))
    postgres.restart()
    assert count_keys(store) == 1
    store.close()


def test_a_server_that_is_down_is_told_until_it_is_back(postgres: PostgresServer) -> None:
    """A store says so at once, whether it was open before or not."""
    store = open_store(postgres.create_database())
    unopened = open_store(store.url)
    store.check()
    postgres.stop()
    try:
        for one in (store, unopened):
            with pytest.raises(StoreUnavailable, match="cannot be reached"):
                one.check()
    finally:
        postgres.start()
    for one in (store, unopened):
        one.check()
        one.close()


def test_a_connection_lost_within_a_transaction_is_told(postgres: PostgresServer) -> None:
    """What was not kept is lost, and is said to be."""
    store = open_store(postgres.create_database())

    def add_during_a_restart() -> None:
        with store.writing() as session:
            session.add(key("a"))
            session.flush()
            postgres.restart()
            session.add(key("b"))

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        add_during_a_restart()
    assert count_keys(store) == 0
    store.close()


def test_a_server_that_only_reads_is_told(postgres: PostgresServer) -> None:
    """A standby answers questions and refuses changes."""
    store = open_store(postgres.create_database())
    store.check()
    standby = open_store(f"{store.url}%20-cdefault_transaction_read_only%3Don")
    assert count_keys(standby) == 0
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        standby.check()
    standby.close()
    store.close()


def test_naming_a_store_imports_no_database_library() -> None:
    """A command that needs no store does not pay for one."""
    program = (
        "import sys; from service.store import open_store; open_store('sqlite:///x.db');"
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'alembic', 'psycopg')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_opening_tables_that_are_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    """Migrating is for once; after that its library stays unread."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    open_store(url).check()
    program = (
        f"import sys; from service.store import open_store; open_store({url!r}).check();"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_settings_say_where_the_store_is(tmp_path: Path) -> None:
    """A file in the data directory, unless a database is named."""
    assert Settings(data_dir=tmp_path).store_url == f"sqlite:///{tmp_path}/interligne.db"
    named = Settings(data_dir=tmp_path, database_url="postgresql://host/name")
    assert named.store_url == "postgresql://host/name"
