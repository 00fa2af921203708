from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bookfilm.sound.finish import LEVEL_DBFS, finished, joined, speech_level, trimmed

RATE = 24_000


def tone(seconds: float, gain: float = 0.3) -> NDArray[np.float32]:
    return (gain * np.sin(2 * np.pi * 220 * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def test_dead_air_is_cut_at_both_ends_and_kept_inside() -> None:
    silence = np.zeros(RATE, np.float32)
    sound = trimmed(np.concatenate([silence, tone(0.5), silence, tone(0.5), silence]), RATE)
    assert 2.0 <= len(sound) / RATE < 2.1


def test_every_utterance_comes_to_the_same_level() -> None:
    loud, soft = finished(tone(1.0, 0.9), RATE), finished(tone(1.0, 0.01), RATE)
    for sound in (loud, soft):
        assert abs(20 * np.log10(speech_level(sound, RATE)) - LEVEL_DBFS) < 0.5


def test_pauses_do_not_change_the_level() -> None:
    plain = finished(tone(1.0), RATE)
    paused = finished(joined([(tone(0.5), 3.0), (tone(0.5), 0.0)], RATE), RATE)
    assert abs(20 * np.log10(speech_level(paused, RATE) / speech_level(plain, RATE))) < 0.3


def test_peaks_stay_below_full_scale() -> None:
    spiky = tone(1.0, 0.01)
    spiky[::2400] = 0.9
    assert np.abs(finished(spiky, RATE, gain_db=6.0)).max() < 0.9


def test_silence_becomes_nothing() -> None:
    assert finished(np.zeros(RATE, np.float32), RATE).size == 0
    assert finished(np.zeros(0, np.float32), RATE).size == 0


def test_a_moment_survives() -> None:
    assert finished(tone(0.001), RATE).size > 0
