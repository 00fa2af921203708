"""Jobs, what they were asked to make, what each stage was made from, and what servers were asked for."""

from __future__ import annotations

import json
import os
import socket
import uuid
import zlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, or_, select, update

from bookfilm.records.errands import Errand
from bookfilm.store.ledger.asking import asked_in
from bookfilm.store.ledger.database import Database
from bookfilm.store.ledger.rows import FIRST_PRIORITY, LIVE, JobRow, JobState, StageRow
from bookfilm.store.ledger.settling import now, spent_in, upsert
from bookfilm.store.ledger.tables import attempts, costs, errands, jobs, shots, stages

SILENT_S = 60.0
"""A driver that has not been heard of for so long is taken for dead, and its job may be taken up by another."""
KEPT = ("priority", "at_most", "gpus", "budget_usd", "budget_gpu_h", "usd_per_gpu_h")
"""What a film's next job takes over of what was asked of its last."""


class History:
    """What was done, and is to be done, for the films of a ledger."""

    _db: Database
    film: str

    def begin_job(self, book: str, order: dict[str, Any], **asked: Any) -> int:
        """Write a new running job; an earlier one of this film that still says "running" was killed, and now says
        "stopped", or "cancelled" where that was asked. `asked` are what is asked of it (`KEPT`) beyond what was asked
        of the film's last job."""
        return self._new_job(book, order, "running", asked)

    def queue_job(self, book: str, order: dict[str, Any], **asked: Any) -> int:
        """Write a new job that waits for a driver."""
        return self._new_job(book, order, "queued", asked)

    def _new_job(self, book: str, order: dict[str, Any], state: JobState, asked: dict[str, Any]) -> int:
        row = {"film": self.film, "book": book, "order": json.dumps(order), "state": state, "token": uuid.uuid4().hex}
        given = {name: value for name, value in asked.items() if value is not None}

        def write(connection: Connection) -> int:
            known = connection.execute(select(jobs.c.id).where(jobs.c.token == row["token"])).scalar()
            if known is not None:
                return int(known)
            mine = jobs.c.film == self.film
            if state == "running":
                _end_dead(connection, mine)
            before = connection.execute(select(jobs).where(mine).order_by(jobs.c.id.desc()).limit(1)).mappings().first()
            kept = {name: before[name] for name in KEPT} if before else {"priority": FIRST_PRIORITY}
            lives = {"driver": driver_name(), "beat_at": now()} if state == "running" else {}
            values = {**row, **kept, **given, **lives, "started_at": now()}
            return int(connection.execute(insert(jobs).values(values).returning(jobs.c.id)).scalar_one())

        return self._db.write(write)

    def claim_job(self, film: str | None = None, but: Collection[int] = ()) -> JobRow | None:
        """Take up the queued job of the highest priority, the oldest of several, for this process: it says "running".

        So is a job taken up whose driver has not been heard of for a minute; one that was to be cancelled ends so. A
        film that a driver is at work on has none to be taken up. Those of `film` alone, where that is named, and none
        of `but`. None: nothing waits.
        """
        silent = _silent_since()
        lost = and_(jobs.c.state == "running", jobs.c.beat_at < silent)
        busy = select(jobs.c.film).where(jobs.c.state == "running", jobs.c.beat_at >= silent)
        waiting = select(jobs.c.id).where(or_(jobs.c.state == "queued", lost), jobs.c.wanted == "run")
        waiting = waiting.where(jobs.c.film.not_in(busy), jobs.c.id.not_in(list(but)))
        waiting = waiting if film is None else waiting.where(jobs.c.film == film)
        waiting = waiting.order_by(jobs.c.priority.desc(), jobs.c.id).limit(1).with_for_update(skip_locked=True)

        def write(connection: Connection) -> int | None:
            _end_dead(connection, and_(lost, jobs.c.wanted == "cancel"))
            # One that was laid back after somebody had cancelled it.
            back = and_(jobs.c.state == "queued", jobs.c.wanted == "cancel")
            connection.execute(update(jobs).where(back).values(state="cancelled", ended_at=now()))
            found = connection.execute(waiting).scalar()
            if found is not None:
                taken = {"state": "running", "started_at": now(), "beat_at": now(), "driver": driver_name()}
                mine = connection.execute(update(jobs).where(jobs.c.id == found).values(taken).returning(jobs.c.film))
                _end_dead(connection, and_(jobs.c.film == mine.scalar_one(), jobs.c.id != found, lost))
            return found

        found = self._db.write(write)
        return None if found is None else self.job(found)

    def beat(self, job: int) -> None:
        """Say that the driver of `job`, this process, lives: whoever took the job up meanwhile could not have it."""
        lives = {"beat_at": now(), "state": "running", "driver": driver_name()}
        carried = update(jobs).where(jobs.c.id == job, jobs.c.state.in_(LIVE)).values(lives)
        self._db.write(lambda connection: connection.execute(carried))

    def is_silent(self, job: int) -> bool:
        """Say whether `job` runs by what is written, and its driver has not been heard of for a minute."""
        lost = select(jobs.c.id).where(jobs.c.id == job, jobs.c.state == "running", jobs.c.beat_at < _silent_since())
        return self._db.read(lambda connection: connection.execute(lost).first()) is not None

    def release_job(self, job: int) -> None:
        """Lay a job that this process has claimed back into the queue: somebody else takes it up.

        Nothing changes where another driver has it by now.
        """
        back = {"state": "queued", "ended_at": None, "error": None, "driver": None, "beat_at": None}
        mine = update(jobs).where(jobs.c.id == job, jobs.c.driver == driver_name()).values(back)
        self._db.write(lambda connection: connection.execute(mine))

    def end_job(self, job: int, state: JobState, error: str | None = None) -> None:
        """Write what became of a job."""
        ended = update(jobs).where(jobs.c.id == job).values(state=state, ended_at=now(), error=error)
        self._db.write(lambda connection: connection.execute(ended))

    def job(self, job: int) -> JobRow | None:
        """Return a job by its number."""
        found = self._jobs(jobs.c.id == job)
        return found[0] if found else None

    def last_job(self) -> JobRow | None:
        """Return this film's newest job."""
        found = self._jobs(jobs.c.film == self.film, newest=True)
        return found[0] if found else None

    def current_job(self) -> JobRow | None:
        """Return this film's job that runs, or without one its newest."""
        running = self._jobs(jobs.c.film == self.film, jobs.c.state == "running", newest=True)
        return running[0] if running else self.last_job()

    def own_jobs(self) -> list[JobRow]:
        """Return this film's jobs, oldest first."""
        return self._jobs(jobs.c.film == self.film)

    def place_of(self, job: int) -> int:
        """Return which of this film's jobs `job` is, from 1 on: its own number grows over all films."""
        query = select(func.count()).select_from(jobs).where(jobs.c.film == self.film, jobs.c.id <= job)
        return int(self._db.read(lambda connection: connection.execute(query).scalar_one()))

    def jobs(self, live: bool = False, after: int = 0) -> list[JobRow]:
        """Return the jobs of every film that shares this ledger, oldest first, with numbers beyond `after`; `live` ones
        wait or run."""
        wanted = jobs.c.id > after
        return self._jobs(wanted, jobs.c.state.in_(LIVE)) if live else self._jobs(wanted)

    def _jobs(self, *where: Any, newest: bool = False) -> list[JobRow]:
        query = select(jobs).where(*where)
        query = query.order_by(jobs.c.id.desc()).limit(1) if newest else query.order_by(jobs.c.id)

        def read(connection: Connection) -> list[JobRow]:
            return [_job_row(connection, row) for row in connection.execute(query).all()]

        return self._db.read(read)

    def whole_orders(self, dub: str | None = None) -> list[dict[str, Any]]:
        """Return what each run asked for that was not about chosen scenes only, the newest first.

        `dub` None: of the film; else of its dub in that language.
        """
        orders = (order for order, _ in self.orders())
        return [order for order in orders if not order.get("scenes") and order.get("dub") == dub]

    def orders(self) -> list[tuple[dict[str, Any], JobState]]:
        """Return what each run of this film asked for and what became of it, the newest first; none that only wait."""
        query = select(jobs.c.order, jobs.c.state).where(jobs.c.film == self.film, jobs.c.state != "queued")

        def read(connection: Connection) -> list[tuple[dict[str, Any], JobState]]:
            rows = connection.execute(query.order_by(jobs.c.id.desc()))
            return [(json.loads(row.order), row.state) for row in rows]

        return self._db.read(read)

    def stage(self, file: str) -> StageRow | None:
        """Return what the film's `file` was made from, None where nobody has written that."""
        query = select(stages).where(stages.c.film == self.film, stages.c.file == file)
        row = self._db.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        return StageRow(row.inputs, row.output, zlib.decompress(row.body).decode() if row.body else "")

    def write_stage(self, file: str, row: StageRow) -> None:
        """Write what the film's `file` was made from."""
        values = {"inputs": row.inputs, "output": row.output, "body": zlib.compress(row.body.encode())}

        def write(connection: Connection) -> None:
            new = upsert(connection, stages).values(film=self.film, file=file, **values)
            connection.execute(new.on_conflict_do_update(index_elements=["film", "file"], set_=values))

        self._db.write(write)

    def write_errands(self, job: int, told: Sequence[Errand]) -> None:
        """Write what was asked of a server, and what came of it; `job` is the run that first knew of it."""

        def write(connection: Connection) -> None:
            for errand in told:
                changing = {"state": errand.state, "body": errand.to_json()}
                row = {"token": errand.token, "film": self.film, "job": job, "take": errand.take, **changing}
                new = upsert(connection, errands).values(row)
                connection.execute(new.on_conflict_do_update(index_elements=["token"], set_=changing))

        self._db.write(write)

    def errands(self) -> list[Errand]:
        """Return every errand of this film that was written, in the order in which they were first known."""
        query = select(errands.c.body).where(errands.c.film == self.film).order_by(errands.c.id)
        rows = self._db.read(lambda connection: connection.execute(query).all())
        return [Errand.from_json(row.body, subject=self._db.name) for row in rows]


def _silent_since() -> str:
    """Return the time since when who has not been heard of is taken for dead."""
    return (datetime.now(UTC) - timedelta(seconds=SILENT_S)).isoformat(timespec="milliseconds")


def _end_dead(connection: Connection, which: Any) -> None:
    """Write of running jobs whose drivers are no more what became of them: what was asked, or that they stopped."""
    running = and_(which, jobs.c.state == "running")
    ended = case((jobs.c.wanted == "cancel", "cancelled"), else_="stopped")
    connection.execute(update(jobs).where(running).values(state=ended, ended_at=now()))


def driver_name() -> str:
    """Return this process's name in the ledger."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _job_row(connection: Connection, row: Any) -> JobRow:
    states = connection.execute(
        select(shots.c.state, func.count()).where(shots.c.job == row.id).group_by(shots.c.state)
    ).all()
    tried = connection.execute(select(func.count()).select_from(attempts).where(attempts.c.job == row.id)).scalar_one()
    gpu_s, usd = spent_in(connection, costs.c.job == row.id)
    return JobRow(
        row.id,
        row.book,
        json.loads(row.order),
        row.state,
        row.started_at,
        row.ended_at,
        row.error,
        {str(state): int(count) for state, count in states},
        tried,
        row.film,
        asked_in(row),
        row.driver,
        gpu_s,
        usd,
    )
