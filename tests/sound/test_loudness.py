from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.sound.limiter import REACH, limited, true_peaks
from bookfilm.sound.loudness import LoudnessMeter

RATE = 48_000


def programme(seed: int, seconds: float = 12.0) -> NDArray[np.float32]:
    """Return stereo sound with passages from very quiet to loud, so that both gates have work."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    gains = np.repeat(10 ** (rng.uniform(-90, -6, 24) / 20), -(-count // 24))[:count]
    tone = np.sin(2 * np.pi * rng.uniform(60, 6000) * np.arange(count) / RATE)[:, None]
    return ((0.5 * rng.standard_normal((count, 2)) + tone) * gains[:, None] * 0.4).astype(np.float32)


def measured(sound: NDArray[np.float32], block: int) -> float:
    meter = LoudnessMeter(RATE)
    for start in range(0, len(sound), block):
        meter.add(sound[start : start + block])
    return meter.integrated()


@pytest.mark.parametrize("seed", range(6))
def test_loudness_agrees_with_the_reference(seed: int) -> None:
    sound = programme(seed)
    reference = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(sound.astype(np.float64))
    assert abs(measured(sound, 48_000) - reference) < 0.02
    assert abs(measured(sound, 48_000) - pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(np.float64))) < 0.1


def test_a_full_scale_sine_of_997_hz_in_one_channel_reads_minus_three() -> None:
    # ITU-R BS.1770-5, Annex 1: the check value of the algorithm.
    sound = np.zeros((RATE * 5, 2), np.float32)
    sound[:, 0] = np.sin(2 * np.pi * 997 * np.arange(RATE * 5) / RATE)
    assert abs(measured(sound, 10_000) + 3.01) < 0.02


@given(st.integers(1, 70_000))
@settings(max_examples=15, deadline=None)
def test_blocks_of_any_length_measure_the_same(block: int) -> None:
    sound = programme(1, 3.0)
    assert abs(measured(sound, max(block, 200)) - measured(sound, len(sound))) < 1e-6


def test_silence_and_a_moment_have_no_loudness() -> None:
    assert measured(np.zeros((RATE, 2), np.float32), 4800) == -math.inf
    assert measured(np.ones((100, 2), np.float32), 4800) == -math.inf
    assert LoudnessMeter(RATE).integrated() == -math.inf


def test_a_peak_between_samples_is_found() -> None:
    # A quarter of the sample rate at 45 degrees: every sample is 3 dB under the true peak.
    tone = np.sin(2 * np.pi * 12_000 * np.arange(4800) / RATE + np.pi / 4).astype(np.float32)[:, None]
    assert abs(float(true_peaks(tone)[100:-100].max()) - 1.0) < 0.02
    assert np.abs(tone).max() < 0.72


@given(st.integers(0, 10_000), st.floats(0.3, 3.0))
@settings(max_examples=25, deadline=None)
def test_nothing_passes_the_ceiling(seed: int, gain: float) -> None:
    rng = np.random.default_rng(seed)
    sound = (rng.standard_normal((9600, 2)) * 0.2 * gain).astype(np.float32)
    sound[rng.integers(0, 9600, 5)] *= 4
    out = limited(sound, 0.8)
    assert float(true_peaks(out).max()) < 0.8 * 1.02
    quiet = np.abs(sound).max() < 0.4
    assert not quiet or out is sound


def test_a_block_cut_out_with_its_surroundings_is_limited_as_within_the_whole() -> None:
    sound = (programme(3, 1.0) * 8).astype(np.float32)
    whole = limited(sound, 0.7)
    middle = limited(sound[12_000 - REACH : 24_000 + REACH], 0.7)[REACH:-REACH]
    assert np.abs(middle - whole[12_000:24_000]).max() < 1e-5


def test_the_gain_never_jumps() -> None:
    sound = np.full((RATE, 2), 0.3, np.float32)
    sound[20_000:20_010] = 3.0
    gain = limited(sound, 0.8)[:, 0] / sound[:, 0]
    assert gain.min() < 0.3
    assert np.abs(np.diff(gain)).max() < 0.01
    assert (gain[:18_000] == 1).all()
    assert (gain[22_000:] == 1).all()
