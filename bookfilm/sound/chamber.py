"""The Composer named "chamber": places that sound like themselves, under a small ensemble that plays a theme.

Everything is synthesised (beds, instruments); nothing is sampled. Memory is flat: a second of film at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import ScoreRequest
from bookfilm.sound.ambience import ambience_blocks
from bookfilm.sound.score import BLOCK, score_blocks

FADE_IN_S, FADE_OUT_S = 0.6, 1.8


class ChamberComposer:
    """`music` and `ambience` are factors on either's level: 0 leaves it out."""

    name = "chamber"
    revision = "3"
    parts = ("ambience", "score")

    def __init__(self, music: float = 1.0, ambience: float = 1.0) -> None:
        self._music, self._ambience = np.float32(music), np.float32(ambience)

    def compose(self, request: ScoreRequest) -> Iterator[NDArray[np.float32]]:
        """Yield the film's score and ambience, from its first frame to the end of the last scene."""
        yield from self._blocks(request, self._music, self._ambience)

    def compose_part(self, request: ScoreRequest, part: str) -> Iterator[NDArray[np.float32]]:
        """Yield one of `parts` alone: their sum is what `compose` yields."""
        silent = np.float32(0)
        gains = (self._music, silent) if part == "score" else (silent, self._ambience)
        yield from self._blocks(request, *gains)

    def _blocks(
        self, request: ScoreRequest, music_gain: np.float32, place_gain: np.float32
    ) -> Iterator[NDArray[np.float32]]:
        if not request.scenes:
            return
        last = request.scenes[-1]
        total = request.rate.samples(last.start_frame + last.frames, request.sample_rate)
        at = 0
        places = ambience_blocks(request, total, BLOCK)
        for music, place in zip(score_blocks(request, total), places, strict=True):
            block = music * music_gain + place * place_gain
            yield block * _fade(at, len(block), total, request.sample_rate)[:, None]
            at += len(block)


def _fade(at: int, count: int, total: int, sample_rate: int) -> NDArray[np.float32]:
    """Return the film's own fade from and to silence, for `count` samples from `at` on."""
    place = np.arange(at, at + count)
    rise = np.minimum(1.0, (place + 1) / max(1.0, min(FADE_IN_S * sample_rate, total / 4)))
    fall = np.minimum(1.0, (total - 1 - place) / max(1.0, min(FADE_OUT_S * sample_rate, total / 3)))
    return np.asarray(np.sin(np.pi / 2 * np.minimum(rise, fall)) ** 2, np.float32)
