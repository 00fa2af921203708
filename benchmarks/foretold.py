"""The farm as discrete events: how long a job takes on more GPUs than one machine can simulate with processes.

The model is what the farm does, step by step. Each feeder has a shard and keeps as many rows under way as the ingress
shares out to it by what each has left, of which it tells now and then; of its last ones as many as replicas work on,
and one for each that says that it is free. It handles one thing after the other. It sends a row to the replica that
holds the fewest as far as it knows, which is its own rows and what it was told when it last asked; one that is full
refuses, and it asks again. A replica works on one row while the next waits behind it; of the last rows it takes none
while it is at work. Only what a step costs is measured.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from benchmarks.simulated import SLOTS
from bookfilm.jobs.shares import fair_shares

_FIRST_BACKOFF_S, _MOST_BACKOFF_S = 0.025, 0.5
"""How long Serve's router waits where all whom it would ask are full: doubled up to the most (Ray 2.60)."""


@dataclass(frozen=True)
class Costs:
    """What one row costs, in seconds: a feeder's time to send it and to take its answer, and the way to a replica."""

    row_s: float
    way_s: float


class _Ranking:
    """What one feeder thinks each replica holds: in bins, so that one of the emptiest is found at once."""

    def __init__(self, replicas: int, rng: random.Random) -> None:
        self._rng = rng
        self._thought = [0] * replicas
        # A bin is a list, and each replica knows its place there: to draw one and to move one takes no search.
        self._bins: list[list[int]] = [list(range(replicas)), *([] for _ in range(SLOTS))]
        self._place = list(range(replicas))

    def emptiest(self) -> int:
        return self._rng.choice(next(bin_ for bin_ in self._bins if bin_))

    def thought(self, replica: int) -> int:
        return self._thought[replica]

    def note(self, replica: int, holds: int) -> None:
        old = self._bins[self._thought[replica]]
        last = old.pop()
        if last != replica:
            old[self._place[replica]], self._place[last] = last, self._place[replica]
        self._thought[replica] = holds = min(max(holds, 0), SLOTS)
        self._place[replica] = len(self._bins[holds])
        self._bins[holds].append(replica)


class _Feeder:
    """One feeder: its shard, the last row first, and what it has under way."""

    def __init__(self, shard: Sequence[float], replicas: int, rng: random.Random) -> None:
        self.left = list(reversed(shard))
        self.ranking = _Ranking(replicas, rng)
        self.under_way, self.room, self.at_work, self.free_at = 0, 0, 0, 0.0
        self.told_left, self.told_at = len(shard), 0.0
        self.free = deque[int]()
        """Replicas that have said, of late, that they are free."""
        self.none_free = -math.inf


class Foretelling:
    """One run of the model."""

    def __init__(self, seconds: Sequence[float], gpus: int, costs: Costs, seed: int, window: int | None = None) -> None:
        # Ray's part is asked for here: benchmarks are listed, and others run, without what it needs.
        from cluster.sending import LOOK_S, SETTLES_S
        from cluster.sharding import WINDOW, feeders_for, shard_lengths
        from deployments.allotting import NEWS
        from deployments.slate import LONGEST_S

        window = window or WINDOW
        rng = random.Random(f"foretold {seed}")
        self._costs, self._places, self._settles_s, self._look_s = costs, SLOTS * gpus, SETTLES_S, LOOK_S
        self._news, self._tells_s = NEWS, LONGEST_S
        tasks = feeders_for(self._places, window)
        self._window, self._gpus = min(window, self._places), gpus
        drawn = iter(seconds)
        shards = [list(islice(drawn, length)) for length in shard_lengths(len(seconds), tasks)]
        self._feeders = [_Feeder(shard, gpus, rng) for shard in shards]
        self._queues: list[deque[tuple[float, _Feeder]]] = [deque() for _ in range(gpus)]
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._count = 0
        self._last = 0.0

    def wall_s(self) -> float:
        """Return the time from the first shot begun to the last one done, in seconds."""
        self._share_out()
        for feeder in self._feeders:
            self._send(feeder, 0.0)
        while self._events:
            now, _, act = heapq.heappop(self._events)
            act(now)
        return self._last - self._costs.row_s - self._costs.way_s

    def _at(self, when: float, act: Callable[[float], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, act))

    def _share_out(self) -> None:
        """Share the places out as the ingress does."""
        wants = [(max(1, one.told_left), self._window if one.left else one.under_way) for one in self._feeders]
        rooms, at_work = fair_shares(self._places, wants), fair_shares(self._gpus, wants)
        for feeder, room, worked_on in zip(self._feeders, rooms, at_work, strict=True):
            feeder.room, feeder.at_work = room, worked_on

    def _send(self, feeder: _Feeder, now: float) -> None:
        """Send what there is room for."""
        while feeder.left and feeder.under_way < self._most(feeder, now):
            seconds = feeder.left.pop()
            feeder.under_way += 1
            feeder.free_at = sent = max(now, feeder.free_at) + self._costs.row_s
            if len(feeder.left) <= feeder.at_work:
                free = feeder.free.popleft() if feeder.free else None
                self._at(sent + self._settles_s, partial(self._route_last, seconds, feeder, free))
            else:
                self._at(sent, partial(self._route, seconds, feeder, _FIRST_BACKOFF_S))

    def _most(self, feeder: _Feeder, now: float) -> int:
        if len(feeder.left) > feeder.at_work:
            return feeder.room
        worked_on = feeder.at_work if now >= feeder.none_free + self._look_s else 0
        return min(feeder.room, max(worked_on, feeder.under_way + len(feeder.free)))

    def _route_last(self, seconds: float, feeder: _Feeder, free: int | None, now: float) -> None:
        """Send one of the last rows to who is `free`, or seems so; whoever is at work after all does not take it."""
        replica = feeder.ranking.emptiest() if free is None else free
        if not self._queues[replica]:
            self._queued(seconds, feeder, replica, now)
            return
        feeder.ranking.note(replica, len(self._queues[replica]))
        feeder.left.append(seconds)
        feeder.under_way -= 1
        feeder.none_free = now
        self._at(now + self._look_s, partial(self._send, feeder))

    def _route(self, seconds: float, feeder: _Feeder, backoff: float, now: float) -> None:
        replica = feeder.ranking.emptiest()
        queue, thought = self._queues[replica], feeder.ranking.thought(replica)
        if len(queue) >= SLOTS:
            feeder.ranking.note(replica, SLOTS)
            # It has asked, and been refused; where it knew that before, it waits first.
            wait, longer = (
                (2 * self._costs.way_s, backoff) if thought < SLOTS else (backoff, min(2 * backoff, _MOST_BACKOFF_S))
            )
            self._at(now + wait, partial(self._route, seconds, feeder, longer))
            return
        self._queued(seconds, feeder, replica, now)

    def _queued(self, seconds: float, feeder: _Feeder, replica: int, now: float) -> None:
        queue = self._queues[replica]
        queue.append((seconds, feeder))
        feeder.ranking.note(replica, len(queue))
        if len(queue) == 1:
            self._begin(replica, now + self._costs.way_s)

    def _begin(self, replica: int, now: float) -> None:
        self._at(now + self._queues[replica][0][0], partial(self._end, replica))

    def _end(self, replica: int, now: float) -> None:
        _, feeder = self._queues[replica].popleft()
        self._last = max(self._last, now)
        free = not self._queues[replica]
        if not free:
            self._begin(replica, now)
        self._at(now + self._costs.way_s, partial(self._take, feeder, replica, free))

    def _take(self, feeder: _Feeder, replica: int, free: bool, now: float) -> None:
        feeder.under_way -= 1
        if len(feeder.left) > feeder.at_work:
            feeder.free.clear()
        elif free:
            feeder.free.append(replica)
        feeder.ranking.note(replica, feeder.ranking.thought(replica) - 1)
        if self._is_news(feeder, now):
            self._share_out()
            for other in self._feeders:
                self._send(other, now)
        self._send(feeder, now)

    def _is_news(self, feeder: _Feeder, now: float) -> bool:
        """Say whether the ingress is told by `feeder` now of what it has left, and tells the others."""
        left, due = len(feeder.left) + feeder.under_way, now >= feeder.told_at + self._tells_s
        if due:
            feeder.told_at = now
        if feeder.left and not (due and abs(left - feeder.told_left) > self._news * feeder.told_left):
            return False
        feeder.told_left = left
        return True
