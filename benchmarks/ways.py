"""The same no-op shots to the same replicas, each way: through this pipeline, without and with what it writes of each
shot into its ledger, by Ray Data alone, and in a plain loop.

`python -m benchmarks.ways SHOTS GPUS PASSES` prints a line of JSON: the seconds of each pass, by way. All passes are on
one cluster and one Serve app, in turns, after one of each that is not counted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.simulated import APP, SLOTS, SimulatedShot, on_simulated_gpus, rows_of, sent_to_gpus
from bookfilm.store.ledger import Attempt, Ledger

Row = tuple[str, str]
Way = Callable[[list[Row], int, str], Iterable[str]]
"""Sends rows, so many at once, with a folder for what it needs; gives back the keys of what was made."""
BATCH = 256


def through_pipeline(rows: list[Row], in_flight: int, scratch: str) -> Iterable[str]:
    """Shards, feeder, gate and router, as a film's takes are sent."""
    return (done.key for done in sent_to_gpus([(rows, len(rows))], in_flight // SLOTS, scratch))


def with_its_ledger(rows: list[Row], in_flight: int, scratch: str) -> Iterable[str]:
    """The same, and what came of each shot is written down, as it is of a film's."""
    with closing(Ledger(Path(scratch) / "ledger.sqlite")) as ledger:
        job = ledger.begin_job("", {})
        ledger.list_shots(job, [(key, key, "queued") for key, _ in rows])
        for done in sent_to_gpus([(rows, len(rows))], in_flight // SLOTS, scratch):
            ledger.settle(job, [Attempt("take", done.key, done.worker, done.ms)], done.key)
            yield done.key


def by_ray_data(rows: list[Row], in_flight: int, _scratch: str) -> Iterable[str]:
    """Ray Data alone: one task, which calls the replicas for a batch of rows and waits for all of them."""
    import ray.data

    def call(batch: dict[str, Any]) -> dict[str, Any]:
        pairs = list(zip(map(str, batch["key"]), map(str, batch["body"]), strict=True))
        return {"done": asyncio.run(called(pairs, in_flight))}

    listed = ray.data.from_items([{"key": key, "body": body} for key, body in rows])
    one = ray.data.TaskPoolStrategy(size=1)
    for batch in listed.map_batches(call, batch_size=BATCH, num_cpus=0.05, compute=one).iter_batches(batch_size=None):
        yield from map(str, batch["done"])


def in_a_loop(rows: list[Row], in_flight: int, _scratch: str) -> Iterable[str]:
    """A loop over a Serve handle in the driver."""
    return asyncio.run(called(rows, in_flight))


async def called(rows: list[Row], in_flight: int) -> list[str]:
    """Call a replica for each of `rows`, `in_flight` at once; return the keys of what was made."""
    from ray import serve

    method: Any = serve.get_deployment_handle("video", APP).render
    room = asyncio.Semaphore(in_flight)

    async def one(body: str) -> str:
        async with room:
            reply = await method.remote(SimulatedShot.model_validate_json(body), "")
        return str(reply.key)

    return await asyncio.gather(*(one(body) for _, body in rows))


WAYS: dict[str, Way] = {
    "pipeline": through_pipeline,
    "with its ledger": with_its_ledger,
    "Ray Data": by_ray_data,
    "Serve handle": in_a_loop,
}


def timed(way: Way, shots: int, gpus: int) -> float:
    """Return how many seconds so many no-op shots take. Ends with one line where one of them is lost."""
    rows = list(rows_of("s", (0.0,) * shots))
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        began = time.monotonic()
        made = sorted(way(rows, SLOTS * gpus, scratch))
        took_s = time.monotonic() - began
    if made != [key for key, _ in rows]:
        raise SystemExit(f"{len(made)} of {shots} shots came back")
    return took_s


def main() -> None:
    """Make all passes."""
    shots, gpus, passes = map(int, sys.argv[1:])
    told: dict[str, list[float]] = {name: [] for name in WAYS}
    with on_simulated_gpus(gpus):
        for _ in range(1 + passes):
            for name, way in WAYS.items():
                told[name].append(timed(way, shots, gpus))
    print(json.dumps({name: taken[1:] for name, taken in told.items()}))


if __name__ == "__main__":
    main()
