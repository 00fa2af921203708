"""Shots and attempts: what became of each, who made it, and what it cost."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bookfilm.metrics import RACED
from bookfilm.store.ledger.database import Database
from bookfilm.store.ledger.rows import Attempt, ShotState, WorkerRow
from bookfilm.store.ledger.tables import attempts, costs, jobs, shots, workers

REPLICAS = "replica"
"""The kind of costs under which stand the seconds of replicas that drew takes and held no GPU."""

Spent = tuple[float, float]


def now() -> str:
    """Return the time as the ledger writes it: UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def upsert(connection: Connection, table: Table) -> Any:
    """Return an insert into `table` that can say what happens where the row is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


class Settling:
    """What becomes of a job's shots."""

    _db: Database
    film: str

    def list_shots(self, job: int, takes: Iterable[tuple[str, str, ShotState]]) -> None:
        """Write the job's shots: (shot id, take key, state)."""
        rows = [{"job": job, "shot": shot, "take": take, "state": state} for shot, take, state in takes]

        def write(connection: Connection) -> None:
            connection.execute(shots.delete().where(shots.c.job == job))
            if rows:
                connection.execute(insert(shots), rows)

        self._db.write(write)

    def settle_take(self, job: int, take: str, state: ShotState, error: str | None = None) -> None:
        """Set the state of every shot of `job` that shows `take`; `error` is why it is none of its own."""
        self.settle(job, (), take, state, error)

    def settle_shots(self, job: int, ids: Sequence[str], state: ShotState, error: str | None = None) -> None:
        """Set the state of these shots of `job` alone, whatever others show the same take."""
        where = (shots.c.job == job, shots.c.shot.in_(ids))
        self._db.write(
            lambda connection: connection.execute(update(shots).where(*where).values(state=state, error=error))
        )

    def write_attempt(self, job: int, attempt: Attempt) -> None:
        """Write one attempt."""
        self.settle(job, (attempt,))

    def settle(
        self,
        job: int,
        tried: Sequence[Attempt],
        take: str | None = None,
        state: ShotState = "done",
        error: str | None = None,
    ) -> None:
        """Write all that came of one thing at once: every attempt, what they cost, and the state of its shots.

        Where the answer to a change was lost and it is asked for again, nothing is written twice.
        """
        all_rows = [(attempt, _row(job, attempt)) for attempt in tried]

        def write(connection: Connection) -> None:
            told = [(one, row) for one, row in all_rows if not (one.found and self._is_known(connection, one))]
            if told and not _is_new(connection, [row for _, row in told]):
                return
            for attempt, _ in told:
                _count(connection, attempt)
            _charge(connection, job, [attempt for attempt, _ in told])
            if take is not None:
                where = (shots.c.job == job, shots.c.take == take)
                connection.execute(update(shots).where(*where).values(state=state, error=error))

        self._db.write(write)

    def _is_known(self, connection: Connection, attempt: Attempt) -> bool:
        """Say whether a try that made the thing of `attempt` for this film is written."""
        same = (attempts.c.key == attempt.key, attempts.c.kind == attempt.kind, attempts.c.outcome == "done")
        query = select(attempts.c.id).join(jobs, jobs.c.id == attempts.c.job).where(*same, jobs.c.film == self.film)
        return connection.execute(query.limit(1)).first() is not None

    def unheard(self, job: int) -> set[str]:
        """Return the takes (keys) that `job` or earlier ones of this film have listed, and of which none has heard."""
        films, where = jobs.alias(), (attempts.c.key == shots.c.take, attempts.c.outcome == "done")
        done = select(attempts.c.id).join(films, films.c.id == attempts.c.job)
        done = done.where(*where, attempts.c.kind == "take", films.c.film == self.film)
        query = select(shots.c.take).join(jobs, jobs.c.id == shots.c.job)
        query = query.where(jobs.c.film == self.film, jobs.c.id <= job, shots.c.state == "queued", ~done.exists())
        return self._db.read(lambda connection: set(connection.execute(query.distinct()).scalars()))

    def failures(self, job: int) -> list[tuple[str, str]]:
        """Return (key, error) of every failed attempt of `job`, oldest first. That another was sooner is no failure."""
        query = select(attempts.c.key, attempts.c.error).where(attempts.c.job == job, attempts.c.outcome == "failed")
        query = query.where(~attempts.c.error.startswith(f"{RACED}:"))

        def read(connection: Connection) -> list[tuple[str, str]]:
            return [(row.key, row.error) for row in connection.execute(query.order_by(attempts.c.id))]

        return self._db.read(read)

    def shot_states(self, job: int) -> dict[str, tuple[ShotState, str, str | None]]:
        """Return the job's shots: state, take key, and why it has no take, each by the shot's id."""

        def read(connection: Connection) -> dict[str, tuple[ShotState, str, str | None]]:
            rows = connection.execute(select(shots).where(shots.c.job == job).order_by(shots.c.shot))
            return {row.shot: (row.state, row.take, row.error) for row in rows}

        return self._db.read(read)

    def workers(self) -> list[WorkerRow]:
        """Return all who ever worked, by name."""

        def read(connection: Connection) -> list[WorkerRow]:
            rows = connection.execute(select(workers).order_by(workers.c.name))
            return [WorkerRow(row.name, row.done, row.failed, row.seen_at) for row in rows]

        return self._db.read(read)

    def spent(self, takes_alone: bool = False, replicas: bool = True) -> tuple[float, float]:
        """Return what all jobs of this film have cost: GPU-seconds and US dollars.

        Where no take held a GPU, the seconds of the `replicas` that drew them stand for GPU-seconds; False: they count
        nothing, as for a job whose takes hold GPUs and that has drawn none yet. `takes_alone`: without keyframes.
        """
        mine = costs.c.job.in_(select(jobs.c.id).where(jobs.c.film == self.film))
        return self._db.read(lambda connection: spent_in(connection, mine, takes_alone, replicas))

    def attempt_ms(self, kind: str) -> list[int]:
        """Return the wall time (ms) of every attempt of `kind` at this film that ended well, oldest first."""
        where = (jobs.c.film == self.film, attempts.c.kind == kind, attempts.c.outcome == "done")
        query = select(attempts.c.ms).join(jobs, jobs.c.id == attempts.c.job).where(*where)
        return self._db.read(lambda connection: list(connection.execute(query.order_by(attempts.c.id)).scalars()))

    def times_done(self, kind: str) -> dict[str, int]:
        """Return how many attempts ended well at each thing of `kind` of this film, by key."""
        where = (jobs.c.film == self.film, attempts.c.kind == kind, attempts.c.outcome == "done")
        query = select(attempts.c.key, func.count()).join(jobs, jobs.c.id == attempts.c.job).where(*where)
        rows = self._db.read(lambda connection: connection.execute(query.group_by(attempts.c.key)).all())
        return {str(key): int(count) for key, count in rows}

    def take_times(self) -> tuple[list[tuple[str, float]], float]:
        """Return the wall seconds of each take of this film that was made, by key, and those of all failed tries."""
        query = select(attempts.c.key, attempts.c.ms, attempts.c.outcome).join(jobs, jobs.c.id == attempts.c.job)
        query = query.where(jobs.c.film == self.film, attempts.c.kind == "take").order_by(attempts.c.id)
        rows = self._db.read(lambda connection: connection.execute(query).all())
        made = {row.key: row.ms / 1000 for row in rows if row.outcome == "done"}
        return list(made.items()), sum(row.ms for row in rows if row.outcome == "failed") / 1000


def spent_in(connection: Connection, where: Any, takes_alone: bool = False, replicas: bool = True) -> Spent:
    """Return the GPU-seconds and US dollars of the rows of costs that are `where`, counted as `Settling.spent` does."""
    query = select(costs.c.kind, func.sum(costs.c.gpu_s), func.sum(costs.c.usd)).where(where).group_by(costs.c.kind)
    by_kind = {str(kind): (float(gpu_s), float(usd)) for kind, gpu_s, usd in connection.execute(query)}
    by_replicas = by_kind.pop(REPLICAS, (0.0, 0.0))
    if replicas and not by_kind.get("take", (0.0, 0.0))[0]:
        by_kind["take"] = by_replicas
    counted = [cost for kind, cost in by_kind.items() if kind == "take" or not takes_alone]
    return sum(gpu_s for gpu_s, _ in counted), sum(usd for _, usd in counted)


def price_unpriced(connection: Connection, film: str, usd_per_gpu_h: float) -> None:
    """Price at `usd_per_gpu_h` what the jobs of `film` have cost while nobody had named a price."""
    unpriced = and_(costs.c.job.in_(select(jobs.c.id).where(jobs.c.film == film)), costs.c.usd == 0)
    connection.execute(update(costs).where(unpriced).values(usd=costs.c.gpu_s / 3600 * usd_per_gpu_h))


def _row(job: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "job": job,
        "kind": attempt.kind,
        "key": attempt.key,
        "worker": attempt.worker,
        "ended_at": now(),
        "ms": attempt.ms,
        "outcome": "failed" if attempt.error else "done",
        "error": attempt.error,
        "gpu_s": attempt.gpu_s,
        "token": uuid.uuid4().hex,
    }


def _is_new(connection: Connection, rows: Sequence[dict[str, Any]]) -> bool:
    """Write attempts; say whether they were not written before, by a try whose answer nobody heard."""
    first = upsert(connection, attempts).values(rows[0]).on_conflict_do_nothing(index_elements=["token"])
    # What came back, not rowcount: SQLAlchemy does not promise that of an insert, and with psycopg it is always -1.
    if connection.execute(first.returning(attempts.c.id)).first() is None:
        return False
    if rows[1:]:
        connection.execute(insert(attempts), list(rows[1:]))
    return True


def _count(connection: Connection, attempt: Attempt) -> None:
    failed = int(attempt.error is not None)
    row = {"name": attempt.worker, "done": 1 - failed, "failed": failed, "seen_at": now()}
    grown = {
        "done": workers.c.done + 1 - failed,
        "failed": workers.c.failed + failed,
        "seen_at": row["seen_at"],
    }
    connection.execute(
        upsert(connection, workers).values(row).on_conflict_do_update(index_elements=["name"], set_=grown)
    )


def _charge(connection: Connection, job: int, tried: Sequence[Attempt]) -> None:
    gpu_s = sum(attempt.gpu_s for attempt in tried)
    kind: str = tried[0].kind if tried else ""
    if not gpu_s and kind == "take":
        gpu_s, kind = sum(attempt.ms for attempt in tried) / 1000, REPLICAS
    if not gpu_s:
        return
    # Shared with nobody who names a price just now: what is written at the old one would stay unpriced.
    priced = select(jobs.c.usd_per_gpu_h).where(jobs.c.id == job).with_for_update(read=True)
    rate = connection.execute(priced).scalar_one()
    row = {"job": job, "kind": kind, "gpu_s": gpu_s, "usd": gpu_s / 3600 * rate}
    grown = {"gpu_s": costs.c.gpu_s + row["gpu_s"], "usd": costs.c.usd + row["usd"]}
    connection.execute(
        upsert(connection, costs).values(row).on_conflict_do_update(index_elements=["job", "kind"], set_=grown)
    )
