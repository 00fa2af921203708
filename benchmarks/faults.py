"""What can go wrong on a farm, one function each: done to a film that is being made, now.

Each takes the scene of the deed and answers with what it has struck, or None where there was nothing to strike yet.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.nodes import REPLICA, VIDEO, Nodes, renderers_in, said_of
from benchmarks.postgres import PostgresServer
from benchmarks.renders import Loss
from benchmarks.s3 import S3Server
from bookfilm.store.bucket.objects import Objects

STOPPED_S = (3.0, 45.0)
"""How long a node is stopped: Ray's health checks forgive a short time, and after a long one it is dead to them."""
FORGIVEN_S = 10.0
"""No node may be given up for having been silent so long."""
HELD = 2
"""So many takes a replica holds: with a full disk the one it renders fails, and the one behind it."""
FULL_S = 5.0
AWAY_S = 20.0


@dataclass
class Scene:
    """Where a film is being made: the cluster, its driver, its folder, ledger and bucket, and the disk's ballast."""

    nodes: Nodes
    driver: psutil.Popen
    folder: Path
    rng: random.Random
    ledger: PostgresServer | None = None
    s3: S3Server | None = None
    bucket: Objects | None = None
    """The film's takes in it."""
    losses: list[Loss] = field(default_factory=list)
    """What takes renders with it."""
    spoilt: list[str] = field(default_factory=list)
    """The keys of takes that were spoilt, each as often as it was."""

    @property
    def ballast(self) -> Path:
        return self.folder.parent / "ballast"

    def lost(self, why: str, pids: frozenset[int], since: float, each: int = 1, gpus: bool = True) -> None:
        """Note that from `since` until now something took with it what was under way in the processes `pids`."""
        self.losses.append(Loss(why, since, time.time(), pids, each, gpus))


def kill_replica(scene: Scene) -> str | None:
    """Kill -9 one replica that renders."""
    since = time.time()
    victim = _kill_one(scene, REPLICA, VIDEO)
    if victim is None:
        return None
    scene.lost("replica killed", frozenset([victim]), since)
    return f"process {victim}"


def kill_worker(scene: Scene) -> str | None:
    """Kill -9 the Ray Data worker that feeds the replicas. No GPU is lost: nothing may be rendered again for it."""
    victim = _kill_one(scene, "ray::MapBatches", "")
    return None if victim is None else f"process {victim}"


def kill_node(scene: Scene) -> str | None:
    """Kill -9 a whole node; another comes in its place."""
    node = scene.rng.choice(scene.nodes.workers)
    since, pids = time.time(), renderers_in(node.family())
    node.killed()
    scene.lost("node killed", pids, since)
    scene.nodes.mended()
    return "a node with all it held"


def stop_node(scene: Scene) -> str | None:
    """Stop a node for a while (SIGSTOP): it says nothing, and then it is back."""
    node = scene.rng.choice(scene.nodes.workers)
    for_s = scene.rng.choice(STOPPED_S)
    since, pids = time.time(), renderers_in(node.family())
    node.signalled(signal.SIGSTOP)
    if for_s > FORGIVEN_S:
        scene.lost("node stopped", pids, since)
    time.sleep(for_s)
    node.signalled(signal.SIGCONT)
    time.sleep(2)
    scene.nodes.mended()
    return f"a node for {for_s:.0f} s"


def kill_driver(scene: Scene) -> str | None:
    """Kill -9 the driver; it is started again."""
    if scene.driver.poll() is not None:
        return None
    since, pids = time.time(), scene.nodes.renderers()
    scene.driver.kill()
    scene.driver.wait()
    scene.lost("driver killed", pids, since, gpus=False)
    return "the driver"


def kill_head(scene: Scene) -> str | None:
    """Kill -9 the head, with which the cluster is gone; another cluster comes up."""
    since, pids = time.time(), scene.nodes.renderers()
    scene.nodes.end()
    scene.lost("head killed", pids, since)
    scene.nodes.begin()
    return "the head, and the cluster with it"


def fill_disk(scene: Scene) -> str | None:
    """Fill the disk to the last byte for a while."""
    if not scene.folder.parent.is_mount():
        return None
    since, pids = time.time(), scene.nodes.renderers()
    with suppress(OSError), scene.ballast.open("wb") as file:
        while True:
            file.write(b"\0" * (1 << 20))
            file.flush()
    time.sleep(FULL_S)
    scene.ballast.unlink()
    # What is under way fails, and is made again.
    scene.lost("disk full", pids, since, HELD, gpus=False)
    return f"the disk for {FULL_S:.0f} s"


def take_ledger_away(scene: Scene) -> str | None:
    """Kill -9 the ledger's database; it comes up again after a while."""
    if scene.ledger is None:
        return None
    scene.ledger.kill()
    time.sleep(AWAY_S)
    scene.ledger.start()
    return f"PostgreSQL for {AWAY_S:.0f} s"


def refuse_s3(scene: Scene) -> str | None:
    """Have the bucket's server answer 503 for a while."""
    if scene.s3 is None:
        return None
    scene.s3.refuse()
    time.sleep(AWAY_S)
    scene.s3.serve()
    return f"S3 for {AWAY_S:.0f} s"


def cut_take(scene: Scene) -> str | None:
    """Cut a finished take's file short."""
    return _spoil(scene, lambda content: content[: len(content) // 2])


def flip_bit(scene: Scene) -> str | None:
    """Turn one bit of a finished take's file."""

    def turned(content: bytes) -> bytes:
        at = scene.rng.randrange(len(content))
        return content[:at] + bytes([content[at] ^ (1 << scene.rng.randrange(8))]) + content[at + 1 :]

    return _spoil(scene, turned)


FAULTS: dict[str, Callable[[Scene], str | None]] = {
    "replica killed": kill_replica,
    "worker killed": kill_worker,
    "node killed": kill_node,
    "node stopped": stop_node,
    "driver killed": kill_driver,
    "head killed": kill_head,
    "disk full": fill_disk,
    "ledger away": take_ledger_away,
    "S3 answers 503": refuse_s3,
    "take cut short": cut_take,
    "bit flipped": flip_bit,
}


def _kill_one(scene: Scene, title: str, holding: str) -> int | None:
    found = [one for one in scene.nodes.processes(title) if holding in said_of(one)]
    if not found:
        return None
    victim = scene.rng.choice(found)
    victim.kill()
    return int(victim.pid)


def _spoil(scene: Scene, spoilt: Callable[[bytes], bytes]) -> str | None:
    """Have a finished take's file here become what `spoilt` makes of it; half of the time, what the bucket has too."""
    take = _a_take(scene)
    if take is None:
        return None
    content = spoilt(take.read_bytes())
    # Into the file that there is: its record must not notice by a new one.
    with take.open("r+b") as file:
        file.write(content)
        file.truncate()
    where = take.name
    if scene.bucket is not None and scene.rng.random() < 0.5:
        scene.bucket.write(take.name, content)
        where += ", and in the bucket"
    scene.spoilt.append(take.stem)
    return where


def _a_take(scene: Scene) -> Path | None:
    records = sorted((scene.folder / "takes").glob("[0-9a-f]*.json"))
    takes = [record.with_suffix(".mp4") for record in records if record.with_suffix(".mp4").exists()]
    return scene.rng.choice(takes) if takes else None
