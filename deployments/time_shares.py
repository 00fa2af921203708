"""How long each of several rows keeps a replica busy that works on them at once.

A call of a model that makes two clips takes its GPU once: each second counts a half to either row, or two takes would
be charged for two GPUs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Spent:
    """The seconds of one row."""

    seconds: float = 0.0


class TimeShares:
    """Shares out the time of those at work. `clock` gives seconds. For one thread: the replica's event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._at_work = clock, list[Spent]()
        self._looked_at = 0.0

    @contextmanager
    def at_work(self, spent: Spent) -> Iterator[None]:
        """Count the block's seconds to `spent`, or its share of them."""
        self._share_out()
        self._at_work.append(spent)
        try:
            yield
        finally:
            self._share_out()
            self._at_work = [one for one in self._at_work if one is not spent]

    def _share_out(self) -> None:
        now = self._clock()
        for one in self._at_work:
            one.seconds += (now - self._looked_at) / len(self._at_work)
        self._looked_at = now
