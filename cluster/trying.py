"""One row of work through a Serve handle, with retries: whoever dies on the way is not heard of again."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ray.exceptions import RayError
from ray.serve.exceptions import BackPressureError, RayServeException
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from bookfilm import tracing
from bookfilm.logs import Fact
from bookfilm.pipeline.crew import Done
from deployments.replies import Reply
from deployments.routing import note_at_work

ATTEMPTS = 6
"""How often one row is tried before it is given up: a node that dies takes at most two tries with it, a replica that
has broken three and, as it leaves, one more."""
WORKERS = 3
"""A row that has failed on so many workers is given up: it is not they who are at fault."""
LOST = "lost"
"""The name of a worker that died without a word."""
KINDS = {"video": "take", "keyframe": "keyframe", "voice": "recording"}
"""What a row of each post is the key of, as log lines name it."""
log = logging.getLogger(__name__)


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


class Tried(NamedTuple):
    """What came of a row, None where it was to be begun at once and the replica was at work; and that replica, by its
    unique id in Serve: where it is free now, or where it was at work."""

    done: Done | None
    replica: str


@dataclass(frozen=True)
class Traced:
    """Within which span a row is tried, at which post, for which shot, if it is one's, and what log lines say of it."""

    parent: str = ""
    post: str = ""
    shot: str = ""
    told: dict[str, Fact] = field(default_factory=dict)

    def line(self, key: str, **facts: Fact) -> dict[str, Fact]:
        """Return the fields of a line about the row `key`."""
        shot = {"shot": self.shot} if self.shot else {}
        return {**self.told, "post": self.post, KINDS.get(self.post, "key"): key, **shot, **facts}


async def tried(
    method: Any, key: str, arguments: tuple[Any, ...], traced: Traced | None = None, at_once: bool = False
) -> Tried:
    """Call a deployment's `method` with `arguments`, which are of the row `key`, again and again until that is vain.

    Where it is traced, each attempt is a span, which the deployment is told of in one argument more; where logs are
    JSON, in another it is told what its lines are to say. `at_once`: a replica that is at work does not take it; who
    has begun it and failed has somebody else begin it when they can.
    """
    faults: list[_Fault] = []
    traced = traced or Traced()
    reply: Reply | None = None
    try:
        async for attempt in _retrying(faults, key, traced):
            with attempt:
                number = attempt.retry_state.attempt_number
                options = {"at_once": True} if at_once and not faults else {}
                reply = await _attempted(method, key, arguments, options, traced, number)
                if reply.verdict == "busy":
                    note_at_work(reply.at_work)
                    return Tried(None, reply.at_work)
                if reply.verdict == "again":
                    raise _Again(reply)
    except (_Again, RayError, RayServeException):
        reply = None if reply is None or reply.verdict == "done" else reply
    if reply is not None and reply.verdict in ("never", "stop"):
        faults.append(_Fault(reply.worker, reply.error, reply.ms))
    made = reply is not None and reply.verdict == "done"
    if not made and faults and traced.told:
        line = traced.line(key, worker=faults[-1].worker, error=faults[-1].error, event="given up")
        log.warning("%s given up: %s", traced.post, faults[-1].error, extra=line)
    done = Done(
        key=key,
        worker=reply.worker if reply else LOST,
        ms=reply.ms if reply else 0,
        errors=tuple(fault.error for fault in faults),
        workers=tuple(fault.worker for fault in faults),
        errors_ms=tuple(fault.ms for fault in faults),
        made=made,
        stop=reply is not None and reply.verdict == "stop",
        found=reply is not None and reply.found,
    )
    # Who has just failed at a row is free soonest.
    return Tried(done, reply.free if reply is not None and made else "")


async def _attempted(
    method: Any, key: str, arguments: tuple[Any, ...], options: dict[str, bool], traced: Traced, number: int
) -> Reply:
    if not traced.parent and not traced.told:
        reply: Reply = await method.remote(*arguments, **options)
        return reply
    told = [{**traced.told, "attempt": number}] if traced.told else []
    with tracing.span(
        f"{traced.post} attempt", traced.parent, "client", key=key, shot=traced.shot, attempt=number
    ) as under_way:
        try:
            reply = await method.remote(*arguments, tracing.here() if traced.parent else "", *told, **options)
        except asyncio.CancelledError:
            under_way.note(verdict="cancelled")
            raise
        under_way.note(verdict=reply.verdict, worker=reply.worker)
        if reply.error:
            under_way.failed(reply.error)
        return reply


def _retrying(faults: list[_Fault], key: str, traced: Traced) -> AsyncRetrying:
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
        met = faults[-1]
        line = traced.line(key, attempt=state.attempt_number, worker=met.worker, error=met.error, event="again")
        log.info("%s attempt failed: %s", traced.post, met.error, extra=line)

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
