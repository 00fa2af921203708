"""What happens to films, seen: from the ledger and from what their drivers say, and kept as events.

What was seen last is kept with the film, in the transaction that keeps the events: nothing is told twice or left out,
whoever is killed between.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from bookfilm.errors import BookfilmError
from bookfilm.store.ledger import JobRow
from bookfilm.store.ledger.database import Database
from bookfilm.studio.films import Film, Films, error_of, state_of
from bookfilm.studio.keeping import lookup_of, now
from bookfilm.studio.live import Live
from bookfilm.studio.problems import Refusal
from bookfilm.studio.tables import events, films
from bookfilm.studio.wording import worded, wordings

STAGE = re.compile(r"^(\w[\w ]{0,11}?) +(\d+\.\d) s  (.*)$")
"""As the command line tells the end of a stage in a log."""
WARNING = "warning: "
MOST_READ_BYTES = 256 * 1024
LIVE_EVERY_S = 3.0
"""So often it is asked how much of a film can be watched: more often than anybody could finish a scene."""
ENDED = ("new", "done", "slates", "failed", "stopped", "cancelled")


class Seen(NamedTuple):
    """What came of a look: whether the film is not at rest, and whether there was something new."""

    restless: bool
    news: bool


class Watch:
    """Turns what has changed about a film into events."""

    def __init__(self, database: Database, films_: Films, live: Live) -> None:
        self._db, self._films, self._live = database, films_, live
        self._asked: dict[int, float] = {}

    def look(self, film: Film) -> Seen:
        """Write down what has happened to `film` since it was last looked at."""
        seen = self._seen(film)
        job = self._films.last_job(film)
        state = state_of(job)
        told: list[tuple[str, dict[str, Any]]] = []
        spoken, offset = self._spoken(film, int(seen.get("log", 0)))
        told += spoken
        shots = job.shots if job is not None else {}
        if shots and shots != seen.get("shots"):
            told.append(("shots", dict(shots)))
        changed = [state, job.id if job else None] != seen.get("state")
        watched = self._watched(film, job, seen.get("live", [None, 0.0]), changed)
        if watched != seen.get("live", [None, 0.0]):
            told.append(("live", {"job": watched[0], "seconds": watched[1]}))
        error = error_of(film, job)
        if changed:
            body: dict[str, Any] = {"state": state, "job": self._films.number_of(film, job)}
            # A job is told of before what happens in it, and its end after all that did.
            at = len(told) if state in ENDED else 0
            failed = {"error": error, "errors": [one.model_dump() for one in wordings(error)]} if error else {}
            told.insert(at, ("state", body | failed))
        fresh = {"log": offset, "shots": shots, "state": [state, job.id if job else None], "live": watched}
        news = bool(told) or fresh != seen
        if news:
            self._keep(film, told, fresh)
        return Seen(state not in ENDED, news)

    def _watched(self, film: Film, job: JobRow | None, before: list[Any], changed: bool) -> list[Any]:
        """Return by which job's stream how many seconds of the film can be watched; `before` where nothing is new.

        It is asked now and then while the job runs, and once when it has ended.
        """
        at = time.monotonic()
        if job is None or job.state == "queued" or (job.state != "running" and not changed):
            self._asked.pop(film.number, None)
            return before
        if not changed and at - self._asked.get(film.number, -LIVE_EVERY_S) < LIVE_EVERY_S:
            return before
        self._asked[film.number] = at
        try:
            seconds = round(self._live.stream(film, job).seconds, 3)
        except (Refusal, BookfilmError):
            return before
        return [self._films.number_of(film, job), seconds] if seconds else before

    def _seen(self, film: Film) -> dict[str, Any]:
        query = select(films.c.seen).where(films.c.number == film.number)
        found: dict[str, Any] = json.loads(self._db.read(lambda connection: connection.execute(query).scalar()) or "{}")
        return found

    def _spoken(self, film: Film, offset: int) -> tuple[list[tuple[str, dict[str, Any]]], int]:
        """Return what its drivers have said beyond `offset` of their log, whole lines only."""
        try:
            with film.log.open("rb") as log:
                log.seek(offset)
                read = log.read(MOST_READ_BYTES)
        except OSError:
            return [], offset
        whole = read[: read.rfind(b"\n") + 1]
        told: list[tuple[str, dict[str, Any]]] = []
        for line in whole.decode(errors="replace").replace(str(film.root), "").splitlines():
            if found := STAGE.match(line):
                told.append(("stage", {"stage": found[1], "seconds": float(found[2]), "note": found[3].strip()[:300]}))
            elif line.startswith(WARNING):
                told.append(("warning", worded(line.removeprefix(WARNING)[:500]).model_dump()))
        return told, offset + len(whole)

    def _keep(self, film: Film, told: list[tuple[str, dict[str, Any]]], fresh: dict[str, Any]) -> None:
        lookup, at = lookup_of(film.tenant, film.id), now()
        rows = [{"film": lookup, "at": at, "kind": kind, "body": json.dumps(body)} for kind, body in told]
        newest = select(func.coalesce(func.max(events.c.number), 0)).where(events.c.film == lookup)

        def write(connection: Connection) -> None:
            if rows:
                begin = int(connection.execute(newest).scalar_one()) + 1
                connection.execute(insert(events), [{**row, "number": at} for at, row in enumerate(rows, begin)])
            connection.execute(update(films).where(films.c.number == film.number).values(seen=json.dumps(fresh)))

        self._db.write(write)
