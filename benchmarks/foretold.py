"""The farm as discrete events: how long a job takes on more GPUs than one machine can simulate with processes.

The model is what the farm does, step by step. A feeder keeps a window of rows under way and handles one thing after
the other. Serve's router asks two replicas at random, sends to the one with fewer rows, and where both are full waits
and asks another two. A replica works on one row while the next waits behind it. Only what a step costs is measured.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.simulated import SLOTS

_FIRST_BACKOFF_S, _MOST_BACKOFF_S = 0.025, 0.5
"""How long Serve's router waits where both replicas that it asked are full: doubled up to the most (Ray 2.60)."""


@dataclass(frozen=True)
class Costs:
    """What one row costs, in seconds: a feeder's time to send it and to take its answer, and the way to a replica."""

    row_s: float
    way_s: float


@dataclass
class _Replica:
    queue: deque[tuple[float, int]] = field(default_factory=deque)


class Foretelling:
    """One run of the model."""

    def __init__(self, seconds: Sequence[float], gpus: int, costs: Costs, seed: int) -> None:
        # Ray's part is asked for here: benchmarks are listed, and others run, without what it needs.
        from cluster.sharding import WINDOW

        self._costs, self._rng = costs, random.Random(f"foretold {seed}")
        self._replicas = [_Replica() for _ in range(gpus)]
        in_flight = SLOTS * gpus
        feeders = -(-in_flight // WINDOW)
        self._windows = [in_flight // feeders + (n < in_flight % feeders) for n in range(feeders)]
        self._free_at = [0.0] * feeders
        self._rows = iter(seconds)
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._count = 0
        self._last = 0.0

    def wall_s(self) -> float:
        """Return the time from the first shot begun to the last one done, in seconds."""
        for feeder, window in enumerate(self._windows):
            for _ in range(window):
                self._send(feeder, 0.0)
        while self._events:
            now, _, act = heapq.heappop(self._events)
            act(now)
        return self._last - self._costs.row_s - self._costs.way_s

    def _at(self, when: float, act: Callable[[float], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, act))

    def _send(self, feeder: int, now: float) -> None:
        seconds = next(self._rows, None)
        if seconds is None:
            return
        self._free_at[feeder] = sent = max(now, self._free_at[feeder]) + self._costs.row_s
        self._at(sent, lambda then: self._route(seconds, feeder, then, _FIRST_BACKOFF_S))

    def _route(self, seconds: float, feeder: int, now: float, backoff: float) -> None:
        asked = self._rng.sample(self._replicas, min(2, len(self._replicas)))
        best = min(asked, key=lambda replica: len(replica.queue))
        if len(best.queue) >= SLOTS:
            longer = min(2 * backoff, _MOST_BACKOFF_S)
            self._at(now + backoff, lambda then: self._route(seconds, feeder, then, longer))
            return
        best.queue.append((seconds, feeder))
        if len(best.queue) == 1:
            self._begin(best, now + self._costs.way_s)

    def _begin(self, replica: _Replica, now: float) -> None:
        self._at(now + replica.queue[0][0], lambda then: self._end(replica, then))

    def _end(self, replica: _Replica, now: float) -> None:
        _, feeder = replica.queue.popleft()
        self._last = max(self._last, now)
        if replica.queue:
            self._begin(replica, now)
        self._at(now + self._costs.way_s, lambda then: self._send(feeder, then))
