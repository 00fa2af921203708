"""When a row is late, so that it is sent a second time and whichever try is done first counts.

A GPU that has become slow, or a node that says nothing any more, would otherwise hold up the whole film with its last
shot. Only where no other row waits, and somebody stands idle: earlier, a second try would take another shot's place
(backup tasks: Dean and Ghemawat, MapReduce, OSDI 2004, section 3.6).
"""

from __future__ import annotations

from bisect import insort

LATE = 3.0
"""A row is late when it takes so many times as long as rows of its size do."""
LEAST_S = 5.0
"""None is late before: what takes moments varies by as much for no reason."""
KNOWN = 5
"""So many rows must be done before it is known how long they take."""


class Pace:
    """How long rows take, for their size: what is known of those that are done."""

    def __init__(self) -> None:
        self._rates: list[float] = []
        self._largest = 0.0

    def note(self, size: float, seconds: float) -> None:
        """Note that a row of `size` took a replica so many seconds."""
        if size > 0 and seconds > 0:
            insort(self._rates, seconds / size)
            self._largest = max(self._largest, size)

    def patience_s(self, size: float) -> float | None:
        """Return how long after it was sent a row of `size` is late; None while too little is known.

        It may have waited in its replica behind another, the longest of all.
        """
        if len(self._rates) < KNOWN:
            return None
        median = self._rates[len(self._rates) // 2]
        return max(LEAST_S, median * (LATE * size + self._largest))
