"""Clips become one stretch of frames, one clip in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from bookfilm.picture.diffusion.plan import ShotPlan

Pixels = NDArray[np.uint8]
"""Frames: uint8, shape (n, height, width, 3); or one frame: (height, width, 3)."""
MakeClip = Callable[[int, "Pixels | None"], Pixels]
"""Makes the clip of that number, beginning with a frame, or with None as it likes."""

EASE_FRAMES = 6
"""Over so many frames a chained clip gives up the difference between its first frame and the one it was to begin with:
what a model makes of a picture is never quite that picture, and the eye sees it as a jump."""


def join_clips(plan: ShotPlan, make: MakeClip) -> Iterator[Pixels]:
    """Yield the frames of all clips of `plan` as one stretch, `plan.made` of them."""
    joined = _chained(plan, make) if plan.join == "chain" else _blended(plan, make)
    yield from joined


def _chained(plan: ShotPlan, make: MakeClip) -> Iterator[Pixels]:
    last: Pixels | None = None
    for number in range(len(plan.lengths)):
        clip = make(number, last)
        if last is None:
            yield from clip
            last = clip[-1]
            continue
        missed = last.astype(np.int16) - clip[0].astype(np.int16)
        shown = last
        for at in range(1, len(clip)):
            shown = _eased(clip[at], missed, at)
            yield shown
        last = shown


def _eased(frame: Pixels, missed: NDArray[np.int16], at: int) -> Pixels:
    if at >= EASE_FRAMES:
        return frame
    return np.clip(frame + missed * (1 - at / EASE_FRAMES), 0, 255).astype(np.uint8)


def _blended(plan: ShotPlan, make: MakeClip) -> Iterator[Pixels]:
    clip, shared = make(0, None), plan.shared
    held: Pixels | None = None
    for number in range(len(plan.lengths)):
        begun = 0
        if held is not None:
            begun = shared
            for at in range(shared):
                weight = (at + 1) / (shared + 1)
                yield (held[at] * (1 - weight) + clip[at] * weight + 0.5).astype(np.uint8)
        end = len(clip) - (shared if number < len(plan.lengths) - 1 else 0)
        yield from clip[begun:end]
        held = clip[end:]
