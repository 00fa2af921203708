"""The soundtrack as it is decoded again: its true peaks, however far the codec raises them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Slot, Timeline
from bookfilm.sound.soundtrack import make_soundtrack, true_peak_dbtp

FRAMES = 480
TIMELINE = Timeline(rate=FrameRate(), slots=(Slot(shot="s", start_frame=0, frames=FRAMES),))


def metered_dbtp(path: Path) -> float:
    """What ffmpeg's own meter reads."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return float(re.findall(r"Peak:\s+(\S+) dBFS", said)[-1])


def blows(seed: int) -> Iterator[NDArray[np.float32]]:
    """Blows of noise, parted by near silence: what a lossy codec smears and raises."""
    rng = np.random.default_rng(seed)
    for _ in range(FRAMES // 24):
        block = rng.standard_normal((48_000, 2)) * 0.002
        for start in rng.integers(0, 40_000, 5):
            length = int(rng.integers(40, 900))
            block[start : start + length] += np.sign(rng.standard_normal((length, 1))) * rng.uniform(0.5, 1.0)
        yield block.astype(np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_decoded_stays_under_the_true_peak(tmp_path: Path, seed: int) -> None:
    out = tmp_path / "soundtrack.m4a"
    report = make_soundtrack(TIMELINE, lambda key: tmp_path / f"{key}.wav", blows(seed), out)
    assert metered_dbtp(out) <= -1.0
    assert report.true_peak_dbtp == pytest.approx(metered_dbtp(out), abs=0.1)
    assert list(tmp_path.iterdir()) == [out]


def test_silence_has_no_peak(tmp_path: Path) -> None:
    out = tmp_path / "soundtrack.m4a"
    silence = (np.zeros((48_000, 2), np.float32) for _ in range(FRAMES // 24))
    report = make_soundtrack(TIMELINE, lambda key: tmp_path / f"{key}.wav", silence, out)
    assert report.true_peak_dbtp is None and true_peak_dbtp(out) == float("-inf")
