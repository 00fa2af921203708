"""Rows of work through a Serve handle, with retries.

A row is a key and a piece of work as JSON; what comes back is a Done. Rows never carry pictures or sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import BackPressureError, RayServeException
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from bookfilm.pipeline.crew import Done
from deployments.replies import Reply

ATTEMPTS = 4
"""How often one row is tried before it is given up: a node that dies takes at most two tries with it."""

Row = tuple[str, str]
"""A key, and the work as JSON."""


@dataclass(frozen=True)
class Work:
    """A list of rows for one method of one deployment.

    `call` turns a row's JSON into the method's first argument; `folder` is its second.
    `in_flight` rows are out at once.
    """

    app: str
    deployment: str
    method: str
    call: Callable[[str], Any]
    folder: str
    in_flight: int


class _Again(Exception):
    """A reply that says: try again."""


def sent_rows(rows: Iterable[Row], work: Work) -> Iterator[Done]:
    """Send `rows` to the replicas, `work.in_flight` at once, and yield what came of each as it finishes, in any order.

    Closing the iterator lets go of the rows under way.
    """
    method = getattr(serve.get_deployment_handle(work.deployment, work.app), work.method)
    waiting, running = iter(rows), set[asyncio.Task[Done]]()
    loop = asyncio.new_event_loop()
    try:
        while True:
            room = work.in_flight - len(running)
            running |= {loop.create_task(_sent(method, work, key, body)) for key, body in islice(waiting, room)}
            if not running:
                return
            finished, running = loop.run_until_complete(asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED))
            yield from [task.result() for task in finished]
    finally:
        for task in running:
            task.cancel()
        if running:
            loop.run_until_complete(asyncio.wait(running))
        loop.close()


async def _sent(method: Any, work: Work, key: str, body: str) -> Done:
    errors: list[str] = []
    argument = work.call(body)
    reply: Reply | None = None
    try:
        async for attempt in _retrying(errors):
            with attempt:
                reply = await method.remote(argument, work.folder)
                if reply.verdict == "again":
                    raise _Again(reply.error)
    except (_Again, RayError, RayServeException):
        reply = None if reply is None or reply.verdict == "done" else reply
    if reply is not None and reply.verdict in ("never", "stop"):
        errors.append(reply.error)
    made = reply is not None and reply.verdict == "done"
    return Done(
        key=key,
        worker=reply.worker if reply else "lost",
        ms=reply.ms if reply else 0,
        errors=tuple(errors),
        made=made,
        stop=reply is not None and reply.verdict == "stop",
    )


def _retrying(errors: list[str]) -> AsyncRetrying:
    """Return one row's retries; each fault is noted in `errors`, but for a full queue, which is only waited for."""

    def note(state: RetryCallState) -> None:
        fault = state.outcome.exception() if state.outcome else None
        if fault is None or isinstance(fault, BackPressureError):
            return
        first = (str(fault).strip().splitlines() or [""])[0]
        errors.append(first if isinstance(fault, _Again) else f"{type(fault).__name__}: {first}")

    return AsyncRetrying(
        retry=retry_if_exception_type((_Again, RayError, RayServeException)),
        stop=lambda _state: len(errors) >= ATTEMPTS,
        wait=wait_random_exponential(multiplier=0.2, max=10),
        after=note,
        reraise=True,
    )
