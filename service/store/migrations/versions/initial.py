"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID, SHA256, NAME = sa.String(36), sa.String(64), sa.String(400)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def of(table: str) -> sa.ForeignKey:
    """Refer to a row of a table, and go with it."""
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


def upgrade() -> None:
    """Make the tables."""
    make_keys()
    make_glossaries()
    make_jobs()
    make_memory()


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in (
        "job_segments",
        "jobs",
        "glossary_terms",
        "glossary_versions",
        "glossaries",
        "memory",
        "usage",
        "api_keys",
    ):
        op.drop_table(table)


def make_keys() -> None:
    """Make the tables of API keys and of what was done with them."""
    op.create_table(
        "api_keys",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", NAME, nullable=False),
        sa.Column("hash", sa.String(200), nullable=False, unique=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("rate_per_minute", sa.BigInteger()),
        sa.Column("created", TIME, nullable=False),
        sa.Column("last_used", TIME),
        sa.Column("revoked", TIME),
    )
    op.create_table(
        "usage",
        sa.Column("owner", ID, primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
    )


def make_glossaries() -> None:
    """Make the tables of glossaries, their versions and their terms."""
    op.create_table(
        "glossaries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner", ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("updated", TIME, nullable=False),
    )
    op.create_index("ix_glossaries_owner_created", "glossaries", ["owner", "created", "id"])
    op.create_table(
        "glossary_versions",
        sa.Column("glossary_id", ID, of("glossaries"), primary_key=True),
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created", TIME, nullable=False),
    )
    op.create_table(
        "glossary_terms",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("glossary_id", ID, of("glossaries"), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("french", sa.JSON(), nullable=False),
        sa.Column("english", sa.JSON(), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("case_sensitive", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_glossary_terms_glossary_until", "glossary_terms", ["glossary_id", "until"])


def make_jobs() -> None:
    """Make the tables of jobs and of the segments that are done."""
    op.create_table(
        "jobs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner", ID, nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("request_sha256", SHA256, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("media_type", sa.String(200), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger()),
        sa.Column("error", sa.JSON()),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.String(200)),
        sa.Column("lease_until", TIME),
        sa.Column("created", TIME, nullable=False),
        sa.Column("started", TIME),
        sa.Column("finished", TIME),
        sa.Column("expires", TIME),
        sa.Column("result", sa.LargeBinary()),
        sa.Column("result_type", sa.String(200)),
        sa.UniqueConstraint("owner", "idempotency_key", name="uq_jobs_owner_idempotency_key"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="ck_jobs_state"
        ),
    )
    op.create_index("ix_jobs_state_created", "jobs", ["state", "created"])
    op.create_index("ix_jobs_owner_created", "jobs", ["owner", "created", "id"])
    op.create_index("ix_jobs_expires", "jobs", ["expires"])
    op.create_table(
        "job_segments",
        sa.Column("job_id", ID, of("jobs"), primary_key=True),
        sa.Column("key", SHA256, primary_key=True),
        sa.Column("hypotheses", sa.Text(), nullable=False),
    )


def make_memory() -> None:
    """Make the table of confirmed translations."""
    op.create_table(
        "memory",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("owner", ID, nullable=False),
        sa.Column("source_hash", SHA256, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("updated", TIME, nullable=False),
        sa.UniqueConstraint("owner", "source_hash", name="uq_memory_owner_source_hash"),
    )
    op.create_index("ix_memory_owner_updated", "memory", ["owner", "updated", "id"])
