"""Places for who listens: as many as the service can bear, shared out so that no team keeps another from its own.

While there are places, whoever comes gets one. Once there are none, who has fewer than another by two or more gets one
of the other's: what comes of it is max-min fair (Bertsekas and Gallager, Data Networks, 6.5.2), and nothing lies idle.
Used on the event loop alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field


def _nobody() -> None:
    return None


@dataclass(eq=False)
class Place:
    """A place that somebody of `team` has. Once it is `lost` they must go; `wake` is called so that they notice."""

    team: str
    lost: bool = False
    wake: Callable[[], None] = field(default=_nobody)


class Places:
    """The places of every team."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, list[Place]] = defaultdict(list)

    def __len__(self) -> int:
        return sum(map(len, self._taken.values()))

    def of(self, team: str) -> int:
        """Return how many places a team has."""
        return len(self._taken.get(team, ()))

    def take(self, team: str) -> Place | None:
        """Return a place for `team`, if need be the newest of those who have the most; None where it has its share."""
        if len(self) >= self._most:
            greediest = max(self._taken, key=self.of)
            if self.of(greediest) <= self.of(team) + 1:
                return None
            given_up = self._taken[greediest][-1]
            given_up.lost = True
            self.leave(given_up)
            given_up.wake()
        place = Place(team)
        self._taken[team].append(place)
        return place

    def leave(self, place: Place) -> None:
        """Give a place back; one that was lost or given back already is nobody's."""
        mine = self._taken.get(place.team, [])
        if place in mine:
            mine.remove(place)
        if not mine:
            self._taken.pop(place.team, None)
