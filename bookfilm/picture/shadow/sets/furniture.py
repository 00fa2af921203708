"""What stands in rooms. Everything is added to a path or drawn with the sheet's own paint."""

from __future__ import annotations

from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.paths import box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.scenery import CLEAR


def window_bars(
    path: Any, x: float, y: float, width: float, height: float, bar: float = 7, nx: int = 2, ny: int = 3
) -> None:
    """A window's frame, mullions and sill round the opening (x, y, width, height)."""
    edge = bar * 1.8
    for side in (x - edge, x + width):
        box(side, y - edge, side + edge, y + height, path)
    box(x - edge, y - edge, x + width + edge, y, path)
    box(x - bar * 3, y + height, x + width + bar * 3, y + height + bar * 2, path)
    for i in range(1, nx):
        box(x + width * i / nx - bar / 2, y, x + width * i / nx + bar / 2, y + height, path)
    for j in range(1, ny):
        box(x, y + height * j / ny - bar * 0.4, x + width, y + height * j / ny + bar * 0.4, path)


def curtain(path: Any, hung: float, inner: float, top: float, foot: float, tie: float = 0.6) -> None:
    """A drape from `hung` (its outer edge) to `inner`, gathered at `tie` of its height."""
    w, h = inner - hung, foot - top
    points = [
        (hung, top, 1),
        (inner, top, 1),
        (inner - w * 0.08, top + h * 0.2),
        (hung + w * 0.46, top + h * (tie - 0.06)),
    ]
    points += [
        (hung + w * 0.3, top + h * tie),
        (hung + w * 0.4, top + h * (tie + 0.1)),
        (hung + w * 0.55, foot, 1),
        (hung, foot, 1),
    ]
    # All outlines run the same way round: where one laps over another nothing is cut out.
    spline(points if w > 0 else points[::-1], path=path)


def table(path: Any, left: float, right: float, top: float, ground: float, cloth: bool = False) -> None:
    """A table seen from the side, with a scalloped cloth if asked for."""
    box(left, top, right, top + 10, path)
    for x in (left + 18, right - 36):
        box(x, top, x + 18, ground, path)
    if cloth:
        count = max(4, int((right - left) / 60))
        step = (right - left + 32) / count
        points: list[tuple[float, ...]] = [(left - 16, top, 1), (right + 16, top, 1), (right + 14, top + 56, 1)]
        for i in range(count):
            x = right + 14 - step * (i + 0.5)
            points += [(x, top + 72), (right + 14 - step * (i + 1), top + 56, 1)]
        spline(points, path=path)


def chair(path: Any, x: float, ground: float, height: float, face: int = 1) -> None:
    """A ladder-back chair; its back is away from `face`."""
    s, f = height, face
    ribbon(
        [(x - 0.2 * s * f, ground), (x - 0.21 * s * f, ground - 0.5 * s), (x - 0.27 * s * f, ground - s)],
        [0.022 * s, 0.026 * s, 0.02 * s],
        path,
    )
    ribbon([(x + 0.2 * s * f, ground), (x + 0.18 * s * f, ground - 0.46 * s)], [0.02 * s, 0.024 * s], path)
    box(min(x - 0.24 * s, x + 0.24 * s), ground - 0.5 * s, x + 0.24 * s, ground - 0.44 * s, path)
    box(x - 0.18 * s, ground - 0.2 * s, x + 0.18 * s, ground - 0.17 * s, path)
    ribbon([(x - 0.25 * s * f, ground - 0.98 * s), (x - 0.18 * s * f, ground - 0.92 * s)], [0.05 * s, 0.02 * s], path)


def armchair(path: Any, x: float, ground: float, height: float, face: int = 1) -> None:
    """A winged armchair from the side."""
    s = height
    points = [
        (-0.34, 0, 1),
        (-0.36, -0.5),
        (-0.46, -0.92),
        (-0.34, -1.0),
        (-0.20, -0.9),
        (-0.14, -0.56),
        (0.26, -0.52),
        (0.36, -0.44),
        (0.34, -0.1, 1),
        (0.34, 0, 1),
        (0.27, 0, 1),
        (0.25, -0.1, 1),
        (-0.24, -0.1, 1),
        (-0.27, 0, 1),
    ]
    spline([(x + u * s * face, ground + v * s, *c) for u, v, *c in points], path=path)


def bookcase(
    canvas: Any, paint: Any, left: float, right: float, top: float, ground: float, rng: Random, gaps: float = 0.1
) -> None:
    """Shelves of books: the space above the books is cut through to the wall."""
    canvas.drawPath(box(left, top, right, ground), paint)
    canvas.drawPath(box(left - 8, top - 12, right + 8, top), paint)
    shelves = max(3, int((ground - top) / 74))
    high = (ground - top - 12) / shelves
    for i in range(shelves):
        y = top + 10 + high * i
        floor = y + high - 9
        canvas.drawPath(box(left + 9, y, right - 9, floor), CLEAR)
        x = left + 11
        while x < right - 16:
            if rng.random() < gaps:
                x += rng.uniform(8, 26)
                continue
            thick, tall = rng.uniform(5, 12), high * rng.uniform(0.52, 0.82)
            lean = rng.uniform(3, 9) if rng.random() < 0.12 else 0
            book = [(x, floor), (x + lean, floor - tall), (x + lean + thick, floor - tall), (x + thick, floor)]
            canvas.drawPath(polygon(book), paint)
            x += thick + 0.9 + lean


def wares(path: Any, left: float, right: float, shelf: float, rng: Random, size: float = 30) -> None:
    """Jars, bottles, plates and boxes standing on a shelf at height `shelf`."""
    x = left + 8
    while x < right - size:
        w, kind = size * rng.uniform(0.5, 0.9), rng.randrange(4)
        h = size * rng.uniform(0.8, 1.3)
        if kind == 0:
            points = [
                (x, shelf, 1),
                (x - w * 0.08, shelf - h * 0.4),
                (x + w * 0.28, shelf - h * 0.8),
                (x + w * 0.24, shelf - h, 1),
                (x + w * 0.76, shelf - h, 1),
                (x + w * 0.72, shelf - h * 0.8),
                (x + w * 1.08, shelf - h * 0.4),
                (x + w, shelf, 1),
            ]
            spline(points, path=path)
        elif kind == 1:
            box(x + w * 0.1, shelf - h * 0.62, x + w * 0.9, shelf, path)
            box(x + w * 0.36, shelf - h * 1.05, x + w * 0.64, shelf - h * 0.5, path)
        elif kind == 2:
            disc(x + w * 0.5, shelf - w * 0.56, w * 0.56, path)
        else:
            box(x, shelf - h * 0.7, x + w, shelf, path)
        x += w + size * rng.uniform(0.2, 0.6)


def shelf(path: Any, left: float, right: float, y: float, rng: Random, size: float = 30) -> None:
    """A wall shelf with brackets and what stands on it."""
    box(left, y, right, y + 7, path)
    for x in (left + 16, right - 16):
        polygon([(x - 4, y + 6), (x + 4, y + 6), (x, y + 26)], path)
    wares(path, left, right, y, rng, size)


def bed(path: Any, left: float, ground: float, length: float, canopy: bool) -> None:
    """A bed from its side: head board to the left, pillow, quilt; posts and hangings if it has a canopy."""
    s, right = length, left + length
    spline(
        [
            (left, ground, 1),
            (left, ground - 0.50 * s),
            (left + 0.03 * s, ground - 0.53 * s),
            (left + 0.06 * s, ground - 0.5 * s),
            (left + 0.06 * s, ground, 1),
        ],
        path=path,
    )
    box(right - 0.05 * s, ground - 0.36 * s, right, ground, path)
    box(left, ground - 0.24 * s, right, ground - 0.08 * s, path)
    quilt = [
        (left + 0.25 * s, ground - 0.24 * s),
        (left + 0.34 * s, ground - 0.32 * s),
        (left + 0.7 * s, ground - 0.31 * s),
        (right - 0.05 * s, ground - 0.25 * s),
        (right - 0.06 * s, ground - 0.05 * s, 1),
        (left + 0.24 * s, ground - 0.06 * s, 1),
    ]
    spline(quilt, path=path)
    spline(
        [
            (left + 0.06 * s, ground - 0.24 * s),
            (left + 0.07 * s, ground - 0.33 * s),
            (left + 0.18 * s, ground - 0.36 * s),
            (left + 0.27 * s, ground - 0.28 * s),
            (left + 0.24 * s, ground - 0.22 * s),
        ],
        path=path,
    )
    if canopy:
        top = ground - 1.15 * s
        box(left - 0.02 * s, top, right + 0.02 * s, top + 0.06 * s, path)
        for x in (left, right - 0.03 * s):
            box(x, top, x + 0.03 * s, ground, path)
        curtain(path, left - 0.02 * s, left + 0.26 * s, top, ground - 0.1 * s, 0.55)


def picture_frame(path: Any, x: float, y: float, width: float, height: float) -> None:
    """A framed portrait hung on the wall: the frame is cut out round its sitter."""
    box(x, y, x + width, y + height, path)
    path.setFillType(skia.PathFillType.kEvenOdd)
    box(x + width * 0.1, y + width * 0.1, x + width * 0.9, y + height - width * 0.1, path)


def clock(path: Any, x: float, ground: float, height: float) -> None:
    """A long-case clock with its face cut through."""
    s = height
    box(x - 0.10 * s, ground - 0.98 * s, x + 0.10 * s, ground - 0.68 * s, path)
    spline(
        [
            (x - 0.12 * s, ground - 0.96 * s, 1),
            (x - 0.06 * s, ground - 1.02 * s),
            (x, ground - 1.07 * s),
            (x + 0.06 * s, ground - 1.02 * s),
            (x + 0.12 * s, ground - 0.96 * s, 1),
        ],
        path=path,
    )
    box(x - 0.07 * s, ground - 0.7 * s, x + 0.07 * s, ground - 0.2 * s, path)
    box(x - 0.11 * s, ground - 0.2 * s, x + 0.11 * s, ground, path)


def bench(path: Any, left: float, right: float, ground: float, height: float) -> None:
    """A bench without a back: a board `height` above the ground on two legs."""
    box(left, ground - height, right, ground - height + 8, path)
    for x in (left + 12, right - 22):
        box(x, ground - height, x + 10, ground, path)
