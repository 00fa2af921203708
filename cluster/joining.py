"""A cluster in the process, or a running one by address."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray

from bookfilm.errors import ClusterError, ClusterRefused

log = logging.getLogger(__name__)

# On a cluster of our own Ray's housekeeping shares two cores with the rendering: let it look less often.
# (With Ray's own values it took a sixth of a core while nothing happened.)
HOUSEKEEPING = {
    "RAY_SERVE_CONTROL_LOOP_INTERVAL_S": "1.0",
    "RAY_metrics_report_interval_ms": "60000",
    "RAY_task_events_report_interval_ms": "0",
    "RAY_enable_metrics_collection": "0",
    # Ten times a second, every replica and every handle; nobody reads them here.
    "RAY_SERVE_METRICS_EXPORT_INTERVAL_MS": "10000",
    # The worker that Ray Data warmed up while everything started is still there when the picture begins.
    "RAY_idle_worker_killing_time_threshold_ms": "600000",
    # Looks for new log files to print them in the driver, which prints none (log_to_driver=False).
    "LOG_NAME_UPDATE_INTERVAL_S": "86400",
    "RAY_LOG_MONITOR_MANY_FILES_THRESHOLD": "0",
}
KNOCK_S = 5.0
OBJECT_STORE_BYTES = 256 * 2**20
"""Rows carry keys and paths, never pictures: a laptop keeps its memory for rendering."""


@dataclass(frozen=True)
class ClusterJoined:
    """`local` is True for a cluster that began with this process and ends with it. What it had when it was joined is
    `cpus` and `gpus`; what it has now, `resources()` tells. `dashboard` is where Ray's is (host:port), or empty."""

    local: bool
    nodes: int
    cpus: float
    gpus: float
    dashboard: str = ""

    def resources(self) -> dict[str, float]:
        """Return what there is of each of Ray's resources on all nodes that are up, taken or not."""
        return dict(ray.cluster_resources())


@contextmanager
def joined_cluster(address: str | None) -> Iterator[ClusterJoined]:
    """Join the cluster at `address`, or start one in this process; leave it at the end.

    Raises ClusterRefused for an address that cannot be joined as a driver, ClusterError if Ray does not start.
    """
    if address is not None and address.startswith("ray://"):
        raise ClusterRefused(
            "this is a Ray Client address; run bookfilm on a node of the cluster and give --address auto",
            subject=address,
        )
    if address is not None and ":" in address:
        _knock(address)
    _quiet(logging.ERROR)
    try:
        with _core_unheard():
            dashboard = _init(address)
        end_on_sigterm()
    except (ConnectionError, ValueError) as error:
        raise ClusterRefused(f"no cluster can be joined here: {error}{_of_tokens(error)}", subject=address) from None
    except RuntimeError as error:
        if address is not None:
            raise ClusterRefused(f"no cluster can be joined here: {error}", subject=address) from error
        raise ClusterError(f"Ray did not start: {error}") from error
    try:
        resources = ray.cluster_resources()
        cpus, gpus = resources.get("CPU", 0.0), resources.get("GPU", 0.0)
        yield ClusterJoined(address is None, len(alive_nodes()), cpus, gpus, dashboard)
    finally:
        # Threads of Serve's handles outlive the cluster and complain that it has gone.
        _quiet(logging.CRITICAL)
        ray.shutdown()


def _of_tokens(error: Exception) -> str:
    """Return what may help: `ray start` asks for a token as soon as this machine has one (Ray 2.60), and the driver
    shows it only where it is told to. A driver that shows one to a cluster that asks for none hears no answers."""
    told = "RAY_AUTH_MODE" in os.environ or not str(error).startswith("Failed to connect")
    return "" if told else "; where it asks for Ray's token, set RAY_AUTH_MODE=token"


def end_on_sigterm() -> None:
    """Let a scheduler's SIGTERM end a run as Ctrl-C does. Ray's own handler prints a stack and tells nobody why."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _knock(address: str) -> None:
    """Raise ClusterRefused unless something listens at `address`: Ray itself would wait there for minutes."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_S).close()
    except (OSError, ValueError) as error:
        raise ClusterRefused(f"no cluster can be joined here: {error}", subject=address) from None


def alive_nodes() -> list[str]:
    """Return the ids of the nodes that are up."""
    return sorted(str(node["NodeID"]) for node in ray.nodes() if node["Alive"])


def _init(address: str | None) -> str:
    """Join or start a cluster; return where its dashboard is."""
    # A worker that dies is told there on standard output, in the middle of what `--json` prints.
    vars(ray._private.worker)["print_to_stdstream"] = _note
    if address is None:
        for name, value in HOUSEKEEPING.items():
            os.environ.setdefault(name, value)
        _start()
        return ""
    joined: Any = ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    return joined.dashboard_url or ""


def _note(told: dict[str, Any], ignore_prefix: bool) -> None:
    """Keep what a node says of itself in the log."""
    for line in told["lines"]:
        log.info("Ray: %s", line)


def _start() -> None:
    """Start a cluster here. Ray gives its node thirty seconds, which a busy machine may miss: it has another try."""
    for last in (False, True):
        try:
            # "local" in words: without it a file that some other cluster left behind would be joined.
            ray.init(
                address="local",
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
                object_store_memory=OBJECT_STORE_BYTES,
                configure_logging=True,
            )
        except (ConnectionError, ValueError, RuntimeError):
            raise
        except Exception as error:
            # A node that came up too late is a bare Exception.
            if last:
                raise RuntimeError(str(error).strip().splitlines()[0]) from error
            ray.shutdown()
        else:
            return


def _quiet(level: int) -> None:
    for name in ("ray", "ray.serve", "ray.data"):
        logging.getLogger(name).setLevel(level)


@contextmanager
def _core_unheard() -> Iterator[None]:
    """Keep from standard error what Ray's core, in C++, writes there while it starts: its own log level."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
