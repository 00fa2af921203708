"""The driver's watch over its job: what the ledger asks of it becomes its gate, within half a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bookfilm.errors import BudgetSpent, JobCancelled, StoreError
from bookfilm.jobs.gate import Flow, Opening
from bookfilm.store.ledger import Asked, Ledger, Wanted

LOOK_S = 0.4
"""How often the ledger is asked. Every act has to take effect within two seconds."""
FLOWS: dict[Wanted, Flow] = {"run": "open", "pause": "shut", "cancel": "cancelled"}
BEAT_S = 10.0
"""How often the driver says that it lives."""


class LedgerGate:
    """The gate of `job`, as the ledger has it. `gpus_a_take` turns a limit in GPUs into one in takes."""

    def __init__(self, ledger: Ledger, job: int, gpus_a_take: float = 0.0) -> None:
        self._ledger, self._job, self._gpus_a_take = ledger, job, gpus_a_take
        self._change = threading.Condition()
        self._opening = Opening()
        self._asked: Asked | None = None
        self._shown: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self._again: set[str] = set()
        self._ended = ""
        self._acts, self._acts_by_version = -1, dict[int, int]()
        self._tellers = 0

    def opening(self) -> Opening:
        return self._opening

    def changed(self, seen: int, timeout_s: float) -> Opening:
        with self._change:
            self._change.wait_for(lambda: self._opening.version != seen, timeout_s)
            return self._opening

    def heeded(self, version: int) -> None:
        with self._change:
            acts = max((acts for at, acts in self._acts_by_version.items() if at <= version), default=0)
            self._acts_by_version = {at: acts for at, acts in self._acts_by_version.items() if at > version}
        if acts:
            # What was asked is done all the same: that nobody reads so is no reason to stop.
            with suppress(StoreError):
                self._ledger.heed(self._job, acts)

    def told_by(self, teller: bool) -> None:
        self._tellers += 1 if teller else -1

    def show(self, takes: dict[str, str]) -> None:
        with self._change:
            self._shown = dict(takes)
        self._renew()

    def again(self) -> frozenset[str]:
        with self._change:
            asked, self._again = frozenset(self._again), set()
        return asked

    def check(self, unfinished: bool = False) -> None:
        opening = self._opening
        if opening.flow == "cancelled":
            said = "cancelled; what is finished stays, and the same command goes on"
            raise JobCancelled(said, subject=f"job {self._job}")
        if opening.flow == "ending" and unfinished:
            raise BudgetSpent(self._ended, subject=f"job {self._job}")

    def look(self) -> None:
        """Ask the ledger once. Raises StoreError."""
        asked = self._ledger.asked(self._job)
        before = self._asked
        if before is None or asked.acts != before.acts:
            marks = dict(self._ledger.marks())
            # Acts of before this run were heeded by the run that they were asked of, or stand in the marks.
            new = self._ledger.acts(self._job, after=before.acts) if before is not None else []
            with self._change:
                self._marks = {shot: str(mark) for shot, mark in marks.items()}
                self._again |= {act.shot for act in new if act.verb == "retry" and act.shot is not None}
        ended = "" if asked.budget_usd is None and asked.budget_gpu_h is None else self._over_budget(asked)
        with self._change:
            self._asked, self._ended = asked, ended
        self._renew()

    def _over_budget(self, asked: Asked) -> str:
        gpu_s, usd = self._ledger.spent()
        more = "; raise it with `bookfilm budget`, and the same command goes on"
        if asked.budget_usd is not None and usd >= asked.budget_usd:
            return f"the budget is spent: {usd:.2f} of {asked.budget_usd:.2f} USD{more}"
        if asked.budget_gpu_h is not None and gpu_s / 3600 >= asked.budget_gpu_h:
            return f"the budget is spent: {gpu_s / 3600:.3g} of {asked.budget_gpu_h:.3g} GPU-hours{more}"
        return ""

    def _renew(self) -> None:
        """Make the opening anew of what is asked, and tell who waits where it is another."""
        with self._change:
            asked = self._asked or Asked()
            flow = FLOWS[asked.wanted]
            if self._ended and flow != "cancelled":
                flow = "ending"
            fresh = Opening(
                version=self._opening.version,
                flow=flow,
                priority=asked.priority,
                at_most=self._at_most(asked),
                skipped=self._keys("skip"),
                held=self._keys("hold"),
            )
            if fresh != self._opening or asked.acts > self._acts:
                self._acts = asked.acts
                self._opening = fresh.changed(version=fresh.version + 1)
                self._acts_by_version[self._opening.version] = asked.acts
                self._change.notify_all()
            version, alone = self._opening.version, not self._tellers
        if alone:
            self.heeded(version)

    def _at_most(self, asked: Asked) -> int | None:
        limits = [] if asked.at_most is None else [asked.at_most]
        if asked.gpus is not None and self._gpus_a_take:
            limits.append(int(asked.gpus / self._gpus_a_take + 1e-9))
        return min(limits, default=None)

    def _keys(self, mark: str) -> frozenset[str]:
        """Return the takes all of whose shots bear `mark`: what some other shot shows is made all the same."""
        marked = {self._shown[shot] for shot, said in self._marks.items() if said == mark and shot in self._shown}
        if not marked:
            return frozenset()
        return frozenset(marked - {key for shot, key in self._shown.items() if self._marks.get(shot) != mark})


@contextmanager
def watched(ledger: Ledger, job: int, gpus_a_take: float = 0.0) -> Iterator[LedgerGate]:
    """Give the gate of `job`, which a thread keeps as the ledger has it."""
    gate, over = LedgerGate(ledger, job, gpus_a_take), threading.Event()
    gate.look()

    def watch() -> None:
        beaten = time.monotonic()
        while not over.wait(LOOK_S):
            # A database that is away asks nothing: what was asked last holds.
            with suppress(StoreError):
                gate.look()
                if time.monotonic() - beaten >= BEAT_S:
                    beaten = time.monotonic()
                    ledger.beat(job)

    watcher = threading.Thread(target=watch, name="watch-job", daemon=True)
    watcher.start()
    try:
        yield gate
    finally:
        over.set()
        watcher.join(timeout=5)
