"""What happens to films, numbered and kept: who listens goes on from the last number they heard, whoever died since.

One question a third of a second to the database serves all who listen, in this process or another's.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import func, select

from bookfilm.errors import BookfilmError
from bookfilm.store.ledger.database import Database
from bookfilm.studio.places import Place
from bookfilm.studio.tables import events

LOOK_S = 0.3
MOST_AT_ONCE = 500
log = logging.getLogger("bookfilm.studio")


@dataclass(frozen=True)
class Event:
    """One thing that happened to a film. `id` grows over all films and is nobody's business; `body` is JSON.

    `number` is the event's place among its film's own, from 1 on: it is what who listens is told. By ids they would
    hear how others' films get on.
    """

    id: int
    film: str
    number: int
    at: str
    kind: str
    body: str

    def told(self) -> dict[str, Any]:
        """Return it as a client is told."""
        return {"at": self.at, **json.loads(self.body)}


class Hub:
    """Hands events to who listens."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._listeners: dict[str, set[asyncio.Queue[Event | None]]] = defaultdict(set)
        self._last = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for what is new."""
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def listen(self, film: str, after: int, place: Place) -> AsyncGenerator[Event | None, None]:
        """Yield the events of `film` (its lookup) beyond the number `after`, for ever; None now and then, and as soon
        as `place` is lost.

        A number that none has yet is taken for the newest.
        """
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        place.wake = lambda: queue.put_nowait(None)
        if not self._listeners:
            newest = await run_sync(self._newest)
            # What happened while nobody listened is read as history, below: it is not looked through again.
            if not self._listeners:
                self._last = newest
        self._listeners[film].add(queue)
        try:
            after = min(after, await run_sync(self._count, film))
            while True:
                found = await run_sync(self.history, film, after)
                for event in found:
                    yield event
                    after = event.number
                if len(found) < MOST_AT_ONCE:
                    break
            while True:
                try:
                    come = await asyncio.wait_for(queue.get(), timeout=10)
                except TimeoutError:
                    yield None
                    continue
                if come is None:
                    yield None
                elif come.number > after:
                    after = come.number
                    yield come
        finally:
            self._listeners[film].discard(queue)
            if not self._listeners[film]:
                del self._listeners[film]

    def history(self, film: str, after: int) -> list[Event]:
        """Return what happened to `film` beyond the number `after`, oldest first, `MOST_AT_ONCE` at most."""
        mine = select(events).where(events.c.film == film, events.c.number > after)
        return self._asked(mine.order_by(events.c.number))

    def _count(self, film: str) -> int:
        """Return the newest number of `film`."""
        query = select(func.coalesce(func.max(events.c.number), 0)).where(events.c.film == film)
        return int(self._db.read(lambda connection: connection.execute(query).scalar_one()))

    def _newest(self) -> int:
        query = select(func.coalesce(func.max(events.c.id), 0))
        return int(self._db.read(lambda connection: connection.execute(query).scalar_one()))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._listeners:
                # Nobody waits; who comes reads the history from the database itself.
                continue
            try:
                fresh = select(events).where(events.c.id > self._last).order_by(events.c.id)
                found = await run_sync(self._asked, fresh)
            except BookfilmError as error:
                log.error("events cannot be read: %s", error)
                continue
            for event in found:
                self._last = event.id
                for queue in self._listeners.get(event.film, ()):
                    queue.put_nowait(event)

    def _asked(self, query: Any) -> list[Event]:
        rows = self._db.read(lambda connection: connection.execute(query.limit(MOST_AT_ONCE)).mappings().all())
        return [Event(**row) for row in rows]
