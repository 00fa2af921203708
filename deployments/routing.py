"""Which replica a row goes to: the one that holds the fewest, of all that there are.

Serve's own router asks two replicas at random. Of many replicas that hold two rows each, the one with a free place is
then found late, and a GPU stands idle for half a second or two before each such shot: at 64 of them, a twentieth of the
time. A shot takes seconds, so looking at every replica costs nothing beside it.
"""

from __future__ import annotations

import random
from typing import Any

from ray.serve._private.request_router.common import ReplicaQueueLengthCache
from ray.serve.config import RequestRouterConfig
from ray.serve.request_router import FIFOMixin, PendingRequest, RequestRouter, RunningReplica

ASKED = 2
"""So many of those that seem to hold the fewest are offered: what others sent there is seen only when asked."""
REMEMBERED_S = 3600.0
"""How long a replica is held to have as many rows as it was last known to have. Serve's ten seconds are less than a
shot takes. One that is full by memory is asked before it is given up, and one that turns out full refuses."""


MOST_FREE = 4096
_FREE: dict[str, None] = {}
"""Replicas that have said that they are free, by their unique ids, in the order in which they did; this process sends
them a row each."""
_AT_WORK: dict[str, None] = {}
"""Replicas that have said that they are not."""


def send_to(replica: str) -> None:
    """Have the next row that this process sends go to `replica`, a unique id, which has said that it is free.

    What the router remembers may be off by one for long: an answer, and the word that a replica has taken another row,
    overtake each other. While all hold two that is nothing; of the last rows one would go behind another's.
    """
    if len(_FREE) > MOST_FREE:
        # Replicas that were lost before the row came to be sent.
        _FREE.clear()
    _FREE[replica] = None


def note_at_work(replica: str) -> None:
    """Have this process's routers know that `replica`, a unique id, is at work, if they remember that it is not."""
    if len(_AT_WORK) > MOST_FREE:
        _AT_WORK.clear()
    _AT_WORK[replica] = None


class LeastLoadedRouter(FIFOMixin, RequestRouter):
    """Serve's router with another choice (`choose_replicas`); the rest, refusals and waiting, is Serve's."""

    def initialize_state(self, **_kwargs: Any) -> None:
        self._replica_queue_len_cache = ReplicaQueueLengthCache(staleness_timeout_s=REMEMBERED_S)

    async def choose_replicas(
        self, candidate_replicas: list[RunningReplica], pending_request: PendingRequest | None = None
    ) -> list[list[RunningReplica]]:
        """Return who has said that they are free (`send_to`); then those that hold the fewest rows as far as is known,
        equals in any order."""
        held = self._replica_queue_len_cache.get
        if pending_request is not None:
            # All have been looked at: where none has a place, Serve waits before it asks again, and does not spin.
            pending_request.routing_context.should_backoff = True
        for one in candidate_replicas:
            if _AT_WORK and one.replica_id.unique_id in _AT_WORK:
                _AT_WORK.pop(one.replica_id.unique_id, None)
                self._replica_queue_len_cache.update(one.replica_id, max(1, held(one.replica_id) or 0))
        ranked = sorted(candidate_replicas, key=lambda one: (held(one.replica_id) or 0, random.random()))
        there = {one.replica_id.unique_id: one for one in candidate_replicas}
        # A list: rows are sent from another thread.
        free = next((name for name in list(_FREE) if name in there), None)
        if free is not None:
            _FREE.pop(free, None)
            return [[there[free]], ranked[:ASKED]]
        return [ranked[:ASKED]] if ranked else []


def router_config() -> RequestRouterConfig:
    """Return what makes a deployment's rows go this way. By name: what holds the handles imports it."""
    named: dict[str, Any] = {"request_router_class": f"{__name__}.{LeastLoadedRouter.__name__}"}
    return RequestRouterConfig(**named)
