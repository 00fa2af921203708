"""Which replicas a row is offered to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from ray.serve._private.common import DeploymentID, ReplicaID

from deployments.routing import ASKED, LeastLoadedRouter, note_at_work, send_to

IDS = [ReplicaID(unique_id=f"r{n}", deployment_id=DeploymentID(name="video", app_name="films")) for n in range(64)]
REPLICAS: list[Any] = [SimpleNamespace(replica_id=ident) for ident in IDS]


def _router(held: dict[int, int]) -> LeastLoadedRouter:
    """Return a router that knows so much, without a cluster to route on."""
    router: LeastLoadedRouter = object.__new__(LeastLoadedRouter)
    router.initialize_state()
    for number, rows in held.items():
        router._replica_queue_len_cache.update(IDS[number], rows)
    return router


def _chosen(router: LeastLoadedRouter, pending: Any = None) -> list[ReplicaID]:
    ranks = asyncio.run(router.choose_replicas(REPLICAS, pending))
    return [one.replica_id for rank in ranks for one in rank]


def test_the_one_of_many_that_has_a_place_is_found() -> None:
    for free in range(0, 64, 7):
        chosen = _chosen(_router({number: 1 if number == free else 2 for number in range(64)}))
        assert chosen[0] == IDS[free] and len(chosen) == ASKED


def test_those_of_whom_nothing_is_known_are_asked_and_not_always_the_same() -> None:
    router = _router(dict.fromkeys(range(60), 1))
    assert {ident for _ in range(60) for ident in _chosen(router)} == set(IDS[60:])


def test_where_none_has_a_place_it_waits_before_it_asks_again() -> None:
    pending = SimpleNamespace(routing_context=SimpleNamespace(should_backoff=False))
    assert _chosen(_router(dict.fromkeys(range(64), 2)), pending)
    assert pending.routing_context.should_backoff


def test_without_replicas_nobody_is_chosen() -> None:
    assert asyncio.run(_router({}).choose_replicas([], None)) == []


def test_who_has_said_that_it_is_at_work_comes_after_those_that_are_idle() -> None:
    router = _router(dict.fromkeys(range(3, 64), 1))
    for number in (0, 2):
        note_at_work(f"r{number}")
    assert {_chosen(router)[0] for _ in range(20)} == {IDS[1]}
    # It is heeded once: what becomes of it afterwards the router knows itself.
    assert router._replica_queue_len_cache.get(IDS[2]) == 1


def test_who_has_said_that_they_are_free_is_sent_the_next_row_and_no_other() -> None:
    """Whatever is remembered of them, and of those who seem to hold none."""
    router = _router({number: int(number == 40) for number in range(64)})
    send_to("r40")
    send_to("gone")
    assert _chosen(router)[0] == IDS[40]
    assert _chosen(router)[0] != IDS[40]
