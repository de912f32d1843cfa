"""Jobs as their workers see them: taken under a lease, recorded segment by segment, ended once.

A lease is a random token in the row and the time until which it holds. Whatever a worker writes
names the token: if another has taken the job over, or it was cancelled, nothing is written and
`Cancelled` tells the worker. Clocks of machines that share a database may differ by less than a
lease.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session, undefer

from service.errors import Cancelled
from service.store import Store
from service.store.connection import batched
from service.store.jobs import Failure, State, end
from service.store.keys import note_use
from service.store.tables import JobRow, JobSegmentRow, now

MOST_ATTEMPTS = 10  # a job whose worker dies that often, with nothing done between, kills it


@dataclass(frozen=True, slots=True)
class Claim:
    """A job under a lease: what a worker needs to do it."""

    id: str
    owner: str
    lease: str
    payload: bytes
    name: str
    order: Mapping[str, Any]


class Leases:
    """The jobs of a store, for workers.

    Args:
        store: where they are kept.
        keep: how long an ended job can be asked for.
    """

    def __init__(self, store: Store, *, keep: timedelta) -> None:
        self._store = store
        self._keep = keep

    def claim(self, lease: float) -> Claim | None:
        """Take the oldest job that waits, or whose worker is gone, for so many seconds."""
        if not self._store.is_there:  # most services never have a job, and need no database
            return None
        with self._store.reading() as session:
            if session.scalar(_claimable().limit(1)) is None:
                return None
        with self._store.writing() as session:
            waiting = _claimable().options(undefer(JobRow.payload)).limit(1)
            row = session.scalar(waiting.with_for_update(skip_locked=True))
            if row is None:
                return None
            if row.attempts >= MOST_ATTEMPTS:
                end(session, JobRow.id == row.id, State.FAILED, self._keep, failure=_deadly(row))
                return None
            row.state, row.attempts = State.RUNNING, row.attempts + 1
            row.started = row.started or now()
            row.lease_owner, row.lease_until = uuid4().hex, now() + timedelta(seconds=lease)
            return Claim(row.id, row.owner, row.lease_owner, row.payload, row.name, row.wishes)

    def renew(self, claim: Claim, lease: float) -> None:
        """Hold a job for so many seconds from now.

        Raises:
            Cancelled: it is not ours any more.
        """
        with self._store.writing() as session:
            _write(session, claim, lease_until=now() + timedelta(seconds=lease))

    def recorded(self, claim: Claim, keys: Sequence[str]) -> dict[str, str]:
        """Look up which of these segments are done, and what was stored of each."""
        known: dict[str, str] = {}
        row = JobSegmentRow
        with self._store.reading() as session:
            for some in batched(keys):
                ours = (row.job_id == claim.id, row.key.in_(some))
                chosen = select(row.key, row.hypotheses).where(*ours)
                known.update(session.execute(chosen).all())
        return known

    def record(self, claim: Claim, done: Mapping[str, str], *, asked: int) -> None:
        """Store segments that are done, of those `asked` for so far.

        Raises:
            Cancelled: the job is not ours any more; nothing was stored.
        """
        rows = [{"job_id": claim.id, "key": k, "hypotheses": text} for k, text in done.items()]
        with self._store.writing() as session:
            _write(session, claim, done=JobRow.done + len(rows), total=asked, attempts=1)
            if rows:
                session.execute(insert(JobSegmentRow), rows)

    def finish(self, claim: Claim, result: bytes, *, characters: int = 0) -> bool:
        """Store the result; False if the job is not ours any more.

        Args:
            claim: the job.
            result: what came out.
            characters: to count for the key that the job belongs to: once, as the result is stored.
        """
        with self._store.writing() as session:
            is_ours = end(session, _is_ours(claim), State.DONE, self._keep, result=result)
            if is_ours and claim.owner:
                note_use(session, claim.owner, characters)
            return is_ours

    def fail(self, claim: Claim, failure: Failure, result: bytes | None = None) -> bool:
        """Store why there is no result, or none as it was asked for."""
        with self._store.writing() as session:
            ours = _is_ours(claim)
            return end(session, ours, State.FAILED, self._keep, failure=failure, result=result)

    def release(self, claim: Claim) -> None:
        """Give a job back, for the next worker to go on with; nothing if it is not ours."""
        with self._store.writing() as session:
            free = {"state": State.QUEUED, "lease_owner": None, "lease_until": None}
            values = {**free, "attempts": JobRow.attempts - 1}
            session.execute(update(JobRow).where(_is_ours(claim)).values(values))

    def sweep(self) -> int:
        """Forget the jobs whose time is over; return how many."""
        if not self._store.is_there:
            return 0
        with self._store.writing() as session:
            gone = session.execute(delete(JobRow).where(JobRow.expires < now()))
            return int(gone.rowcount)  # type: ignore[attr-defined]


def _claimable() -> Select[JobRow]:
    gone = and_(JobRow.state == State.RUNNING, JobRow.lease_until < now())
    chosen = select(JobRow).where(or_(JobRow.state == State.QUEUED, gone))
    return chosen.order_by(JobRow.created, JobRow.id)


def _is_ours(claim: Claim) -> ColumnElement[bool]:
    running = JobRow.state == State.RUNNING
    return and_(JobRow.id == claim.id, JobRow.lease_owner == claim.lease, running)


def _write(session: Session, claim: Claim, **values: Any) -> None:
    written = session.execute(update(JobRow).where(_is_ours(claim)).values(values))
    if not written.rowcount:  # type: ignore[attr-defined]
        raise Cancelled("the job was cancelled, or another worker has taken it over")


def _deadly(row: JobRow) -> Failure:
    return Failure(
        "worker_died",
        f"the worker died {row.attempts} times on this job",
        "send it in parts, and tell who runs the service",
    )
