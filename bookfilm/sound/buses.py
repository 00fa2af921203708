"""The buses of the mix: all speech, and all effects, of a film as one track each, read block by block in order."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookfilm.records.timeline import Cue, Timeline
from bookfilm.sound.effects import effect_sound
from bookfilm.sound.speech import read_wav

Array = NDArray[np.float32]

CHANNELS = 2
COMPRESS_ABOVE_DBFS, COMPRESS_RATIO = -19.0, 2.0
COMPRESS_WINDOW_S = 0.08
FADE_AT_END_S = 0.3


class SpeechBus:
    """All speech of the film as one mono track, read from its recordings as it is asked for, in order."""

    def __init__(self, timeline: Timeline, recording_path: Callable[[str], Path]) -> None:
        self._rate = timeline.sample_rate
        self._path = recording_path
        starts = [(timeline.rate.samples(cue.start_frame, self._rate), cue) for cue in timeline.cues()]
        self._coming = sorted(starts, key=lambda one: one[0])
        self._next = 0
        self._sounding: list[tuple[int, Array]] = []

    def block(self, start: int, count: int) -> Array:
        mixed = np.zeros(count, np.float32)
        while self._next < len(self._coming) and self._coming[self._next][0] < start + count:
            at, cue = self._coming[self._next]
            self._sounding.append((at, self._voice(cue)))
            self._next += 1
        for at, samples in self._sounding:
            first, end = max(start, at), min(start + count, at + len(samples))
            if end > first:
                mixed[first - start : end - start] += samples[first - at : end - at]
        self._sounding = [(at, samples) for at, samples in self._sounding if at + len(samples) > start + count]
        return mixed

    def _voice(self, cue: Cue) -> Array:
        from scipy.signal import resample_poly

        sound = read_wav(self._path(cue.speech))
        common = math.gcd(sound.sample_rate, self._rate)
        resampled = resample_poly(sound.samples, self._rate // common, sound.sample_rate // common)
        return compressed(np.asarray(resampled, np.float32), self._rate)


class EffectsBus:
    """All effects of the film as one stereo track, made as they are asked for, in order."""

    def __init__(self, timeline: Timeline, total: int) -> None:
        self._rate, self._total = timeline.sample_rate, total
        starts = [(timeline.rate.samples(one.start_frame, self._rate), one) for one in timeline.effects()]
        self._coming = deque(sorted(starts, key=lambda one: (one[0], one[1].sound)))
        self._sounding: list[tuple[int, Array]] = []

    def block(self, start: int, count: int) -> Array:
        mixed = np.zeros((count, CHANNELS), np.float32)
        while self._coming and self._coming[0][0] < start + count:
            at, effect = self._coming.popleft()
            self._sounding.append((at, self._within(effect_sound(effect.sound, effect.seed, self._rate), at)))
        for at, samples in self._sounding:
            first, end = max(start, at), min(start + count, at + len(samples))
            if end > first:
                mixed[first - start : end - start] += samples[first - at : end - at]
        self._sounding = [(at, samples) for at, samples in self._sounding if at + len(samples) > start + count]
        return mixed

    def _within(self, samples: Array, at: int) -> Array:
        """Return `samples` faded out by the film's end, should they last longer."""
        kept = samples[: max(0, self._total - at)].copy()
        if len(kept) < len(samples):
            count = min(len(kept), int(FADE_AT_END_S * self._rate))
            kept[len(kept) - count :] *= np.linspace(1, 0, count, dtype=np.float32)[:, None]
        return kept


def compressed(voice: Array, sample_rate: int) -> Array:
    """Return `voice` with what is louder than COMPRESS_ABOVE_DBFS brought nearer to it; quiet speech is left alone."""
    hop = sample_rate // 100
    count = -(-len(voice) // hop)
    if not count:
        return voice
    padded = np.zeros(count * hop, np.float64)
    padded[: len(voice)] = voice
    power = np.mean(padded.reshape(count, hop) ** 2, axis=1)
    window = np.hanning(2 * int(COMPRESS_WINDOW_S * 50) + 3)[1:-1]
    reach = len(window) // 2
    smooth = np.convolve(np.pad(power, reach), window / window.sum(), mode="valid")
    over_db = np.maximum(0.0, 10 * np.log10(np.maximum(smooth, 1e-12)) - COMPRESS_ABOVE_DBFS)
    gain = 10 ** (-over_db * (1 - 1 / COMPRESS_RATIO) / 20)
    curve = np.interp(np.arange(len(voice)), (np.arange(count) + 0.5) * hop, gain)
    return (voice * curve).astype(np.float32)
