"""What lies under speech goes down with it, most where the consonants are, and is left alone elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.records.time import FILM_RATE
from bookfilm.records.timeline import Cue, Slot, Timeline
from bookfilm.sound.ducking import CARVE_HZ, DUCK_DB, Ducker, ducking

RATE, SECONDS = 48_000, 12
TOTAL = RATE * SECONDS
TIMELINE = Timeline(
    rate=FILM_RATE,
    slots=(
        Slot(
            shot="s",
            start_frame=0,
            frames=24 * SECONDS,
            cues=(Cue(line="l", kind="dialogue", text="x", speech="k", start_frame=24 * 4, samples=RATE * 4),),
        ),
    ),
)


def tone(hertz: float) -> NDArray[np.float32]:
    sound = 0.2 * np.sin(2 * np.pi * hertz * np.arange(TOTAL) / RATE)
    return np.repeat(sound[:, None], 2, axis=1).astype(np.float32)


def whole(sound: NDArray[np.float32], size: int = RATE) -> NDArray[np.float32]:
    ducker = Ducker(TIMELINE, TOTAL)
    return np.concatenate([ducker.ducked(sound[at : at + size], at) for at in range(0, TOTAL, size)])


def level_db(sound: NDArray[np.float32], start_s: float, end_s: float) -> float:
    piece = sound[int(start_s * RATE) : int(end_s * RATE)].astype(np.float64)
    return 10 * float(np.log10(np.mean(piece**2)))


@pytest.mark.parametrize(("hertz", "least", "most"), [(60, 0, 0.5), (CARVE_HZ, 10, 11), (16_000, 0, 1.5)])
def test_the_middle_of_the_band_goes_down_further(hertz: float, least: float, most: float) -> None:
    sound = tone(hertz)
    ducked = whole(sound)
    assert level_db(ducked, 1, 3) == pytest.approx(level_db(sound, 1, 3), abs=0.05)
    assert level_db(ducked, 10, 12) == pytest.approx(level_db(sound, 10, 12), abs=0.05)
    carved = level_db(sound, 5, 7) + DUCK_DB - level_db(ducked, 5, 7)
    assert least - 0.1 <= carved <= most


@settings(max_examples=20, deadline=None)
@given(st.integers(1_000, 200_000))
def test_the_blocks_length_changes_nothing(size: int) -> None:
    sound = tone(1_500)
    assert np.allclose(whole(sound, size), whole(sound), atol=1e-6)


def test_parts_ducked_apart_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(5)
    one, other = tone(900), rng.normal(0, 0.05, (TOTAL, 2)).astype(np.float32)
    assert np.allclose(whole(one) + whole(other), whole(one + other), atol=1e-5)


def test_effects_keep_their_consonants() -> None:
    ducker = Ducker(TIMELINE, TOTAL)
    sound = tone(CARVE_HZ)
    ducked = ducker.ducked_effects(sound, 0)
    assert level_db(sound, 5, 7) - level_db(ducked, 5, 7) < -DUCK_DB
    assert ducking(TIMELINE, TOTAL).min() >= 10 ** (DUCK_DB / 20) - 1e-6
