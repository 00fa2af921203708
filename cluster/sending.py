"""Rows of work through a Serve handle, with retries, as far as the job's gate is open.

A row is a key and a piece of work as JSON; what comes back is a Done. Rows never carry pictures or sound.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from ray import serve

from bookfilm.logs import Fact
from bookfilm.metrics import RACED as RACED_ERROR
from bookfilm.pipeline.crew import Done
from bookfilm.store.media import MediaStore
from cluster.racing import Pace
from cluster.trying import Traced, Tried, tried
from deployments.allotting import Allotment
from deployments.routing import send_to

RACED = "raced"
"""The worker of a try that another was sooner than."""
GATHER_S = 0.1
"""What comes so soon after the last is told with it: each telling is a block of Ray Data's, which the driver remembers
something of to the end."""
SETTLES_S = 0.05
"""An answer is here a moment before Serve's router counts its replica as free. Of the last rows, one that is sent
within that moment would go behind another's, and wait as long as a shot takes."""
LOOK_S = 1.0
"""How often it is looked whether a row is late, and whether somebody is free who has not said so."""
log = logging.getLogger(__name__)

Row = tuple[str, str]
"""A key, and the work as JSON."""


@dataclass(frozen=True)
class Work:
    """A list of rows for one method of one deployment.

    `call` turns a row's JSON into the method's first argument; `folder` is its second.
    `in_flight` rows are out at once, of which replicas work on `at_work`; the others wait there, behind these. The
    app may allot more, up to `most`, and say that more are worked on.
    `size` says how long a row is, so that a late one is raced by a second try; None: no row is ever sent twice.
    """

    app: str
    deployment: str
    method: str
    call: Callable[[str], Any]
    folder: str | MediaStore[Any]
    in_flight: int
    at_work: int
    size: Callable[[Any], float] | None = None
    most: int = 0
    trace: str = ""
    """Within which span (`bookfilm.tracing`) rows are sent; empty: nobody traces."""
    told: dict[str, Fact] = field(default_factory=dict)
    """What log lines say of all rows (`bookfilm.logs`): the job and its film; empty: logs are no JSON."""


class Turnstile(Protocol):
    """Where a feeder asks how many rows it may have under way, and which."""

    async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
        """Say how many rows are wanted under way, and now and then how many are `left`, these included; return what is
        allotted, once that is another than it was."""
        ...


def sent_rows(rows: Iterable[Row], count: int, work: Work, turnstile: Turnstile) -> Iterator[list[Done]]:
    """Send `rows`, `count` of them, to the replicas and yield what came of each as it finishes, in any order: at once,
    or with those that come within the `GATHER_S` after the ones before.

    `work.in_flight` at once, or as few as `turnstile` allots; of the last ones only as many as are worked on, so that
    each goes to whoever is free first and none waits behind another. Ends early where it says that the job ends.
    Closing the iterator lets go of the rows under way.
    """
    loop = asyncio.new_event_loop()
    feeder = _Feeder(rows, count, work, turnstile, loop)
    come, told = list[Done](), -math.inf
    try:
        while True:
            wait_s = told + GATHER_S - time.monotonic() if come else None
            done = [] if wait_s is not None and wait_s <= 0 else loop.run_until_complete(feeder.step(wait_s))
            come += done or ()
            if come and (done is None or time.monotonic() >= told + GATHER_S):
                yield come
                come, told = [], time.monotonic()
            if done is None:
                return
    finally:
        loop.run_until_complete(feeder.let_go())
        loop.close()


@dataclass(frozen=True)
class _Try:
    """A row under way: how long it is, when it was sent (seconds of a monotonic clock), and to whom, if by name."""

    row: Row
    size: float
    since: float
    free: str


class _Feeder:
    """Keeps as many rows under way as are allotted."""

    def __init__(
        self, rows: Iterable[Row], count: int, work: Work, turnstile: Turnstile, loop: asyncio.AbstractEventLoop
    ) -> None:
        handle: Any = serve.get_deployment_handle(work.deployment, work.app)
        self._method = getattr(handle, work.method)
        self._work, self._turnstile, self._loop = work, turnstile, loop
        self._rows, self._left, self._drained = iter(rows), count, False
        self._front, self._held = deque[Row](), deque[Row]()
        self._running: dict[asyncio.Task[Tried], _Try] = {}
        self._free = deque[str]()
        self._late: list[_Try] = []
        self._raced = set[str]()
        self._beaten = set[asyncio.Task[Tried]]()
        self._failed: dict[str, Done] = {}
        self._pace = Pace()
        self._none_free = -math.inf
        self._astray = set[str]()
        self._any_made = False
        self._allotted: Allotment | None = None
        self._change: asyncio.Task[Allotment] | None = None
        self._wants = 0

    async def step(self, most_s: float | None) -> list[Done] | None:
        """Send what may be sent and wait until something is new, or for `most_s`; None where nothing is left to do."""
        self._late = self._that_are_late()
        change, allotted = self._asked(), self._allotted
        if allotted is None:
            # Not a row before the gate has said how far it is open.
            allotted = self._heed(await change)
            change = self._asked()
        unwanted = self._send(allotted)
        if unwanted:
            return unwanted
        if not self._running and self._is_over(allotted):
            return None
        if self._work.size is not None and self._are_last():
            most_s = LOOK_S if most_s is None else min(LOOK_S, most_s)
        await asyncio.wait({*self._running, change}, return_when=asyncio.FIRST_COMPLETED, timeout=most_s)
        if change.done():
            self._heed(change.result())
        came = [self._come_of(task) for task in list(self._running) if task in self._running and task.done()]
        return [done for done in came if done is not None]

    async def let_go(self) -> None:
        """Cancel what is under way."""
        tasks = [*self._running, *self._beaten, *([self._change] if self._change else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _asked(self) -> asyncio.Task[Allotment]:
        """Return who waits for another allotment: anew where other rows are wanted than it has said."""
        wants = min(self._unfinished() + len(self._late), self._window()) if self._drained else self._window()
        # More is wanted again where a held row was released, when all others had been sent.
        if self._change is not None and (wants > self._wants or wants < self._wants // 2):
            self._change.cancel()
            self._change = None
        if self._change is None:
            self._wants = wants
            self._change = self._loop.create_task(self._turnstile.changed(wants, self._unfinished))
        return self._change

    def _unfinished(self) -> int:
        """Return how many rows it has to send yet, or under way."""
        return self._left + len(self._front) + len(self._running)

    def _heed(self, allotted: Allotment) -> Allotment:
        self._allotted, self._change = allotted, None
        released = [row for row in self._held if row[0] not in allotted.held]
        self._front.extend(released)
        self._held = deque(row for row in self._held if row[0] in allotted.held)
        for task, one in self._running.items():
            if one.row[0] in allotted.skipped or allotted.flow == "cancelled":
                task.cancel()
        return allotted

    def _send(self, allotted: Allotment) -> list[Done]:
        """Send rows as far as is allotted; return those that nobody wants any more."""
        unwanted = []
        while len(self._running) < self._most(allotted) and (row := self._drawn()) is not None:
            key, _ = row
            if key in allotted.skipped:
                unwanted.append(_skipped(key))
            elif key in allotted.held:
                self._held.append(row)
            else:
                self._begin(row)
        # Nobody waits any more: what is late goes a second time to those who would stand idle.
        while self._late and not self._front and self._left <= 0 and len(self._running) < self._most(allotted):
            late = self._late.pop(0).row
            self._raced.add(late[0])
            self._begin(late)
        return unwanted

    def _begin(self, row: Row) -> None:
        argument = self._work.call(row[1])
        size = self._work.size(argument) if self._work.size else 0.0
        free = self._free.popleft() if self._free else ""
        wait_s = SETTLES_S if self._are_last() else 0.0
        arguments, at_once = (argument, self._work.folder), self._at_once()
        trying = _tried_after(wait_s, free, self._method, row[0], arguments, self._work, at_once)
        self._running[self._loop.create_task(trying)] = _Try(row, size, time.monotonic(), free)

    def _window(self) -> int:
        """Return how many rows it keeps under way where it is let."""
        return max(self._work.in_flight, self._work.most)

    def _at_work(self) -> int:
        """Return how many of its rows replicas work on at once."""
        told = self._allotted.at_work if self._allotted else None
        return self._work.at_work if told is None else told

    def _at_once(self) -> bool:
        """Say whether a replica that is at work should not take the next row, as one of the last.

        Not beside other jobs, whose rows lie before every replica, so that somebody would always be first; nor before
        anything is made, for what waits at replicas is by what Serve starts more of them.
        """
        alone = self._allotted is None or self._allotted.alone
        return self._work.size is not None and self._are_last() and alone and self._any_made

    def _are_last(self) -> bool:
        """Say whether so few rows are left that each goes to whoever is free, and who then is stays idle."""
        return self._left + len(self._front) <= self._at_work()

    def _that_are_late(self) -> list[_Try]:
        """Return what of the last rows is under way for too long, and was sent only once."""
        if self._work.size is None or not self._are_last():
            return []
        now = time.monotonic()
        alone = [one for one in self._running.values() if one.row[0] not in self._raced]
        return [one for one in alone if now - one.since > (self._pace.patience_s(one.size) or math.inf)]

    def _most(self, allotted: Allotment) -> int:
        """Return how many rows may be under way.

        Of the last ones as many as are worked on, and one for each replica that is free while others hold two; for a
        while after one has found nobody free, only these. A late one takes nobody's place, whether it is raced yet or
        not: it may lie behind another, with a worker that has become slow.
        """
        if allotted.flow != "open":
            return 0
        room = self._work.in_flight if allotted.room is None else min(allotted.room, self._window())
        if not self._are_last():
            return room
        worked_on = self._at_work() + len(self._late) + len(self._raced)
        if time.monotonic() < self._none_free + LOOK_S:
            worked_on = 0
        return min(room, max(worked_on, len(self._running) + len(self._free)))

    def _drawn(self) -> Row | None:
        if self._front:
            return self._front.popleft()
        row = next(self._rows, None)
        self._left -= row is not None
        self._drained = row is None
        return row

    def _is_over(self, allotted: Allotment) -> bool:
        return allotted.flow in ("ending", "cancelled") or (self._drained and not self._front and not self._held)

    def _come_of(self, task: asyncio.Task[Tried]) -> Done | None:
        """Return what came of a row; None where another try of it is under way yet, or it is to be sent again."""
        mine = self._running.pop(task)
        key = mine.row[0]
        done, replica = Tried(_skipped(key), "") if task.cancelled() else task.result()
        rivals = [other for other, one in self._running.items() if one.row[0] == key]
        if done is None:
            return self._not_taken(mine, replica, bool(rivals))
        # Of the last ones, each replica that says that it is free is sent one; before, enough are on their way.
        if not self._are_last():
            self._free.clear()
        elif replica:
            self._free.append(replica)
            self._astray.discard(replica)
        if rivals:
            log.info("tried twice at once", extra={**self._work.told, "take": key, "event": "raced"})
        if rivals and not done.made and not done.stop:
            self._failed[key] = done
            return None
        if done.made and not done.found:
            self._any_made = True
            self._pace.note(mine.size, done.ms / 1000)
        self._raced.discard(key)
        faults = [self._failed.pop(key)] if key in self._failed else []
        return _with_tries(done, [*faults, *(self._give_up(rival, done) for rival in rivals)])

    def _not_taken(self, mine: _Try, replica: str, others: bool) -> Done | None:
        """Have a row that `replica`, which is at work, did not take wait until somebody is free, if there are no
        `others` of it under way; return what came of an earlier one of them, if that has failed."""
        if mine.free not in ("", replica) and mine.free not in self._astray:
            # It went astray, once: who has said that they are free are so yet, if they are there at all.
            self._astray.add(mine.free)
            self._free.appendleft(mine.free)
        else:
            self._none_free = time.monotonic()
        self._raced.discard(mine.row[0])
        if not others and mine.row[0] in self._failed:
            return self._failed.pop(mine.row[0])
        if not others:
            self._front.appendleft(mine.row)
        return None

    def _give_up(self, task: asyncio.Task[Tried], done: Done) -> Done:
        """Cancel a try that another, which is `done`, was sooner than; return what it has cost."""
        beaten = self._running.pop(task)
        self._beaten.add(task)
        task.add_done_callback(self._beaten.discard)
        task.cancel()
        # What the other has found this very try has made, and is what it cost.
        ms = max(0, round((time.monotonic() - beaten.since) * 1000) - (done.ms if done.found else 0))
        told = (f"{RACED_ERROR}: another try was done first",)
        return Done(key=beaten.row[0], worker=RACED, ms=0, made=False, errors=told, workers=(RACED,), errors_ms=(ms,))


async def _tried_after(
    wait_s: float, free: str, method: Any, key: str, arguments: tuple[Any, ...], work: Work, at_once: bool
) -> Tried:
    if wait_s:
        await asyncio.sleep(wait_s)
    if free:
        send_to(free)
    traced = Traced(work.trace, work.deployment, getattr(arguments[0], "shot", ""), work.told)
    return await tried(method, key, arguments, traced, at_once)


def _with_tries(done: Done, others: list[Done]) -> Done:
    """Return `done` with what went wrong in other tries of the same row before what went wrong in its own."""
    if not others:
        return done
    all_of = [*others, done]
    return done.changed(
        errors=tuple(error for one in all_of for error in one.errors),
        workers=tuple(worker for one in all_of for worker in one.workers),
        errors_ms=tuple(ms for one in all_of for ms in one.errors_ms),
    )


def _skipped(key: str) -> Done:
    return Done(key=key, worker="", ms=0, made=False, skipped=True)
