"""Books on their way in: each a file that grows at its end, and a row that says how long it is to be.

How much has come is the file's own length, so whoever is killed when, it is known to the byte.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from anyio import sleep
from anyio.to_thread import run_sync
from sqlalchemy import ColumnElement, Connection, Delete, delete, func, insert, or_, select, update
from starlette.requests import ClientDisconnect

from bookfilm.store.files import store_error
from bookfilm.store.ledger.database import Database
from bookfilm.studio.keeping import lookup_of, new_id, now
from bookfilm.studio.problems import Refusal
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.tables import uploads

MOST_UNFINISHED = 50
"""Of one team."""
WRITE_BYTES = 1024 * 1024
LONGEST_NAME_BYTES = 120
LETS_GO_S = 2.0
"""How long a request waits for another that writes to the same upload."""
ASKS_AGAIN_S = 0.05


@dataclass(frozen=True)
class Upload:
    """An upload: how long it is to be, and how much of it has come."""

    id: str
    lookup: str
    name: str
    length: int
    offset: int
    film: str | None
    expires_at: str


class Uploads:
    """The uploads of every team, in the folder `uploads` of the service's."""

    def __init__(self, database: Database, settings: StudioSettings) -> None:
        self._db, self._settings = database, settings
        self._folder = settings.data / "uploads"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._guard = threading.Lock()

    @contextmanager
    def beginning(self, length: int) -> Iterator[None]:
        """Let nobody else of this process begin an upload meanwhile: two would take the same room. Raises Refusal for a
        `length` in bytes that no book may have."""
        if length > (most := self._settings.upload_bytes):
            raise Refusal("too-large", f"the book has {length} bytes; there may be {most}", headers=self.told())
        with self._guard:
            self.sweep()
            yield

    def begin(self, tenant: str, user: str, name: str, length: int) -> Upload:
        """Make room for a book of `length` bytes. Raises Refusal before a byte of it has come."""
        unfinished, _ = self._promised(uploads.c.tenant == tenant)
        if unfinished >= MOST_UNFINISHED:
            raise Refusal("quota", f"the team has {unfinished} uploads that no film was made of; delete some")
        if self._free_bytes() < self._settings.spare_bytes + self._outstanding_bytes() + length:
            raise Refusal("disk-full", "no space is left for a book of this size")
        ident = new_id("upl")
        lookup = lookup_of(tenant, ident)
        row = {"lookup": lookup, "id": ident, "tenant": tenant, "user": user, "name": safe_name(name), "length": length}
        self._path(lookup).touch(mode=0o600)
        at = now()
        row |= {"created_at": at, "touched_at": at}
        self._db.write(lambda connection: connection.execute(insert(uploads).values(row)))
        return self.find(tenant, ident)

    def find(self, tenant: str, ident: str) -> Upload:
        """Return a team's upload. Raises Refusal where there is none such."""
        query = select(uploads).where(uploads.c.lookup == lookup_of(tenant, ident))
        row = self._db.read(lambda connection: connection.execute(query).mappings().first())
        if row is None:
            raise Refusal("not-found", "there is no such upload")
        until = datetime.fromisoformat(row["touched_at"]) + timedelta(hours=self._settings.upload_hours)
        try:
            came = self._path(row["lookup"]).stat().st_size if row["film"] is None else row["length"]
        except OSError:
            raise Refusal("gone", "the upload has been deleted") from None
        return Upload(
            row["id"], row["lookup"], row["name"], row["length"], came, row["film"], format_datetime(until, usegmt=True)
        )

    async def append(self, upload: Upload, offset: int, pieces: AsyncIterator[bytes]) -> int:
        """Write what comes to the end of `upload`, which must be at `offset`; return how much is there then.

        What came before a client went away stays. Memory holds a megabyte of it, whatever comes. Raises Refusal, also
        where another request goes on sending.
        """
        async with self._held(upload) as file:
            came = os.fstat(file).st_size
            if came != offset:
                said = f"the upload is at {came}, not at {offset}"
                raise Refusal("offset-conflict", said, headers=self.told(came))
            buffer = bytearray()
            try:
                async for piece in pieces:
                    if came + len(buffer) + len(piece) > upload.length:
                        said = f"more has come than the {upload.length} bytes that were announced"
                        raise Refusal("too-large", said, headers={**self.told(came), "Connection": "close"})
                    buffer += piece
                    if len(buffer) >= WRITE_BYTES:
                        came += await run_sync(self._write, file, bytes(buffer), came)
                        buffer.clear()
            except ClientDisconnect:
                pass
            came += await run_sync(self._write, file, bytes(buffer), came)
            await run_sync(os.fsync, file)
        await run_sync(self._touch, upload.lookup)
        return came

    def discard(self, upload: Upload) -> None:
        """Forget an upload."""
        if upload.film is not None:
            raise Refusal("conflict", "a film was made of it", then="Delete the film: its book goes with it.")
        self._db.write(lambda connection: connection.execute(_forgets(upload.lookup)))
        self._path(upload.lookup).unlink(missing_ok=True)

    def drop_all(self, tenant: str) -> None:
        """Forget all of a team's uploads of which no film was made."""
        mine = (uploads.c.tenant == tenant, uploads.c.film.is_(None))
        query = select(uploads.c.lookup).where(*mine)
        for lookup in self._db.read(lambda connection: connection.execute(query).scalars().all()):
            self._db.write(lambda connection, one=lookup: connection.execute(_forgets(one)))  # type: ignore[misc]
            self._path(lookup).unlink(missing_ok=True)

    def hand_over(self, upload: Upload, to: Path, film: str) -> None:
        """Move a whole upload to `to`: it is the book of `film` from now on."""
        if upload.offset != upload.length:
            said, then = (
                f"only {upload.offset} of {upload.length} bytes have come",
                "Send the rest with PATCH, then ask again.",
            )
            raise Refusal("conflict", said, headers=self.told(), then=then)
        to.parent.mkdir(parents=True, exist_ok=True)
        free = (uploads.c.lookup == upload.lookup, or_(uploads.c.film.is_(None), uploads.c.film == film))
        change = update(uploads).where(*free).values(film=film)
        if not self._db.write(lambda connection: connection.execute(change).rowcount):
            raise Refusal("conflict", "a film is being made of this upload already")
        # Whoever was killed right here goes on with the same film, and finds the book moved or not.
        if not to.exists():
            try:
                self._path(upload.lookup).replace(to)
            except FileNotFoundError:
                raise Refusal("gone", "the book was deleted with the film that was made of it") from None

    def give_back(self, upload: Upload, at: Path) -> None:
        """Undo `hand_over`: no film came of it."""
        at.replace(self._path(upload.lookup))
        change = update(uploads).where(uploads.c.lookup == upload.lookup).values(film=None)
        self._db.write(lambda connection: connection.execute(change))

    def used_bytes(self, tenant: str) -> int:
        """Return how many bytes the team's uploads have announced, of which no film was made."""
        return self._promised(uploads.c.tenant == tenant)[1]

    def told(self, offset: int | None = None) -> dict[str, str]:
        """Return the headers by which tus clients know this server."""
        headers = {"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Max-Size": str(self._settings.upload_bytes)}
        headers["Tus-Extension"] = "creation,termination,expiration"
        return headers if offset is None else {**headers, "Upload-Offset": str(offset)}

    def sweep(self) -> None:
        """Drop uploads that nobody has gone on with."""
        until = datetime.now(UTC) - timedelta(hours=self._settings.upload_hours)
        old = uploads.c.touched_at < until.isoformat(timespec="milliseconds")

        def drop(connection: Connection) -> list[str]:
            found = list(connection.execute(select(uploads.c.lookup).where(old)).scalars())
            if found:
                connection.execute(delete(uploads).where(uploads.c.lookup.in_(found)))
            return found

        for lookup in self._db.write(drop):
            self._path(lookup).unlink(missing_ok=True)

    def _promised(self, *whose: ColumnElement[bool]) -> tuple[int, int]:
        """Return how many uploads there are of which no film was made, and how many bytes they are to have."""
        waiting = (*whose, uploads.c.film.is_(None))
        query = select(func.count(), func.coalesce(func.sum(uploads.c.length), 0)).where(*waiting)
        row: Any = self._db.read(lambda connection: connection.execute(query).one())
        return int(row[0]), int(row[1])

    def _outstanding_bytes(self) -> int:
        """Return how many bytes were announced, by all teams, that have not come yet."""
        came = 0
        for path in self._folder.glob("*.part"):
            with suppress(OSError):
                came += path.stat().st_size
        return max(0, self._promised()[1] - came)

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free

    def _write(self, file: int, content: bytes, came: int) -> int:
        """Write all of `content`; `came` were there before. Raises StoreFull or StoreError, and Refusal where the disk
        has filled up since the upload was announced: what came before that stays."""
        if content and self._free_bytes() < self._settings.spare_bytes + len(content):
            raise Refusal("disk-full", "no space is left for a book of this size", headers=self.told(came))
        return _write(file, content)

    def _path(self, lookup: str) -> Path:
        return self._folder / f"{lookup}.part"

    def _touch(self, lookup: str) -> None:
        change = update(uploads).where(uploads.c.lookup == lookup).values(touched_at=now())
        self._db.write(lambda connection: connection.execute(change))

    @asynccontextmanager
    async def _held(self, upload: Upload) -> AsyncIterator[int]:
        """Give the upload's file, which nobody else writes meanwhile.

        A line that broke still holds it for the moment in which what came is brought to the disk: that is waited for.
        """
        until = time.monotonic() + LETS_GO_S
        try:
            file = os.open(self._path(upload.lookup), os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:
            said, then = "the upload is whole, and a film was made of it", "`GET /v1/films` lists the film."
            raise Refusal("conflict", said, then=then) from None
        try:
            while not _locked(file):
                if time.monotonic() > until:
                    raise Refusal("conflict", "another request is sending this upload")
                await sleep(ASKS_AGAIN_S)
            yield file
        finally:
            os.close(file)


def _forgets(lookup: str) -> Delete:
    return delete(uploads).where(uploads.c.lookup == lookup)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(file: int, content: bytes) -> int:
    """Write all of `content`, or as much as the disk takes. Raises StoreFull or StoreError."""
    view, done = memoryview(content), 0
    try:
        while done < len(content):
            done += os.write(file, view[done:])
    except OSError as error:
        raise store_error(error, "uploads") from error
    return done


def safe_name(name: str) -> str:
    """Return a file's name that is only a name: no folder, nothing hidden, nothing that cannot be printed."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).lstrip(". ").rstrip()
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    ending = ending[:10]
    room = LONGEST_NAME_BYTES - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending).rstrip() or "book"
