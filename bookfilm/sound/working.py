"""Beds of places where people live and work, and of what is far off: bells, guns, gulls, a foghorn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bookfilm.sound.loop import Double, Loop


def _voice(loop: Loop, seconds: float, low_hz: float, high_hz: float) -> Double:
    """Return a call: a buzz that glides from one pitch to the other and dies away, softened by its distance."""
    time_s = np.arange(int(seconds * loop.rate)) / loop.rate
    pitch = low_hz + (high_hz - low_hz) * np.sin(np.pi * time_s / seconds)
    phase = 2 * np.pi * np.cumsum(pitch) / loop.rate
    buzz = sum(np.sin(n * phase) / n**1.4 for n in range(1, 6))
    return np.asarray(buzz * np.sin(np.pi * time_s / seconds) ** 1.2)


def _struck(loop: Loop, seconds: float, hertz: float, decay_s: float) -> Double:
    """Return a bell far off: its hum, prime, tierce and nominal."""
    time_s, total = np.arange(int(seconds * loop.rate)) / loop.rate, 0.0
    for ratio, gain in ((0.5, 0.7), (1.0, 1.0), (1.2, 0.6), (2.0, 0.4)):
        total = total + gain * np.sin(2 * np.pi * hertz * ratio * time_s) * np.exp(-time_s * ratio**0.5 / decay_s)
    fade = np.minimum(1.0, (seconds - time_s) / 0.3) * np.minimum(1.0, time_s / 0.01)
    return np.asarray(total * fade)


def _gulls(loop: Loop) -> None:
    loop.sound += 0.02 * loop.wide(lambda: loop.noise(300, 3000, -4))
    for _ in range(9):
        start, pan, far = loop.rng.uniform(0, loop.seconds), loop.rng.uniform(-0.9, 0.9), loop.rng.uniform(0.25, 1.0)
        high = loop.rng.uniform(1050, 1500)
        for cry in range(int(loop.rng.integers(2, 6))):
            loop.strike(start + cry * 0.42, _voice(loop, 0.34, high * 0.72, high), far, pan)


def _bells(loop: Loop) -> None:
    loop.sound += 0.02 * loop.wide(lambda: loop.noise(60, 600, -5))
    for start in (3.0, 24.0):
        for blow in range(4):
            loop.strike(start + blow * 2.3, _struck(loop, 4.5, 262.0, 1.4), 1.0, 0.4)


def _calls(loop: Loop) -> None:
    """People who cry their wares, each with a cry of their own."""
    loop.sound += 0.03 * loop.wide(lambda: loop.noise(200, 2500, -4))
    for _ in range(7):
        low, pan, start = loop.rng.uniform(150, 330), loop.rng.uniform(-0.9, 0.9), loop.rng.uniform(0, loop.seconds)
        far = loop.rng.uniform(0.3, 0.9)
        for again in (0.0, 9.5):
            loop.strike(start + again, _voice(loop, 0.45, low, low * 1.25), far, pan)
            loop.strike(start + again + 0.5, _voice(loop, 0.8, low * 1.1, low * 0.9), far, pan)


def _children(loop: Loop) -> None:
    loop.sound += 0.03 * loop.wide(lambda: loop.noise(300, 2500, -4))
    for _ in range(60):
        low = loop.rng.uniform(330, 620)
        cry = _voice(loop, loop.rng.uniform(0.12, 0.4), low, low * loop.rng.uniform(0.85, 1.4))
        loop.strike(loop.rng.uniform(0, loop.seconds), cry, loop.rng.uniform(0.15, 0.8), loop.rng.uniform(-1, 1))


def _steam(loop: Loop) -> None:
    breath = np.maximum(0.0, loop.swell((3, 5, 8), 1.2)) ** 2
    loop.sound += loop.wide(lambda: loop.noise(900, 5500, -2)) * (0.15 + breath)[:, None]
    loop.sound += 0.6 * loop.wide(lambda: loop.noise(40, 200, -5))
    for start in (6.0, 21.5):
        loop.strike(start, _voice(loop, 1.3, 470, 500), 0.9, -0.5)


def _timbers(loop: Loop) -> None:
    """A hull at work: slow slips of wood, as the swell goes."""
    loop.sound += 0.25 * loop.wide(lambda: loop.noise(40, 250, -5))
    for _ in range(16):
        seconds, rate_hz = loop.rng.uniform(0.5, 1.4), loop.rng.uniform(22, 45)
        time_s = np.arange(int(seconds * loop.rate)) / loop.rate
        slips = np.maximum(0.0, np.sin(2 * np.pi * rate_hz * time_s * (1 + 0.2 * time_s))) ** 3
        tone = np.sin(2 * np.pi * loop.rng.uniform(260, 520) * time_s) + 0.5 * loop.rng.standard_normal(len(time_s))
        creak = tone * slips * np.sin(np.pi * time_s / seconds) ** 2
        loop.strike(loop.rng.uniform(0, loop.seconds), creak, loop.rng.uniform(0.2, 0.8), loop.rng.uniform(-0.7, 0.7))


def _drips(loop: Loop) -> None:
    loop.sound += 0.03 * loop.wide(lambda: loop.noise(45, 400, -6))
    for _ in range(22):
        drop, pan = loop.grain(0.12, loop.rng.uniform(700, 1700), 0.02), loop.rng.uniform(-0.8, 0.8)
        start, gain = loop.rng.uniform(0, loop.seconds), loop.rng.uniform(0.3, 1.0)
        for echo, share in ((0.0, 1.0), (0.17, 0.35), (0.31, 0.15)):
            loop.strike(start + echo, drop, gain * share, pan * (1 - echo))


def _simmer(loop: Loop) -> None:
    loop.sound += 0.6 * loop.wide(lambda: loop.noise(250, 1600, -4)) * loop.swell((5, 9), 0.3)[:, None]
    for _ in range(22 * loop.seconds):
        bubble = loop.grain(0.04, loop.rng.uniform(260, 620), 0.01)
        loop.strike(loop.rng.uniform(0, loop.seconds), bubble, loop.rng.uniform(0.2, 1.2), loop.rng.uniform(-0.3, 0.3))


def _guns(loop: Loop) -> None:
    loop.sound += 0.1 * loop.wide(lambda: loop.noise(40, 220, -5))
    for _ in range(26):
        time_s = np.arange(int(1.4 * loop.rate)) / loop.rate
        low = np.cumsum(loop.rng.standard_normal(len(time_s)))
        low -= np.linspace(low[0], low[-1], len(low))
        blow = low / np.abs(low).max() * np.exp(-time_s / 0.3) * np.minimum(1.0, time_s / 0.03)
        loop.strike(loop.rng.uniform(0, loop.seconds), blow, loop.rng.uniform(0.2, 1.2), loop.rng.uniform(-1, 1))


def _hens(loop: Loop) -> None:
    loop.sound += 0.02 * loop.wide(lambda: loop.noise(200, 2000, -4))
    for _ in range(24):
        low = loop.rng.uniform(420, 640)
        cluck = _voice(loop, loop.rng.uniform(0.08, 0.16), low, low * 1.3)
        loop.strike(loop.rng.uniform(0, loop.seconds), cluck, loop.rng.uniform(0.3, 1.0), loop.rng.uniform(-0.6, 0.2))
    for part, (length, low, high) in enumerate(((0.2, 600, 700), (0.25, 620, 760), (0.9, 700, 880))):
        loop.strike(8.0 + 0.32 * part, _voice(loop, length, low, high), 0.6, 0.8)


def _sand(loop: Loop) -> None:
    drift = np.maximum(0.0, loop.swell((3, 4, 9), 1.0)) ** 1.5
    loop.sound += loop.wide(lambda: loop.noise(2200, 7500, -2)) * drift[:, None]


def _cups(loop: Loop) -> None:
    loop.sound += 0.02 * loop.wide(lambda: loop.noise(100, 800, -5))
    for _ in range(20):
        clink = loop.grain(0.2, loop.rng.uniform(1300, 2600), 0.04)
        loop.strike(loop.rng.uniform(0, loop.seconds), clink, loop.rng.uniform(0.15, 0.9), loop.rng.uniform(-0.9, 0.9))


def _far_thunder(loop: Loop) -> None:
    loop.sound += 0.02 * loop.wide(lambda: loop.noise(35, 120, -5))
    rumble = loop.noise(32, 150, -3)
    for start, length in ((9.0, 6.0), (31.0, 8.0)):
        since = (loop.time_s - start) / length
        inside = (since > 0) & (since < 1)
        shape = np.where(inside, np.sin(np.pi * np.clip(since, 0, 1) ** 0.5) ** 1.2, 0.0)
        loop.sound += (rumble * shape)[:, None] * np.array([1.0, 0.8])


def _foghorn(loop: Loop) -> None:
    loop.sound += 0.05 * loop.wide(lambda: loop.noise(50, 400, -5))
    time_s = np.arange(int(2.6 * loop.rate)) / loop.rate
    horn = sum(np.sin(2 * np.pi * 98 * n * time_s) / n**1.5 for n in range(1, 7))
    horn = horn * np.minimum(1.0, np.minimum(time_s / 0.25, (2.6 - time_s) / 0.6))
    for start in (4.0, 22.0):
        loop.strike(start, horn, 0.8, -0.3)


WORKING: dict[str, Callable[[Loop], None]] = {
    "gulls": _gulls,
    "bells": _bells,
    "calls": _calls,
    "children": _children,
    "steam": _steam,
    "timbers": _timbers,
    "drips": _drips,
    "simmer": _simmer,
    "guns": _guns,
    "hens": _hens,
    "sand": _sand,
    "cups": _cups,
    "far_thunder": _far_thunder,
    "foghorn": _foghorn,
}
"""How each of these beds is laid into its loop."""
