from __future__ import annotations

import hashlib
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from numpy.typing import NDArray

from bookfilm.errors import TakeDamaged
from bookfilm.records.time import FILM_RATE, FrameRate
from bookfilm.records.timeline import Cue, Slot, Timeline
from bookfilm.sound.buses import compressed
from bookfilm.sound.ducking import ducking
from bookfilm.sound.limiter import true_peaks
from bookfilm.sound.mix import MixReport, evenly_blocked, mix_soundtrack
from bookfilm.sound.speech import write_wav

RATE = 24_000


def murmur(seconds: float, gain: float, seed: int = 1) -> NDArray[np.float32]:
    """Return something with the rhythm and the spectrum of speech."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * n * time_s + n) / n for n in range(1, 20)) + 0.05 * rng.standard_normal(
        len(time_s)
    )
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 4 * time_s)) ** 0.7
    return (buzz * syllables * gain * 0.5).astype(np.float32)


def film(folder: Path, seconds: int, cues: list[tuple[float, float, float]], rate: FrameRate = FILM_RATE) -> Timeline:
    """Return a timeline of `seconds` with murmurs at (start, length, gain), their files written to `folder`."""
    made = []
    for number, (start, length, gain) in enumerate(cues):
        write_wav(folder / f"{number}.wav", murmur(length, gain, number), RATE)
        made.append(
            Cue(
                line="l",
                kind="dialogue",
                text="x",
                speech=str(number),
                start_frame=rate.nearest_frame(start),
                samples=int(length * 48_000),
            )
        )
    return Timeline(
        rate=rate, slots=(Slot(shot="s", start_frame=0, frames=rate.nearest_frame(seconds), cues=tuple(made)),)
    )


def score(gain: float = 0.02) -> Iterator[NDArray[np.float32]]:
    rng = np.random.default_rng(9)
    while True:
        yield (rng.standard_normal((int(rng.integers(1, 90_000)), 2)) * gain).astype(np.float32)


def mixed(
    folder: Path, timeline: Timeline, blocks: Iterator[NDArray[np.float32]]
) -> tuple[MixReport, NDArray[np.float64]]:
    out = folder / "mix" / "soundtrack.pcm"
    report = mix_soundtrack(timeline, lambda key: folder / f"{key}.wav", blocks, out)
    sound = np.fromfile(out, "<i2").reshape(-1, 2) / 32767
    assert list(out.parent.iterdir()) == [out]
    assert len(sound) == timeline.rate.samples(timeline.frames, 48_000) == report.samples
    return report, sound


def assert_mastered(report: MixReport, sound: NDArray[np.float64]) -> None:
    assert abs(pyloudnorm.Meter(48_000).integrated_loudness(sound) + 16.0) < 0.3
    assert report.integrated_lufs == pytest.approx(-16.0, abs=0.2)
    assert 20 * np.log10(true_peaks(sound.astype(np.float32)).max()) < -1.2
    assert report.true_peak_dbtp is not None
    assert report.true_peak_dbtp < -1.2


@pytest.mark.parametrize("rate", [FILM_RATE, FrameRate(num=30000, den=1001)])
def test_a_film_comes_to_its_loudness_under_its_true_peak(tmp_path: Path, rate: FrameRate) -> None:
    cues = [(1.0, 4.0, 0.3), (6.0, 5.0, 0.1), (12.0, 3.0, 0.6)]
    assert_mastered(*mixed(tmp_path, film(tmp_path, 17, cues, rate), score()))


def test_one_loud_speaker_is_limited(tmp_path: Path) -> None:
    assert_mastered(*mixed(tmp_path, film(tmp_path, 8, [(0.5, 7.0, 1.9)]), score(0.0)))


def test_a_film_of_two_seconds(tmp_path: Path) -> None:
    assert_mastered(*mixed(tmp_path, film(tmp_path, 2, [(0.25, 1.4, 0.3)]), score()))


def test_silence_stays_silent(tmp_path: Path) -> None:
    report, sound = mixed(tmp_path, film(tmp_path, 3, []), iter(()))
    assert not sound.any()
    assert (report.integrated_lufs, report.true_peak_dbtp, report.gain_db) == (None, None, 0.0)


def test_a_quiet_film_is_not_pumped_up(tmp_path: Path) -> None:
    report, sound = mixed(tmp_path, film(tmp_path, 5, []), score(0.001))
    assert report.gain_db == 12.0
    assert np.abs(sound).max() < 0.05


def test_speech_lies_in_the_middle_at_its_frame(tmp_path: Path) -> None:
    _, sound = mixed(tmp_path, film(tmp_path, 6, [(2.0, 2.0, 0.3)]), iter(()))
    assert np.array_equal(sound[:, 0], sound[:, 1])
    heard = np.flatnonzero(np.abs(sound[:, 0]) > 0.01)
    assert 96_000 <= heard[0] < 96_000 + 480
    assert 4 * 48_000 - 12_000 < heard[-1] <= 4 * 48_000


def test_the_score_goes_down_under_speech_and_comes_back_smoothly(tmp_path: Path) -> None:
    timeline = film(tmp_path, 20, [(5.0, 3.0, 0.3), (9.0, 2.0, 0.3)])
    gain = ducking(timeline, 20 * 48_000)
    decibel = 20 * np.log10(gain)
    assert abs(decibel[200]) < 0.1
    assert abs(decibel[1600]) < 0.1
    # Between two replies a second apart it stays down.
    assert (decibel[500:1100] < -11).all()
    assert np.abs(np.diff(decibel)).max() < 0.6


def test_quiet_speech_is_left_alone_and_loud_speech_brought_nearer() -> None:
    def level(sound: NDArray[np.float32]) -> float:
        return 20 * float(np.log10(np.sqrt(np.mean(sound.astype(np.float64) ** 2))))

    quiet, loud = murmur(2.0, 0.05), murmur(2.0, 1.2)
    assert np.array_equal(compressed(quiet, RATE), quiet)
    assert 2 < level(loud) - level(compressed(loud, RATE)) < 9
    assert len(compressed(np.zeros(0, np.float32), RATE)) == 0


def test_blocks_are_made_even_whatever_comes() -> None:
    source = [np.full((n, 2), n, np.float32) for n in (1, 5, 0, 700, 3)]
    blocks = list(evenly_blocked(source, 100, 950))
    assert [len(block) for block in blocks] == [100] * 9 + [50]
    joined = np.concatenate(blocks)
    assert np.array_equal(joined[:709], np.concatenate(source))
    assert not joined[709:].any()


def test_a_score_that_is_too_long_is_cut(tmp_path: Path) -> None:
    _, sound = mixed(tmp_path, film(tmp_path, 1, []), iter([np.ones((100_000, 2), np.float32) * 0.01]))
    assert len(sound) == 48_000 and np.ptp(sound[1000:-1000]) < 1e-3


def test_a_lost_recording_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    timeline = film(tmp_path, 3, [(1.0, 1.0, 0.3)])
    (tmp_path / "0.wav").unlink()
    out = tmp_path / "mix" / "soundtrack.pcm"
    with pytest.raises(TakeDamaged, match=r"0\.wav"):
        mix_soundtrack(timeline, lambda key: tmp_path / f"{key}.wav", score(), out)
    assert not list(out.parent.iterdir())


def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    def peak(seconds: int) -> int:
        timeline = film(tmp_path, seconds, [(float(at), 1.5, 0.3) for at in range(1, seconds - 2, 5)])
        tracemalloc.start()
        mix_soundtrack(timeline, lambda key: tmp_path / f"{key}.wav", score(), tmp_path / "out.pcm")
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(4)
    assert peak(120) < peak(12) * 1.2 + 1_000_000


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import hashlib, sys; from pathlib import Path; from tests.sound.test_mix import *\n"
        "folder = Path(sys.argv[1]); timeline = film(folder, 5, [(1.0, 2.0, 0.9)])\n"
        "mix_soundtrack(timeline, lambda key: folder / f'{key}.wav', score(), folder / 'out.pcm')\n"
        "print(hashlib.sha256((folder / 'out.pcm').read_bytes()).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].strip()) == len(hashlib.sha256().hexdigest())
