"""Is a take a picture that moves as pictures do? Asked of engines that can fail without knowing it.

Frames are looked at as they go by, small: what is black, frozen or flickering is so at any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest
from bookfilm.records.takes import Likeness

LOOKED_AT_PX = 96
"""The width at which frames are judged."""
BLACK_LEVEL = 20
"""A frame is black where 99 of 100 pixels are darker than this, of 255: a night scene has a lamp, a sky or a moon."""
STILL_LEVEL = 0.12
"""Two frames are one picture where they differ by less than this on average: film grain and x264 make more of it."""
FLICKER_LEVEL = 3.0
"""Brightness flickers where it turns round by more than this from frame to frame, half of the time. Lightning is rarer,
and a fade does not turn round."""
MOST_BLACK, MOST_STILL = 0.5, 0.8
LEAST_JUDGED_S = 0.5
"""A shot that is shorter may well stand still."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a take, a line each, and how wrong it is altogether: 0 where nothing is."""

    faults: tuple[str, ...]
    badness: float


def with_likeness(verdict: Verdict, likeness: Sequence[Likeness], floor: float) -> Verdict:
    """Return `verdict` with what is wrong with who is seen: somebody is less like their portrait than `floor`."""
    low = [one for one in likeness if one.score < floor]
    said = tuple(f"identity: {one.who} is {one.score:.2f} like the portrait, {floor:.2f} is the least" for one in low)
    weight = sum(1 + (floor - one.score) / floor for one in low)
    return Verdict((*verdict.faults, *said), verdict.badness + weight)


def with_adherence(verdict: Verdict, adherence: float | None, floor: float) -> Verdict:
    """Return `verdict` with what is wrong with what is seen: less of the prompt than `floor`."""
    if adherence is None or adherence >= floor:
        return verdict
    said = f"prompt: {adherence:.2f} of it is seen, {floor:.2f} is the least"
    return Verdict((*verdict.faults, said), verdict.badness + 1 + (floor - adherence) / floor)


class Judge:
    """Watches the frames of one take."""

    def __init__(self, request: RenderRequest) -> None:
        self._request = request
        self._black = self._still = self._seen = 0
        self._levels: list[float] = []
        self._before: NDArray[np.uint8] | None = None

    def look(self, frame: NDArray[np.uint8]) -> None:
        """Look at the next frame: uint8, shape (height, width, 3 or 4)."""
        height = max(2, round(LOOKED_AT_PX * frame.shape[0] / frame.shape[1]))
        small = cv2.resize(frame[..., :3], (LOOKED_AT_PX, height), interpolation=cv2.INTER_AREA)
        self._levels.append(float(small.mean()))
        self._black += int(np.quantile(small, 0.99) < BLACK_LEVEL)
        if self._before is not None:
            self._still += int(float(cv2.absdiff(small, self._before).mean()) < STILL_LEVEL)
        self._before = np.asarray(small, dtype=np.uint8)
        self._seen += 1

    def verdict(self) -> Verdict:
        """Return what was seen. Cards are not judged: they may be black and still."""
        request = self._request
        seconds = request.rate.seconds(request.frames)
        if request.picture.kind != "scene" or self._seen < 3 or seconds < LEAST_JUDGED_S:
            return Verdict((), 0.0)
        black, still, flicker = self._black / self._seen, self._still / (self._seen - 1), self._flicker()
        frozen = still > MOST_STILL and black <= MOST_BLACK
        found = [
            (black > MOST_BLACK, f"black: {black:.0%} of its frames", 3 * black),
            (frozen, f"frozen: {still:.0%} of its frames are the one before", 1 + still),
            (
                flicker > FLICKER_LEVEL,
                f"flicker: its brightness jumps by {flicker:.0f} of 255",
                flicker / FLICKER_LEVEL,
            ),
        ]
        return Verdict(
            tuple(said for wrong, said, _ in found if wrong), sum(weight for wrong, _, weight in found if wrong)
        )

    def _flicker(self) -> float:
        """Return by how much brightness turns round from frame to frame, in levels, in the middle of all cases."""
        steps = np.diff(np.asarray(self._levels))
        turns = steps[1:] * steps[:-1] < 0
        return float(np.median(np.where(turns, np.abs(np.diff(steps)) / 2, 0.0)))
