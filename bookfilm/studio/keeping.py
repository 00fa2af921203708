"""The service's database: laid when it is new, brought up when it is older, refused when it is newer; and the words in
which rows are found."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from bookfilm.errors import FolderError
from bookfilm.store.ledger.database import Database
from bookfilm.studio.migrating import bring_up
from bookfilm.studio.tables import VERSION, facts, tables


def now() -> str:
    """Return the time as this database writes it: UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def new_id(kind: str) -> str:
    """Return an id that nobody can guess: 128 random bits after what it is of."""
    return f"{kind}_{secrets.token_urlsafe(16)}"


def lookup_of(tenant: str, ident: str) -> str:
    """Return under what a thing of `tenant` is found.

    Tenant and id are hashed together, so that to look for another tenant's id is to look for something that is not
    there: it takes the very same steps, and no clock can tell the two apart.
    """
    return hashlib.sha256(f"{tenant}\0{ident}".encode("utf-8", "surrogatepass")).hexdigest()


def kept_key(connection: Connection, name: str) -> bytes:
    """Return the service's secret key of 32 bytes that is called `name`, made when it is first asked for."""
    found = connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(facts).values(name=name, value=found))
    return bytes.fromhex(str(found))


def opened_database(data: Path) -> Database:
    """Return the service's database in the folder `data`. Raises FolderError for one of a newer bookfilm."""
    database = Database(data / "studio.sqlite", patience_s=5.0)
    # Readers must not wait for who writes: a page asks while a film is made.
    with closing(database.engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode=WAL")

    def prepare(connection: Connection) -> int:
        facts.create(connection, checkfirst=True)
        found = connection.execute(select(facts.c.value).where(facts.c.name == "version")).scalar()
        if found is None:
            connection.execute(insert(facts).values(name="version", value=str(VERSION)))
        elif int(found) < VERSION:
            bring_up(connection, int(found))
            connection.execute(update(facts).where(facts.c.name == "version").values(value=str(VERSION)))
        elif int(found) > VERSION:
            return int(found)
        tables.create_all(connection)
        return VERSION

    version = database.write(prepare)
    (data / "studio.sqlite").chmod(0o600)
    if version > VERSION:
        database.close()
        raise FolderError(f"written by a newer bookfilm (version {version})", subject=data / "studio.sqlite")
    return database
