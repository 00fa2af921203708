"""The joins of a shot's clips are judged by the worst of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.coarse import joins_over_inside
from bookfilm.picture.tiny.clips import FRAMES


def steady(frames: int) -> NDArray[np.uint8]:
    """Return frames of which each is two levels lighter than the one before."""
    return np.repeat(np.arange(frames, dtype=np.uint8) * 2, 4 * 4 * 3).reshape(frames, 4, 4, 3)


def test_a_shot_without_a_seam_has_none() -> None:
    joins = joins_over_inside(steady(5 * (FRAMES - 1) + 1))
    assert (joins.worst, joins.mean) == (1, 1)


def test_one_bad_join_of_many_is_seen() -> None:
    shot = steady(10 * (FRAMES - 1) + 1)
    for join in range(1, 10):
        shot[join * (FRAMES - 1)] -= 1
    shot[5 * (FRAMES - 1) :] += 10
    joins = joins_over_inside(shot)
    assert joins.worst == pytest.approx(5.5, abs=1)
    assert joins.mean < joins.worst / 2
