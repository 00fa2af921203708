"""The ledger's tables, as they are in the newest version.

What `migrations` makes of any older ledger is the very same: the tests hold the two against each other.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from bookfilm.store.ledger.rows import FIRST_PRIORITY

VERSION = 2
"""Stands in SQLite's user_version, where every bookfilm since the first looks; Alembic's revisions count alike."""
REVISION = f"{VERSION:04}"

tables = MetaData()
BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only where the type is just that."""

jobs = Table(
    "jobs",
    tables,
    Column("id", Integer, primary_key=True),
    Column("film", String, nullable=False, server_default="."),
    Column("book", String, nullable=False),
    Column("order", String, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
    Column("error", String),
    # Written by who begins the job: one that is written twice, because nobody heard the answer, is known by it.
    Column("token", String),
    Column("driver", String),
    Column("beat_at", String),
    Column("wanted", String, nullable=False, server_default="run"),
    Column("priority", Integer, nullable=False, server_default=str(FIRST_PRIORITY)),
    Column("at_most", Integer),
    Column("gpus", Float),
    Column("budget_usd", Float),
    Column("budget_gpu_h", Float),
    Column("usd_per_gpu_h", Float, nullable=False, server_default="0"),
    Column("acts", Integer, nullable=False, server_default="0"),
    Index("ix_jobs_film", "film"),
    Index("ix_jobs_token", "token", unique=True),
)
shots = Table(
    "shots",
    tables,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("shot", String, primary_key=True),
    Column("take", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("error", String),
)
attempts = Table(
    "attempts",
    tables,
    Column("id", BigId, primary_key=True),
    Column("job", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False, index=True),
    Column("worker", String, nullable=False),
    Column("ended_at", String, nullable=False),
    Column("ms", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("error", String),
    Column("token", String),
    Column("gpu_s", Float, nullable=False, server_default="0"),
    Index("ix_attempts_token", "token", unique=True),
)
stages = Table(
    "stages",
    tables,
    Column("film", String, primary_key=True),
    Column("file", String, primary_key=True),
    Column("inputs", String, nullable=False),
    Column("output", String, nullable=False),
    Column("body", LargeBinary),
)
errands = Table(
    "errands",
    tables,
    # In the order in which they were first known.
    Column("id", BigId, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("film", String, nullable=False, server_default=".", index=True),
    Column("job", Integer, nullable=False),
    Column("take", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("body", String, nullable=False),
)
marks = Table(
    "marks",
    tables,
    Column("film", String, primary_key=True),
    Column("shot", String, primary_key=True),
    Column("mark", String, nullable=False),
)
acts = Table(
    "acts",
    tables,
    Column("id", Integer, primary_key=True),
    Column("job", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("verb", String, nullable=False),
    Column("shot", String),
    Column("value", String, nullable=False),
    Column("asked_at", String, nullable=False),
    Column("heeded_at", String),
)
workers = Table(
    "workers",
    tables,
    Column("name", String, primary_key=True),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("seen_at", String, nullable=False),
)
costs = Table(
    "costs",
    tables,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("gpu_s", Float, nullable=False),
    Column("usd", Float, nullable=False),
)
