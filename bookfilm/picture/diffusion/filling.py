"""Coarse to fine: a clip's frames, far apart in time, are the first and last frames of the clips that fill the time
between; and so on, where that is still longer than a clip (Yin et al. 2023, NUWA-XL, arXiv:2303.12346).

What is filled hangs on its two ends and on nothing else, so that nothing drifts, however long the shot is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bookfilm.picture.diffusion.joining import Pixels
from bookfilm.picture.diffusion.plan import fill_edges
from bookfilm.picture.diffusion.tables import FrameRule

MakeBetween = Callable[[int, "Pixels | None", "Pixels | None"], Pixels]
"""Makes a clip of so many frames that begins and ends with a picture, or as it likes where there is None."""


def fill_clips(
    lengths: Sequence[int], rule: FrameRule, make: MakeBetween, first: Pixels | None, last: Pixels | None
) -> Iterator[Pixels]:
    """Yield the frames of clips of `lengths`, of which neighbours share a frame, as one stretch from `first` to `last`.

    One clip at a time is in memory, and those it hangs on: one a level.
    """
    if len(lengths) == 1:
        yield from _met(make(lengths[0], first, last), first, last)
        return
    edges = fill_edges(len(lengths), rule.most)
    coarse = _met(make(rule.fitting(len(edges)), first, last), first, last)
    stills = [coarse[round(at * (len(coarse) - 1) / (len(edges) - 1))] for at in range(len(edges))]
    for at in range(len(edges) - 1):
        fine = fill_clips(lengths[edges[at] : edges[at + 1]], rule, make, stills[at], stills[at + 1])
        if at:
            # It is the last frame of the clip before.
            next(fine)
        yield from fine


def _met(clip: Pixels, first: Pixels | None, last: Pixels | None) -> Pixels:
    """Return `clip` with the very frames that it was to begin and end with; what it missed of them is given up evenly
    over its whole length, where nobody sees it."""
    if first is None and last is None:
        return clip
    share = (np.arange(len(clip), dtype=np.float32) / max(1, len(clip) - 1))[:, None, None, None]
    missed = np.zeros(clip.shape, np.float32)
    if first is not None:
        missed += (1 - share) * (first.astype(np.float32) - clip[0])
    if last is not None:
        missed += share * (last.astype(np.float32) - clip[-1])
    return np.asarray(np.clip(clip + missed, 0, 255).round(), np.uint8)
