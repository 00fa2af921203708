"""The films of every team: a row here, a folder on the disk, jobs in the ledger."""

from __future__ import annotations

import copy
import json
import re
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bookfilm import tracing
from bookfilm.errors import FolderBusy, StoreError
from bookfilm.jobs.farm import Farm
from bookfilm.pipeline.order import FilmOrder, read_order
from bookfilm.records.direction import Right
from bookfilm.store.folder import FilmFolder, create_folder, held_folder
from bookfilm.store.ledger import LIVE, JobRow, Ledger
from bookfilm.store.ledger.database import Database
from bookfilm.studio.intake import BookFacts
from bookfilm.studio.keeping import lookup_of, new_id, now
from bookfilm.studio.problems import Refusal
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.tables import events, films, uploads

FilmState = Literal["new", "queued", "running", "paused", "done", "slates", "failed", "stopped", "cancelled"]

_PATH = re.compile(r"(?<![\w.:/])(?:/[\w.@+-]+)+/([\w.@+-]+)")
"""A path from the root on; its last part says what it was about."""


@dataclass(frozen=True)
class Film:
    """A film as its row has it. `root` holds the book, the log of its drivers, and the film folder."""

    number: int
    id: str
    tenant: str
    user: str
    root: Path
    book: Path
    facts: BookFacts
    order: FilmOrder
    right: Right
    created_at: str
    stored_bytes: int

    @property
    def folder(self) -> FilmFolder:
        """Its film folder."""
        return FilmFolder(self.root / "film")

    @property
    def log(self) -> Path:
        """What its drivers said."""
        return self.root / "driver.log"


def bytes_below(folder: Path) -> int:
    """Return how many bytes the files below `folder` have, those that go meanwhile apart."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            found = path.lstat()
            size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size


class Repeated(NamedTuple):
    """A request that may be sent again: its idempotency key, and a digest of all that it says."""

    key: str
    digest: str


class Films:
    """The films of every team."""

    def __init__(self, database: Database, ledger: Ledger, settings: StudioSettings) -> None:
        self._db, self._ledger, self._settings = database, ledger, settings
        self._making: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def making(self, ident: str) -> Iterator[None]:
        """Hold the id of a film that is being begun. Raises Refusal where another request of this process does so.

        One that a killed process began is held by nobody, and is gone on with.
        """
        with self._guard:
            if ident in self._making:
                raise Refusal("conflict", "another request is making a film of this upload")
            self._making.add(ident)
        try:
            yield
        finally:
            with self._guard:
                self._making.discard(ident)

    def root_of(self, tenant: str, ident: str) -> Path:
        """Return where the film `ident` of `tenant` lies, or is to lie."""
        return self._settings.data / "films" / lookup_of(tenant, ident)[:32]

    def ledger_of(self, film: Film) -> Ledger:
        """Return the ledger, seen from `film`."""
        seen = copy.copy(self._ledger)
        seen.film = str(film.folder.path)
        return seen

    def begun_by(self, tenant: str, request: Repeated | None) -> Film | None:
        """Return the film that this very request has made already, before somebody was killed, or long ago.

        Raises Refusal where another request with the same key has made one.
        """
        if request is None:
            return None
        mine = (films.c.tenant == tenant, films.c.request == request.key, films.c.deleted_at.is_(None))
        query = select(films.c.digest).where(*mine)
        digest = self._db.read(lambda connection: connection.execute(query).first())
        if digest is not None and digest[0] != request.digest:
            raise Refusal("repeated-otherwise", "a film was made with this key, of another request")
        return self._first(*mine) if digest is not None else None

    def add(
        self, ident: str, tenant: str, user: str, book: Path, facts: BookFacts, order: FilmOrder, right: Right,
        request: Repeated | None,
    ) -> Film:  # fmt: skip
        """Write a new film down; its book lies at `book`."""
        row = {
            "lookup": lookup_of(tenant, ident), "id": ident, "tenant": tenant, "user": user,
            "request": request.key if request else None, "digest": request.digest if request else None,
            "folder": str(self.root_of(tenant, ident)), "book": str(book), "facts": facts.model_dump_json(),
            "order": order.model_dump_json(), "right": right.model_dump_json(), "created_at": now(),
            "stored_bytes": book.stat().st_size,
        }  # fmt: skip
        try:
            self._db.write(lambda connection: connection.execute(insert(films).values(row)))
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise Refusal("conflict", "another request with this key is making the film") from None
            raise
        return self.find(tenant, ident)

    def find(self, tenant: str, ident: str) -> Film:
        """Return a team's film. Raises Refusal where there is none such: whether another team has it cannot be told."""
        film = self._first(films.c.lookup == lookup_of(tenant, ident), films.c.deleted_at.is_(None))
        if film is None:
            raise Refusal("not-found", "there is no such film")
        return film

    def exists(self, tenant: str, ident: str) -> bool:
        """Say whether there is, or was, a film of that id."""
        return self._first(films.c.lookup == lookup_of(tenant, ident)) is not None

    def by_folder(self, folder: str) -> Film | None:
        """Return the film whose film folder is `folder`."""
        return self._first(films.c.folder == str(Path(folder).parent), films.c.deleted_at.is_(None))

    def page(self, tenant: str, before: int | None, limit: int) -> list[Film]:
        """Return a team's films, the newest first, of those with a number below `before`."""
        query = select(films).where(films.c.tenant == tenant, films.c.deleted_at.is_(None))
        query = query if before is None else query.where(films.c.number < before)
        return self._all(query.order_by(films.c.number.desc()).limit(limit))

    def everything(self) -> list[Film]:
        """Return every team's films, oldest first."""
        return self._all(select(films).where(films.c.deleted_at.is_(None)).order_by(films.c.number))

    def queue(self, film: Film, order: FilmOrder | None = None) -> int:
        """Queue a job for `film`; a driver takes it up. Raises Refusal where one waits or runs already."""
        if (job := self.last_job(film)) is not None and job.state in LIVE:
            raise Refusal("busy", "a job of it waits or runs already")
        folder = create_folder(film.folder.path)
        book = None if folder.book.exists() else film.book
        # Its trace is that of who asks now, whatever the last one was.
        asked = (order or self.order_of(film, job)).changed(trace=tracing.here())
        return Farm(self.ledger_of(film)).submit(book, asked.model_dump(mode="json"))

    def order_of(self, film: Film, job: JobRow | None) -> FilmOrder:
        """Return how `film` is to be: as its newest `job` has it, or as it was asked for where there is none."""
        return film.order if job is None else read_order(job.order, self._settings.ledger_url)

    def last_job(self, film: Film) -> JobRow | None:
        """Return the film's newest job."""
        return self.ledger_of(film).last_job()

    def number_of(self, film: Film, job: JobRow | None) -> int | None:
        """Return which of the film's jobs `job` is, from 1 on: by the ledger's numbers one would count others' jobs."""
        return None if job is None else self.ledger_of(film).place_of(job.id)

    def drop(self, film: Film) -> None:
        """Delete a film: at once for who asks, on the disk as soon as no driver is at work there."""
        change = update(films).where(films.c.number == film.number).values(deleted_at=now(), request=None)
        self._db.write(lambda connection: connection.execute(change))
        ledger = self.ledger_of(film)
        job = ledger.last_job()
        if job is not None and job.state in LIVE:
            ledger.ask(job.id, "cancel", wanted="cancel")
            if job.state == "queued":
                ledger.end_job(job.id, "cancelled")
        self.sweep()

    def drop_all(self, tenant: str) -> None:
        """Delete all of a team's films."""
        for film in self._all(select(films).where(films.c.tenant == tenant, films.c.deleted_at.is_(None))):
            self.drop(film)

    def sweep(self) -> None:
        """Remove the folders of deleted films in which nobody is at work any more."""
        for film in self._all(select(films).where(films.c.deleted_at.is_not(None))):
            try:
                if film.folder.path.is_dir():
                    with held_folder(film.folder, sweep=False):
                        shutil.rmtree(film.root, ignore_errors=True)
            except FolderBusy:
                continue
            shutil.rmtree(film.root, ignore_errors=True)
            if not film.root.exists():
                self._db.write(_forgets(film))

    def note_size(self, film: Film) -> None:
        """Write down how much of the disk the film takes."""
        size = bytes_below(film.root)
        change = update(films).where(films.c.number == film.number).values(stored_bytes=size)
        self._db.write(lambda connection: connection.execute(change))

    def _first(self, *where: Any) -> Film | None:
        found = self._all(select(films).where(*where).limit(1))
        return found[0] if found else None

    def _all(self, query: Any) -> list[Film]:
        rows = self._db.read(lambda connection: connection.execute(query).mappings().all())
        return [_film(row) for row in rows]


def state_of(job: JobRow | None) -> FilmState:
    """Return in which state the film is whose newest job is `job`."""
    if job is None:
        return "new"
    if job.state in LIVE and job.asked.wanted == "pause":
        return "paused"
    return job.state


def error_of(film: Film, job: JobRow | None) -> str:
    """Return why `job` has failed, empty where it has not: without what is nobody's business, the paths of this machine
    and the ledger's number."""
    said = (job.error or "").removeprefix(f"job {job.id}: ").replace(str(film.root), "") if job is not None else ""
    return _PATH.sub(lambda found: found[1], said).strip()


def new_film_id() -> str:
    """Return an id for a new film."""
    return new_id("film")


def _film(row: Any) -> Film:
    return Film(
        number=row["number"],
        id=row["id"],
        tenant=row["tenant"],
        user=row["user"],
        root=Path(row["folder"]),
        book=Path(row["book"]),
        facts=BookFacts.model_validate_json(row["facts"]),
        order=FilmOrder.model_validate(json.loads(row["order"])),
        right=Right.model_validate_json(row["right"]),
        created_at=row["created_at"],
        stored_bytes=row["stored_bytes"],
    )


def _forgets(film: Film) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        connection.execute(delete(events).where(events.c.film == lookup_of(film.tenant, film.id)))
        connection.execute(delete(uploads).where(uploads.c.film == film.id))
        connection.execute(delete(films).where(films.c.number == film.number))

    return write
