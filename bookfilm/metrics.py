"""Every metric of this project, in one list, from which `python -m deployments.board` makes dashboard and alert rules.

A metric is counted by the meter of its process: prometheus-client's in a driver and in the studio, which serve it under
/metrics where BOOKFILM_METRICS says so; Ray's in a replica (`deployments.metering`), which exports it with ``ray_``
before its name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any, Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from bookfilm.errors import SettingsError

METRICS_AT = "BOOKFILM_METRICS"
"""The environment variable that says where /metrics is served."""
STAY_S = "BOOKFILM_METRICS_STAY_S"
"""The environment variable that says for how many seconds it is served on once all is done, unless somebody fetches it
sooner: a process that ends at once takes with it what it counted last."""
Kind = Literal["counter", "gauge", "histogram"]
Place = Literal["driver", "replica", "studio"]
SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
LATENCIES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)


@dataclass(frozen=True)
class Metric:
    """One metric. `places` are the processes that count it; `labels` the names that each call gives a value."""

    name: str
    kind: Kind
    about: str
    labels: tuple[str, ...] = ()
    places: tuple[Place, ...] = ("driver",)
    buckets: tuple[float, ...] = SECONDS

    def inc(self, value: float = 1, **labels: str) -> None:
        """Count `value` more; nothing for 0."""
        if value:
            _meter.record(self, value, labels)

    def begin(self, **labels: str) -> None:
        """Have a counter stand at 0 before it counts anything; Ray's meter, in a replica, knows no 0."""
        _meter.record(self, 0, labels)

    def set(self, value: float, **labels: str) -> None:
        """Say that a gauge stands at `value`."""
        _meter.record(self, value, labels)

    def observe(self, value: float, **labels: str) -> None:
        """Lay `value` into a histogram."""
        _meter.record(self, value, labels)

    @contextmanager
    def timed(self, **labels: str) -> Iterator[None]:
        """Lay the seconds that the block takes into a histogram, whether it succeeds or not."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.observe(time.monotonic() - started, **labels)

    def series(self, place: Place | None = None) -> str:
        """Return the name under which Prometheus has it: without `place`, that of its only one."""
        if place is None:
            (place,) = self.places
        assert place in self.places, f"{self.name} is not counted in a {place}"
        suffix = "_total" if self.kind == "counter" else ""
        return f"{'ray_' if place == 'replica' else ''}{self.name}{suffix}"


class Meter(Protocol):
    """What counts in this process."""

    def record(self, metric: Metric, value: float, labels: dict[str, str]) -> None: ...


TAKES = Metric("bookfilm_takes", "counter", "Takes asked for, by what came of them", ("engine", "outcome"))
TAKE_SECONDS = Metric("bookfilm_take_seconds", "histogram", "Wall seconds a take", ("engine",))
FILM_SECONDS = Metric("bookfilm_film_seconds", "counter", "Seconds of film rendered", ("engine",))
GPU_SECONDS = Metric(
    "bookfilm_gpu_seconds", "counter", "Seconds for which takes and keyframes held a GPU, or their part", ("engine",)
)
GPU_USD = Metric(
    "bookfilm_gpu_usd", "counter", "What GPUs cost at the price that the film's job has, as its ledger charges it"
)
RACED = "Raced"
"""The error under which RETRIES has what is no failure: another try of the same shot was done first."""
RETRIES = Metric("bookfilm_retries", "counter", "Attempts that failed, by error", ("engine", "error"))
QUEUE = Metric("bookfilm_queue", "gauge", "Things still to be made, by stage", ("stage",))
QUEUE_MOVED = Metric(
    "bookfilm_queue_moved_timestamp_seconds", "gauge", "When something last left the queue, or it was laid", ("stage",)
)
STAGE_SECONDS = Metric("bookfilm_stage_seconds", "gauge", "Wall seconds of this run, by stage", ("stage",))
LEDGER_SECONDS = Metric(
    "bookfilm_ledger_seconds", "histogram", "Seconds a statement to the ledger", ("operation",), buckets=LATENCIES
)

STORE_SECONDS = Metric(
    "bookfilm_store_seconds",
    "histogram",
    "Seconds to find or to keep a take or a recording",
    ("operation",),
    ("driver", "replica"),
    LATENCIES,
)
BUSY_SECONDS = Metric(
    "bookfilm_busy_seconds", "counter", "Seconds at work, of all replicas", ("post", "engine"), ("replica",)
)
REPLICA_GPUS = Metric("bookfilm_replica_gpus", "gauge", "GPUs that a replica holds", ("post", "engine"), ("replica",))

REQUEST_SECONDS = Metric(
    "bookfilm_request_seconds",
    "histogram",
    "Seconds until the studio began to answer a request",
    ("method", "status"),
    ("studio",),
    LATENCIES,
)

LLM_CALLS = Metric("bookfilm_llm_calls", "counter", "Questions to a language model", ("outcome",), ("replica",))
LLM_TOKENS = Metric("bookfilm_llm_tokens", "counter", "Tokens read and written", ("kind",), ("replica",))
LLM_USD = Metric("bookfilm_llm_usd", "counter", "What those tokens cost at the preset's prices", (), ("replica",))
LLM_SCENES = Metric("bookfilm_llm_scenes", "counter", "Scenes that were asked about", ("outcome",), ("replica",))

METRICS = tuple(found for found in list(globals().values()) if isinstance(found, Metric))
"""All of them, in the order in which they stand above."""


class _Seen(CollectorRegistry):
    """A registry that notes when it is looked at."""

    looked_at: Event | None = None

    def collect(self) -> Iterator[Any]:
        yield from super().collect()
        if self.looked_at is not None:
            self.looked_at.set()


REGISTRY = _Seen()


class PrometheusMeter:
    """Counts into `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._made: dict[str, Counter | Gauge | Histogram] = {m.name: _made(m, registry) for m in METRICS}

    def record(self, metric: Metric, value: float, labels: dict[str, str]) -> None:
        """Count, set or observe `value` under `labels`."""
        made = self._made[metric.name]
        child = made.labels(**labels) if metric.labels else made
        if isinstance(child, Counter):
            child.inc(value)
        elif isinstance(child, Gauge):
            child.set(value)
        else:
            child.observe(value)


def _made(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    if metric.kind == "histogram":
        return Histogram(metric.name, metric.about, metric.labels, registry=registry, buckets=metric.buckets)
    kind = Counter if metric.kind == "counter" else Gauge
    return kind(metric.name, metric.about, metric.labels, registry=registry)


_meter: Meter = PrometheusMeter(REGISTRY)


def count_with(meter: Meter) -> None:
    """Have `meter` count in this process from now on."""
    global _meter
    _meter = meter


def _stay(seconds: float) -> None:
    """Wait until /metrics is fetched once more, `seconds` at most; and a moment, in which the answer leaves."""
    if seconds > 0:
        REGISTRY.looked_at = Event()
        if REGISTRY.looked_at.wait(seconds):
            time.sleep(min(1.0, seconds))


@contextmanager
def served_metrics(place: str | None) -> Iterator[None]:
    """Serve /metrics at `place` (HOST:PORT; only PORT: on this machine alone) for the block; None: nowhere.

    Once the block is done, not where it is stopped or fails, it is served on as STAY_S says. Raises SettingsError where
    nothing can listen there, or that variable is no number.
    """
    if not place:
        yield
        return
    host, _, port = place.rpartition(":")
    said = os.environ.get(STAY_S) or "0"
    try:
        stay_s = float(said)
    except ValueError:
        raise SettingsError("this is no number of seconds", subject=f"{STAY_S}={said}") from None
    try:
        server, thread = start_http_server(int(port), addr=host.strip("[]") or "127.0.0.1", registry=REGISTRY)
    except (OSError, ValueError, OverflowError) as error:
        raise SettingsError(f"metrics cannot be served here: {error}", subject=f"{METRICS_AT}={place}") from None
    try:
        yield
        _stay(stay_s)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
