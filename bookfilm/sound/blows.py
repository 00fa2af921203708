"""Effects that are struck: steps, doors, bells, hooves, glass. Each takes a Strip and gives mono sound."""

from __future__ import annotations

import numpy as np

from bookfilm.sound.strip import Double, Strip

# --- on foot, at doors ------------------------------------------------------------------------


def steps(strip: Strip) -> Double:
    """Four steps on boards or stone."""
    every = strip.rng.uniform(0.48, 0.6)
    blows: list[tuple[float, Double]] = []
    for n, at in enumerate(strip.spaced(4, every)):
        heel = strip.hit(0.12, 90, 500 + 60 * (n % 2), 0.018) + 0.25 * strip.hit(0.12, 900, 2600, 0.010)
        sole = strip.hit(0.10, 200, 1200, 0.02)
        blows += [(at, heel), (at + 0.09, 0.35 * sole)]
    return strip.laid(4 * every + 0.2, blows)


def steps_soft(strip: Strip) -> Double:
    """Four steps on earth or grass."""
    every = strip.rng.uniform(0.5, 0.64)
    blows = [
        (at, strip.hit(0.2, 120, 900, 0.035, 0.012) + 0.3 * strip.hit(0.2, 1200, 3500, 0.03, 0.02))
        for at in strip.spaced(4, every)
    ]
    return strip.laid(4 * every + 0.2, blows)


def steps_snow(strip: Strip) -> Double:
    """Four steps in snow that creaks."""
    every = strip.rng.uniform(0.56, 0.7)
    blows: list[tuple[float, Double]] = []
    for at in strip.spaced(4, every):
        creak = strip.noise(0.24, 900, 3200) * np.sin(np.pi * strip.time_s(0.24) / 0.24) ** 2
        grains = 0.6 + 0.4 * np.sin(2 * np.pi * 46 * strip.time_s(0.24))
        blows += [(at, creak * grains), (at, 0.8 * strip.hit(0.2, 80, 350, 0.04, 0.01))]
    return strip.laid(4 * every + 0.2, blows)


def door(strip: Strip) -> Double:
    """A latch, hinges, and a door that falls to."""
    creak = 0.35 * _squeak(strip, 0.7)
    shut = strip.hit(0.5, 60, 420, 0.07, 0.004) + 0.3 * strip.hit(0.5, 500, 1800, 0.02)
    latch = strip.ring(0.2, ((1450, 0.5, 0.02), (2300, 0.3, 0.015)))
    return strip.laid(1.6, [(0.0, 0.4 * latch), (0.08, creak), (0.95, shut), (1.0, 0.3 * latch)])


def knock(strip: Strip) -> Double:
    """Three knocks on wood."""
    body = strip.rng.uniform(170, 240)
    blows = [
        (at, strip.ring(0.18, ((body, 1.0, 0.03), (body * 2.3, 0.5, 0.02))) + 0.25 * strip.hit(0.18, 300, 1500, 0.012))
        for at in strip.spaced(3, strip.rng.uniform(0.2, 0.27))
    ]
    return strip.laid(1.0, blows)


def lock(strip: Strip) -> Double:
    """A key turned in an iron lock."""
    iron = strip.ring(0.12, ((1900, 0.6, 0.02), (2750, 0.4, 0.015), (820, 0.4, 0.02)))
    scrape = 0.25 * strip.noise(0.3, 1200, 3800) * np.sin(np.pi * strip.time_s(0.3) / 0.3) ** 2
    return strip.laid(0.9, [(0.0, scrape), (0.28, 0.7 * iron), (0.42, iron + strip.hit(0.12, 150, 700, 0.02))])


def creak(strip: Strip) -> Double:
    """Wood under strain."""
    return _squeak(strip, 1.1)


def _squeak(strip: Strip, seconds: float) -> Double:
    """Wood that slips: a row of small slips whose rate wanders."""
    time_s = strip.time_s(seconds)
    rate_hz = strip.rng.uniform(38, 70) * (1 + 0.5 * np.sin(np.pi * time_s / seconds + strip.rng.uniform(0, 1)))
    slips = np.maximum(0.0, np.sin(2 * np.pi * np.cumsum(rate_hz) / strip.rate)) ** 2
    tone = strip.noise(seconds, 500, 1400) + 0.6 * strip.noise(seconds, 1700, 2300)
    return np.asarray(tone * slips * np.sin(np.pi * time_s / seconds))


# --- bells and clocks -------------------------------------------------------------------------


def _struck_bell(strip: Strip, hertz: float, decay_s: float, seconds: float) -> Double:
    """A bell's hum, prime, tierce, quint and nominal, after Rossing, The Science of Percussion Instruments."""
    partials = (
        (0.5, 0.5, 1.0), (1.0, 0.8, 0.7), (1.2, 0.6, 0.55), (1.5, 0.3, 0.4), (2.0, 0.7, 0.35), (3.0, 0.25, 0.2),
    )  # fmt: skip
    return strip.ring(seconds, tuple((hertz * ratio, gain, decay_s * share) for ratio, gain, share in partials))


def bell(strip: Strip) -> Double:
    """Two strokes of a church bell."""
    hertz = strip.rng.uniform(300, 480)
    blow = _struck_bell(strip, hertz, 1.6, 3.0)
    return strip.laid(4.6, [(at, blow) for at in strip.spaced(2, 1.5, 0.02)])


def chime(strip: Strip) -> Double:
    """Three strokes of a clock."""
    hertz = strip.rng.uniform(480, 640)
    blow = _struck_bell(strip, hertz, 0.7, 1.6)
    return strip.laid(4.2, [(at, blow) for at in strip.spaced(3, 1.05, 0.0)])


def clock(strip: Strip) -> Double:
    """Six ticks."""
    blows = [
        (
            at,
            strip.ring(0.08, ((2100 if n % 2 else 1750, 1.0, 0.012), (900, 0.5, 0.015)))
            + 0.2 * strip.hit(0.08, 600, 3000, 0.006),
        )
        for n, at in enumerate(strip.spaced(6, 0.5, 0.0))
    ]
    return strip.laid(3.2, blows)


# --- horses, guns, dogs -----------------------------------------------------------------------


def hooves(strip: Strip) -> Double:
    """A horse that goes by at a trot."""
    every = strip.rng.uniform(0.30, 0.36)
    blows: list[tuple[float, Double]] = []
    for at in strip.spaced(8, every, 0.04):
        for lag, gain in ((0.0, 1.0), (0.085, 0.7)):
            hertz = strip.rng.uniform(380, 620)
            hoof = strip.ring(0.1, ((hertz, 1.0, 0.018), (hertz * 1.9, 0.4, 0.01)))
            blows.append((at + lag, gain * (hoof + 0.4 * strip.hit(0.1, 120, 500, 0.02))))
    return strip.laid(8 * every + 0.2, blows)


def gunshot(strip: Strip) -> Double:
    """A gun outdoors, and its echo."""
    crack = strip.hit(1.6, 200, 3000, 0.03, 0.002) + 1.2 * strip.hit(1.6, 50, 300, 0.14, 0.006)
    echo = strip.hit(1.6, 80, 700, 0.35, 0.03)
    return strip.laid(2.0, [(0.0, crack), (0.28, 0.25 * echo)])


def bark(strip: Strip) -> Double:
    """A dog, three times."""
    blows: list[tuple[float, Double]] = []
    low = strip.rng.uniform(240, 420)
    for at in strip.spaced(3, strip.rng.uniform(0.34, 0.5), 0.3):
        time_s = strip.time_s(0.19)
        pitch = low * (1 + 0.35 * np.sin(np.pi * time_s / 0.19))
        phase = 2 * np.pi * np.cumsum(pitch) / strip.rate
        throat = sum(np.sin(n * phase) / n**0.7 for n in range(1, 9)) + 0.6 * strip.noise(0.19, 400, 2600)
        blows.append((at, throat * np.sin(np.pi * time_s / 0.19) ** 0.8))
    return strip.laid(1.9, blows)


# --- small things -----------------------------------------------------------------------------


def glass(strip: Strip) -> Double:
    """Two glasses that touch."""
    hertz = strip.rng.uniform(1500, 2100)
    clink = strip.ring(0.7, ((hertz, 1.0, 0.16), (hertz * 1.52, 0.5, 0.1), (hertz * 2.36, 0.3, 0.06)))
    return strip.laid(1.0, [(0.0, clink), (strip.rng.uniform(0.12, 0.22), 0.5 * clink)])


def shatter(strip: Strip) -> Double:
    """Glass that breaks."""
    blows = [(0.0, 1.4 * strip.hit(0.3, 900, 5000, 0.05, 0.003))]
    for _ in range(26):
        hertz = strip.rng.uniform(1800, 5200)
        shard = strip.ring(0.2, ((hertz, 1.0, 0.04), (hertz * 1.4, 0.4, 0.02)))
        blows.append((strip.rng.exponential(0.16), strip.rng.uniform(0.15, 0.6) * shard))
    return strip.laid(1.3, blows)


def coins(strip: Strip) -> Double:
    """Five coins counted down."""
    blows: list[tuple[float, Double]] = []
    for at in strip.spaced(5, 0.16, 0.6):
        hertz = strip.rng.uniform(2300, 3400)
        blows.append((at, strip.ring(0.2, ((hertz, 1.0, 0.04), (hertz * 1.46, 0.6, 0.03), (hertz * 1.9, 0.3, 0.02)))))
    return strip.laid(1.2, blows)


def paper(strip: Strip) -> Double:
    """A sheet unfolded."""
    time_s = strip.time_s(1.1)
    crackle = np.repeat(strip.rng.pareto(2.0, 1 + len(time_s) // (strip.rate // 120)), strip.rate // 120)[: len(time_s)]
    soft = np.convolve(np.minimum(crackle, 4.0), np.hanning(strip.rate // 150) / (strip.rate // 300), mode="same")
    return np.asarray(strip.noise(1.1, 1000, 5200) * soft * np.sin(np.pi * time_s / 1.1))
