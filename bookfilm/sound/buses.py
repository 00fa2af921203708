"""The buses of the mix: all speech, and all effects, of a film as one track each, read block by block in order."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from bookfilm.records.timeline import Cue, Effect, Timeline
from bookfilm.sound.effects import effect_sound
from bookfilm.sound.speech import read_wav

Array = NDArray[np.float32]
Item = TypeVar("Item", Cue, Effect)

CHANNELS = 2
COMPRESS_ABOVE_DBFS, COMPRESS_RATIO = -19.0, 2.0
COMPRESS_WINDOW_S = 0.08
FADE_AT_END_S = 0.3


class _Bus(ABC, Generic[Item]):
    """One track of the film: its sounds are made as they are reached, laid over each other, and forgotten."""

    def __init__(self, coming: list[tuple[int, Item]], sides: tuple[int, ...]) -> None:
        """`coming`: sample at which each begins, in order. `sides`: a sample's shape."""
        self._coming: deque[tuple[int, Item]] = deque(coming)
        self._sides = sides
        self._sounding: list[tuple[int, Array]] = []

    def block(self, start: int, count: int) -> Array:
        """Return `count` samples from `start` on; blocks are asked for in order."""
        mixed = np.zeros((count, *self._sides), np.float32)
        while self._coming and self._coming[0][0] < start + count:
            at, item = self._coming.popleft()
            self._sounding.append((at, self._made(item, at)))
        for at, samples in self._sounding:
            first, end = max(start, at), min(start + count, at + len(samples))
            if end > first:
                mixed[first - start : end - start] += samples[first - at : end - at]
        self._sounding = [(at, samples) for at, samples in self._sounding if at + len(samples) > start + count]
        return mixed

    @abstractmethod
    def _made(self, item: Item, at: int) -> Array: ...


class SpeechBus(_Bus[Cue]):
    """All speech of the film as one mono track, read from its recordings."""

    def __init__(self, timeline: Timeline, recording_path: Callable[[str], Path]) -> None:
        self._rate, self._path = timeline.sample_rate, recording_path
        starts = [(timeline.rate.samples(cue.start_frame, self._rate), cue) for cue in timeline.cues()]
        super().__init__(sorted(starts, key=lambda one: one[0]), ())

    def _made(self, item: Cue, at: int) -> Array:
        from scipy.signal import resample_poly

        sound = read_wav(self._path(item.speech))
        common = math.gcd(sound.sample_rate, self._rate)
        resampled = resample_poly(sound.samples, self._rate // common, sound.sample_rate // common)
        return compressed(np.asarray(resampled, np.float32), self._rate)


class EffectsBus(_Bus[Effect]):
    """All effects of the film as one stereo track."""

    def __init__(self, timeline: Timeline, total: int) -> None:
        self._rate, self._total = timeline.sample_rate, total
        starts = [(timeline.rate.samples(one.start_frame, self._rate), one) for one in timeline.effects()]
        super().__init__(sorted(starts, key=lambda one: (one[0], one[1].sound)), (CHANNELS,))

    def _made(self, item: Effect, at: int) -> Array:
        """Return the sound, faded out by the film's end, should it last longer."""
        samples = effect_sound(item.sound, item.seed, self._rate)
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
