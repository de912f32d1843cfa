"""What goes wrong in a database, told in our own errors; the details are for the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import exc, make_url

from service.errors import BadInput, Conflict, StoreUnavailable


class Failure(NamedTuple):
    """What is wrong, and what to do."""

    message: str
    hint: str


DOWN = Failure("the database cannot be reached", "check that it runs and its address")
READ_ONLY = Failure("the database cannot be written to", "check the permissions of its folder")
FULL = Failure("the disk of the database is full", "free some space; nothing needs a restart")
BUSY = Failure("the database is busy", "ask again in a moment")
DAMAGED = Failure("the file of the database is damaged", "put a copy of it in its place")
NO_FILE = Failure("the file of the database cannot be opened", "check the data directory")
DISK = Failure("the disk of the database fails", "check the disk, its space and permissions")
REFUSED = Failure("the database refuses the user", "check the name and password in its address")
NO_DATABASE = Failure("the server has no such database", "create it, or check its address")
NO_DRIVER = Failure("the driver of the database is missing", "pip install 'interligne[postgresql]'")
BAD_URL = Failure("this is no address of a database", "write postgresql://user:password@host/name")

SQLITE = {  # https://www.sqlite.org/rescode.html
    5: BUSY,
    6: BUSY,
    8: READ_ONLY,
    10: DISK,
    11: DAMAGED,
    13: FULL,
    14: NO_FILE,
    26: DAMAGED,
}
SQLSTATE = {  # https://www.postgresql.org/docs/current/errcodes-appendix.html; a class is 2 long
    "25006": READ_ONLY,
    "53100": FULL,
    "53": BUSY,
    "40": BUSY,
    "55": BUSY,
    "08": DOWN,
    "57": DOWN,
    "28": REFUSED,
    "42501": REFUSED,
    "3D": NO_DATABASE,
}

_log = logging.getLogger(__name__)


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what the database raises in the block into our own errors.

    Raises:
        StoreUnavailable: the database cannot do it, now or at all.
        BadInput: a text or number is one that it cannot hold.
        Conflict: a rule of the tables forbids it; what was written exists already.
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise Conflict(
            "it exists already", where="database", hint="ask for what is there"
        ) from error
    except (exc.DataError, UnicodeEncodeError, OverflowError) as error:
        raise BadInput(
            "a text or number that the database cannot hold",
            hint="check that it is text: NUL and halves of characters are not",
        ) from error
    except (exc.SQLAlchemyError, OSError, ImportError) as error:
        failure = failure_of(error)
        if failure is None:
            raise
        _log.warning("%s: %s", shown(url), getattr(error, "orig", error))
        raise StoreUnavailable(failure.message, hint=failure.hint, where="database") from error


def failure_of(error: Exception) -> Failure | None:
    """Say what an error means; None if it is a fault of ours."""
    match error:
        case exc.NoSuchModuleError() | ImportError():
            return NO_DRIVER
        case exc.ArgumentError():
            return BAD_URL
        case exc.TimeoutError():
            return BUSY
        case OSError():
            return NO_FILE
        case exc.DBAPIError():
            return cause_of(error)
    return None


def cause_of(error: exc.DBAPIError) -> Failure | None:
    """Say what an error of the driver means, by the code that the database gave, if it did."""
    number = getattr(error.orig, "sqlite_errorcode", None)
    if number is not None:
        return SQLITE.get(number & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return SQLSTATE.get(state) or SQLSTATE.get(state[:2])
    lost = error.connection_invalidated or isinstance(error, exc.OperationalError)
    return DOWN if lost else None


def shown(url: str) -> str:
    """Write an address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except exc.ArgumentError:
        return "database_url"
