"""Turns: a few of what is heavy go on at once, and no team keeps the others from theirs. Used by threads."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from bookfilm.studio.problems import Refusal


class Turns:
    """`most` at once, `spare` of them only for teams that have none. Who waits goes in by how many their team has."""

    def __init__(self, most: int, spare: int = 0) -> None:
        self._most, self._spare = most, spare
        self._held = Counter[str]()
        self._waiting: dict[int, str] = {}
        self._numbers = count()
        self._changed = threading.Condition()

    @contextmanager
    def held(self, team: str, patience_s: float, refused: str) -> Iterator[None]:
        """Hold one for `team`. Raises Refusal, in the words `refused`, where there is none within `patience_s`."""
        with self._changed:
            mine = next(self._numbers)
            self._waiting[mine] = team
            try:
                if not self._changed.wait_for(lambda: self._is_next(mine), patience_s):
                    raise Refusal("unavailable", refused, headers={"Retry-After": "10"})
                self._held[team] += 1
            finally:
                del self._waiting[mine]
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._held[team] -= 1
                self._changed.notify_all()

    def _is_next(self, mine: int) -> bool:
        team = self._waiting[mine]
        if self._held.total() >= self._most - (self._spare if self._held[team] else 0):
            return False
        return mine == min(self._waiting, key=lambda one: (self._held[self._waiting[one]], one))
