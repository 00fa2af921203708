"""What is asked of a job: each act is kept, and what it comes to stands with the job and its shots.

A driver reads `asked` twice a second; where `acts` has grown it reads the rest, does so, and says `heed`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from bookfilm.store.ledger.database import Database
from bookfilm.store.ledger.rows import LIVE, Act, Asked, Mark, Verb
from bookfilm.store.ledger.settling import now, price_unpriced
from bookfilm.store.ledger.tables import acts, jobs, marks

MARKS: dict[str, Mark] = {"skip": "skip", "hold": "hold"}


class Asking:
    """What is asked of the jobs of a ledger."""

    _db: Database
    film: str

    def ask(self, job: int, verb: Verb, shots: tuple[str, ...] = (), **values: Any) -> int:
        """Ask `verb` of `job`, of its `shots` where the verb is about shots; `values` are columns of the job.

        Marks are the film's: what is asked of shots is asked of all its jobs that wait or run. A price that is named is
        also that of what was spent before there was one. Returns the act's id (of several shots, the last one's). All
        or nothing is kept.
        """

        def write(connection: Connection) -> int:
            film = connection.execute(select(jobs.c.film).where(jobs.c.id == job)).scalar_one()
            hears = or_(jobs.c.id == job, jobs.c.state.in_(LIVE)) if shots else jobs.c.id == job
            # The jobs' rows are held, so that of two acts the one with the higher number is kept later.
            held = select(jobs.c.id).where(jobs.c.film == film, hears).order_by(jobs.c.id).with_for_update()
            hearing = connection.execute(held).scalars().all()
            last = _lay_acts(connection, job, verb, shots, values)
            connection.execute(update(jobs).where(jobs.c.id == job).values(acts=last, **values))
            for other in hearing:
                if other != job:
                    more = _lay_acts(connection, other, verb, shots, values)
                    connection.execute(update(jobs).where(jobs.c.id == other).values(acts=more))
            if shots:
                _mark(connection, film, shots, MARKS.get(verb))
            if values.get("usd_per_gpu_h"):
                price_unpriced(connection, film, values["usd_per_gpu_h"])
            return last

        return self._db.write(write)

    def asked(self, job: int) -> Asked:
        """Return what is asked of `job` now."""

        def read(connection: Connection) -> Asked:
            return asked_in(connection.execute(select(jobs).where(jobs.c.id == job)).one())

        return self._db.read(read)

    def heed(self, job: int, upto: int) -> None:
        """Say that the driver acts as all acts up to the id `upto` ask."""
        where = (acts.c.job == job, acts.c.id <= upto, acts.c.heeded_at.is_(None))
        self._db.write(lambda connection: connection.execute(update(acts).where(*where).values(heeded_at=now())))

    def acts(self, job: int, after: int = 0) -> list[Act]:
        """Return what was asked of `job`, oldest first, beyond the act `after`."""
        query = select(acts).where(acts.c.job == job, acts.c.id > after).order_by(acts.c.id)

        def read(connection: Connection) -> list[Act]:
            return [
                Act(row.id, row.job, row.verb, row.shot, json.loads(row.value), row.asked_at, row.heeded_at)
                for row in connection.execute(query)
            ]

        return self._db.read(read)

    def marks(self) -> dict[str, Mark]:
        """Return what is wanted of this film's shots, by shot id."""

        def read(connection: Connection) -> dict[str, Mark]:
            rows = connection.execute(select(marks.c.shot, marks.c.mark).where(marks.c.film == self.film))
            return {row.shot: row.mark for row in rows}

        return self._db.read(read)


def asked_in(row: Any) -> Asked:
    """Return what a row of the jobs table asks."""
    return Asked(
        wanted=row.wanted,
        priority=row.priority,
        at_most=row.at_most,
        gpus=row.gpus,
        budget_usd=row.budget_usd,
        budget_gpu_h=row.budget_gpu_h,
        usd_per_gpu_h=row.usd_per_gpu_h,
        acts=row.acts,
    )


def _lay_acts(connection: Connection, job: int, verb: Verb, shots: Sequence[str], values: dict[str, Any]) -> int:
    """Write the acts that one job hears of; return the last one's id."""
    row = {"job": job, "verb": verb, "value": json.dumps(values), "asked_at": now()}
    connection.execute(insert(acts), [{**row, "shot": shot} for shot in shots or (None,)])
    return int(connection.execute(select(func.max(acts.c.id)).where(acts.c.job == job)).scalar_one())


def _mark(connection: Connection, film: str, shots: Sequence[str], mark: Mark | None) -> None:
    """Mark `shots`, or take their marks away: by the thousand, in one statement each way."""
    gone = delete(marks).where(marks.c.film == film, marks.c.shot == bindparam("marked"))
    connection.execute(gone, [{"marked": shot} for shot in shots])
    if mark is not None:
        connection.execute(insert(marks), [{"film": film, "shot": shot, "mark": mark} for shot in dict.fromkeys(shots)])
