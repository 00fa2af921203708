"""How the estimate's benchmark leaves what it has seen, and how it judges."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.foreseen import GPUS, Job, figures_of, keep_measured
from benchmarks.simulated import Ran
from bookfilm.jobs.estimate import Estimate, ShotLength, Speed, estimate_film, measured_speed
from bookfilm.pipeline.crew import Done
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger


def job_of(clips_s: list[float], failing: int = 0) -> Job:
    """A job of takes that last 2 s and half of each second; the first `failing` fail once, after half that time."""
    told = []
    for number, clip_s in enumerate(clips_s):
        ms = round(1000 * (2 + clip_s / 2))
        lost = {"errors": ("X: y",), "workers": ("w",), "errors_ms": (ms // 2,)} if number < failing else {}
        told.append(Done.model_validate({"key": str(number), "worker": "w", "ms": ms, **lost}))
    wall_s = sum(done.busy_ms() for done in told) / 1000 / GPUS
    ran = Ran(start_s=0, wall_s=wall_s, whole_s=wall_s, done=len(told), twice=0, peak_bytes=0, told=tuple(told))
    return Job(tuple(clips_s), sum(clips_s), ran)


def estimate_of(clips_s: list[float], speed: Speed) -> Estimate:
    return estimate_film([ShotLength("one", clip_s) for clip_s in clips_s], sum(clips_s), speed, GPUS, 1, 0.0)


def test_what_was_seen_is_measured_as_it_was_failures_included(tmp_path: Path) -> None:
    job = job_of([1.0 + n % 7 for n in range(60)], failing=6)
    keep_measured(tmp_path / "seen", job)
    folder = FilmFolder(tmp_path / "seen")
    ledger = Ledger(folder.ledger)
    speed = measured_speed(ledger, folder.takes())
    ledger.close()
    assert (speed.fixed_s, speed.per_s) == (pytest.approx(2, abs=0.01), pytest.approx(0.5, abs=0.01))
    busy_s = sum(done.busy_ms() for done in job.ran.told) / 1000
    assert sum(speed.take_s(clip_s) for clip_s in job.clips_s) == pytest.approx(busy_s, rel=0.01)


def test_an_estimate_is_held_to_what_the_job_took() -> None:
    clips_s = [1.0 + n % 7 for n in range(160)]
    job = job_of(clips_s)
    assert all(figure.ok for figure in figures_of("a", estimate_of(clips_s, Speed(fixed_s=2, per_s=0.5)), job))
    for off in (Speed(fixed_s=2.8, per_s=0.5), Speed(fixed_s=1.2, per_s=0.5)):
        missed = [figure.name for figure in figures_of("a", estimate_of(clips_s, off), job) if not figure.ok]
        assert missed == ["a: GPU-hours off by", "a: wall off by"]
