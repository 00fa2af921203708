"""The shadow engine: a VideoEngine and PortraitEngine that needs no weights, no network and no GPU."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import (
    Cancelled,
    Clip,
    KeyframeRequest,
    PortraitRequest,
    Progress,
    RenderRequest,
    VideoCapabilities,
)
from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled
from bookfilm.picture.shadow.stylesheets import STYLE_NAMES, named_style
from bookfilm.records.time import FILM_RATE

if TYPE_CHECKING:
    from bookfilm.picture.shadow.shot import Shot

SMALLEST, LARGEST = 32, 4320


class ShadowEngine:
    """Draws shots as shadow theatre.

    The same request gives the same pixels in any process and any order. What it keeps between requests (the sets cut so
    far) only saves time.
    """

    name = "shadow"
    revision = "11"
    STYLES = STYLE_NAMES

    def __init__(self) -> None:
        self._sets: object | None = None

    @property
    def capabilities(self) -> VideoCapabilities:
        return VideoCapabilities(reads_words=False, styles=STYLE_NAMES, takes_sheets=True)

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        """Render one shot. Raises EngineError for a style or size it cannot make; RenderCancelled when stopped."""
        shot = self._prepare(request)
        return Clip(request.width, request.height, request.rate, request.frames, _drawn(shot, progress, cancelled))

    def keyframe(self, request: KeyframeRequest, cancelled: Cancelled) -> NDArray[np.uint8]:
        """Return one frame of a shot of four seconds, RGB, shape (height, width, 3)."""
        if cancelled():
            raise RenderCancelled("asked to stop", subject="keyframe")
        frames = 4 * int(FILM_RATE.per_second)
        whole = RenderRequest(
            picture=request.picture,
            width=request.width,
            height=request.height,
            rate=FILM_RATE,
            frames=frames,
            style=request.style,
            sheet=request.sheet,
            seed=request.seed,
        )
        index = min(int(request.at * frames), frames - 1)
        plain = whole.changed(picture=request.picture.changed(fade_in=False, fade_out=False))
        pixels = self._prepare(plain).frame_at(max(index, 0))
        return np.ascontiguousarray(pixels[:, :, :3])

    def portrait(self, request: PortraitRequest, cancelled: Cancelled) -> NDArray[np.uint8]:
        """Return head and bust of one look, RGB, shape (height, width, 3), on a plain ground, looking to the right."""
        if cancelled():
            raise RenderCancelled("asked to stop", subject="portrait")
        _check_size(request.width, request.height)
        try:
            from bookfilm.picture.shadow.portrait import draw_portrait
        except ImportError as error:
            raise EngineUnavailable(f"cannot be loaded: {error}", subject="shadow engine") from error
        return draw_portrait(request)

    def _prepare(self, request: RenderRequest) -> Shot:
        if request.sheet is None:
            named_style(request.style)
        _check_size(request.width, request.height)
        if request.frames < 1:
            raise EngineError("a shot has at least one frame", subject=f"{request.frames} frames")
        try:
            from bookfilm.picture.shadow.backdrop import SetCache
            from bookfilm.picture.shadow.shot import Shot
        except ImportError as error:
            raise EngineUnavailable(f"cannot be loaded: {error}", subject="shadow engine") from error
        if not isinstance(self._sets, SetCache):
            self._sets = SetCache()
        return Shot(request, self._sets)


def _check_size(width: int, height: int) -> None:
    if not (min(width, height) >= SMALLEST and max(width, height) <= LARGEST):
        raise EngineError(f"a frame has {SMALLEST} to {LARGEST} pixels a side", subject=f"{width}x{height}")


def _drawn(shot: Shot, progress: Progress, cancelled: Cancelled) -> Iterator[NDArray[np.uint8]]:
    total = shot.request.frames
    for index in range(total):
        if cancelled():
            raise RenderCancelled("asked to stop", subject=f"frame {index} of {total}")
        yield shot.frame_at(index)
        progress(Fraction(index + 1, total))
