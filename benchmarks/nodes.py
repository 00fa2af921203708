"""A cluster of several nodes on one machine, each a family of processes of its own that can be killed, or stopped."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

CPUS = 2
"""So many shots a node renders at once, as the preset `preview` counts: nothing is pinned to a core."""
REPLICA, VIDEO = "ray::ServeReplica", ":video"
"""What a replica's command line begins with, and what that of one that renders has in it."""


@dataclass
class Node:
    """One node, as Ray's own test cluster holds it."""

    held: Any

    def family(self) -> list[psutil.Process]:
        """Return the node's processes that live, workers and replicas included."""
        found: list[psutil.Process] = []
        for infos in self.held.all_processes.values():
            for info in infos:
                with suppress(psutil.NoSuchProcess):
                    first = psutil.Process(info.process.pid)
                    found += [first, *first.children(recursive=True)]
        return found

    def signalled(self, number: int) -> None:
        """Send `number` to all of the node's processes."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def killed(self) -> None:
        """Kill -9 the whole node and wait until it is gone."""
        family = self.family()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=20)

    @property
    def alive(self) -> bool:
        raylets = self.held.all_processes.get("raylet", [])
        return bool(raylets) and all(info.process.poll() is None for info in raylets)


@dataclass
class Nodes:
    """A head that renders nothing, and `count` nodes that do. Use as a context manager."""

    count: int
    workers: list[Node] = field(default_factory=list)
    cluster: Any = None
    logs: list[Path] = field(default_factory=list)
    """Ray's log folder of each cluster that there was; nodes of one machine share it. They stay when all is killed."""

    @property
    def address(self) -> str:
        return str(self.cluster.address)

    def __enter__(self) -> Nodes:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Start the head, at another port each time, and the nodes."""
        # Ray is imported here: benchmarks are listed, and others run, without what it needs.
        from ray.cluster_utils import Cluster

        # Nothing of it outlives this process, and nobody else is told of a token.
        os.environ.setdefault("RAY_AUTH_MODE", "disabled")
        self.cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        self.logs.append(Path(self.cluster.head_node.get_logs_dir_path()))
        self.mended()

    def mended(self) -> None:
        """Start nodes in the place of those that are gone, as a cluster's autoscaler would."""
        self.workers = [node for node in self.workers if node.alive]
        while len(self.workers) < self.count:
            self.workers.append(Node(self.cluster.add_node(wait=False, num_cpus=CPUS)))

    def end(self) -> None:
        """Kill everything: nobody is asked."""
        for node in [*self.workers, Node(self.cluster.head_node)]:
            node.signalled(signal.SIGCONT)
            node.killed()
        self.cluster, self.workers = None, []

    def processes(self, title: str) -> list[psutil.Process]:
        """Return the nodes' processes whose command begins so."""
        family = [process for node in self.workers for process in node.family()]
        return [process for process in family if said_of(process).startswith(title)]

    def renderers(self) -> frozenset[int]:
        """Return the ids of the processes that render."""
        return renderers_in([process for node in self.workers for process in node.family()])


def renderers_in(family: list[psutil.Process]) -> frozenset[int]:
    """Return the ids of those of `family` that are replicas of the video deployment: no other holds a GPU."""
    return frozenset(one.pid for one in family if (said := said_of(one)).startswith(REPLICA) and VIDEO in said)


def said_of(process: psutil.Process) -> str:
    """Return a process's command line, empty where it is gone."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""
