"""A video engine as somebody else's package would bring it: found by entry point on PYTHONPATH.

It draws stripes at a settable pace, and fails on pictures whose card says so. With `sick`, a file that is not there
yet, the first process that comes to draw something makes it, and fails at everything from then on: its GPU has broken.
With `slow`, another, that one takes ten seconds over each frame.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np

from bookfilm.engines.protocols import Cancelled, Clip, Progress, RenderRequest, VideoCapabilities
from bookfilm.errors import EngineError, RenderCancelled


class StripesEngine:
    name = "stripes"
    revision = "1"

    def __init__(self, frame_ms: float = 0.0, fails_on: str = "", sick: str = "", slow: str = "") -> None:
        self._frame_s = frame_ms / 1000
        self._sick = Path(sick) if sick else None
        self._slow = Path(slow) if slow else None
        self._fails_on = fails_on

    @property
    def capabilities(self) -> VideoCapabilities:
        return VideoCapabilities()

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        if self._sick is not None and self._is_first(self._sick):
            raise EngineError("CUDA error: an illegal memory access was encountered")
        if self._fails_on and self._fails_on in " ".join(request.picture.card):
            raise EngineError("stripes will not draw this", subject=self._fails_on)
        return Clip(
            request.width, request.height, request.rate, request.frames, self._frames(request, progress, cancelled)
        )

    def _is_first(self, mark: Path) -> bool:
        with suppress(FileExistsError):
            mark.touch(exist_ok=False)
            mark.write_text(str(os.getpid()))
        return mark.read_text() == str(os.getpid())

    def _frames(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Iterator[np.ndarray]:
        rng = np.random.default_rng(request.seed)
        stripes = rng.integers(30, 226, size=(1, 16, 3), dtype=np.uint8)
        row = np.repeat(stripes, -(-request.width // 16), axis=1)[:, : request.width]
        frame = np.repeat(row, request.height, axis=0)
        if self._slow is not None and self._is_first(self._slow):
            self._frame_s = 10.0
        for number in range(request.frames):
            if cancelled():
                raise RenderCancelled("asked to stop")
            time.sleep(self._frame_s)
            yield np.roll(frame, 2 * number, axis=1)
            progress(Fraction(number + 1, request.frames))
