"""Plays the theme through the whole film: chooses for each bar how much is played, and streams the notes."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import ScoredScene, ScoreRequest
from bookfilm.records.time import FrameRate
from bookfilm.sound.instruments import PAN, note
from bookfilm.sound.motifs import Motif, compose_motifs, motif_notes
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
BEFORE_ENDING_S = 1.0
"""The dominant before the final chord lasts this much longer."""
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
    """Yield the score's bars from the film's first moment to the cadence at its end.

    Each scene has whole bars and comes home with its last two; where a leading character comes into sight, the next
    bar's melody is theirs.
    """
    theme = compose_theme(request.seed)
    motifs = compose_motifs(theme, request.seed, request.leads)
    clock = _Clock(request)
    stop, count = max(0.0, clock.end_s - ENDING_S - BEFORE_ENDING_S), 0
    for scene in request.scenes:
        colour, seen = colour_of(scene.mood, scene.setting.hour if scene.setting is not None else None), deque[str]()
        coming = deque(sorted(scene.entrances, key=lambda one: one.frame))
        for start_s, end_s, bar, is_home in _laid(scene, theme, colour, request.rate, stop):
            while coming and request.rate.seconds(coming[0].frame) < end_s:
                seen.append(coming.popleft().who)
            motif = motifs.get(seen.popleft()) if seen else None
            # Music that never stops is no longer heard: of four rounds of the theme one is left to the place itself.
            rests = count // BARS % 4 == 3 and not is_home
            notes = _played(theme, colour, scene, clock.spoken(start_s, end_s), bar, motif, rests)
            yield Bar(start_s, (end_s - start_s) / theme.beats_a_bar, tuple(notes))
            count += 1
    yield from _ending(theme, stop, clock.end_s)


def _laid(
    scene: ScoredScene, theme: Theme, colour: Colour, rate: FrameRate, stop_s: float
) -> Iterator[tuple[float, float, int, bool]]:
    """Yield each bar of a scene: its start and end in seconds, its place in the theme, and whether it is the close."""
    start = float(rate.seconds(scene.start_frame))
    full_end = float(rate.seconds(scene.start_frame + scene.frames))
    end = min(stop_s, full_end)
    if end <= start:
        return
    usual = theme.beats_a_bar * 60 / colour.beats_per_minute
    bars = max(1, round((end - start) / usual))
    comes_home = scene.setting is not None and end == full_end
    for number in range(bars):
        is_home = comes_home and number >= bars - 2
        bar = BARS - (bars - number) if is_home else number % BARS
        yield start + (end - start) * number / bars, start + (end - start) * (number + 1) / bars, bar, is_home


def _ending(theme: Theme, at: float, end_s: float) -> Iterator[Bar]:
    """A dominant that lasts until the final chord is due, and the chord."""
    final = max(at, end_s - ENDING_S * 0.8) if end_s - at > 3.0 else at
    if final > at:
        yield Bar(at, (final - at) / theme.beats_a_bar, tuple(cadence(theme, TITLE_COLOUR, last=False)))
    yield Bar(final, max(0.2, end_s - final) / (2 * theme.beats_a_bar), tuple(cadence(theme, TITLE_COLOUR, last=True)))


def _played(
    theme: Theme, colour: Colour, scene: ScoredScene, spoken: float, bar: int, motif: Motif | None, rests: bool
) -> list[Note]:
    if spoken >= SPOKEN_SHARE:
        told = motif_notes(motif, theme, colour, bar, 0.26) if motif else []
        return told if rests else under_speech(theme, colour, bar) + told
    melody = motif_notes(motif, theme, colour, bar, 0.75) if motif else None
    if scene.setting is None:
        return full_bar(theme, colour, bar, melody)
    return light_bar(theme, colour, bar, melody)


class _Clock:
    """Knows when voices are heard, and when the film ends."""

    def __init__(self, request: ScoreRequest) -> None:
        rate = request.rate
        last = request.scenes[-1]
        self.end_s = float(rate.seconds(last.start_frame + last.frames))
        speech = sorted(span for scene in request.scenes for span in scene.speech)
        self._speech = np.array([[float(rate.seconds(start)), float(rate.seconds(end))] for start, end in speech])
        self._speech = self._speech.reshape(-1, 2)

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
