"""Jobs lose two columns that nothing wrote or read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop them."""
    op.drop_column("jobs", "kind")
    op.drop_column("jobs", "result_type")


def downgrade() -> None:
    """Add them, empty."""
    op.add_column("jobs", sa.Column("kind", sa.String(40), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("result_type", sa.String(200)))
