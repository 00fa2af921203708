"""What a film will take: GPU-hours, wall time, money, disk; from the lengths of its shots and a measured speed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from bookfilm.errors import SettingsError
from bookfilm.records.base import Part
from bookfilm.records.takes import Take
from bookfilm.store.ledger import Ledger
from bookfilm.store.media import MediaStore

LEAST_TAKES = 8
"""So many takes are measured at least: fewer tell nothing of how their times scatter."""
LEAST_SPREAD = 0.05
"""No estimate is told as surer than this share of it, either way."""


@dataclass(frozen=True)
class ShotLength:
    """A shot that is to be made: its chapter's title, and how many seconds its clip has, handles included."""

    chapter: str
    clip_s: float


class Speed(Part):
    """How long a take takes: `fixed_s`, and `per_s` for each second of its clip, in wall seconds of one replica."""

    fixed_s: float = Field(ge=0)
    per_s: float = Field(ge=0)
    scatter: float = Field(default=0.0, ge=0)
    """The standard deviation of one take's time, as a share of it."""
    takes: int = 0
    """How many it was measured on; 0: somebody has said it."""
    lost: float = Field(default=0.0, ge=0)
    """Time that failed attempts took, as a share of what the others did."""
    bytes_per_s: float = Field(default=0.0, ge=0)

    def take_s(self, clip_s: float) -> float:
        """Return the wall seconds of a take of so many seconds, failed attempts included."""
        return (self.fixed_s + self.per_s * clip_s) * (1 + self.lost)


class Range(Part):
    """What is expected, and between what it will most likely lie."""

    low: float
    expected: float
    high: float


class ChapterEstimate(Part):
    """The share of one chapter."""

    chapter: str
    shots: int
    film_s: float
    gpu_h: float
    usd: float


class Estimate(Part):
    """What the picture of a film takes. Screenplay, speech and mix are minutes on one machine, and not counted."""

    shots: int
    film_s: float
    replicas: int
    gpu_h: Range
    usd: Range
    wall_h: Range
    disk_gb: float
    chapters: tuple[ChapterEstimate, ...]
    speed: Speed


def estimate_film(
    lengths: Sequence[ShotLength], film_s: float, speed: Speed, replicas: int, gpus_a_take: float, usd_per_gpu_h: float
) -> Estimate:
    """Return what shots of these `lengths` take on so many `replicas` of `gpus_a_take` GPUs each.

    The wall time is that of a greedy list schedule of the expected times; starting up is not in it. The range is two
    standard errors of the sum: of these shots' own scatter, and of the fewness of those that were measured.
    """
    times = [speed.take_s(length.clip_s) for length in lengths]
    total_h = sum(times) / 3600 * gpus_a_take
    measured = 1 / speed.takes if speed.takes else 0.0
    spread = max(LEAST_SPREAD, 2 * speed.scatter * (measured + 1 / max(1, len(times))) ** 0.5)
    chapters: dict[str, list[tuple[float, float]]] = {}
    for length, time_s in zip(lengths, times, strict=True):
        chapters.setdefault(length.chapter, []).append((length.clip_s, time_s * gpus_a_take / 3600))
    return Estimate(
        shots=len(lengths),
        film_s=round(film_s, 3),
        replicas=replicas,
        gpu_h=_around(total_h, spread),
        usd=_around(total_h * usd_per_gpu_h, spread),
        wall_h=_around(scheduled_s(times, replicas) / 3600, spread),
        disk_gb=sum(length.clip_s for length in lengths) * speed.bytes_per_s / 1e9,
        chapters=tuple(
            ChapterEstimate(
                chapter=chapter,
                shots=len(rows),
                film_s=round(sum(clip_s for clip_s, _ in rows), 3),
                gpu_h=sum(gpu_h for _, gpu_h in rows),
                usd=sum(gpu_h for _, gpu_h in rows) * usd_per_gpu_h,
            )
            for chapter, rows in chapters.items()
        ),
        speed=speed,
    )


def scheduled_s(times_s: Iterable[float], replicas: int) -> float:
    """Return when the last of `times_s` is through, where each goes to the replica that is free first, in order."""
    free = [0.0] * max(1, replicas)
    for time_s in times_s:
        heapq.heapreplace(free, free[0] + time_s)
    return max(free)


def measured_speed(ledger: Ledger, takes: MediaStore[Take]) -> Speed:
    """Return how fast the takes of the ledger's film were made: a straight line over their lengths, by least squares.

    Raises SettingsError where too few were.
    """
    times, lost_s = ledger.take_times()
    made = [(take, seconds) for key, seconds in times if (take := takes.find(key)) is not None and seconds > 0]
    if len(made) < LEAST_TAKES:
        raise SettingsError(
            f"{len(made)} takes were measured here, {LEAST_TAKES} are needed", subject=takes.folder.parent
        )
    clip_s = np.array([float(take.rate.seconds(take.frames)) for take, _ in made])
    seconds = np.array([taken for _, taken in made])
    fixed, per_s = _line(clip_s, seconds)
    residual = seconds - (fixed + per_s * clip_s)
    return Speed(
        fixed_s=fixed,
        per_s=per_s,
        scatter=float(residual.std() / seconds.mean()),
        takes=len(made),
        lost=lost_s / float(seconds.sum()),
        bytes_per_s=sum(take.bytes for take, _ in made) / float(clip_s.sum()),
    )


def _line(clip_s: np.ndarray, seconds: np.ndarray) -> tuple[float, float]:
    """Return the least squares line, neither part of which is less than nothing."""
    mean_only, proportional = float(seconds.mean()), float((clip_s * seconds).sum() / (clip_s**2).sum())
    if float(np.ptp(clip_s)) < 1e-6:
        return 0.0, proportional
    per_s, fixed = np.polyfit(clip_s, seconds, 1)
    if fixed < 0:
        return 0.0, proportional
    return (mean_only, 0.0) if per_s < 0 else (float(fixed), float(per_s))


def _around(expected: float, spread: float) -> Range:
    return Range(low=expected * max(0.0, 1 - spread), expected=expected, high=expected * (1 + spread))
