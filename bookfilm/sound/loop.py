"""A loop of ambience under way: shaped noise and what is laid on it, without a seam at its end.

Noise is shaped in the frequency domain, so a loop's end meets its beginning; everything laid on it wraps around.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Double = NDArray[np.float64]


class Loop:
    """A loop under way: `sound` of shape (n, 2) and the ways of adding to it that keep it seamless."""

    def __init__(self, rng: np.random.Generator, sample_rate: int, seconds: int) -> None:
        self.rng, self.rate, self.seconds = rng, sample_rate, seconds
        self.count = sample_rate * seconds
        self.time_s: Double = np.arange(self.count) / sample_rate
        self.sound: Double = np.zeros((self.count, 2))

    def noise(self, low_hz: float, high_hz: float, slope_db: float = 0.0) -> Double:
        """Return noise of unit level between two frequencies, falling by `slope_db` an octave."""
        from scipy.fft import irfft

        hertz = np.arange(self.count // 2 + 1, dtype=np.float32) / np.float32(self.seconds)
        shape = 1 / (1 + (low_hz / np.maximum(hertz, 1e-1)) ** 6) / (1 + (hertz / high_hz) ** 6)
        shape *= np.maximum(hertz / low_hz, 0.05) ** (slope_db / 6.02)
        # Gaussian bins are noise too, and far cheaper than random phases.
        bins = self.rng.standard_normal(2 * len(hertz), dtype=np.float32).view(np.complex64) * shape
        noise = np.asarray(irfft(bins, self.count), np.float64)
        return np.asarray(noise / np.sqrt(np.mean(noise**2)), np.float64)

    def swell(self, cycles: tuple[int, ...], depth: float) -> Double:
        """Return a slow rise and fall about 1 that fits the loop: whole numbers of cycles, random phases."""
        total = np.zeros(self.count)
        for turns in cycles:
            total += np.sin(2 * np.pi * (turns * self.time_s / self.seconds + self.rng.random()))
        return 1 + depth * total / len(cycles)

    def wide(self, make: Callable[[], Double]) -> Double:
        """Return two independent channels, drawn together a little so that they have a middle."""
        left, right, middle = make(), make(), make()
        return np.stack([left + 0.7 * middle, right + 0.7 * middle], axis=1)

    def strike(self, second: float, grain: Double, gain: float, pan: float) -> None:
        """Add `grain` from `second` on, around the loop's end; `pan` -1 left to 1 right."""
        at = (int(second * self.rate) + np.arange(len(grain))) % self.count
        angle = (pan + 1) * np.pi / 4
        self.sound[at, 0] += grain * (gain * np.cos(angle))
        self.sound[at, 1] += grain * (gain * np.sin(angle))

    def grain(self, seconds: float, hertz: float, decay_s: float, noisy: float = 0.0) -> Double:
        """Return a short struck sound: a decaying sine mixed with `noisy` parts of noise."""
        time_s = np.arange(int(seconds * self.rate)) / self.rate
        tone = np.sin(2 * np.pi * hertz * time_s) * (1 - noisy) + self.rng.standard_normal(len(time_s)) * noisy
        return np.asarray(tone * np.exp(-time_s / decay_s) * np.minimum(1.0, time_s / 0.001))
