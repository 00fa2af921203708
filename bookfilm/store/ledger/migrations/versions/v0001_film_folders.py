"""The ledger of the first films: one a film folder, in SQLite. Begun here only to try the way from there."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Lay the tables of version 1; those of errands came later, into ledgers that had any."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("book", sa.String, nullable=False),
        sa.Column("order", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("ended_at", sa.String),
        sa.Column("error", sa.String),
    )
    op.create_table(
        "shots",
        sa.Column("job", sa.Integer, sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("shot", sa.String, primary_key=True),
        sa.Column("take", sa.String, nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("job", sa.Integer, sa.ForeignKey("jobs.id"), nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False, index=True),
        sa.Column("worker", sa.String, nullable=False),
        sa.Column("ended_at", sa.String, nullable=False),
        sa.Column("ms", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("error", sa.String),
    )
    op.create_table(
        "stages",
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("inputs", sa.String, nullable=False),
        sa.Column("output", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary),
    )
