"""Is a take a picture that moves as pictures do? Asked of engines that can fail without knowing it.

Frames are looked at as they go by, small: what is black, frozen or flickering is so at any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
"""A swing of the brightness, up or down, by less than this many levels of 255 is none."""
FLICKER_LEVELS_A_S = 36.0
"""A swing is one of a flicker where it is as fast as this, on average, in levels a second: a fire that flares by a
little is slower, and lightning is over before it has filled MOST_FLICKER of a stretch: it fills a fifth."""
FLICKER_S = 0.26
"""And where it turns round again after so long at most: each frame of a model of four frames a second does."""
MOST_BLACK, MOST_STILL, MOST_FLICKER = 0.8, 0.8, 0.7
"""Of the frames within BLACK_S, STILL_S and FLICKERING_S, wherever they lie: a shot is bad where a part of it is, such
as one of the clips that it is made of. Figures that are drawn anew every other frame stand still for half of the
time: takes of the shadow theatre do for 0.51 at most, those of the tiny model for 0.49."""
MOST_BLACK_ALTOGETHER = 0.5
BLACK_S, STILL_S, FLICKERING_S = 1.0, 2.0, 2.0
"""A fade is black for less, and somebody holds still for less."""
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
        self._levels: list[float] = []
        self._black: list[bool] = []
        self._still: list[bool] = []
        """Of each frame but the first: it is the one before. One that is black too is not counted twice."""
        self._before: NDArray[np.uint8] | None = None

    def look(self, frame: NDArray[np.uint8]) -> None:
        """Look at the next frame: uint8, shape (height, width, 3 or 4)."""
        height = max(2, round(LOOKED_AT_PX * frame.shape[0] / frame.shape[1]))
        small = cv2.resize(frame[..., :3], (LOOKED_AT_PX, height), interpolation=cv2.INTER_AREA)
        self._levels.append(float(small.mean()))
        self._black.append(bool(np.quantile(small, 0.99) < BLACK_LEVEL))
        if self._before is not None:
            same = float(cv2.absdiff(small, self._before).mean()) < STILL_LEVEL
            self._still.append(same and not self._black[-1])
        self._before = np.asarray(small, dtype=np.uint8)

    def verdict(self) -> Verdict:
        """Return what was seen. Cards are not judged: they may be black and still."""
        request = self._request
        seconds = request.rate.seconds(request.frames)
        if request.picture.kind != "scene" or len(self._levels) < 3 or seconds < LEAST_JUDGED_S:
            return Verdict((), 0.0)
        found = [fault for fault in (self._blackness(), self._stillness(), self._flicker()) if fault is not None]
        return Verdict(tuple(said for said, _ in found), sum(weight for _, weight in found))

    def _blackness(self) -> _Fault | None:
        whole = float(np.mean(self._black))
        if whole <= MOST_BLACK_ALTOGETHER and self._worst(self._black, BLACK_S) <= MOST_BLACK:
            return None
        return f"black: {whole:.0%} of its frames", 1 + 2 * whole

    def _stillness(self) -> _Fault | None:
        if self._worst(self._still, STILL_S) <= MOST_STILL:
            return None
        whole = float(np.mean(self._still))
        return f"frozen: {whole:.0%} of its frames are the one before", 1 + whole

    def _flicker(self) -> _Fault | None:
        """Brightness that swings fast and turns round again, time after time, whatever the rate it was made at."""
        per_second = float(self._request.rate.per_second)
        extremes = swings(self._levels, FLICKER_LEVEL)
        flickers, heights = np.zeros(len(self._levels) - 1, bool), list[float]()
        for begin, end in pairwise(extremes):
            seconds, height = (end - begin) / per_second, abs(self._levels[end] - self._levels[begin])
            if seconds <= FLICKER_S and height >= FLICKER_LEVELS_A_S * seconds:
                flickers[begin:end] = True
                heights.append(height)
        if self._worst(flickers, FLICKERING_S) <= MOST_FLICKER:
            return None
        height = float(np.median(heights))
        return f"flicker: its brightness jumps by {height:.0f} of 255", height / FLICKER_LEVEL

    def _worst(self, seen: Sequence[bool] | NDArray[np.bool_], seconds: float) -> float:
        """Return of how many frames it is so, 0 to 1, in the stretch of so many seconds where they are most; of the
        whole shot where that is shorter."""
        length = min(len(seen), max(1, round(seconds * float(self._request.rate.per_second))))
        counts = np.concatenate(([0], np.cumsum(seen)))
        return float((counts[length:] - counts[:-length]).max()) / length


_Fault = tuple[str, float]
"""What is wrong, in a line, and how wrong: 1 at least."""


def swings(levels: Sequence[float], least: float) -> list[int]:
    """Return where `levels` turn round, up or down, by `least` or more each time, with where they begin and end.

    What goes to and fro by less in between is no turn. Nothing is returned where they never differ by so much.
    """
    found: list[int] = []
    lowest = highest = 0
    rising: bool | None = None
    for at, level in enumerate(levels):
        if level < levels[lowest]:
            lowest = at
        if level > levels[highest]:
            highest = at
        if rising is not False and levels[highest] - level >= least:
            found.append(highest)
            rising, lowest = False, at
        elif rising is not True and level - levels[lowest] >= least:
            found.append(lowest)
            rising, highest = True, at
    if rising is not None:
        found.append(highest if rising else lowest)
    return found
