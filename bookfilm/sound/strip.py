"""What effects are put together from: shaped noise, blows, struck bodies, on a strip of silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Double = NDArray[np.float64]

ROOM_S, ROOM_LEVEL = 0.22, 0.35


class Strip:
    """The chances (`rng`) and the sample rate of one effect, and the sounds that it is made of."""

    def __init__(self, rng: np.random.Generator, sample_rate: int) -> None:
        self.rng, self.rate = rng, sample_rate

    def silence(self, seconds: float) -> Double:
        return np.zeros(int(seconds * self.rate))

    def time_s(self, seconds: float) -> Double:
        return np.asarray(np.arange(int(seconds * self.rate)) / self.rate)

    def noise(self, seconds: float, low_hz: float, high_hz: float) -> Double:
        """Return noise between two frequencies, of unit level."""
        from scipy.signal import butter, sosfilt

        white = self.rng.standard_normal(int(seconds * self.rate))
        shaped = sosfilt(butter(2, (low_hz, high_hz), "bandpass", fs=self.rate, output="sos"), white)
        return np.asarray(shaped / np.sqrt(np.mean(shaped**2)))

    def hit(self, seconds: float, low_hz: float, high_hz: float, decay_s: float, rise_s: float = 0.003) -> Double:
        """Return a blow: noise that rises over `rise_s` and dies with `decay_s`."""
        time_s = self.time_s(seconds)
        return np.asarray(
            self.noise(seconds, low_hz, high_hz) * np.exp(-time_s / decay_s) * np.minimum(1.0, time_s / rise_s)
        )

    def ring(self, seconds: float, partials: tuple[tuple[float, float, float], ...], rise_s: float = 0.004) -> Double:
        """Return a struck body: `partials` are (Hz, strength, decay in seconds)."""
        time_s, total = self.time_s(seconds), self.silence(seconds)
        for hertz, strength, decay_s in partials:
            phase = 2 * np.pi * hertz * time_s + self.rng.uniform(0, 2 * np.pi)
            total += strength * np.sin(phase) * np.exp(-time_s / decay_s)
        return np.asarray(total * np.minimum(1.0, time_s / rise_s))

    def laid(self, seconds: float, blows: list[tuple[float, Double]]) -> Double:
        """Lay (second, sound) on `seconds` of silence; what goes beyond is left out."""
        total = self.silence(seconds)
        for at_s, sound in blows:
            at = int(at_s * self.rate)
            part = sound[: max(0, len(total) - at)]
            total[at : at + len(part)] += part
        return total

    def spaced(self, count: int, every_s: float, loose: float = 0.06) -> list[float]:
        """Return `count` moments about `every_s` apart, as somebody who keeps time does."""
        return [0.01 + n * every_s + self.rng.uniform(0, loose * every_s) for n in range(count)]

    def room(self) -> Double:
        """Return the reflections of a room as an impulse, shape (n, 2), of level ROOM_LEVEL."""
        time_s = self.time_s(ROOM_S)
        impulse = self.rng.standard_normal((len(time_s), 2)) * np.exp(-time_s / (ROOM_S / 5))[:, None]
        impulse[: int(0.006 * self.rate)] = 0.0
        return np.asarray(impulse * ROOM_LEVEL / np.sqrt((impulse**2).sum(axis=0)))
