"""How many rows each job, and each of its feeders, may have under way at an app that several jobs share.

A job's driver tells how far its gate is open, a feeder how many rows it wants under way. The places are shared out by
the jobs' priorities, and a job's among its feeders by what each has left, so that all of them end together: Ray starts
them one after the other, and none could keep all replicas fed alone. What was not heard of for a while is forgotten.
"""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bookfilm.jobs.gate import Flow, Opening
from bookfilm.jobs.shares import fair_shares
from bookfilm.records.base import Part

SILENT_S = 15.0
"""A driver or a feeder that was not heard of for so long is dead."""
NEWS = 1 / 16
"""By such a part at least another number of rows left is news: each is told to all feeders."""


class Places(Part):
    """How many rows a job may have under way at an app: where it is `alone`, which may be more than there are replicas
    for, so that there come more; and where it is `shared` with others. `at_work` is how many the replicas that there is
    room for work on. All of them grow and shrink with the cluster."""

    alone: int
    shared: int
    at_work: int


class Allotment(Part):
    """What a feeder may do now. `room` None: nobody has told of this job, and it goes on as it was asked to. `at_work`
    is how many of its rows replicas may work on: those that are through have left theirs to the others. `alone`: no
    other job has rows for these replicas."""

    room: int | None = None
    at_work: int | None = None
    alone: bool = True
    flow: Flow = "open"
    skipped: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()


@dataclass
class _Feeder:
    wants: int
    left: int
    heard_at: float
    given: Allotment | None = None
    number: int = 0


@dataclass
class _Job:
    opening: Opening
    places: Places
    heard_at: float
    left: int
    feeders: dict[str, _Feeder] = field(default_factory=dict)

    def wants(self) -> int:
        """Return how many rows it wants under way, its own limit heeded."""
        wanted = sum(feeder.wants for feeder in self.feeders.values())
        return min(wanted, self.limit()) if self.opening.flow == "open" else 0

    def wanted(self) -> list[tuple[int, int]]:
        """Return of each feeder what it has left and how many rows it wants under way."""
        return [(max(1, feeder.left), feeder.wants) for feeder in self.feeders.values()]

    def limit(self) -> int:
        """Return how many rows it may have under way by its own limit."""
        return sys.maxsize if self.opening.at_most is None else self.opening.at_most


class Backlog(NamedTuple):
    """Rows that are `left` at an app, and how many of them may be under way `at_once`, by the limits of their jobs."""

    left: int
    at_once: int


class Allotter:
    """Keeps what is told and wanted, and shares the places out. Times are those of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        # No two the same, also of a feeder that was forgotten, or of an ingress that was started anew.
        self._numbers = itertools.count(time.time_ns() // 1000)

    def tell(self, job: str, opening: Opening, places: Places, now: float, left: int = 0) -> bool:
        """Note how far the gate of `job` is open, what `places` it may have at this app, and how many rows are `left`
        in all. Return whether there is news for feeders."""
        before = self._jobs.get(job)
        self._jobs[job] = _Job(opening, places, now, left, before.feeders if before else {})
        return before is None or (before.opening, before.places) != (opening, places)

    def jobs(self) -> int:
        """Return how many jobs are told of."""
        return len(self._jobs)

    def backlog(self) -> Backlog:
        """Return what is left of all jobs whose gates are open."""
        going = [job for job in self._jobs.values() if job.opening.flow == "open" and job.left]
        return Backlog(sum(job.left for job in going), sum(min(job.left, job.limit()) for job in going))

    def want(self, job: str, feeder: str, wants: int, now: float, left: int = 1) -> bool:
        """Note how many rows `feeder` wants under way, and how many it has `left`; say whether this is news."""
        known = self._jobs.get(job)
        if known is None:
            return False
        before = known.feeders.get(feeder)
        if before is None:
            known.feeders[feeder] = _Feeder(wants, left, now)
            return True
        news = before.wants != wants or abs(left - before.left) > NEWS * before.left
        known.feeders[feeder] = replace(before, wants=wants, left=left if news else before.left, heard_at=now)
        return news

    def leave(self, job: str, feeder: str | None = None) -> None:
        """Forget `feeder`, or without one the whole job."""
        if feeder is None:
            self._jobs.pop(job, None)
        elif job in self._jobs:
            self._jobs[job].feeders.pop(feeder, None)

    def forget_silent(self, now: float) -> bool:
        """Forget who was not heard of; say whether anybody was forgotten."""
        gone = [name for name, job in self._jobs.items() if now - job.heard_at > SILENT_S]
        for name in gone:
            del self._jobs[name]
        for job in self._jobs.values():
            silent = [name for name, feeder in job.feeders.items() if now - feeder.heard_at > SILENT_S]
            gone += silent
            for name in silent:
                del job.feeders[name]
        return bool(gone)

    def news(self, job: str, feeder: str, seen: int) -> tuple[int, Allotment] | None:
        """Return what `feeder` may do now, with its number, unless that is what it has `seen` already."""
        known = self._jobs.get(job)
        if known is None or feeder not in known.feeders:
            return (0, Allotment()) if seen != 0 else None
        mine, allotted = known.feeders[feeder], self._allotment(known, feeder)
        if mine.given != allotted:
            mine.given, mine.number = allotted, next(self._numbers)
        return None if seen == mine.number else (mine.number, allotted)

    def _allotment(self, job: _Job, feeder: str) -> Allotment:
        opening, mine = job.opening, list(job.feeders).index(feeder)
        return Allotment(
            room=fair_shares(self._share_of(job), job.wanted())[mine],
            at_work=fair_shares(job.places.at_work, job.wanted())[mine],
            alone=self._working() < 2,
            flow=opening.flow,
            skipped=opening.skipped,
            held=opening.held,
        )

    def _working(self) -> int:
        return sum(job.wants() > 0 for job in self._jobs.values())

    def _share_of(self, job: _Job) -> int:
        jobs = list(self._jobs.values())
        places = job.places.alone if self._working() < 2 else max(other.places.shared for other in jobs)
        shares = fair_shares(places, [(other.opening.priority, other.wants()) for other in jobs])
        return shares[jobs.index(job)]
