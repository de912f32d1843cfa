"""The tables. A change here needs a migration beside; a test holds the two together.

`owner` is everywhere the id of the API key that a row belongs to, and empty where keys are off: so
it can be part of a unique constraint, as NULL cannot.
"""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SHARED = ""  # the owner of what is everybody's
ID, SHA256, NAME = 36, 64, 400  # characters
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")

Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up an INTEGER key only


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


class Moment(TypeDecorator[datetime]):
    """A time in UTC, which SQLite keeps without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write in UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map: ClassVar = {
        datetime: Moment,
        dict[str, Any]: JSON,
        list[str]: JSON,
        int: BigInteger,
    }


class GlossaryRow(Base):
    """A glossary as it is now; `version` counts its changes from 1."""

    __tablename__ = "glossaries"
    __table_args__ = (Index("ix_glossaries_owner_created", "owner", "created", "id"),)

    id: Mapped[str] = mapped_column(String(ID), primary_key=True)
    owner: Mapped[str] = mapped_column(String(ID), default="")
    name: Mapped[str] = mapped_column(String(NAME))
    version: Mapped[int]
    size: Mapped[int]
    created: Mapped[datetime] = mapped_column(default=now)
    updated: Mapped[datetime] = mapped_column(default=now)


class GlossaryVersionRow(Base):
    """A state that a glossary was in."""

    __tablename__ = "glossary_versions"

    glossary_id: Mapped[str] = mapped_column(
        ForeignKey("glossaries.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    size: Mapped[int]
    created: Mapped[datetime] = mapped_column(default=now)


class GlossaryTermRow(Base):
    """A term of every version from `since` to before `until`; NULL while it is there.

    So a change costs the terms that it touches, however long the glossary, and every version can be
    read again.
    """

    __tablename__ = "glossary_terms"
    __table_args__ = (Index("ix_glossary_terms_glossary_until", "glossary_id", "until"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    glossary_id: Mapped[str] = mapped_column(ForeignKey("glossaries.id", ondelete="CASCADE"))
    place: Mapped[int]
    since: Mapped[int]
    until: Mapped[int | None]
    french: Mapped[list[str]]
    english: Mapped[list[str]]
    type: Mapped[str] = mapped_column(String(20))
    case_sensitive: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)


class JobRow(Base):
    """Long work and how far it is. Large columns are read only when they are asked for."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("owner", "idempotency_key", name="uq_jobs_owner_idempotency_key"),
        CheckConstraint(f"state IN {JOB_STATES}", name="ck_jobs_state"),
        Index("ix_jobs_state_created", "state", "created"),
        Index("ix_jobs_owner_created", "owner", "created", "id"),
        Index("ix_jobs_expires", "expires"),
    )

    id: Mapped[str] = mapped_column(String(ID), primary_key=True)
    owner: Mapped[str] = mapped_column(String(ID), default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    request_sha256: Mapped[str] = mapped_column(String(SHA256), default="")
    media_type: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(NAME), default="")
    payload: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    created: Mapped[datetime] = mapped_column(default=now)
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    expires: Mapped[datetime | None]
    result: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class JobSegmentRow(Base):
    """What an engine made of one segment of a job; `key` is a hash of segment and decoding."""

    __tablename__ = "job_segments"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(SHA256), primary_key=True)
    hypotheses: Mapped[str] = mapped_column(Text)  # JSON, as it was written


class MemoryRow(Base):
    """A sentence and its translation, confirmed by a person."""

    __tablename__ = "memory"
    __table_args__ = (
        UniqueConstraint("owner", "source_hash", name="uq_memory_owner_source_hash"),
        Index("ix_memory_owner_updated", "owner", "updated", "id"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    owner: Mapped[str] = mapped_column(String(ID), default="")
    source_hash: Mapped[str] = mapped_column(String(SHA256))
    source: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(default=now)
    updated: Mapped[datetime] = mapped_column(default=now)


class KeyRow(Base):
    """An API key, of which only a hash is kept."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(ID), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    hash: Mapped[str] = mapped_column(String(200), unique=True)
    scopes: Mapped[list[str]] = mapped_column(default=list)
    rate_per_minute: Mapped[int | None]
    created: Mapped[datetime] = mapped_column(default=now)
    last_used: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class UsageRow(Base):
    """How much an owner had translated on a day (UTC)."""

    __tablename__ = "usage"

    owner: Mapped[str] = mapped_column(String(ID), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    characters: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
