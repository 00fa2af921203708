"""The metrics of a replica, through Ray, which exports them beside its own from each node."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import ray
from ray.util import metrics as ray_metrics

from bookfilm.metrics import BUSY_SECONDS, METRICS, REPLICA_GPUS, Metric, count_with


class RayMeter:
    """Counts through Ray."""

    def __init__(self) -> None:
        self._made = {metric.name: _made(metric) for metric in METRICS if "replica" in metric.places}

    def record(self, metric: Metric, value: float, labels: dict[str, str]) -> None:
        """Count, set or observe `value` under `labels`; nothing for a metric that replicas do not count."""
        made = self._made.get(metric.name)
        if isinstance(made, ray_metrics.Counter):
            made.inc(value, labels)
        elif isinstance(made, ray_metrics.Gauge):
            made.set(value, labels)
        elif made is not None:
            made.observe(value, labels)


def _made(metric: Metric) -> ray_metrics.Counter | ray_metrics.Gauge | ray_metrics.Histogram:
    if metric.kind == "histogram":
        return ray_metrics.Histogram(metric.name, metric.about, list(metric.buckets), metric.labels)
    kind = ray_metrics.Counter if metric.kind == "counter" else ray_metrics.Gauge
    return kind(metric.name, metric.about, metric.labels)


class Worked:
    """What a replica of `post` holds and works, in this process."""

    def __init__(self, post: str, engine: str) -> None:
        self._labels = {"post": post, "engine": engine}
        self._lock = threading.Lock()
        self._at_work, self._since = 0, 0.0
        self._inside_ray = ray.is_initialized()
        if self._inside_ray:
            count_with(RayMeter())

    def tell_gpus(self) -> None:
        """Say how many GPUs this replica holds, and for how long they have been at work: at each of Serve's looks at
        its health, for Ray would forget the one, and a shot may take half an hour."""
        if self._inside_ray:
            self._count(0)
            held = ray.get_runtime_context().get_assigned_resources().get("GPU", 0.0)
            REPLICA_GPUS.set(float(held), **self._labels)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count the seconds of the block: once, also where several are at work in it."""
        if not self._inside_ray:
            yield
            return
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        """Count the seconds since the last time, if somebody was at work, of whom there are now so many more."""
        with self._lock:
            now = time.monotonic()
            passed_s = now - self._since if self._at_work else 0.0
            self._at_work, self._since = self._at_work + more, now
        if passed_s:
            BUSY_SECONDS.inc(passed_s, **self._labels)
