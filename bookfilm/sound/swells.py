"""Effects that rise and fall: weather, water, people, a train. Each takes a Strip and gives mono sound."""

from __future__ import annotations

import numpy as np

from bookfilm.sound.strip import Double, Strip

# --- weather and water ------------------------------------------------------------------------


def wave(strip: Strip) -> Double:
    """A wave that comes up and runs out."""
    time_s = strip.time_s(4.2)
    surge = np.where(time_s < 1.3, (time_s / 1.3) ** 2, np.maximum(0.0, (4.2 - time_s) / 2.9) ** 1.6)
    return np.asarray((strip.noise(4.2, 120, 1100) + 0.5 * strip.noise(4.2, 1000, 5000)) * surge)


def gust(strip: Strip) -> Double:
    """A gust of wind that howls a little."""
    time_s = strip.time_s(4.0)
    swell = np.sin(np.pi * time_s / 4.0) ** 1.5 * (1 + 0.25 * np.sin(2 * np.pi * strip.rng.uniform(0.7, 1.2) * time_s))
    howl = strip.noise(4.0, 360, 480) * np.sin(np.pi * time_s / 4.0) ** 3
    return np.asarray((strip.noise(4.0, 90, 700) + 0.5 * howl) * swell)


def thunder(strip: Strip) -> Double:
    """Thunder some way off."""
    rumble = strip.noise(4.8, 35, 160) * np.exp(-strip.time_s(4.8) / 1.5)
    blows = [(0.0, rumble * np.minimum(1.0, strip.time_s(4.8) / 0.08))]
    for _ in range(7):
        blow = strip.hit(1.2, 45, 420, 0.22, 0.03)
        blows.append((strip.rng.uniform(0.0, 2.2), strip.rng.uniform(0.3, 1.0) * blow))
    return strip.laid(4.9, blows)


def splash(strip: Strip) -> Double:
    """Something falls into water."""
    blows = [(0.0, strip.hit(0.7, 300, 3500, 0.14, 0.01) + strip.hit(0.7, 80, 300, 0.06, 0.006))]
    for _ in range(12):
        hertz = strip.rng.uniform(500, 1500)
        blows.append((strip.rng.uniform(0.1, 0.8), 0.35 * strip.ring(0.08, ((hertz, 1.0, 0.02),))))
    return strip.laid(1.2, blows)


def hiss(strip: Strip) -> Double:
    """Water on hot iron."""
    time_s = strip.time_s(2.4)
    swell = np.minimum(1.0, time_s / 0.2) * np.maximum(0.0, (2.4 - time_s) / 2.2) ** 1.2
    return np.asarray(strip.noise(2.4, 1800, 5500) * swell * (1 + 0.2 * np.sin(2 * np.pi * 11 * time_s)))


# --- people -----------------------------------------------------------------------------------


def _people(strip: Strip, seconds: float, voices: int, syllables_hz: float, low_hz: float) -> Double:
    """Many mouths at once: noise through two formants, in syllables of each one's own speed."""
    time_s, total = strip.time_s(seconds), strip.silence(seconds)
    for _ in range(voices):
        first = strip.rng.uniform(low_hz, low_hz * 2.2)
        voice = strip.noise(seconds, first * 0.85, first * 1.2) + 0.4 * strip.noise(seconds, first * 2.4, first * 3.1)
        pace = syllables_hz * strip.rng.uniform(0.8, 1.25)
        beat = np.maximum(0.0, np.sin(2 * np.pi * (pace * time_s + strip.rng.random()))) ** 1.5
        total += voice * beat * strip.rng.uniform(0.4, 1.0)
    return np.asarray(total * np.sin(np.pi * time_s / seconds) ** 0.8)


def laughter(strip: Strip) -> Double:
    """Some people laugh."""
    return _people(strip, 2.4, 9, 5.2, 420) * np.maximum(0.15, 1.3 - strip.time_s(2.4) / 2.0)


def murmur(strip: Strip) -> Double:
    """A crowd that talks low."""
    return _people(strip, 3.2, 12, 3.6, 260)


def applause(strip: Strip) -> Double:
    """A hall that claps."""
    blows = [
        (strip.rng.uniform(0.0, 3.2), strip.rng.uniform(0.4, 1.0) * strip.hit(0.05, 700, 2600, 0.009, 0.002))
        for _ in range(260)
    ]
    time_s = strip.time_s(3.4)
    return strip.laid(3.4, blows) * np.minimum(1.0, np.minimum(time_s / 0.5, (3.4 - time_s) / 1.2))


def train(strip: Strip) -> Double:
    """A locomotive that passes and whistles."""
    time_s = strip.time_s(3.6)
    swell = np.sin(np.pi * np.minimum(1.0, time_s / 3.6)) ** 1.2
    beat = np.maximum(0.0, np.sin(2 * np.pi * 3.1 * time_s)) ** 2
    puffs = strip.noise(3.6, 120, 1600) * (0.25 + beat) * swell
    pitch = strip.rng.uniform(430, 520)
    held = np.clip(np.minimum(time_s / 0.15, (1.5 - time_s) / 0.35), 0, 1)
    whistle = sum(np.sin(2 * np.pi * pitch * ratio * time_s) for ratio in (1.0, 1.19, 1.5))
    return np.asarray(puffs + 0.8 * whistle * held)
