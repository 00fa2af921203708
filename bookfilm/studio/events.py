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
from dataclasses import dataclass, replace
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import Connection, func, select

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
    at: str
    kind: str
    body: str
    number: int = 0

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
            after, last = await run_sync(self._place, film, after)
            while True:
                found = await run_sync(self.history, film, after)
                for event in found:
                    yield event
                    after, last = event.number, event.id
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
                elif come.id > last:
                    after, last = after + 1, come.id
                    yield replace(come, number=after)
        finally:
            self._listeners[film].discard(queue)
            if not self._listeners[film]:
                del self._listeners[film]

    def history(self, film: str, after: int) -> list[Event]:
        """Return what happened to `film` beyond the number `after`, oldest first, `MOST_AT_ONCE` at most."""
        found = self._asked(select(events).where(events.c.film == film).offset(after))
        return [replace(event, number=after + at) for at, event in enumerate(found, 1)]

    def _place(self, film: str, after: int) -> tuple[int, int]:
        """Return the number `after`, or the newest of `film` where there is none such yet, and the id that it has."""
        mine = events.c.film == film
        nth = select(events.c.id).where(mine).order_by(events.c.id).offset(max(0, after - 1)).limit(1)
        newest = select(func.count(), func.coalesce(func.max(events.c.id), 0)).where(mine)

        def read(connection: Connection) -> tuple[int, int]:
            ident = connection.execute(nth).scalar() if after else 0
            if ident is not None:
                return after, int(ident)
            count, last = connection.execute(newest).one()
            return int(count), int(last)

        return self._db.read(read)

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
                found = await run_sync(self._asked, select(events).where(events.c.id > self._last))
            except BookfilmError as error:
                log.error("events cannot be read: %s", error)
                continue
            for event in found:
                self._last = event.id
                for queue in self._listeners.get(event.film, ()):
                    queue.put_nowait(event)

    def _asked(self, query: Any) -> list[Event]:
        query = query.order_by(events.c.id).limit(MOST_AT_ONCE)
        rows = self._db.read(lambda connection: connection.execute(query).mappings().all())
        return [Event(**row) for row in rows]
