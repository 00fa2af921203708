"""The service's own tables: who may come in, what was uploaded, which films there are, what happened to them.

What is made of a film stands in its folder and its jobs in the ledger; lost, this database costs access, not films.

Where rows are told by their number (`sqlite_autoincrement`), none is given twice: SQLite by itself gives the newest
ones again once their rows are deleted, and who has heard of one would take another's for it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

VERSION = 2

tables = MetaData()
BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only where the type is just that."""

facts = Table(
    "studio_facts",
    tables,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
tenants = Table(
    "studio_tenants",
    tables,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("created_at", String, nullable=False),
    Column("allowance", String, nullable=False, server_default="{}"),
)
users = Table(
    "studio_users",
    tables,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("disabled_at", String),
    UniqueConstraint("tenant", "name"),
)
tokens = Table(
    "studio_tokens",
    tables,
    Column("id", String, primary_key=True),
    Column("tenant", String, nullable=False, index=True),
    Column("user", String, nullable=False),
    Column("label", String, nullable=False),
    # Of a secret of 256 random bits: nothing is gained by a slow hash, and each request asks for it.
    Column("digest", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("expires_at", String),
    Column("revoked_at", String),
    Column("used_at", String),
)
audit = Table(
    "studio_audit",
    tables,
    Column("id", BigId, primary_key=True),
    Column("at", String, nullable=False),
    Column("tenant", String, index=True),
    Column("user", String),
    Column("token", String),
    Column("address", String, nullable=False),
    Column("method", String, nullable=False),
    Column("path", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("request", String, nullable=False),
    sqlite_autoincrement=True,
)
requests = Table(
    "studio_requests",
    tables,
    Column("tenant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("at", String, nullable=False),
    Column("status", Integer),
    Column("headers", String),
    Column("body", LargeBinary),
)
uploads = Table(
    "studio_uploads",
    tables,
    # Of the tenant and the id together: another tenant's id and one that nobody has are the same miss.
    Column("lookup", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("tenant", String, nullable=False, index=True),
    Column("user", String, nullable=False),
    Column("name", String, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("created_at", String, nullable=False),
    Column("touched_at", String, nullable=False),
    Column("film", String),
)
films = Table(
    "studio_films",
    tables,
    Column("number", BigId, primary_key=True),
    Column("lookup", String, nullable=False, unique=True),
    Column("id", String, nullable=False),
    Column("tenant", String, nullable=False, index=True),
    Column("user", String, nullable=False),
    Column("request", String),
    # Of the request by which it was made: the answers that are kept for repeats go after a day, the film stays.
    Column("digest", String),
    Column("folder", String, nullable=False),
    Column("book", String, nullable=False),
    Column("facts", String, nullable=False),
    Column("order", String, nullable=False),
    Column("right", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("stored_bytes", BigInteger, nullable=False, server_default="0"),
    Column("seen", String, nullable=False, server_default="{}"),
    Column("deleted_at", String),
    UniqueConstraint("tenant", "request"),
    sqlite_autoincrement=True,
)
events = Table(
    "studio_events",
    tables,
    Column("id", BigId, primary_key=True),
    Column("film", String, nullable=False),
    # Its place among the film's own, from 1 on: it is what who listens is told.
    Column("number", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", String, nullable=False),
    Index("ix_studio_events_film_number", "film", "number", unique=True),
    sqlite_autoincrement=True,
)
videos = Table(
    "studio_videos",
    tables,
    Column("number", BigId, primary_key=True),
    Column("lookup", String, nullable=False, unique=True),
    Column("id", String, nullable=False),
    Column("tenant", String, nullable=False, index=True),
    Column("model", String, nullable=False),
    Column("prompt", String, nullable=False),
    Column("text", String, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("size", String, nullable=False),
    Column("remixed_from", String),
    Column("status", String, nullable=False),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("error", String),
    Column("folder", String, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("completed_at", Float),
    Column("stored_bytes", BigInteger, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
