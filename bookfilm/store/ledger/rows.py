"""What goes into the ledger and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

AttemptKind = Literal["take", "recording", "keyframe"]
ShotState = Literal["queued", "done", "slate", "skipped"]
JobState = Literal["queued", "running", "done", "slates", "failed", "stopped", "cancelled"]
Wanted = Literal["run", "pause", "cancel"]
"""What a person wants of a job: that it goes on, that it waits, that it ends."""
Mark = Literal["skip", "hold"]
"""What a person wants of a shot: a slate in its place, or that it waits until it is released."""
Verb = Literal["submit", "pause", "resume", "cancel", "priority", "limit", "budget", "skip", "hold", "release", "retry"]
FIRST_PRIORITY = 10
"""The priority of a job of which nobody has said another. One of 20 gets twice as many replicas as one of 10."""
LIVE: tuple[JobState, ...] = ("queued", "running")


@dataclass(frozen=True)
class Attempt:
    """One try at one thing. `error` is None where it succeeded; `gpu_s` are GPU-seconds: wall time × GPUs held.
    `found`: it lay in the store already, and this is written only where nobody has told of the try that made it."""

    kind: AttemptKind
    key: str
    worker: str
    ms: int
    error: str | None = None
    gpu_s: float = 0.0
    found: bool = False


@dataclass(frozen=True)
class StageRow:
    """What a file was made from (`inputs`) and what was then written (`output`), as digests; `body` is its last
    known text, which a person may have edited since."""

    inputs: str
    output: str
    body: str


@dataclass(frozen=True)
class Asked:
    """What is asked of a job now. `acts` counts all that was ever asked: where it has grown, something is new."""

    wanted: Wanted = "run"
    priority: int = FIRST_PRIORITY
    at_most: int | None = None
    """How many takes may be under way at once; None: as many as there is room for."""
    gpus: float | None = None
    """How many GPUs it may hold at once; None: as many as there are."""
    budget_usd: float | None = None
    budget_gpu_h: float | None = None
    usd_per_gpu_h: float = 0.0
    acts: int = 0


@dataclass(frozen=True)
class JobRow:
    """A job as the ledger knows it. Times are UTC, ISO 8601; `order` is the FilmOrder as JSON."""

    id: int
    book: str
    order: dict[str, Any]
    state: JobState
    started_at: str
    ended_at: str | None
    error: str | None
    shots: dict[str, int]
    """How many shots are in each state."""
    attempts: int
    film: str = "."
    """The film folder; "." where the ledger lies in it."""
    asked: Asked = field(default_factory=Asked)
    driver: str | None = None
    """Who carries it through: host and process id."""
    gpu_s: float = 0.0
    usd: float = 0.0


@dataclass(frozen=True)
class Act:
    """One thing that was asked of a job. `heeded_at` is when its driver said that it acts so; times are UTC."""

    id: int
    job: int
    verb: Verb
    shot: str | None
    value: dict[str, Any]
    asked_at: str
    heeded_at: str | None


@dataclass(frozen=True)
class WorkerRow:
    """A worker: how many attempts it ended well, how many it failed, and when it was last heard of (UTC)."""

    name: str
    done: int
    failed: int
    seen_at: str
