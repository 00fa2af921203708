"""The farm: films that share a ledger, what is asked of a job while it runs, who did the work and what it cost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Carry version 1 on: what was there belongs to the film folder that the ledger lies in."""
    _widen()
    _move_stages()
    _move_errands()
    _lay_farm()


def _widen() -> None:
    for column in (
        sa.Column("film", sa.String, nullable=False, server_default="."),
        sa.Column("token", sa.String),
        sa.Column("driver", sa.String),
        sa.Column("beat_at", sa.String),
        sa.Column("wanted", sa.String, nullable=False, server_default="run"),
        sa.Column("priority", sa.Integer, nullable=False, server_default="10"),
        sa.Column("at_most", sa.Integer),
        sa.Column("gpus", sa.Float),
        sa.Column("budget_usd", sa.Float),
        sa.Column("budget_gpu_h", sa.Float),
        sa.Column("usd_per_gpu_h", sa.Float, nullable=False, server_default="0"),
        sa.Column("acts", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("jobs", column)
    op.create_index("ix_jobs_film", "jobs", ["film"])
    op.create_index("ix_jobs_token", "jobs", ["token"], unique=True)
    op.add_column("shots", sa.Column("error", sa.String))
    op.add_column("attempts", sa.Column("token", sa.String))
    op.add_column("attempts", sa.Column("gpu_s", sa.Float, nullable=False, server_default="0"))
    op.create_index("ix_attempts_token", "attempts", ["token"], unique=True)


def _move_stages() -> None:
    # A primary key cannot be changed in SQLite: the rows move into a new table.
    op.rename_table("stages", "stages_before")
    op.create_table(
        "stages",
        sa.Column("film", sa.String, primary_key=True),
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("inputs", sa.String, nullable=False),
        sa.Column("output", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary),
    )
    op.execute("INSERT INTO stages SELECT '.', file, inputs, output, body FROM stages_before")
    op.drop_table("stages_before")


def _move_errands() -> None:
    had = sa.inspect(op.get_bind()).has_table("errands")
    if had:
        op.rename_table("errands", "errands_before")
        op.execute("DROP INDEX IF EXISTS ix_errands_take")
    op.create_table(
        "errands",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("token", sa.String, nullable=False, unique=True),
        sa.Column("film", sa.String, nullable=False, server_default=".", index=True),
        sa.Column("job", sa.Integer, nullable=False),
        sa.Column("take", sa.String, nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
    if had:
        # SQLite alone ever had them, and counted its rows in the order in which they were first known.
        op.execute(
            "INSERT INTO errands (token, film, job, take, state, body) "
            "SELECT token, '.', job, take, state, body FROM errands_before ORDER BY rowid"
        )
        op.drop_table("errands_before")


def _lay_farm() -> None:
    op.create_table(
        "marks",
        sa.Column("film", sa.String, primary_key=True),
        sa.Column("shot", sa.String, primary_key=True),
        sa.Column("mark", sa.String, nullable=False),
    )
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("job", sa.Integer, sa.ForeignKey("jobs.id"), nullable=False, index=True),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("shot", sa.String),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
        sa.Column("heeded_at", sa.String),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.String, nullable=False),
    )
    op.create_table(
        "costs",
        sa.Column("job", sa.Integer, sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("gpu_s", sa.Float, nullable=False),
        sa.Column("usd", sa.Float, nullable=False),
    )
