"""GPUs that are not there: replicas that take as long over a shot as a profile says, and render nothing.

All else is the farm's own: Ray Data's shards, the gate, the feeders, Serve's router, two requests a replica of which
one waits behind the lock. `python -m benchmarks.simulated FILE` makes the run that FILE tells (JSON: `gpus`, `seconds`
of each shot) in a process and on a cluster of its own, and prints what came of it as JSON.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import Field

from bookfilm.errors import EngineError
from bookfilm.jobs.gate import OpenGate
from bookfilm.pipeline.crew import Done
from bookfilm.records.base import Part
from deployments.replies import Reply, replica_id, reply_busy, reply_done, reply_failed

Row = tuple[str, str]
"""A key, and the work as JSON, as `cluster.sending` has it."""
SLOTS = 2
NODE_GPUS = 16
"""So many a node has."""
TAIL = 0.1
"""A shot takes its profile's time at least, and longer by an exponential of this share of it on average."""
APP = "bookfilm-simulated"


class SimulatedShot(Part):
    """A row: a key, how long a GPU takes over it, in seconds, and how likely an attempt fails halfway."""

    key: str
    seconds: float
    risk: float = 0.0


class Farm(Part):
    """A run: so many GPUs, and how long each shot takes, in seconds; `then` those that wait for all of them. Attempts
    fail at a `risk`; with `told`, what came of each shot is kept. `window` is how many rows a feeder keeps under way,
    so that a few GPUs are fed by several, as many are."""

    gpus: int = Field(ge=1)
    seconds: tuple[float, ...]
    then: tuple[float, ...] = ()
    risk: float = 0.0
    told: bool = False
    window: int | None = None


class Ran(Part):
    """What came of a run. Times are in seconds: `start_s` until the first shot was begun, `wall_s` from then to the
    last one done, `whole_s` both together."""

    start_s: float
    wall_s: float
    whole_s: float
    done: int
    twice: int
    peak_bytes: int
    """The most that the driver's process held."""
    told: tuple[Done, ...] = ()
    """What came of each shot, its number as the key, where that was asked for."""


class SimulatedReplica:
    """What `deployments.video.VideoReplica` is, but that it waits where that one renders."""

    def __init__(self) -> None:
        self._lock = asyncio.Semaphore(1)
        self._held = 0

    async def render(self, shot: SimulatedShot, _takes: str, at_once: bool = False) -> Reply:
        if at_once and self._held:
            return reply_busy(shot.key)
        self._held += 1
        try:
            reply = await self._rendered(shot)
            return reply.changed(free=replica_id() if self._held <= 1 else "")
        finally:
            self._held -= 1

    async def _rendered(self, shot: SimulatedShot) -> Reply:
        async with self._lock:
            started = time.monotonic()
            if random.random() < shot.risk:
                await asyncio.sleep(shot.seconds / 2)
                return reply_failed(shot.key, started, EngineError("out of memory", subject=shot.key))
            if shot.seconds:
                await asyncio.sleep(shot.seconds)
        return reply_done(shot.key, started)


def drawn_seconds(shots: int, least_s: float, seed: int) -> tuple[float, ...]:
    """Draw how long each of `shots` takes: `least_s`, and an exponential tail beyond."""
    rng = random.Random(f"simulated {seed}")
    return tuple(round(least_s * (1 + rng.expovariate(1 / TAIL)), 4) for _ in range(shots))


def ideal_s(seconds: Sequence[float], gpus: int) -> float:
    """Return how long a greedy list schedule takes: each shot in order on the GPU that is free first (Graham 1966)."""
    free = [0.0] * gpus
    for one in seconds:
        heapq.heapreplace(free, free[0] + one)
    return max(free)


def run_apart(farm: Farm) -> Ran:
    """Make the run in a process of its own. Ends with one line where that fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as told:
        told.write(farm.model_dump_json())
        told.flush()
        ended = subprocess.run(
            [sys.executable, "-m", "benchmarks.simulated", told.name], capture_output=True, text=True, check=False
        )
    if ended.returncode:
        last = (ended.stderr.strip() or "no message").splitlines()[-1]
        raise SystemExit(f"a run on {farm.gpus} simulated GPUs ended with {ended.returncode}: {last[:300]}")
    return Ran.model_validate_json(ended.stdout.splitlines()[-1])


def run_here(farm: Farm) -> Ran:
    """Start a cluster with so many GPUs by name, wait until a replica stands on each, and send the rows."""
    from cluster import sharding

    seen = {"s": bytearray(len(farm.seconds)), "t": bytearray(len(farm.then))}
    first, told = float("inf"), list[Done]()
    if farm.window is not None:
        sharding.WINDOW = farm.window
    with on_simulated_gpus(farm.gpus), tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        began = time.monotonic()
        lists = [(name, seconds) for name, seconds in (("s", farm.seconds), ("t", farm.then)) if seconds]
        for done in sent_to_gpus(
            [(rows_of(name, seconds, farm.risk), len(seconds)) for name, seconds in lists], farm.gpus, scratch
        ):
            _count(done, seen)
            first = min(first, time.monotonic() - done.busy_ms() / 1000)
            if farm.told:
                told.append(done.changed(key=str(int(done.key[1:]))))
        ended = time.monotonic()
    came = [count for counts in seen.values() for count in counts]
    return Ran(
        start_s=first - began,
        wall_s=ended - first,
        whole_s=ended - began,
        done=sum(count > 0 for count in came),
        twice=sum(count - 1 for count in came if count),
        peak_bytes=_peak_bytes(),
        told=tuple(told),
    )


@contextmanager
def on_simulated_gpus(gpus: int) -> Iterator[None]:
    """Start a cluster of nodes with so many GPUs by name and wait until a replica stands on each; end it."""
    import ray
    from ray import serve
    from ray.cluster_utils import Cluster

    from cluster.joining import HOUSEKEEPING, OBJECT_STORE_BYTES
    from cluster.sharding import begin_data

    os.environ.update(HOUSEKEEPING)
    of_each: dict[str, Any] = {"object_store_memory": OBJECT_STORE_BYTES}
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 8, "include_dashboard": False, **of_each})
    try:
        for first in range(0, gpus, NODE_GPUS):
            nodes.add_node(num_cpus=1, num_gpus=min(NODE_GPUS, gpus - first), **of_each)
        ray.init(address=nodes.address, log_to_driver=False)
        begin_data().join()
        serve.start(proxy_location="Disabled")
        serve.run(_app(gpus), name=APP, route_prefix=None)
        yield
        serve.shutdown()
        ray.shutdown()
    finally:
        nodes.shutdown()


def sent_to_gpus(lists: Iterable[tuple[Iterable[Row], int]], gpus: int, scratch: str) -> Iterator[Done]:
    """Send each list of rows, so many, as a film's takes are sent, the next once the one before is through."""
    from cluster.gating import told_gate
    from cluster.sending import Work
    from cluster.sharding import shard_rows
    from deployments.allotting import Places

    in_flight = SLOTS * gpus
    work = Work(APP, "video", "render", SimulatedShot.model_validate_json, scratch, in_flight, gpus, size=_size)
    places = Places(alone=in_flight, shared=in_flight, at_work=gpus)
    with told_gate(OpenGate(), APP, lambda: places) as job:
        for rows, count in lists:
            yield from shard_rows(rows, count, work, Path(scratch) / "shards", job)


def rows_of(name: str, seconds: Iterable[float], risk: float = 0.0) -> Iterator[Row]:
    """Yield a row for each of `seconds`, its key `name` and its number."""
    for number, one in enumerate(seconds):
        shot = SimulatedShot(key=f"{name}{number:06}", seconds=one, risk=risk)
        yield shot.key, shot.model_dump_json()


def _size(_shot: SimulatedShot) -> float:
    """All are as long: what they differ by is what a GPU's times scatter by."""
    return 1.0


def _app(gpus: int) -> Any:
    from ray import serve

    from deployments.apps import FEEDERS
    from deployments.routing import router_config
    from deployments.slate import INGRESS, Slate

    video = serve.deployment(
        name="video",
        num_replicas=gpus,
        max_ongoing_requests=SLOTS,
        max_queued_requests=max(64, 8 * SLOTS * gpus),
        ray_actor_options={"num_cpus": 0, "num_gpus": 1},
        health_check_period_s=30,
        health_check_timeout_s=120,
        request_router_config=router_config(),
    )(SimulatedReplica)
    ingress = serve.deployment(name=INGRESS, ray_actor_options={"num_cpus": 0}, max_ongoing_requests=FEEDERS)(Slate)
    return ingress.bind("simulated", video=video.bind())


def _count(done: Done, seen: dict[str, bytearray]) -> None:
    if not done.made:
        raise SystemExit(f"{done.key} was not made: {done.errors[-1] if done.errors else 'lost'}")
    seen[done.key[0]][int(done.key[1:])] += 1


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf8"))
    print(run_here(Farm.model_validate(asked)).model_dump_json())
