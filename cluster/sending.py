"""Rows of work through a Serve handle, with retries, as far as the job's gate is open.

A row is a key and a piece of work as JSON; what comes back is a Done. Rows never carry pictures or sound.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import BackPressureError, RayServeException
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from bookfilm.pipeline.crew import Done
from bookfilm.store.media import MediaStore
from deployments.allotting import Allotment
from deployments.replies import Reply

ATTEMPTS = 6
"""How often one row is tried before it is given up: a node that dies takes at most two tries with it, a replica that
has broken three and, as it leaves, one more."""
WORKERS = 3
"""A row that has failed on so many workers is given up: it is not they who are at fault."""
LOST = "lost"
"""The name of a worker that died without a word."""

Row = tuple[str, str]
"""A key, and the work as JSON."""


@dataclass(frozen=True)
class Work:
    """A list of rows for one method of one deployment.

    `call` turns a row's JSON into the method's first argument; `folder` is its second.
    `in_flight` rows are out at once, of which replicas work on `at_work`; the others wait there, behind these.
    """

    app: str
    deployment: str
    method: str
    call: Callable[[str], Any]
    folder: str | MediaStore[Any]
    in_flight: int
    at_work: int


class Turnstile(Protocol):
    """Where a feeder asks how many rows it may have under way, and which."""

    async def changed(self, wants: int) -> Allotment:
        """Say how many rows are wanted under way; return what is allotted, once that is another than it was."""
        ...


@dataclass(frozen=True)
class _Fault:
    """What went wrong once: who met it, and how long that took, if they have lived to tell."""

    worker: str
    error: str
    ms: int | None


class _Again(Exception):
    """A reply that says: try again."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.error)
        self.worker, self.ms = reply.worker, reply.ms


def sent_rows(rows: Iterable[Row], count: int, work: Work, turnstile: Turnstile) -> Iterator[Done]:
    """Send `rows`, `count` of them, to the replicas and yield what came of each as it finishes, in any order.

    `work.in_flight` at once, or as few as `turnstile` allots; of the last ones only as many as are worked on, so that
    each goes to whoever is free first and none waits behind another. Ends early where it says that the job ends.
    Closing the iterator lets go of the rows under way.
    """
    loop = asyncio.new_event_loop()
    feeder = _Feeder(rows, count, work, turnstile, loop)
    try:
        while True:
            done = loop.run_until_complete(feeder.step())
            if done is None:
                return
            yield from done
    finally:
        loop.run_until_complete(feeder.let_go())
        loop.close()


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
        self._running: dict[asyncio.Task[Done], str] = {}
        self._allotted: Allotment | None = None
        self._change: asyncio.Task[Allotment] | None = None
        self._wants = 0

    async def step(self) -> list[Done] | None:
        """Send what may be sent and wait until something is new; None where nothing is left to be done."""
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
        await asyncio.wait({*self._running, change}, return_when=asyncio.FIRST_COMPLETED)
        if change.done():
            self._heed(change.result())
        return [self._come_of(task) for task in list(self._running) if task.done()]

    async def let_go(self) -> None:
        """Cancel what is under way."""
        tasks = [*self._running, *([self._change] if self._change else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _asked(self) -> asyncio.Task[Allotment]:
        """Return who waits for another allotment: anew where other rows are wanted than it has said."""
        left = len(self._running) + len(self._front)
        wants = min(left, self._work.in_flight) if self._drained else self._work.in_flight
        # More is wanted again where a held row was released, when all others had been sent.
        if self._change is not None and (wants > self._wants or wants < self._wants // 2):
            self._change.cancel()
            self._change = None
        if self._change is None:
            self._wants = wants
            self._change = self._loop.create_task(self._turnstile.changed(wants))
        return self._change

    def _heed(self, allotted: Allotment) -> Allotment:
        self._allotted, self._change = allotted, None
        released = [row for row in self._held if row[0] not in allotted.held]
        self._front.extend(released)
        self._held = deque(row for row in self._held if row[0] in allotted.held)
        for task, key in self._running.items():
            if key in allotted.skipped or allotted.flow == "cancelled":
                task.cancel()
        return allotted

    def _send(self, allotted: Allotment) -> list[Done]:
        """Send rows as far as is allotted; return those that nobody wants any more."""
        unwanted = []
        room = self._work.in_flight if allotted.room is None else min(allotted.room, self._work.in_flight)
        while allotted.flow == "open" and len(self._running) < self._most(room) and (row := self._drawn()) is not None:
            key, body = row
            if key in allotted.skipped:
                unwanted.append(_skipped(key))
            elif key in allotted.held:
                self._held.append(row)
            else:
                self._running[self._loop.create_task(_sent(self._method, self._work, key, body))] = key
        return unwanted

    def _most(self, room: int) -> int:
        """Return how many rows may be under way, where there is room for `room`."""
        return room if self._left + len(self._front) > self._work.at_work else min(room, self._work.at_work)

    def _drawn(self) -> Row | None:
        if self._front:
            return self._front.popleft()
        row = next(self._rows, None)
        self._left -= row is not None
        self._drained = row is None
        return row

    def _is_over(self, allotted: Allotment) -> bool:
        return allotted.flow in ("ending", "cancelled") or (self._drained and not self._front and not self._held)

    def _come_of(self, task: asyncio.Task[Done]) -> Done:
        key = self._running.pop(task)
        return _skipped(key) if task.cancelled() else task.result()


def _skipped(key: str) -> Done:
    return Done(key=key, worker="", ms=0, made=False, skipped=True)


async def _sent(method: Any, work: Work, key: str, body: str) -> Done:
    faults: list[_Fault] = []
    argument = work.call(body)
    reply: Reply | None = None
    try:
        async for attempt in _retrying(faults):
            with attempt:
                reply = await method.remote(argument, work.folder)
                if reply.verdict == "again":
                    raise _Again(reply)
    except (_Again, RayError, RayServeException):
        reply = None if reply is None or reply.verdict == "done" else reply
    if reply is not None and reply.verdict in ("never", "stop"):
        faults.append(_Fault(reply.worker, reply.error, reply.ms))
    made = reply is not None and reply.verdict == "done"
    return Done(
        key=key,
        worker=reply.worker if reply else LOST,
        ms=reply.ms if reply else 0,
        errors=tuple(fault.error for fault in faults),
        workers=tuple(fault.worker for fault in faults),
        errors_ms=tuple(fault.ms for fault in faults),
        made=made,
        stop=reply is not None and reply.verdict == "stop",
    )


def _retrying(faults: list[_Fault]) -> AsyncRetrying:
    """Return one row's retries; each fault is noted in `faults` with who met it, but for a full queue, which is only
    waited for. A row that has failed on `WORKERS` workers is in quarantine: it is tried no more."""

    def note(state: RetryCallState) -> None:
        fault = state.outcome.exception() if state.outcome else None
        if fault is None or isinstance(fault, BackPressureError):
            return
        first = (str(fault).strip().splitlines() or [""])[0]
        if isinstance(fault, _Again):
            faults.append(_Fault(fault.worker, first, fault.ms))
        else:
            faults.append(_Fault(LOST, f"{type(fault).__name__}: {first}", None))

    def spent(_state: RetryCallState) -> bool:
        met = {fault.worker for fault in faults if fault.worker != LOST}
        return len(faults) >= ATTEMPTS or len(met) >= WORKERS

    return AsyncRetrying(
        retry=retry_if_exception_type((_Again, RayError, RayServeException)),
        stop=spent,
        wait=wait_random_exponential(multiplier=0.2, max=10),
        after=note,
        reraise=True,
    )
