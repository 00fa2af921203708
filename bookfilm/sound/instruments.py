"""The chamber's instruments: plucked string, piano, pad, bass and bell, each note made from sines and decays.

No samples are used. A note is mono float32 that begins and ends in silence, so that it never clicks.
"""

from __future__ import annotations

import functools
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Instrument = Literal["pluck", "piano", "pad", "bass", "bell"]

RELEASE_S: dict[Instrument, float] = {"pluck": 1.2, "piano": 0.9, "pad": 1.6, "bass": 0.5, "bell": 2.5}
PAN: dict[Instrument, float] = {"pluck": 0.35, "piano": -0.15, "pad": 0.0, "bass": 0.0, "bell": -0.4}
"""-1 left, 1 right."""


@functools.lru_cache(maxsize=96)
def note(instrument: Instrument, midi: int, milliseconds: int, sample_rate: int) -> Array:
    """Return one note at full velocity, peak about 1, held for `milliseconds` and then let ring. Do not write to it."""
    hertz = 440.0 * 2 ** ((midi - 69) / 12)
    held = milliseconds * sample_rate // 1000
    ringing = int(RELEASE_S[instrument] * sample_rate)
    time_s = np.arange(held + ringing) / sample_rate
    made = {"pluck": _pluck, "piano": _piano, "pad": _pad, "bass": _bass, "bell": _bell}[instrument](time_s, hertz)
    made *= _released(held, ringing)
    made = np.asarray(made, np.float32)
    made.setflags(write=False)
    return made


def _released(held: int, ringing: int) -> Array:
    """Return an envelope of 1 while the note is held, then a smooth fall to 0."""
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, ringing + 1) / ringing)
    envelope = np.ones(held + ringing, np.float32)
    envelope[held:] = fall**1.5
    return envelope


def _partial(time_s: NDArray[np.float64], hertz: float, phase: float = 0.0) -> Array:
    """Return a sine. Its phase is reduced in double precision, then the sine itself is cheap in single."""
    turns = hertz * time_s + phase
    turns -= np.floor(turns)
    return np.asarray(np.sin((2 * np.pi * turns).astype(np.float32)), np.float32)


def _attack(time_s: NDArray[np.float64], seconds: float) -> Array:
    rise = np.minimum(1.0, time_s.astype(np.float32) / np.float32(seconds))
    return np.asarray(rise * rise * (3 - 2 * rise), np.float32)


def _sum(time_s: NDArray[np.float64], partials: list[tuple[float, float, float]]) -> Array:
    """Add up (hertz, strength, decay time in seconds) partials that lie within hearing."""
    total = np.zeros(len(time_s), np.float32)
    for index, (hertz, strength, decay_s) in enumerate(partials):
        # After nine decay times a partial is 78 dB down.
        count = int(np.searchsorted(time_s, 9 * decay_s))
        if hertz < 14_000:
            fall = np.exp(time_s[:count].astype(np.float32) * np.float32(-1 / decay_s))
            total[:count] += np.float32(strength) * fall * _partial(time_s[:count], hertz, 0.37 * index)
    return total * np.float32(1.6 / sum(strength for _, strength, _ in partials))


def _pluck(time_s: NDArray[np.float64], hertz: float) -> Array:
    # A string plucked at a fifth of its length lacks every fifth partial; high ones die first.
    partials = [
        (hertz * n, abs(float(np.sin(np.pi * n / 5))) / n**1.25, 1.7 / (1 + 0.45 * (n - 1)) * (220 / hertz) ** 0.35)
        for n in range(1, 10)
    ]
    return _sum(time_s, partials) * _attack(time_s, 0.004)


def _piano(time_s: NDArray[np.float64], hertz: float) -> Array:
    stiffness = 0.00035
    partials: list[tuple[float, float, float]] = []
    for n in range(1, 9):
        stretched = hertz * n * (1 + stiffness * n * n) ** 0.5
        decay_s = 2.6 / (1 + 0.5 * (n - 1)) * (260 / hertz) ** 0.4
        # Two strings a shade apart beat and keep the tone alive.
        partials += [(stretched * 0.9997, 0.5 / n**1.5, decay_s), (stretched * 1.0004, 0.5 / n**1.5, decay_s * 0.8)]
    return _sum(time_s, partials) * _attack(time_s, 0.006)


def _pad(time_s: NDArray[np.float64], hertz: float) -> Array:
    total = np.zeros(len(time_s), np.float32)
    for detune, phase in ((0.997, 0.0), (1.0, 0.3), (1.0031, 0.6)):
        for n in range(1, 5):
            total += _partial(time_s, hertz * detune * n, phase * n) * np.float32(1 / n**2)
    waver = 1 + np.float32(0.12) * _partial(time_s, 0.35)
    return total * np.float32(1 / 4.2) * waver * _attack(time_s, 1.1)


def _bass(time_s: NDArray[np.float64], hertz: float) -> Array:
    return _sum(time_s, [(hertz, 1.0, 2.5), (2 * hertz, 0.45, 1.2), (3 * hertz, 0.15, 0.7)]) * _attack(time_s, 0.03)


def _bell(time_s: NDArray[np.float64], hertz: float) -> Array:
    ratios = ((1.0, 1.0, 2.4), (2.0, 0.4, 1.6), (2.76, 0.3, 1.0), (5.4, 0.12, 0.5))
    partials = [(hertz * ratio, strength, decay_s) for ratio, strength, decay_s in ratios]
    return _sum(time_s, partials) * _attack(time_s, 0.003)
