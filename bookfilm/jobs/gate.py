"""The gate: what a job may do now. The driver's side owns it; whoever hands out rows of work asks it, and waits at it.

It is asked once a change, not once a row: between changes it costs nothing.
"""

from __future__ import annotations

import time
from typing import Literal, Protocol

from bookfilm.records.base import Part
from bookfilm.store.ledger.rows import FIRST_PRIORITY

Flow = Literal["open", "shut", "ending", "cancelled"]
"""open       rows are sent
shut       no row is sent, those under way are finished, the rest waits (pause)
ending     no row is sent, those under way are finished, the rest is left (the budget is spent)
cancelled  those under way are let go of, the rest is left"""


class Opening(Part):
    """How far a job's gate is open. `version` grows with every change."""

    version: int = 0
    flow: Flow = "open"
    priority: int = FIRST_PRIORITY
    at_most: int | None = None
    """How many takes may be under way at once; None: as many as there is room for."""
    skipped: frozenset[str] = frozenset()
    """Keys that are not wanted any more, under way or not."""
    held: frozenset[str] = frozenset()
    """Keys that wait until they are released. Those under way are finished."""

    @property
    def ends(self) -> bool:
        """Say whether nothing more is to be sent, ever."""
        return self.flow in ("ending", "cancelled")


class Gate(Protocol):
    """What a crew is given with a list of work."""

    def opening(self) -> Opening:
        """Return how far it is open now. It is in memory: ask as often as you like."""
        ...

    def changed(self, seen: int, timeout_s: float) -> Opening:
        """Wait until the version is another than `seen`, `timeout_s` at most, and return how far it is open then."""
        ...

    def heeded(self, version: int) -> None:
        """Say that whoever hands out rows acts as `version` says."""
        ...

    def told_by(self, teller: bool) -> None:
        """Say that somebody else than the gate's owner says `heeded` from now on, or (False) no longer."""
        ...

    def weigh(self, gpus_a_row: float) -> None:
        """Say how many GPUs each of the rows holds that are handed out from now on: a limit may be in GPUs.

        Raises SettingsError where that leaves none of them room.
        """
        ...

    def show(self, takes: dict[str, str]) -> None:
        """Say which take (key) each shot is to be shown with: marks are on shots, rows are takes."""
        ...

    def again(self) -> frozenset[str]:
        """Return the shots that were asked for again since this was last asked."""
        ...

    def check(self, unfinished: bool = False) -> None:
        """Return at once, or raise JobCancelled, or BudgetSpent where something is `unfinished`."""
        ...


class OpenGate:
    """The gate of a job of which nobody asks anything: it stands open."""

    def opening(self) -> Opening:
        return Opening()

    def changed(self, seen: int, timeout_s: float) -> Opening:
        if seen == Opening().version:
            time.sleep(timeout_s)
        return Opening()

    def heeded(self, version: int) -> None:
        pass

    def told_by(self, teller: bool) -> None:
        pass

    def weigh(self, gpus_a_row: float) -> None:
        pass

    def show(self, takes: dict[str, str]) -> None:
        pass

    def again(self) -> frozenset[str]:
        return frozenset()

    def check(self, unfinished: bool = False) -> None:
        pass
