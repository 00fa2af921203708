"""What a film will take: GPU-hours, wall time, money, disk; from the lengths of its shots and a measured speed."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from bookfilm.errors import SettingsError
from bookfilm.records.base import Part
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
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
    longest_s: float = Field(default=0.0, ge=0)
    """What is longer than this takes no more time, as a clip that is looped; 0: all of it does."""
    source: str = ""
    """Where it is published, if it is neither measured nor said."""
    low: float = Field(default=0.0, ge=0, le=1)
    high: float = Field(default=0.0, ge=0)
    """Of what is published: between which shares of it a take may lie."""
    lost: float = Field(default=0.0, ge=0)
    """Time that failed attempts took, as a share of what the others did."""
    bytes_per_s: float = Field(default=0.0, ge=0)

    def take_s(self, clip_s: float) -> float:
        """Return the wall seconds of a take of so many seconds, failed attempts included."""
        drawn_s = min(clip_s, self.longest_s) if self.longest_s else clip_s
        return (self.fixed_s + self.per_s * drawn_s) * (1 + self.lost)


class Making(Part):
    """What decides how long a take takes: the engine, and the picture that it draws."""

    engine: str
    revision: str = ""
    """Empty where it cannot be known on this machine."""
    width: int
    height: int
    rate: FrameRate

    def same(self, take: Take) -> bool:
        """Say whether `take` was made so."""
        revision = self.revision or take.revision
        made = (take.engine, take.revision, take.width, take.height, take.rate)
        return made == (self.engine, revision, self.width, self.height, self.rate)

    def told(self) -> str:
        """Return it in a few words."""
        return (
            f"{self.engine} {self.revision}".strip()
            + f" at {self.width}x{self.height}, {float(self.rate.per_second):g} a second"
        )


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
    note: str = ""
    """What was not taken as it was asked, in a line."""


def estimate_film(
    lengths: Sequence[ShotLength], film_s: float, speed: Speed, replicas: int, gpus_a_take: float, usd_per_gpu_h: float
) -> Estimate:
    """Return what shots of these `lengths` take on so many `replicas` of `gpus_a_take` GPUs each.

    The wall time is that of a greedy list schedule of the expected times; starting up is not in it. The range is two
    standard errors of the sum: of these shots' own scatter, and of the fewness of those that were measured; or what the
    speed says, where it is somebody else's.
    """
    times = [speed.take_s(length.clip_s) for length in lengths]
    total_h = sum(times) / 3600 * gpus_a_take
    shares = _shares(speed, len(times))
    chapters: dict[str, list[tuple[float, float]]] = {}
    for length, time_s in zip(lengths, times, strict=True):
        chapters.setdefault(length.chapter, []).append((length.clip_s, time_s * gpus_a_take / 3600))
    return Estimate(
        shots=len(lengths),
        film_s=round(film_s, 3),
        replicas=replicas,
        gpu_h=_around(total_h, shares),
        usd=_around(total_h * usd_per_gpu_h, shares),
        wall_h=_around(scheduled_s(times, replicas) / 3600, shares),
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


def measured_speed(ledger: Ledger, takes: MediaStore[Take], wanted: Making | None = None) -> Speed:
    """Return how fast the takes of the ledger's film were made: a straight line over their lengths, by least squares.

    Only those count that were made as `wanted`. Raises SettingsError where too few were, which names the others.
    """
    times, lost_s = ledger.take_times()
    all_made = [(take, seconds) for key, seconds in times if (take := takes.find(key)) is not None and seconds > 0]
    made = [(take, seconds) for take, seconds in all_made if wanted is None or wanted.same(take)]
    if len(made) < LEAST_TAKES:
        so = f" by {wanted.told()}" if wanted else ""
        said = f"{len(made)} takes were measured here{so}, {LEAST_TAKES} are needed"
        raise SettingsError(said + _others(take for take, _ in all_made if wanted), subject=takes.folder.parent)
    clip_s = np.array([float(take.rate.seconds(take.frames)) for take, _ in made])
    seconds = np.array([taken for _, taken in made])
    fixed, per_s = _line(clip_s, seconds)
    residual = seconds - (fixed + per_s * clip_s)
    return Speed(
        fixed_s=fixed,
        per_s=per_s,
        scatter=float(residual.std() / seconds.mean()),
        takes=len(made),
        lost=lost_s / sum(taken for _, taken in all_made),
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


def _others(takes: Iterable[Take]) -> str:
    """Return how else takes were made, told for who expected them to count."""
    made = Counter(
        Making(engine=t.engine, revision=t.revision, width=t.width, height=t.height, rate=t.rate).told() for t in takes
    )
    return f"; there are {', '.join(f'{count} by {so}' for so, count in made.most_common(3))}" if made else ""


def _shares(speed: Speed, shots: int) -> tuple[float, float]:
    """Return between which shares of what is expected it will most likely lie."""
    if speed.high:
        return speed.low, speed.high
    measured = 1 / speed.takes if speed.takes else 0.0
    spread = max(LEAST_SPREAD, 2 * speed.scatter * (measured + 1 / max(1, shots)) ** 0.5)
    return max(0.0, 1 - spread), 1 + spread


def _around(expected: float, shares: tuple[float, float]) -> Range:
    return Range(low=expected * shares[0], expected=expected, high=expected * shares[1])
