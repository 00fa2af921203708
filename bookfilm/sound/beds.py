"""Beds of ambience: loops of weather, water, fire, people and machines, made from shaped noise.

Each bed has its own length, so that they never repeat together. `working` has those of places where people live and
work.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import IO, Literal

import numpy as np
from numpy.typing import NDArray

from bookfilm.sound.loop import Loop
from bookfilm.sound.working import WORKING

Array = NDArray[np.float32]
Bed = Literal[
    "rain",
    "wind",
    "waves",
    "stream",
    "crickets",
    "birds",
    "fire",
    "crowd",
    "room",
    "train",
    "wheels",
    "leaves",
    "clock",
    "gulls",
    "bells",
    "calls",
    "children",
    "steam",
    "timbers",
    "drips",
    "simmer",
    "guns",
    "hens",
    "sand",
    "cups",
    "far_thunder",
    "foghorn",
]

SAMPLE_BYTES = 8
"""Two channels of float32."""
MOST_PEAK = 9.0
"""A bed's greatest peak over its root mean square; a peakier one is made quieter."""
LENGTH_S: dict[Bed, int] = {
    "rain": 13,
    "wind": 29,
    "waves": 31,
    "stream": 17,
    "crickets": 19,
    "birds": 37,
    "fire": 23,
    "crowd": 23,
    "room": 11,
    "train": 16,
    "wheels": 12,
    "leaves": 19,
    "clock": 10,
    "gulls": 41,
    "bells": 43,
    "calls": 29,
    "children": 23,
    "steam": 31,
    "timbers": 37,
    "drips": 19,
    "simmer": 17,
    "guns": 31,
    "hens": 29,
    "sand": 23,
    "cups": 17,
    "far_thunder": 47,
    "foghorn": 37,
}


class LoopShelf:
    """The loops of a film's beds, one behind the other in `file`: in memory a long film's would come to 300 MB.

    Its methods raise OSError where there is no room for them.
    """

    def __init__(self, file: IO[bytes], sample_rate: int) -> None:
        self._file, self._rate = file, sample_rate
        self._places: dict[Bed, tuple[int, int]] = {}
        """Where each begins in the file, and how many samples it has."""

    def read(self, bed: Bed, start: int, count: int) -> Array:
        """Return `count` samples of `bed` played over and over, from sample `start` on: float32 of shape (count, 2)."""
        first, length = self._places.get(bed) or self._put(bed)
        pieces, at, left = [], start % length, count
        while left:
            taken = min(left, length - at)
            pieces.append(os.pread(self._file.fileno(), taken * SAMPLE_BYTES, first + at * SAMPLE_BYTES))
            at, left = 0, left - taken
        return np.frombuffer(b"".join(pieces), np.float32).reshape(count, 2)

    def _put(self, bed: Bed) -> tuple[int, int]:
        loop = bed_loop(bed, self._rate)
        self._places[bed] = self._file.seek(0, os.SEEK_END), len(loop)
        self._file.write(loop.tobytes())
        self._file.flush()
        return self._places[bed]


def bed_loop(bed: Bed, sample_rate: int) -> Array:
    """Return the loop of `bed`, stereo float32 of shape (n, 2), root mean square 0.1 at most."""
    rng = np.random.default_rng([sum(map(ord, bed)), LENGTH_S[bed]])
    make: dict[str, Callable[[Loop], None]] = {
        "rain": _rain,
        "wind": _wind,
        "waves": _waves,
        "stream": _stream,
        "crickets": _crickets,
        "birds": _birds,
        "fire": _fire,
        "crowd": _crowd,
        "room": _room,
        "train": _train,
        "wheels": _wheels,
        "leaves": _leaves,
        "clock": _clock,
        **WORKING,
    }
    loop = Loop(rng, sample_rate, LENGTH_S[bed])
    make[bed](loop)
    # A clock is all peaks and hardly any power: it must not be brought to the power of rain.
    level = max(float(np.sqrt(np.mean(loop.sound**2))), float(np.abs(loop.sound).max()) / MOST_PEAK)
    return np.asarray(loop.sound * (0.1 / level), np.float32)


def _rain(loop: Loop) -> None:
    loop.sound += loop.wide(lambda: loop.noise(500, 9000, -2.5)) * loop.swell((2, 5), 0.12)[:, None]
    for _ in range(40 * loop.seconds):
        drop = loop.grain(0.02, loop.rng.uniform(1500, 5000), 0.004, 0.4)
        loop.strike(loop.rng.uniform(0, loop.seconds), drop, loop.rng.uniform(0.2, 1.6), loop.rng.uniform(-1, 1))


def _wind(loop: Loop) -> None:
    for low, high, cycles in ((60, 260, (2, 3, 7)), (220, 600, (3, 4, 9)), (500, 1300, (4, 5, 11))):
        gust = np.maximum(0.0, loop.swell(cycles, 0.9)) ** 1.6
        loop.sound += loop.wide(functools.partial(loop.noise, low, high, -4)) * (gust * (180 / low) ** 0.6)[:, None]


def _waves(loop: Loop) -> None:
    loop.sound += 0.35 * loop.wide(lambda: loop.noise(50, 700, -4))
    for cycles, pan in ((4, -0.5), (3, 0.5), (5, 0.0)):
        phase = (cycles * loop.time_s / loop.seconds + loop.rng.random()) % 1
        # A wave comes up in a third of its time and runs out over the rest.
        surge = np.where(phase < 0.35, (phase / 0.35) ** 2, ((1 - phase) / 0.65) ** 1.5)
        wash = loop.noise(200, 5000, -3) * surge
        angle = (pan + 1) * np.pi / 4
        loop.sound += wash[:, None] * np.array([np.cos(angle), np.sin(angle)])


def _stream(loop: Loop) -> None:
    loop.sound += loop.wide(lambda: loop.noise(300, 3500, -3)) * loop.swell((7, 11, 17), 0.2)[:, None]
    for _ in range(14 * loop.seconds):
        bubble = loop.grain(0.06, loop.rng.uniform(350, 1100), 0.015)
        loop.strike(loop.rng.uniform(0, loop.seconds), bubble, loop.rng.uniform(0.2, 0.9), loop.rng.uniform(-0.8, 0.8))


def _crickets(loop: Loop) -> None:
    loop.sound += 0.06 * loop.wide(lambda: loop.noise(100, 1500, -4))
    for hertz, per_second, pan in ((4300, 2.0, -0.7), (4650, 1.0, 0.6), (3900, 3.0, 0.1)):
        tone = np.sin(2 * np.pi * hertz * loop.time_s)
        pulses = np.maximum(0.0, np.sin(2 * np.pi * 30 * loop.time_s)) ** 2
        chirps = ((loop.time_s * per_second) % 1 < 0.3) * np.sin(np.pi * ((loop.time_s * per_second) % 1) / 0.3)
        angle = (pan + 1) * np.pi / 4
        gain = np.array([np.cos(angle), np.sin(angle)]) * 0.5
        loop.sound += (tone * pulses * np.maximum(0.0, chirps) * loop.swell((1, 2), 0.5))[:, None] * gain


def _birds(loop: Loop) -> None:
    loop.sound += 0.02 * loop.wide(lambda: loop.noise(200, 3000, -4))
    for _ in range(26):
        base, pan, start = loop.rng.uniform(2200, 4800), loop.rng.uniform(-0.9, 0.9), loop.rng.uniform(0, loop.seconds)
        distance = loop.rng.uniform(0.25, 1.0)
        for syllable in range(int(loop.rng.integers(2, 7))):
            length = loop.rng.uniform(0.05, 0.14)
            time_s = np.arange(int(length * loop.rate)) / loop.rate
            bend = loop.rng.uniform(-0.3, 0.3)
            phase = 2 * np.pi * base * (time_s + bend * time_s**2 / (2 * length))
            chirp = np.sin(phase) * np.sin(np.pi * time_s / length) ** 1.5
            loop.strike(start + syllable * loop.rng.uniform(0.13, 0.2), chirp, distance, pan)


def _fire(loop: Loop) -> None:
    loop.sound += 0.5 * loop.wide(lambda: loop.noise(40, 450, -5)) * loop.swell((5, 9, 14), 0.35)[:, None]
    for _ in range(9 * loop.seconds):
        crackle = loop.grain(0.03, loop.rng.uniform(900, 4200), loop.rng.uniform(0.001, 0.006), 0.7)
        strength = loop.rng.pareto(2.2) * 0.5
        loop.strike(loop.rng.uniform(0, loop.seconds), crackle, min(strength, 3.0), loop.rng.uniform(-0.4, 0.4))


def _crowd(loop: Loop) -> None:
    for _ in range(14):
        first, second = loop.rng.uniform(280, 700), loop.rng.uniform(900, 1900)
        voice = loop.noise(first * 0.8, first * 1.25) + 0.4 * loop.noise(second * 0.85, second * 1.15)
        # Syllables at three to five a second within phrases of a few seconds.
        turns = int(loop.rng.uniform(3.0, 5.0) * loop.seconds)
        syllables = np.maximum(0.0, np.sin(2 * np.pi * (turns * loop.time_s / loop.seconds + loop.rng.random())))
        phrases = np.maximum(0.0, loop.swell((3, 5, 8), 1.6) - 0.4)
        angle = (loop.rng.uniform(-0.9, 0.9) + 1) * np.pi / 4
        loop.sound += (voice * syllables * phrases)[:, None] * np.array([np.cos(angle), np.sin(angle)])


def _room(loop: Loop) -> None:
    loop.sound += loop.wide(lambda: loop.noise(45, 500, -6))


def _train(loop: Loop) -> None:
    loop.sound += loop.wide(lambda: loop.noise(40, 320, -5)) * loop.swell((8, 16), 0.2)[:, None]
    for joint in range(loop.seconds * 5 // 4):
        for offset, gain in ((0.0, 1.0), (0.16, 0.8)):
            clack = loop.grain(0.09, 190, 0.02, 0.5)
            loop.strike(joint * 0.8 + offset, clack, 2.6 * gain, 0.2 * (-1) ** joint)


def _wheels(loop: Loop) -> None:
    loop.sound += 0.8 * loop.wide(lambda: loop.noise(60, 900, -4)) * loop.swell((9, 13, 24), 0.3)[:, None]
    for step in range(loop.seconds * 4):
        hoof = loop.grain(0.07, 520 if step % 2 else 450, 0.014, 0.45)
        loop.strike(step * 0.25 + loop.rng.uniform(0, 0.015), hoof, loop.rng.uniform(1.2, 1.8), -0.1)


def _leaves(loop: Loop) -> None:
    rustle = np.maximum(0.0, loop.swell((2, 3, 5), 0.8)) ** 1.3
    loop.sound += loop.wide(lambda: loop.noise(1500, 7000, -2)) * rustle[:, None]


def _clock(loop: Loop) -> None:
    loop.sound += 0.01 * loop.wide(lambda: loop.noise(45, 400, -6))
    for second in range(loop.seconds):
        tick = loop.grain(0.03, 2300 if second % 2 else 1900, 0.004, 0.3)
        loop.strike(float(second), tick, 1.0, 0.3)
