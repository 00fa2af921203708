"""The job's gate on a cluster: the driver tells the app how far it is open, and every feeder asks the app.

The app's ingress stands between them because it is there already, and because all jobs that share the app meet in it.
A feeder asks once a change, not once a row.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException

from bookfilm.jobs.gate import Gate, Opening
from deployments.allotting import Allotment, Places
from deployments.slate import INGRESS, LONGEST_S

TELL_EVERY_S = 2.0
"""How often a driver says the same again: an ingress that was started anew knows nothing."""
ANSWER_S = 5.0
UNTOLD_S = 10.0
"""How long a feeder waits for an ingress that does not answer, before it sends as if the gate stood open."""
AGAIN_S = 0.3
LOOK_S = 0.1
"""How soon a teller notices that its job is through."""


@contextmanager
def told_gate(
    gate: Gate, app: str, places: Callable[[], Places], left: Callable[[Opening], int] = lambda _: 0
) -> Iterator[str]:
    """Keep `app` told of how far `gate` is open, what `places` there are, and how many takes are `left` that it lets
    through, by which the app scales; give the name under which its feeders ask."""
    job, over = uuid.uuid4().hex, threading.Event()
    handle: Any = serve.get_deployment_handle(INGRESS, app)

    def tell(seen: int) -> int:
        opening = gate.opening()
        try:
            handle.tell.remote(job, opening, places(), left(opening)).result(timeout_s=ANSWER_S)
        except (RayError, RayServeException, TimeoutError):
            over.wait(AGAIN_S)
            return -1
        if opening.version != seen:
            gate.heeded(opening.version)
        return opening.version

    def go_on(seen: int) -> None:
        while not over.is_set():
            until = time.monotonic() + TELL_EVERY_S
            while not over.is_set() and time.monotonic() < until and gate.changed(seen, LOOK_S).version == seen:
                pass
            if not over.is_set():
                seen = tell(seen)

    gate.told_by(True)
    teller = threading.Thread(target=go_on, args=(tell(-1),), name="tell-app", daemon=True)
    teller.start()
    try:
        yield job
    finally:
        gate.told_by(False)
        over.set()
        teller.join(timeout=ANSWER_S)
        with suppress(RayError, RayServeException):
            handle.leave.remote(job)


@dataclass
class AppTurnstile:
    """Asks the ingress of `app` on behalf of one feeder of `job`."""

    app: str
    job: str
    feeder: str = field(default_factory=lambda: uuid.uuid4().hex)
    _seen: int = -1
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._ingress: Any = serve.get_deployment_handle(INGRESS, self.app)

    async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
        while True:
            try:
                asked = self._ingress.heed.remote(self.job, self.feeder, self._seen, wants, left())
                news = await asyncio.wait_for(_answer(asked), LONGEST_S + ANSWER_S)
            except (RayError, RayServeException, TimeoutError):
                if self._seen < 0 and time.monotonic() - self._began > UNTOLD_S:
                    self._seen = 0
                    return Allotment()
                await asyncio.sleep(AGAIN_S)
                continue
            if news is not None:
                allotted: Allotment
                self._seen, allotted = news
                return allotted

    def leave(self) -> None:
        """Say that its rows are through: others may have its places."""
        with suppress(RayError, RayServeException):
            self._ingress.leave.remote(self.job, self.feeder)


@dataclass
class GateTurnstile:
    """Asks a gate of this very process, on behalf of lines. Limits are on takes, and not theirs."""

    gate: Gate
    _seen: int = -1

    async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
        while (opening := self.gate.opening()).version == self._seen:
            await asyncio.sleep(AGAIN_S)
        self._seen = opening.version
        return Allotment(flow=opening.flow, skipped=opening.skipped, held=opening.held)


async def _answer(asked: Any) -> Any:
    return await asked
