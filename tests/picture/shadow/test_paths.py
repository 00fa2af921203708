"""Outlines that overlap in one path make one shape, whichever way each of them was drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bookfilm.picture.shadow.paths import Point, box, polygon, spline

CORNERS: Sequence[Point] = [(4, 4, 1), (16, 4, 1), (16, 16, 1), (4, 16, 1)]


@pytest.mark.parametrize("outline", [polygon, spline])
@pytest.mark.parametrize("points", [CORNERS, CORNERS[::-1]])
def test_an_overlap_is_no_hole(outline: Callable[..., Any], points: Sequence[Point]) -> None:
    path = box(0, 0, 10, 10)
    outline(points, path=path)
    assert all(path.contains(x, y) for x, y in ((2, 2), (7, 7), (14, 14)))
    assert not path.contains(18, 2)
