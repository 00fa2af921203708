"""Plays the theme through the whole film: chooses for each bar how much is played, and streams the notes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import ScoredScene, ScoreRequest
from bookfilm.sound.instruments import PAN, note
from bookfilm.sound.theme import (
    BARS,
    TITLE_COLOUR,
    Colour,
    Note,
    Theme,
    cadence,
    colour_of,
    compose_theme,
    full_bar,
    light_bar,
    under_speech,
)

Array = NDArray[np.float32]

LEVEL = np.float32(0.10)
"""Brings the score about 10 dB under speech where nobody speaks."""
ENDING_S = 7.0
SPOKEN_SHARE = 0.2
REVERB_S, REVERB_LEVEL = 1.9, 0.30
BLOCK = 48_000


@dataclass(frozen=True)
class Bar:
    """A bar on the film's clock: its notes and how many seconds a beat takes."""

    start_s: float
    beat_s: float
    notes: tuple[Note, ...]


def film_bars(request: ScoreRequest) -> Iterator[Bar]:
    """Yield the score's bars from the film's first moment to the cadence at its end."""
    theme = compose_theme(request.seed)
    clock = _Clock(request)
    at, count = 0.0, 0
    while clock.end_s - at > ENDING_S + 2.0:
        scene = clock.scene(at)
        colour = _colour(scene)
        beat_s = 60 / colour.beats_per_minute
        length = theme.beats_a_bar * beat_s
        yield Bar(at, beat_s, tuple(_played(theme, colour, scene, clock.spoken(at, at + length), count)))
        at += length
        count += 1
    yield from _ending(theme, at, clock.end_s)


def _ending(theme: Theme, at: float, end_s: float) -> Iterator[Bar]:
    """A dominant that lasts until the final chord is due, and the chord."""
    final = max(at, end_s - ENDING_S * 0.8) if end_s - at > 3.0 else at
    if final > at:
        yield Bar(at, (final - at) / theme.beats_a_bar, tuple(cadence(theme, TITLE_COLOUR, last=False)))
    yield Bar(final, max(0.2, end_s - final) / (2 * theme.beats_a_bar), tuple(cadence(theme, TITLE_COLOUR, last=True)))


def _colour(scene: ScoredScene) -> Colour:
    return colour_of(scene.mood, scene.setting.hour if scene.setting is not None else None)


def _played(theme: Theme, colour: Colour, scene: ScoredScene, spoken: float, count: int) -> list[Note]:
    bar = count % BARS
    if scene.setting is None and spoken < SPOKEN_SHARE:
        return full_bar(theme, colour, bar)
    # Music that never stops is no longer heard: of four rounds of the theme one is left to the place itself.
    if count // BARS % 4 == 3 and spoken >= SPOKEN_SHARE:
        return []
    if spoken < SPOKEN_SHARE:
        return light_bar(theme, colour, bar)
    return under_speech(theme, colour, bar)


class _Clock:
    """Finds what happens at a second of the film."""

    def __init__(self, request: ScoreRequest) -> None:
        rate = request.rate
        self._scenes = request.scenes
        self._starts = np.array([float(rate.seconds(scene.start_frame)) for scene in request.scenes])
        last = request.scenes[-1]
        self.end_s = float(rate.seconds(last.start_frame + last.frames))
        speech = sorted(span for scene in request.scenes for span in scene.speech)
        self._speech = np.array([[float(rate.seconds(start)), float(rate.seconds(end))] for start, end in speech])
        self._speech = self._speech.reshape(-1, 2)

    def scene(self, second: float) -> ScoredScene:
        return self._scenes[max(0, int(np.searchsorted(self._starts, second + 0.5, side="right")) - 1)]

    def spoken(self, start_s: float, end_s: float) -> float:
        """Return the share of [start_s, end_s) in which a voice is heard."""
        overlap = np.minimum(self._speech[:, 1], end_s) - np.maximum(self._speech[:, 0], start_s)
        return float(np.maximum(0.0, overlap).sum()) / (end_s - start_s)


def score_blocks(request: ScoreRequest, total: int) -> Iterator[Array]:
    """Yield the score in a hall, stereo float32 blocks of BLOCK samples, `total` in all."""
    hall = Hall(request.sample_rate)
    bars = film_bars(request)
    coming: Bar | None = next(bars, None)
    sounding: list[tuple[int, Array, tuple[float, float]]] = []
    for start in range(0, total, BLOCK):
        count = min(BLOCK, total - start)
        while coming is not None and coming.start_s * request.sample_rate < start + count:
            sounding += [_struck(coming, one, request.sample_rate) for one in coming.notes]
            coming = next(bars, None)
        dry = np.zeros((count, 2), np.float32)
        for at, samples, (left, right) in sounding:
            first, end = max(start, at), min(start + count, at + len(samples))
            if end > first:
                heard = samples[first - at : end - at]
                dry[first - start : end - start, 0] += heard * np.float32(left)
                dry[first - start : end - start, 1] += heard * np.float32(right)
        sounding = [one for one in sounding if one[0] + len(one[1]) > start + count]
        yield hall.sound(dry) * LEVEL


def _struck(bar: Bar, one: Note, sample_rate: int) -> tuple[int, Array, tuple[float, float]]:
    # Held times in steps of 50 ms let the same note be used again.
    held_ms = max(50, round(one.beats * bar.beat_s * 20) * 50)
    samples = note(one.instrument, one.midi, held_ms, sample_rate)
    angle = (PAN[one.instrument] + 1) * np.pi / 4
    gains = (one.velocity * float(np.cos(angle)), one.velocity * float(np.sin(angle)))
    return int((bar.start_s + one.beat * bar.beat_s) * sample_rate), samples, gains


class Hall:
    """A small hall: convolution with decaying noise, a block at a time, its tail kept for the next."""

    def __init__(self, sample_rate: int) -> None:
        self._impulse = _hall_impulse(sample_rate)
        self._tail = np.zeros((len(self._impulse), 2), np.float32)
        self._spectra: dict[int, NDArray[np.complex64]] = {}

    def sound(self, dry: Array) -> Array:
        from scipy.fft import irfft, next_fast_len, rfft

        size = next_fast_len(len(dry) + len(self._impulse), real=True)
        if size not in self._spectra:
            self._spectra[size] = rfft(self._impulse, size, axis=0)
        wet = np.zeros((len(dry) + len(self._impulse), 2), np.float32)
        if dry.any():
            wet[:] = irfft(rfft(dry, size, axis=0) * self._spectra[size], size, axis=0)[: len(wet)]
        wet[: len(self._tail)] += self._tail
        self._tail = wet[len(dry) :].copy()
        return np.asarray(dry + np.float32(REVERB_LEVEL) * wet[: len(dry)], np.float32)


@functools.lru_cache(maxsize=2)
def _hall_impulse(sample_rate: int) -> Array:
    rng = np.random.default_rng(1887)
    count = int(REVERB_S * sample_rate)
    time_s = np.arange(count) / sample_rate
    noise = rng.standard_normal((count, 2))
    # High tones die sooner in a room of wood and people: each later moment is smoothed more.
    from scipy.signal import butter, sosfilt

    dark = sosfilt(butter(1, 1800, fs=sample_rate, output="sos"), noise, axis=0)
    bright = sosfilt(butter(1, 6000, fs=sample_rate, output="sos"), noise, axis=0)
    blend = np.exp(-time_s / 0.25)[:, None]
    impulse = (bright * blend + 2.0 * dark * (1 - blend)) * np.exp(-6.9 * time_s / REVERB_S)[:, None]
    impulse[: int(0.012 * sample_rate)] = 0.0
    return np.asarray(impulse / np.sqrt((impulse**2).sum(axis=0)), np.float32)
