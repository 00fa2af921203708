"""Outlines: smooth splines, polygons and tapered ribbons as skia paths. Units are the caller's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import skia

Point = Sequence[float]
"""x, y, and a third value where the outline turns a corner there."""
Width = float | tuple[float, float]
"""Half a ribbon's width, or its left and right halves."""


def _tangents(points: Sequence[Point], closed: bool) -> list[tuple[float, float] | None]:
    count = len(points)
    found: list[tuple[float, float] | None] = []
    for i, point in enumerate(points):
        if len(point) > 2 and point[2]:
            found.append(None)
            continue
        before = points[i - 1] if closed or i > 0 else point
        after = points[(i + 1) % count] if closed or i < count - 1 else point
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        found.append((dx / length, dy / length))
    return found


def spline(points: Sequence[Point], closed: bool = True, handle: float = 0.36, path: Any = None) -> Any:
    """Return a smooth path through `points`; handles are `handle` of each chord, along the neighbours' chord."""
    points = _one_way(points) if closed else points
    path = skia.Path() if path is None else path
    tangents = _tangents(points, closed)
    count = len(points)
    path.moveTo(points[0][0], points[0][1])
    for i in range(count if closed else count - 1):
        a, b = points[i], points[(i + 1) % count]
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = math.hypot(dx, dy)
        chord = (dx / length, dy / length) if length > 1e-9 else (0.0, 0.0)
        t0, t1 = tangents[i] or chord, tangents[(i + 1) % count] or chord
        reach = length * handle
        path.cubicTo(a[0] + t0[0] * reach, a[1] + t0[1] * reach, b[0] - t1[0] * reach, b[1] - t1[1] * reach, b[0], b[1])
    if closed:
        path.close()
    return path


def _one_way(points: Sequence[Point]) -> Sequence[Point]:
    """Return `points` clockwise (y down): outlines of one path that overlap would else cancel out where they do."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))
    return points if area >= 0 else points[::-1]


def polygon(points: Sequence[Point], path: Any = None) -> Any:
    """Return a closed path of straight lines."""
    points = _one_way(points)
    path = skia.Path() if path is None else path
    path.moveTo(points[0][0], points[0][1])
    for point in points[1:]:
        path.lineTo(point[0], point[1])
    path.close()
    return path


def polyline(points: Sequence[Point], path: Any = None) -> Any:
    """Return an open path of straight lines, to be stroked."""
    path = skia.Path() if path is None else path
    path.moveTo(points[0][0], points[0][1])
    for point in points[1:]:
        path.lineTo(point[0], point[1])
    return path


def ribbon(points: Sequence[Point], widths: Sequence[Width], path: Any = None, smooth: bool = True) -> Any:
    """Return a tapered band along `points`, with half-widths to its left and right of the direction it runs in."""
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    last = len(points) - 1
    for i, (x, y) in enumerate((p[0], p[1]) for p in points):
        before, after = points[max(i - 1, 0)], points[min(i + 1, last)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        nx, ny = dy / length, -dx / length
        width = widths[i]
        wl, wr = width if isinstance(width, tuple) else (width, width)
        left.append((x + nx * wl, y + ny * wl))
        right.append((x - nx * wr, y - ny * wr))
    outline = left + right[::-1]
    return spline(outline, True, 0.36, path) if smooth else polygon(outline, path)


def box(left: float, top: float, right: float, bottom: float, path: Any = None) -> Any:
    """Return an upright rectangle."""
    path = skia.Path() if path is None else path
    path.addRect(skia.Rect.MakeLTRB(left, top, right, bottom))
    return path


def disc(x: float, y: float, radius: float, path: Any = None) -> Any:
    """Return a circle."""
    path = skia.Path() if path is None else path
    path.addCircle(x, y, radius)
    return path


def oval(x: float, y: float, rx: float, ry: float, path: Any = None) -> Any:
    """Return an ellipse about (x, y)."""
    path = skia.Path() if path is None else path
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


def arch(x: float, top: float, width: float, bottom: float, path: Any = None) -> Any:
    """Return a round-headed opening centred on x."""
    path = skia.Path() if path is None else path
    half = width / 2
    path.moveTo(x - half, bottom)
    path.lineTo(x - half, top + half)
    path.arcTo(skia.Rect.MakeLTRB(x - half, top, x + half, top + width), 180, 180, False)
    path.lineTo(x + half, bottom)
    path.close()
    return path


def pointed_arch(x: float, top: float, width: float, bottom: float, path: Any = None) -> Any:
    """Return a gothic opening centred on x."""
    half, rise = width / 2, width * 0.85
    path = skia.Path() if path is None else path
    path.moveTo(x - half, bottom)
    path.lineTo(x - half, top + rise)
    path.quadTo(x - half, top + rise * 0.35, x, top)
    path.quadTo(x + half, top + rise * 0.35, x + half, top + rise)
    path.lineTo(x + half, bottom)
    path.close()
    return path
