"""How many replicas a post should have: as many as the work that is left pays for.

Serve's own rule counts the rows that are under way, which a feeder keeps few: it knows nothing of the thousand behind
them, and starts a GPU for the last two shots. Here each replica tells what is left of all jobs at the app (the ingress
knows it from their drivers) and how long a row takes, and there are as many replicas as have `worth_s` of work each,
no more than the jobs' own limits let be at work, between the warm floor and the cap of the preset, which Serve holds
to, as it does to the delays.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any

from ray import serve
from ray.exceptions import RayError
from ray.serve.config import AutoscalingContext, AutoscalingPolicy
from ray.serve.exceptions import RayServeException

from deployments.allotting import Backlog
from deployments.slate import INGRESS

BACKLOG = "bookfilm_backlog"
"""Rows that are left at the app, as each replica was told."""
AT_ONCE = "bookfilm_rows_at_once"
"""How many of them may be under way, by the limits of their jobs."""
SECONDS = "bookfilm_seconds_a_row"
"""How long a row took, of late, in each replica."""
OF_LATE = 16
"""So many rows are looked at for that."""


def scaled_by_backlog(worth_s: float) -> AutoscalingPolicy:
    """Return the policy for Serve. By name: what a config file says of an app is read where nothing of it is built."""
    return AutoscalingPolicy(policy_function=f"{__name__}:{ByBacklog.__name__}", policy_kwargs={"worth_s": worth_s})


class Measured:
    """What a replica knows of the work: how long it takes, and what is left of it."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=OF_LATE)

    def note(self, seconds: float) -> None:
        """Note that a row took so long."""
        self._seconds.append(seconds)

    async def told(self) -> dict[str, float]:
        """Return it as Serve's own metrics take it; nothing where the ingress does not answer."""
        ingress: Any = serve.get_deployment_handle(INGRESS, serve.get_replica_context().app_name)
        try:
            backlog: Backlog = await ingress.backlog.remote()
        except (RayError, RayServeException):
            return {}
        told = {BACKLOG: float(backlog.left), AT_ONCE: float(backlog.at_once)}
        return told | ({SECONDS: sum(self._seconds) / len(self._seconds)} if self._seconds else {})


class ByBacklog:
    """Serve's policy for one deployment. `worth_s`: so much work a replica must have before it, in seconds."""

    def __init__(self, worth_s: float) -> None:
        self._worth_s = worth_s

    def __call__(self, ctx: AutoscalingContext) -> tuple[int, dict[str, Any]]:
        """Return how many replicas are wanted, and no state."""
        left, seconds = max(_newest(ctx, BACKLOG), default=0.0), _newest(ctx, SECONDS)
        # A row that may not be under way keeps nobody at work.
        most = math.ceil(max(_newest(ctx, AT_ONCE), default=left))
        if left <= 0 or not seconds:
            # No row is done yet, or no driver tells of any: Serve's own rule, what is under way over what one holds.
            held = ctx.config.target_ongoing_requests if ctx.config else 1
            return math.ceil((ctx.total_num_requests or 0) / held), {}
        return min(replicas_for(left, sum(seconds) / len(seconds), self._worth_s), max(1, most)), {}


def replicas_for(left: float, seconds: float, worth_s: float) -> int:
    """Return how many replicas `left` rows of `seconds` each keep at work for `worth_s`: at least one, and no more than
    there are rows."""
    return max(1, min(math.ceil(left), math.ceil(left * seconds / max(worth_s, 1e-9))))


def _newest(ctx: AutoscalingContext, name: str) -> list[float]:
    """Return the last value of the metric `name` from each replica that has told one."""
    told = (ctx.raw_metrics or {}).get(name, {})
    return [series[-1].value for series in told.values() if series]
