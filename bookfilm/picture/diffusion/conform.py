"""What the model made becomes what the film needs: its size, its rate, its number of frames, its fades.

Frames stream through: two of them are held, whatever the shot's length.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest
from bookfilm.errors import EngineError
from bookfilm.picture.diffusion.plan import ShotPlan

Frame = NDArray[np.uint8]
FADE_S = Fraction(1, 2)
FLOW_WIDTH = 480
"""Motion is looked for in frames of this width: it is as good there, and thirty times as fast as at full size."""
SAME_TIME = Fraction(1, 50)
"""Nearer than this share of a frame to one that was made, that one is shown."""


def conform_frames(made: Iterator[Frame], plan: ShotPlan, request: RenderRequest) -> Iterator[Frame]:
    """Yield `request.frames` frames, uint8 of shape (height, width, 3), read from `made` at the times of `plan`.

    Between two frames that were made, one is worked out along the motion in between (optical flow after Kroeger et
    al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016), so that a rate is changed without a stutter.
    Raises EngineError if `made` ends too soon.
    """
    between = _Between()
    source = (sized(frame, request.width, request.height) for frame in made)
    held, number = _next(source, request), 0
    after: Frame | None = None
    for index in range(request.frames):
        low, share = divmod(plan.position(index), 1)
        if share > 1 - SAME_TIME:
            low, share = low + 1, Fraction(0)
        while number < low:
            held, after = after if after is not None else _next(source, request), None
            number += 1
        if share <= SAME_TIME:
            frame = held
        else:
            after = _next(source, request) if after is None else after
            frame = between.frame(held, after, float(share), number)
        yield _faded(frame, index, request)


def _next(source: Iterator[Frame], request: RenderRequest) -> Frame:
    frame = next(source, None)
    if frame is None:
        raise EngineError(f"the model made too little for {request.frames} frames", subject="diffusion")
    return frame


def sized(frame: Frame, width: int, height: int) -> Frame:
    """Return `frame` at `width` by `height`: what is too wide or too high is cut off evenly, nothing is stretched."""
    across, down = frame.shape[1], frame.shape[0]
    scale = max(width / across, height / down)
    cut_w, cut_h = min(across, round(width / scale)), min(down, round(height / scale))
    left, top = (across - cut_w) // 2, (down - cut_h) // 2
    cut = frame[top : top + cut_h, left : left + cut_w]
    if cut.shape[:2] == (height, width):
        return np.ascontiguousarray(cut)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cut, (width, height), interpolation=how), dtype=np.uint8)


class _Between:
    """Works out frames between two; the motion between them is found once."""

    def __init__(self) -> None:
        self._flow_of = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._pair = -1
        self._flow: NDArray[np.float32] = np.zeros((0, 0, 2), np.float32)
        self._grid: NDArray[np.float32] = np.zeros((0, 0, 2), np.float32)

    def frame(self, before: Frame, after: Frame, share: float, pair: int) -> Frame:
        """Return the frame at `share` of the way from `before` to `after`; `pair` tells one pair from another."""
        if pair != self._pair:
            self._pair, self._flow = pair, self._motion(before, after)
        first, second = self._moved(before, -share), self._moved(after, 1 - share)
        return np.asarray(cv2.addWeighted(first, 1 - share, second, share, 0), dtype=np.uint8)

    def _moved(self, frame: Frame, share: float) -> Frame:
        """Return `frame` read at `share` of the motion away from each pixel."""
        across, down = (np.ascontiguousarray(part) for part in np.moveaxis(self._grid + share * self._flow, 2, 0))
        moved = cv2.remap(frame, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, dtype=np.uint8)

    def _motion(self, before: Frame, after: Frame) -> NDArray[np.float32]:
        """Return for each pixel how far it moves from `before` to `after`, in pixels: float32 (height, width, 2)."""
        height, width = before.shape[:2]
        if self._grid.shape[:2] != (height, width):
            rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
            self._grid = np.dstack((columns, rows))
        small_w = max(16, min(width, FLOW_WIDTH))
        small_h = max(16, round(small_w * height / width))
        grey = [
            cv2.cvtColor(cv2.resize(f, (small_w, small_h), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
            for f in (before, after)
        ]
        flow = self._flow_of.calc(grey[0], grey[1], None)  # type: ignore[call-overload]  # None: begin with none
        whole = cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR)
        scale = np.array([width / small_w, height / small_h], np.float32)
        return np.asarray(whole * scale, dtype=np.float32)


def _faded(frame: Frame, index: int, request: RenderRequest) -> Frame:
    """Return the frame, its first or last half second brought out of, or into, the dark."""
    picture = request.picture
    if not (picture.fade_in or picture.fade_out):
        return frame
    span = min(max(1, round(FADE_S * request.rate.per_second)), request.frames)
    light = 1.0
    if picture.fade_in:
        light = min(light, (index + 1) / (span + 1))
    if picture.fade_out:
        light = min(light, (request.frames - index) / (span + 1))
    return frame if light >= 1 else np.asarray(cv2.convertScaleAbs(frame, alpha=light * light * (3 - 2 * light)))
