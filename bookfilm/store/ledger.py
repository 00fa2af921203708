"""The ledger: jobs, their shots, every attempt at one, and what each stage was made from.

SQLite through SQLAlchemy, one writer (the driver that holds the folder). The takes' own records are
the truth for takes; a lost ledger is rebuilt from them and costs history, not work.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, OperationalError

from bookfilm.errors import BookfilmError, FolderError, StoreError, StoreFull
from bookfilm.records.errands import Errand
from bookfilm.store.files import store_error

VERSION = 1
BUSY_TIMEOUT_MS = 5000
JOURNAL_BYTES = 64 * 1024
"""SQLite's journal index grows by 32 KiB at a time."""
AttemptKind = Literal["take", "recording"]
ShotState = Literal["queued", "done", "slate"]
JobState = Literal["running", "done", "slates", "failed", "stopped"]

_tables = MetaData()
_jobs = Table(
    "jobs",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("book", String, nullable=False),
    Column("order", String, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
    Column("error", String),
)
_shots = Table(
    "shots",
    _tables,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("shot", String, primary_key=True),
    Column("take", String, nullable=False, index=True),
    Column("state", String, nullable=False),
)
_attempts = Table(
    "attempts",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("job", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False, index=True),
    Column("worker", String, nullable=False),
    Column("ended_at", String, nullable=False),
    Column("ms", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("error", String),
)
_stages = Table(
    "stages",
    _tables,
    Column("file", String, primary_key=True),
    Column("inputs", String, nullable=False),
    Column("output", String, nullable=False),
    Column("body", LargeBinary),
)
_errands = Table(
    "errands",
    # Laid when the first errand is written: most films have none, and a ledger from before is none the worse.
    MetaData(),
    Column("token", String, primary_key=True),
    Column("job", Integer, nullable=False),
    Column("take", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("body", String, nullable=False),
)


@dataclass(frozen=True)
class Attempt:
    """One try at one thing. `error` is None where it succeeded."""

    kind: AttemptKind
    key: str
    worker: str
    ms: int
    error: str | None = None


@dataclass(frozen=True)
class StageRow:
    """What a file was made from (`inputs`) and what was then written (`output`), as digests; `body` is its last
    known text, which a person may have edited since."""

    inputs: str
    output: str
    body: str


@dataclass(frozen=True)
class JobRow:
    """A job as the ledger knows it. Times are UTC, ISO 8601; `order` is the FilmOrder as JSON."""

    id: int
    book: str
    order: dict[str, Any]
    state: JobState
    started_at: str
    ended_at: str | None
    error: str | None
    shots: dict[str, int]
    """How many shots are in each state."""
    attempts: int


class Ledger:
    """The ledger at `path`. A file that is no ledger is set aside as ``*.damaged`` and a new one begun."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = _opened(path)
        try:
            _prepare(self._engine, path)
        except DatabaseError:
            self._engine.dispose()
            _set_aside(path)
            self._engine = _opened(path)
            _prepare(self._engine, path)
        except BookfilmError:
            self._engine.dispose()
            raise

    def close(self) -> None:
        self._engine.dispose()

    def begin_job(self, book: str, order: dict[str, Any]) -> int:
        """Write a new running job; an earlier one that still says "running" was killed and now says "stopped"."""
        with self._writing() as connection:
            connection.execute(update(_jobs).where(_jobs.c.state == "running").values(state="stopped", ended_at=_now()))
            row = connection.execute(
                insert(_jobs).values(book=book, order=json.dumps(order), state="running", started_at=_now())
            )
            assert row.inserted_primary_key is not None
            return int(row.inserted_primary_key[0])

    def end_job(self, job: int, state: JobState, error: str | None = None) -> None:
        with self._writing() as connection:
            connection.execute(update(_jobs).where(_jobs.c.id == job).values(state=state, ended_at=_now(), error=error))

    def list_shots(self, job: int, takes: Iterable[tuple[str, str, ShotState]]) -> None:
        """Write the job's shots: (shot id, take key, state)."""
        rows = [{"job": job, "shot": shot, "take": take, "state": state} for shot, take, state in takes]
        with self._writing() as connection:
            connection.execute(_shots.delete().where(_shots.c.job == job))
            if rows:
                connection.execute(insert(_shots), rows)

    def settle_take(self, job: int, take: str, state: ShotState) -> None:
        """Set the state of every shot of `job` that shows `take`."""
        with self._writing() as connection:
            connection.execute(update(_shots).where(_shots.c.job == job, _shots.c.take == take).values(state=state))

    def write_attempt(self, job: int, attempt: Attempt) -> None:
        outcome = "failed" if attempt.error else "done"
        with self._writing() as connection:
            connection.execute(
                insert(_attempts).values(
                    job=job,
                    kind=attempt.kind,
                    key=attempt.key,
                    worker=attempt.worker,
                    ended_at=_now(),
                    ms=attempt.ms,
                    outcome=outcome,
                    error=attempt.error,
                )
            )

    def stage(self, file: str) -> StageRow | None:
        with self._reading() as connection:
            row = connection.execute(select(_stages).where(_stages.c.file == file)).first()
        if row is None:
            return None
        return StageRow(row.inputs, row.output, zlib.decompress(row.body).decode() if row.body else "")

    def write_stage(self, file: str, row: StageRow) -> None:
        values = {"inputs": row.inputs, "output": row.output, "body": zlib.compress(row.body.encode())}
        with self._writing() as connection:
            connection.execute(
                upsert(_stages).values(file=file, **values).on_conflict_do_update(index_elements=["file"], set_=values)
            )

    def last_job(self) -> JobRow | None:
        with self._reading() as connection:
            row = connection.execute(select(_jobs).order_by(_jobs.c.id.desc()).limit(1)).first()
            if row is None:
                return None
            states = connection.execute(
                select(_shots.c.state, func.count()).where(_shots.c.job == row.id).group_by(_shots.c.state)
            ).all()
            attempts = connection.execute(
                select(func.count()).select_from(_attempts).where(_attempts.c.job == row.id)
            ).scalar_one()
        return JobRow(
            row.id,
            row.book,
            json.loads(row.order),
            row.state,
            row.started_at,
            row.ended_at,
            row.error,
            {str(state): int(count) for state, count in states},
            attempts,
        )

    def whole_orders(self, dub: str | None = None) -> list[dict[str, Any]]:
        """Return what each run asked for that was not about chosen scenes only, the newest first.

        `dub` None: of the film; else of its dub in that language.
        """
        orders = (order for order, _ in self.orders())
        return [order for order in orders if not order.get("scenes") and order.get("dub") == dub]

    def orders(self) -> list[tuple[dict[str, Any], JobState]]:
        """Return what each run asked for and what became of it, the newest first."""
        with self._reading() as connection:
            rows = connection.execute(select(_jobs.c.order, _jobs.c.state).order_by(_jobs.c.id.desc()))
            return [(json.loads(row.order), row.state) for row in rows]

    def failures(self, job: int) -> list[tuple[str, str]]:
        """Return (key, error) of every failed attempt of `job`, oldest first."""
        query = select(_attempts.c.key, _attempts.c.error).where(
            _attempts.c.job == job, _attempts.c.outcome == "failed"
        )
        with self._reading() as connection:
            return [(row.key, row.error) for row in connection.execute(query.order_by(_attempts.c.id))]

    def write_errands(self, job: int, errands: Sequence[Errand]) -> None:
        """Write what was asked of a server, and what came of it; `job` is the run that first knew of it."""
        with self._writing() as connection:
            _errands.create(connection, checkfirst=True)
            for errand in errands:
                changing = {"state": errand.state, "body": errand.to_json()}
                row = {"token": errand.token, "job": job, "take": errand.take, **changing}
                connection.execute(
                    upsert(_errands).values(row).on_conflict_do_update(index_elements=["token"], set_=changing)
                )

    def errands(self) -> list[Errand]:
        """Return every errand that was written, in the order in which they were first known."""
        with self._reading() as connection:
            if not inspect(connection).has_table(_errands.name):
                return []
            rows = connection.execute(select(_errands.c.body).order_by(text("rowid"))).all()
        return [Errand.from_json(row.body, subject=self._path) for row in rows]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            raise _named(error, self._path) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise _named(error, self._path) from error


def _opened(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def _prepare(engine: Engine, path: Path) -> None:
    """Lay the tables into a new ledger; an old one is only read, so that `bookfilm status` never disturbs a driver.

    Raises DatabaseError where the file is no database, or not whole: StoreError where it cannot be used now.
    """
    try:
        with engine.connect() as connection:
            version = connection.execute(text("PRAGMA user_version")).scalar_one()
            if version > VERSION:
                raise FolderError(f"written by a newer bookfilm (ledger version {version})", subject=path)
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            if found != "ok":
                raise DatabaseError("quick_check", None, Exception(found))
            if version == VERSION:
                return
            # WAL lets `bookfilm status` read while the driver writes; some network mounts refuse it.
            with suppress(OperationalError):
                connection.execute(text("PRAGMA journal_mode=WAL"))
        with engine.begin() as connection:
            _tables.create_all(connection)
            connection.execute(text(f"PRAGMA user_version={VERSION}"))
    except OperationalError as error:
        # Busy, full or not to be written to: that passes, and is no reason to begin a new one.
        raise _named(error, path) from error


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


def _named(error: DatabaseError, path: Path) -> StoreError:
    said = str(error.orig)
    # A journal that cannot grow is told as an input/output error.
    if "full" in said or ("I/O" in said and disk_usage(path.parent).free < JOURNAL_BYTES):
        return StoreFull("no space is left for the ledger; free some and run the same command again", subject=path)
    return StoreError(f"the ledger cannot be used: {said}", subject=path)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
