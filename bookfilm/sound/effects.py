"""Effects: single sounds made from shaped noise and decaying tones, each from a seed. Nothing is sampled.

Every sound begins and ends at rest and rises over milliseconds, so that none is a click; all stay at one level, well
under a voice (`LEVEL_DBFS`), and lie in a small room of their own reflections.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bookfilm.records.timeline import EffectSound
from bookfilm.sound import blows, swells
from bookfilm.sound.strip import ROOM_S, Double, Strip

Array = NDArray[np.float32]

LEVEL_DBFS = -25.0
"""Root mean square of an effect's loudest LEVEL_WINDOW_S; a voice lies at -21."""
LEVEL_WINDOW_S = 0.05
MOST_PEAK = 0.2
"""A peakier sound is made quieter."""
LONGEST_S = 5.0
RISE_S, FALL_S = 0.004, 0.05
RESTING_HZ = 30.0
SOFTEST_HZ = 7000.0


def effect_sound(sound: EffectSound, seed: int, sample_rate: int) -> Array:
    """Return `sound` as `seed` has it: stereo float32 of shape (n, 2), at most LONGEST_S long."""
    from scipy.signal import butter, fftconvolve, sosfilt

    strip = Strip(np.random.default_rng([sum(map(ord, sound)), seed]), sample_rate)
    dry = _MAKERS[sound](strip)[: int(LONGEST_S * sample_rate)]
    # What is left of steps below hearing and of the hiss at the top would only take room from the voice.
    dry = sosfilt(butter(2, (RESTING_HZ, SOFTEST_HZ), "bandpass", fs=sample_rate, output="sos"), dry)
    pan = strip.rng.uniform(-0.35, 0.35)
    sides = dry[:, None] * np.array([np.cos((pan + 1) * np.pi / 4), np.sin((pan + 1) * np.pi / 4)])
    wet = fftconvolve(np.pad(sides, ((0, int(ROOM_S * sample_rate)), (0, 0))), strip.room(), axes=0)[
        : len(dry) + int(ROOM_S * sample_rate)
    ]
    wet[: len(dry)] += sides
    return _levelled(_edged(wet, sample_rate), sample_rate)


def _edged(sides: Double, sample_rate: int) -> Double:
    for length_s, part in ((RISE_S, slice(None)), (FALL_S, slice(None, None, -1))):
        count = min(int(length_s * sample_rate), len(sides) // 2)
        sides[part][:count] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count))[:, None]
    return sides


def _levelled(sides: Double, sample_rate: int) -> Array:
    window = int(LEVEL_WINDOW_S * sample_rate)
    power = np.concatenate([[0.0], np.cumsum(np.mean(sides**2, axis=1))])
    loudest = np.sqrt(np.max(power[window:] - power[:-window]) / window)
    gain = min(10 ** (LEVEL_DBFS / 20) / loudest, MOST_PEAK / float(np.abs(sides).max()))
    return np.asarray(sides * gain, np.float32)


_MAKERS: dict[EffectSound, Callable[[Strip], Double]] = {
    "steps": blows.steps,
    "steps_soft": blows.steps_soft,
    "steps_snow": blows.steps_snow,
    "door": blows.door,
    "knock": blows.knock,
    "bell": blows.bell,
    "chime": blows.chime,
    "clock": blows.clock,
    "hooves": blows.hooves,
    "glass": blows.glass,
    "shatter": blows.shatter,
    "wave": swells.wave,
    "gust": swells.gust,
    "thunder": swells.thunder,
    "train": swells.train,
    "laughter": swells.laughter,
    "murmur": swells.murmur,
    "applause": swells.applause,
    "gunshot": blows.gunshot,
    "bark": blows.bark,
    "splash": swells.splash,
    "hiss": swells.hiss,
    "creak": blows.creak,
    "lock": blows.lock,
    "coins": blows.coins,
    "paper": blows.paper,
}
