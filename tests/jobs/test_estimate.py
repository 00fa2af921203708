"""What a film will take: the schedule, the measured speed, and how near an estimate comes to what it did take."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import SettingsError
from bookfilm.jobs.estimate import ShotLength, Speed, estimate_film, measured_speed, scheduled_s
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.store.files import write_file
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Attempt, Ledger

TIMES = st.lists(st.floats(0.1, 1000), min_size=1, max_size=60)


@given(TIMES, st.integers(1, 80))
def test_a_greedy_schedule_lies_between_its_bounds(times: list[float], replicas: int) -> None:
    taken = scheduled_s(times, replicas)
    least = max(max(times), sum(times) / replicas)
    # Graham's bound for list schedules (1969).
    assert least - 1e-6 <= taken <= sum(times) / replicas + (1 - 1 / replicas) * max(times) + 1e-6


def kept(
    folder: FilmFolder, ledger: Ledger, job: int, key: str, frames: int, ms: int, error: str | None = None
) -> None:
    """Write a take as if it had been made in `ms`."""
    takes = folder.takes()
    rate = FrameRate()
    take = Take(
        key=key, engine="e", revision="1", width=128, height=128, rate=rate, frames=frames, seed=1, bytes=1000 * frames,
        sha256="", render_ms=ms, created_at="2026-11-01T00:00:00",
    )  # fmt: skip
    if error is None:
        write_file(takes.folder / f"{key}.json", take.to_json())
        takes.file(key).write_bytes(bytes(1000 * frames))
    ledger.settle(job, [Attempt("take", key, "w", ms, error)])


def test_the_measured_speed_is_a_line_over_the_lengths(tmp_path: Path) -> None:
    folder = FilmFolder(tmp_path)
    with closing(Ledger(folder.ledger)) as ledger:
        job = ledger.begin_job("b", {})
        for number in range(7):
            kept(folder, ledger, job, f"k{number}", 24 * (number + 1), 2000 + 3000 * (number + 1))
        with pytest.raises(SettingsError, match="7 takes were measured here, 8 are needed"):
            measured_speed(ledger, folder.takes())
        kept(folder, ledger, job, "k7", 24 * 8, 26_000)
        kept(folder, ledger, job, "k9", 24, 12_400, "oom")
        speed = measured_speed(ledger, folder.takes())
    assert (speed.fixed_s, speed.per_s, speed.scatter) == pytest.approx((2.0, 3.0, 0.0), abs=1e-6)
    assert (speed.takes, speed.bytes_per_s) == (8, 24_000)
    assert speed.lost == pytest.approx(12.4 / 124)
    assert speed.take_s(10) == pytest.approx(32 * 1.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_estimate_is_near_what_a_job_takes_that_it_has_not_seen(seed: int, tmp_path: Path) -> None:
    """Times scatter by a fifth, one attempt in twenty fails; the job has other lengths than were measured."""
    chance, folder = random.Random(seed), FilmFolder(tmp_path)
    a, b = chance.uniform(2, 20), chance.uniform(5, 60)

    def drawn(clip_s: float) -> float:
        return (a + b * clip_s) * chance.lognormvariate(-0.02, 0.2)

    with closing(Ledger(folder.ledger)) as ledger:
        job = ledger.begin_job("b", {})
        for number in range(40):
            frames = chance.randint(48, 200)
            if chance.random() < 0.05:
                kept(folder, ledger, job, f"f{number}", frames, round(1000 * drawn(frames / 24)), "oom")
            kept(folder, ledger, job, f"k{number}", frames, round(1000 * drawn(frames / 24)))
        speed = measured_speed(ledger, folder.takes())
    lengths = [ShotLength(f"c{number // 100}", chance.uniform(3, 12)) for number in range(600)]
    told = estimate_film(lengths, 4000, speed, 16, 1.0, 2.5)
    actual = [drawn(length.clip_s) + (drawn(length.clip_s) if chance.random() < 0.05 else 0) for length in lengths]
    assert told.gpu_h.expected == pytest.approx(sum(actual) / 3600, rel=0.15)
    assert told.wall_h.expected == pytest.approx(scheduled_s(actual, 16) / 3600, rel=0.15)
    assert told.usd.expected == pytest.approx(2.5 * told.gpu_h.expected)
    assert told.gpu_h.low < told.gpu_h.expected < told.gpu_h.high
    assert sum(chapter.gpu_h for chapter in told.chapters) == pytest.approx(told.gpu_h.expected)
    assert [chapter.shots for chapter in told.chapters] == [100] * 6


def test_a_speed_that_somebody_says_is_taken_as_it_is() -> None:
    told = estimate_film([ShotLength("c", 10.0)] * 36, 360, Speed(fixed_s=0, per_s=100), 6, 2.0, 1.0)
    assert told.gpu_h.expected == pytest.approx(20)
    assert told.wall_h.expected == pytest.approx(6000 / 3600)
