"""Jobs as who sends them sees them: submitted once, asked about, cancelled, forgotten."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, undefer

from service.errors import Conflict, NotFound, Overloaded
from service.store import Store
from service.store.tables import JobRow, JobSegmentRow, now

RETRY_AFTER = 60.0  # seconds; jobs are long


class State(StrEnum):
    """What becomes of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed; the fields of an error."""

    code: str
    message: str
    hint: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A file to translate and what is asked of it.

    Attributes:
        payload: the bytes of the file.
        name: its name, which says its format.
        order: what is asked, as JSON values.
        key: chosen by the client; the same again is the same job, not another.
    """

    payload: bytes
    name: str
    media_type: str
    order: Mapping[str, Any]
    key: str | None = None

    @property
    def sha256(self) -> str:
        """Tell this submission from another with the same key."""
        asked = repr((self.name, self.media_type, sorted(self.order.items())))
        return hashlib.sha256(asked.encode(errors="surrogatepass") + self.payload).hexdigest()


@dataclass(frozen=True, slots=True)
class Job:
    """How a job is doing.

    Attributes:
        done, total: segments translated, and asked for so far; total is None until they are known.
        expires: when it will be forgotten; None before it has ended.
    """

    id: str
    name: str
    media_type: str
    state: State
    done: int
    total: int | None
    failure: Failure | None
    attempts: int
    created: datetime
    started: datetime | None
    finished: datetime | None
    expires: datetime | None

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the segments so far; None if it is not running or has just begun."""
        if self.state is not State.RUNNING or not self.started or not self.done or not self.total:
            return None
        spent = (now() - self.started).total_seconds()
        return spent / self.done * (self.total - self.done)


class Jobs:
    """The jobs of a store.

    `owner` is the id of the API key that a job belongs to; "" where keys are off.

    Args:
        store: where they are kept.
        most: jobs that may wait.
        keep: how long an ended job can be asked for.
    """

    def __init__(self, store: Store, *, most: int, keep: timedelta) -> None:
        self._store = store
        self._most = most
        self._keep = keep

    def submit(self, submission: Submission, owner: str = "") -> tuple[Job, bool]:
        """Store a job, or find the one that the same submission made; True if it is new.

        Raises:
            Conflict: the key belongs to another submission.
            Overloaded: too many jobs wait already.
            StoreUnavailable: nothing was stored.
        """
        try:
            with self._store.writing() as session:
                if row := self._by_key(session, submission.key, owner):
                    return _same(row, submission), False
                self._require_room(session)
                row = _new_row(submission, owner)
                session.add(row)
                session.flush()
                return _job(row), True
        except Conflict:  # the same key came twice at the same time
            with self._store.reading() as session:
                if row := self._by_key(session, submission.key, owner):
                    return _same(row, submission), False
            raise

    def keep(self, submission: Submission, result: bytes, owner: str = "") -> Job:
        """Store a job that is done already, for its result to be asked for.

        Raises:
            Conflict: the key belongs to another submission.
            StoreUnavailable: nothing was stored.
        """
        with self._store.writing() as session:
            row = _new_row(submission, owner)
            row.started, row.attempts = row.created, 1
            session.add(row)
            session.flush()
            end(session, JobRow.id == row.id, State.DONE, self._keep, result=result)
            session.refresh(row)
            return _job(row)

    def get(self, id: str, owner: str = "") -> Job:  # noqa: A002
        """Tell how a job is doing.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        with self._store.reading() as session:
            return _job(_found(session, id, owner))

    def owner(self, id: str, key: str) -> str:  # noqa: A002
        """Tell whose a job is to somebody who knows its key.

        Raises:
            NotFound: there is none, or it has another key.
        """
        chosen = select(JobRow.owner).where(JobRow.id == id, JobRow.idempotency_key == key)
        with self._store.reading() as session:
            owner = session.scalar(chosen)
        if owner is None:
            raise NotFound(f"there is no job {id!r} with that key")
        return owner

    def page(self, owner: str = "", *, size: int, after: str = "") -> list[Job]:
        """List jobs, newest first, from the one after `after`.

        Raises:
            NotFound: there is no job `after`.
        """
        chosen = select(JobRow).where(JobRow.owner == owner)
        order = (JobRow.created.desc(), JobRow.id.desc())
        with self._store.reading() as session:
            if after:
                last = _found(session, after, owner)
                older = tuple_(JobRow.created, JobRow.id) < tuple_(last.created, last.id)
                chosen = chosen.where(older)
            return [_job(row) for row in session.scalars(chosen.order_by(*order).limit(size))]

    def result(self, id: str, owner: str = "") -> tuple[bytes, str, bytes | None]:  # noqa: A002
        """Give the file, its name and what came of it: None if nothing did.

        Raises:
            NotFound: there is no such job.
        """
        with self._store.reading() as session:
            row = _found(session, id, owner, undefer(JobRow.payload), undefer(JobRow.result))
            return row.payload, row.name, row.result

    def cancel(self, id: str, owner: str = "") -> Job:  # noqa: A002
        """End a job that has not ended; its worker notices at its next write.

        Raises:
            NotFound: there is no such job.
        """
        with self._store.writing() as session:
            row = _found(session, id, owner)
            if not State(row.state).is_final:
                end(session, JobRow.id == id, State.CANCELLED, self._keep)
                session.refresh(row)
            return _job(row)

    def remove(self, id: str, owner: str = "") -> None:  # noqa: A002
        """Forget a job, its file and its result.

        Raises:
            NotFound: there is no such job.
        """
        with self._store.writing() as session:
            session.delete(_found(session, id, owner))

    def _by_key(self, session: Session, key: str | None, owner: str) -> JobRow | None:
        if key is None:
            return None
        chosen = select(JobRow).where(JobRow.owner == owner, JobRow.idempotency_key == key)
        return session.scalar(chosen)

    def _require_room(self, session: Session) -> None:
        queued = select(func.count()).select_from(JobRow).where(JobRow.state == State.QUEUED)
        if (session.scalar(queued) or 0) >= self._most:
            raise Overloaded(
                f"{self._most} jobs wait already", RETRY_AFTER, hint="wait for some of them to end"
            )


def end(
    session: Session,
    which: ColumnElement[bool],
    state: State,
    keep: timedelta,
    *,
    failure: Failure | None = None,
    result: bytes | None = None,
) -> bool:
    """Put jobs in a final state and drop their record, which nobody needs; False if there is none.

    Args:
        session: a transaction that writes.
        which: the jobs.
        state: how they ended.
        keep: how long they can be asked for.
        failure: why there is no result, or none as it was asked for.
        result: what came out.
    """
    at = now()
    ended = update(JobRow).where(which).returning(JobRow.id)
    ids = session.scalars(
        ended.values(
            state=state,
            error=asdict(failure) if failure else None,
            result=result,
            finished=at,
            expires=at + keep,
            lease_owner=None,
            lease_until=None,
        )
    ).all()
    session.execute(delete(JobSegmentRow).where(JobSegmentRow.job_id.in_(ids)))
    return bool(ids)


def _new_row(submission: Submission, owner: str) -> JobRow:
    return JobRow(
        id=uuid4().hex,
        owner=owner,
        idempotency_key=submission.key,
        request_sha256=submission.sha256,
        media_type=submission.media_type,
        name=submission.name,
        payload=submission.payload,
        wishes=dict(submission.order),
        state=State.QUEUED,
        done=0,
        attempts=0,
        created=now(),
    )


def _same(row: JobRow, submission: Submission) -> Job:
    if row.request_sha256 != submission.sha256:
        raise Conflict(
            "this idempotency key belongs to another job",
            where="Idempotency-Key",
            hint="send a new key with a new file",
        )
    return _job(row)


def _found(session: Session, id: str, owner: str, *options: Any) -> JobRow:  # noqa: A002
    chosen = select(JobRow).where(JobRow.id == id, JobRow.owner == owner).options(*options)
    row = session.scalar(chosen)
    if row is None:
        raise NotFound(f"there is no job {id!r}", hint="ended jobs are forgotten after a while")
    return row


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        name=row.name,
        media_type=row.media_type,
        state=State(row.state),
        done=row.done,
        total=row.total,
        failure=Failure(**row.error) if row.error else None,
        attempts=row.attempts,
        created=row.created,
        started=row.started,
        finished=row.finished,
        expires=row.expires,
    )
