"""The driver's watch over its job: what the ledger asks of it becomes its gate, within half a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bookfilm.errors import BudgetSpent, JobCancelled, SettingsError, StoreError
from bookfilm.jobs.gate import Flow, Opening
from bookfilm.jobs.interrupting import interruptible
from bookfilm.metrics import GPU_USD
from bookfilm.store.ledger import Asked, Ledger, Wanted

log = logging.getLogger(__name__)

LOOK_S = 0.4
"""How often the ledger is asked. Every act has to take effect within two seconds."""
FLOWS: dict[Wanted, Flow] = {"run": "open", "pause": "shut", "cancel": "cancelled"}
IDLE_LOOKS = 2
"""So often it is seen that nobody acts on a cancel, before the driver is interrupted."""
BEAT_S = 10.0
"""How often the driver says that it lives."""


class LedgerGate:
    """The gate of `job`, as the ledger has it. `gpus_a_take` turns a limit in GPUs into one in takes; where it is 0,
    the hours of the replicas that draw takes count towards a budget in GPU-hours."""

    def __init__(self, ledger: Ledger, job: int, gpus_a_take: float = 0.0) -> None:
        self._ledger, self._job, self._gpus_a_take = ledger, job, gpus_a_take
        self._gpus_a_row = gpus_a_take
        self._change = threading.Condition()
        self._opening = Opening()
        self._asked: Asked | None = None
        self._shown: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self._again: set[str] = set()
        self._ended = ""
        self._acts, self._acts_by_version = -1, dict[int, int]()
        self._tellers = 0
        self._interrupt: Callable[[], bool] = lambda: False

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

    def weigh(self, gpus_a_row: float) -> None:
        asked = self._asked or Asked()
        if gpus_a_row and asked.gpus is not None and asked.gpus < gpus_a_row:
            said = f"it may have {asked.gpus:g} GPUs, and a take or a keyframe needs {gpus_a_row:g}"
            raise SettingsError(f"{said}: raise it, or lift it, with `bookfilm limit`", subject=f"job {self._job}")
        with self._change:
            self._gpus_a_row = gpus_a_row
        self._renew()

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
            self.heeded(opening.version)
            said = "cancelled; what is finished stays, and the same command goes on"
            raise JobCancelled(said, subject=f"job {self._job}")
        if opening.flow == "ending" and unfinished:
            raise BudgetSpent(self._ended, subject=f"job {self._job}")

    def waits_for_nobody(self) -> bool:
        """Say whether the job is cancelled, and nobody who hands out rows is there to end."""
        return self._opening.flow == "cancelled" and not self._tellers

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a cancelled job's driver be interrupted in the block while nobody hands out rows: by a KeyboardInterrupt.

        That is so in the process's main thread alone; elsewhere the driver asks `check` between two stages.
        """
        with interruptible() as self._interrupt:
            yield

    def interrupt(self) -> None:
        """Interrupt the driver, once, and say that it acts so."""
        if self._interrupt():
            self.heeded(self._opening.version)

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
        gpu_s, usd = self._ledger.spent(replicas=not self._gpus_a_take)
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
        # A cancelled job is through once its driver has left what it is at: `check` says so, or who interrupts it.
        if alone and flow != "cancelled":
            self.heeded(version)

    def _at_most(self, asked: Asked) -> int | None:
        limits = [] if asked.at_most is None else [asked.at_most]
        if asked.gpus is not None and self._gpus_a_row:
            limits.append(int(asked.gpus / self._gpus_a_row + 1e-9))
        return min(limits, default=None)

    def _keys(self, mark: str) -> frozenset[str]:
        """Return the takes all of whose shots bear `mark`: what some other shot shows is made all the same."""
        marked = {self._shown[shot] for shot, said in self._marks.items() if said == mark and shot in self._shown}
        if not marked:
            return frozenset()
        return frozenset(marked - {key for shot, key in self._shown.items() if self._marks.get(shot) != mark})


class _Watch:
    """What the driver's watching thread does, again and again."""

    def __init__(self, gate: LedgerGate, ledger: Ledger, job: int) -> None:
        self._gate, self._ledger, self._job = gate, ledger, job
        self._beaten, self._usd, self._idle = time.monotonic(), ledger.spent()[1], 0

    def turn(self, last: bool = False) -> None:
        """Look, act where nobody else does, and now and then say that the driver lives; the `last` time only count.

        What fails is told in the log: a watch that ended would heed nothing any more, and nobody would know.
        """
        try:
            if not last:
                self._gate.look()
                self._end_idle()
            if last or time.monotonic() - self._beaten >= BEAT_S:
                self._beaten = time.monotonic()
                self._beat(last)
        except StoreError as error:
            # A database that is away asks nothing: what was asked last holds.
            log.debug("job %d: %s", self._job, error)
        except Exception:
            log.exception("job %d: its ledger could not be looked at; it is looked at again", self._job)

    def _end_idle(self) -> None:
        self._idle = self._idle + 1 if self._gate.waits_for_nobody() else 0
        # Whoever has just handed out the last row asks the gate of its own accord: that is waited for.
        if self._idle >= IDLE_LOOKS:
            self._gate.interrupt()

    def _beat(self, last: bool) -> None:
        if not last:
            self._ledger.beat(self._job)
        before, self._usd = self._usd, self._ledger.spent()[1]
        GPU_USD.inc(max(0.0, self._usd - before))


@contextmanager
def watched(ledger: Ledger, job: int, gpus_a_take: float = 0.0) -> Iterator[LedgerGate]:
    """Give the gate of `job`, which a thread keeps as the ledger has it.

    Raises SettingsError where what it may have at once, by an earlier job's limit, is too little for one take.
    """
    gate, over = LedgerGate(ledger, job, gpus_a_take), threading.Event()
    gate.look()
    gate.weigh(gpus_a_take)
    turns = _Watch(gate, ledger, job)

    def watch() -> None:
        while not over.wait(LOOK_S):
            turns.turn()

    watcher = threading.Thread(target=watch, name="watch-job", daemon=True)
    watcher.start()
    try:
        yield gate
    finally:
        over.set()
        watcher.join(timeout=5)
        turns.turn(last=True)
