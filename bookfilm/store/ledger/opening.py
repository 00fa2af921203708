"""Opening a ledger: a new one is laid, an older one migrated, a newer one refused, a damaged one set aside."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from bookfilm.errors import FolderError
from bookfilm.store.files import store_error
from bookfilm.store.ledger.database import Database
from bookfilm.store.ledger.tables import REVISION, VERSION, tables

OPENING_S = 10.0
"""How long a server that is just starting is waited for. One that is not there is told of sooner than work would be."""
LAYING = 0x626F6F6B
"""Names, among PostgreSQL's advisory locks, who lays or migrates the tables: of two that open, one waits."""


def prepare(database: Database) -> None:
    """Make the tables of `database` those of this version. Most often they are, and nothing is written.

    Raises FolderError for a ledger of a newer bookfilm, StoreError where the database cannot be used now. A file that
    is no ledger is set aside as ``*.damaged``.
    """
    if database.path is None:
        database.write(_prepare_server, patience_s=min(database.patience_s, OPENING_S))
        return
    try:
        _prepare_file(database, database.path)
    except (OperationalError, InterfaceError) as error:
        # Busy, full or not to be written to: that passes, and is no reason to begin a new one.
        raise database.named(error) from error
    except DatabaseError:
        _set_aside(database.path)
        database.reopened()
        try:
            _prepare_file(database, database.path)
        except DBAPIError as error:
            raise database.named(error) from error


def _prepare_file(database: Database, path: Path) -> None:
    engine = database.engine
    with engine.connect() as connection:
        if _version_of_file(connection, path) == VERSION:
            return
    # WAL lets `bookfilm status` read while the driver writes; some network mounts refuse it.
    raw = engine.raw_connection()
    try:
        with suppress(sqlite3.OperationalError):
            raw.cursor().execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()
    with engine.connect() as connection, connection.execution_options(writes=True).begin():
        version = _version_of_file(connection, path)
        if version == VERSION:
            return
        _lay_or_migrate(connection, f"{version:04}" if version else None)
        connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def _version_of_file(connection: Connection, path: Path) -> int:
    version = int(connection.execute(text("PRAGMA user_version")).scalar_one())
    if version > VERSION:
        raise FolderError(f"written by a newer bookfilm (ledger version {version})", subject=path)
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if found != "ok":
        raise DatabaseError("quick_check", None, Exception(found))
    return version


def _prepare_server(connection: Connection) -> None:
    if _revision(connection) == REVISION:
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": LAYING})
    found = _revision(connection)
    if found != REVISION:
        _lay_or_migrate(connection, found)


def _revision(connection: Connection) -> str | None:
    """Return the revision of the tables on a server, None where there are none. Raises FolderError for a newer one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found > REVISION:
        name = connection.engine.url.render_as_string(hide_password=True)
        raise FolderError(f"written by a newer bookfilm (ledger version {found})", subject=name)
    return None if found is None else str(found)


def _lay_or_migrate(connection: Connection, found: str | None) -> None:
    if found is None:
        tables.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": REVISION})
        return
    # Alembic takes half a second to import, and is asked once in a ledger's life.
    from bookfilm.store.ledger.migrations import migrate

    migrate(connection, found)


def _set_aside(path: Path) -> None:
    """Move a damaged ledger away, with the journal that SQLite would otherwise play into the new one."""
    aside = path.with_suffix(".sqlite.damaged")
    try:
        path.replace(aside)
        for journal in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + journal).replace(aside.with_name(aside.name + journal))
    except OSError as error:
        raise store_error(error, path) from error
