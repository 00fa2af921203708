"""What stands in rooms and halls. Everything is added to a path or drawn with the sheet's own paint."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paths import box, disc, oval, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.scenery import CLEAR, line_of, outlined, paint_of


def window_bars(path: Any, x: float, y: float, width: float, height: float, bar: float = 7, nx: int = 2, ny: int = 3) -> None:
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
    points = [(hung, top, 1), (inner, top, 1), (inner - w * 0.08, top + h * 0.2), (hung + w * 0.46, top + h * (tie - 0.06))]
    points += [(hung + w * 0.3, top + h * tie), (hung + w * 0.4, top + h * (tie + 0.1)), (hung + w * 0.55, foot, 1), (hung, foot, 1)]
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
    ribbon([(x - 0.2 * s * f, ground), (x - 0.21 * s * f, ground - 0.5 * s), (x - 0.27 * s * f, ground - s)], [0.022 * s, 0.026 * s, 0.02 * s], path)
    ribbon([(x + 0.2 * s * f, ground), (x + 0.18 * s * f, ground - 0.46 * s)], [0.02 * s, 0.024 * s], path)
    box(min(x - 0.24 * s, x + 0.24 * s), ground - 0.5 * s, x + 0.24 * s, ground - 0.44 * s, path)
    box(x - 0.18 * s, ground - 0.2 * s, x + 0.18 * s, ground - 0.17 * s, path)
    ribbon([(x - 0.25 * s * f, ground - 0.98 * s), (x - 0.18 * s * f, ground - 0.92 * s)], [0.05 * s, 0.02 * s], path)


def armchair(path: Any, x: float, ground: float, height: float, face: int = 1) -> None:
    """A winged armchair from the side."""
    s = height
    points = [(-0.34, 0, 1), (-0.36, -0.5), (-0.46, -0.92), (-0.34, -1.0), (-0.20, -0.9), (-0.14, -0.56), (0.26, -0.52), (0.36, -0.44), (0.34, -0.1, 1), (0.34, 0, 1), (0.27, 0, 1), (0.25, -0.1, 1), (-0.24, -0.1, 1), (-0.27, 0, 1)]
    spline([(x + u * s * face, ground + v * s, *c) for u, v, *c in points], path=path)


def bookcase(canvas: Any, paint: Any, left: float, right: float, top: float, ground: float, rng: Random, gaps: float = 0.1) -> None:
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
            points = [(x, shelf, 1), (x - w * 0.08, shelf - h * 0.4), (x + w * 0.28, shelf - h * 0.8), (x + w * 0.24, shelf - h, 1), (x + w * 0.76, shelf - h, 1), (x + w * 0.72, shelf - h * 0.8), (x + w * 1.08, shelf - h * 0.4), (x + w, shelf, 1)]
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
    spline([(left, ground, 1), (left, ground - 0.50 * s), (left + 0.03 * s, ground - 0.53 * s), (left + 0.06 * s, ground - 0.5 * s), (left + 0.06 * s, ground, 1)], path=path)
    box(right - 0.05 * s, ground - 0.36 * s, right, ground, path)
    box(left, ground - 0.24 * s, right, ground - 0.08 * s, path)
    quilt = [(left + 0.25 * s, ground - 0.24 * s), (left + 0.34 * s, ground - 0.32 * s), (left + 0.7 * s, ground - 0.31 * s), (right - 0.05 * s, ground - 0.25 * s), (right - 0.06 * s, ground - 0.05 * s, 1), (left + 0.24 * s, ground - 0.06 * s, 1)]
    spline(quilt, path=path)
    spline([(left + 0.06 * s, ground - 0.24 * s), (left + 0.07 * s, ground - 0.33 * s), (left + 0.18 * s, ground - 0.36 * s), (left + 0.27 * s, ground - 0.28 * s), (left + 0.24 * s, ground - 0.22 * s)], path=path)
    if canopy:
        top = ground - 1.15 * s
        box(left - 0.02 * s, top, right + 0.02 * s, top + 0.06 * s, path)
        for x in (left, right - 0.03 * s):
            box(x, top, x + 0.03 * s, ground, path)
        curtain(path, left - 0.02 * s, left + 0.26 * s, top, ground - 0.1 * s, 0.55)


def stove(canvas: Any, paint: Any, x: float, ground: float, height: float, top: float) -> tuple[float, float, float, float]:
    """An iron stove with its pipe up to `top`. Returns the box of its fire door."""
    s = height
    canvas.drawPath(box(x - 0.06 * s, top, x + 0.06 * s, ground - 0.8 * s), paint)
    canvas.drawPath(spline([(x - 0.32 * s, ground - 0.76 * s, 1), (x - 0.28 * s, ground - 0.94 * s), (x, ground - 1.0 * s), (x + 0.28 * s, ground - 0.94 * s), (x + 0.32 * s, ground - 0.76 * s, 1)]), paint)
    canvas.drawPath(box(x - 0.30 * s, ground - 0.8 * s, x + 0.30 * s, ground), paint)
    for y in (0.78, 0.34):
        canvas.drawPath(box(x - 0.34 * s, ground - y * s, x + 0.34 * s, ground - (y - 0.05) * s), paint)
    return x - 0.19 * s, ground - 0.66 * s, x + 0.19 * s, ground - 0.44 * s


def fireplace(canvas: Any, paint: Any, x: float, ground: float, width: float, height: float) -> tuple[float, float, float, float]:
    """A mantelpiece with its hearth cut through. Returns the hearth's box."""
    canvas.drawPath(box(x - width / 2, ground - height, x + width / 2, ground + 6), paint)
    canvas.drawPath(box(x - width * 0.58, ground - height - 12, x + width * 0.58, ground - height + 4), paint)
    canvas.drawPath(box(x - width * 0.54, ground - height + 4, x + width * 0.54, ground - height + 12), paint)
    left, right, top = x - width * 0.3, x + width * 0.3, ground - height * 0.66
    opening = spline([(left, ground + 8, 1), (left, top + 24), (x, top), (right, top + 24), (right, ground + 8, 1)])
    canvas.drawPath(opening, CLEAR)
    return left, top, right, ground


def flames(canvas: Any, left: float, ground: float, width: float, height: float, warm: Colour, core: Colour) -> None:
    """A wood fire: three tongues and two logs."""
    for u, h, colour in ((0.3, 0.8, warm), (0.68, 0.7, warm), (0.5, 1.0, warm), (0.5, 0.6, core)):
        x, w, tall = left + width * u, width * 0.26, height * h
        tongue = [(x - w * 0.7, ground, 1), (x - w * 0.8, ground - tall * 0.35), (x - w * 0.2, ground - tall * 0.7), (x, ground - tall, 1), (x + w * 0.5, ground - tall * 0.6), (x + w * 0.8, ground - tall * 0.25), (x + w * 0.7, ground, 1)]
        canvas.drawPath(spline(tongue), paint_of(colour, 0.95))
    logs = paint_of(mix(warm, (0.05, 0.02, 0.0), 0.9))
    canvas.drawPath(ribbon([(left, ground - 3), (left + width, ground - 9)], [6, 6], smooth=False), logs)
    canvas.drawPath(ribbon([(left + width * 0.1, ground - 9), (left + width * 0.95, ground - 2)], [5, 5], smooth=False), logs)


def candle(canvas: Any, x: float, y: float, height: float, wax: Colour, flame: Colour) -> tuple[float, float]:
    """A burning candle standing on `y`. Returns the middle of its flame."""
    w = height * 0.16
    canvas.drawRect(skia.Rect.MakeLTRB(x - w / 2, y - height, x + w / 2, y), paint_of(mix(wax, flame, 0.35)))
    f, top = height * 0.5 + 8, y - height
    shape = [(x, top - f, 1), (x + f * 0.17, top - f * 0.45), (x + f * 0.12, top - f * 0.1), (x, top), (x - f * 0.12, top - f * 0.1), (x - f * 0.17, top - f * 0.45)]
    canvas.drawPath(spline(shape), paint_of(flame))
    return x, top - f * 0.45


def oil_lamp(canvas: Any, x: float, y: float, height: float, ink: Colour, glass: Colour) -> tuple[float, float]:
    """A table lamp with a shade, standing on `y`. Returns where its light is."""
    s = height
    canvas.drawPath(spline([(x - 0.2 * s, y, 1), (x - 0.16 * s, y - 0.06 * s), (x - 0.04 * s, y - 0.12 * s), (x - 0.05 * s, y - 0.26 * s), (x - 0.14 * s, y - 0.34 * s), (x - 0.06 * s, y - 0.46 * s), (x + 0.06 * s, y - 0.46 * s), (x + 0.14 * s, y - 0.34 * s), (x + 0.05 * s, y - 0.26 * s), (x + 0.04 * s, y - 0.12 * s), (x + 0.16 * s, y - 0.06 * s), (x + 0.2 * s, y, 1)]), paint_of(ink))
    canvas.drawPath(spline([(x - 0.34 * s, y - 0.46 * s, 1), (x - 0.24 * s, y - 0.72 * s), (x - 0.1 * s, y - 0.88 * s, 1), (x + 0.1 * s, y - 0.88 * s, 1), (x + 0.24 * s, y - 0.72 * s), (x + 0.34 * s, y - 0.46 * s, 1)]), paint_of(glass))
    canvas.drawPath(box(x - 0.05 * s, y - 1.0 * s, x + 0.05 * s, y - 0.88 * s), paint_of(ink))
    return x, y - 0.6 * s


def hanging_lamp(canvas: Any, x: float, top: float, y: float, size: float, ink: Colour, glass: Colour) -> tuple[float, float]:
    """A lamp on a chain from the ceiling. Returns where its light is."""
    s = size
    canvas.drawLine(x, top, x, y - 0.7 * s, line_of(ink, 2.4))
    canvas.drawPath(spline([(x - 0.3 * s, y, 1), (x - 0.26 * s, y + 0.18 * s), (x, y + 0.32 * s), (x + 0.26 * s, y + 0.18 * s), (x + 0.3 * s, y, 1)]), paint_of(glass))
    canvas.drawPath(spline([(x - 0.62 * s, y, 1), (x - 0.44 * s, y - 0.26 * s), (x - 0.1 * s, y - 0.46 * s), (x, y - 0.8 * s, 1), (x + 0.1 * s, y - 0.46 * s), (x + 0.44 * s, y - 0.26 * s), (x + 0.62 * s, y, 1)]), paint_of(ink))
    return x, y + 0.14 * s


def chandelier(canvas: Any, paint: Any, x: float, y: float, size: float, top: float, holder: list[tuple[float, float]]) -> None:
    """A chandelier of three tiers of S-arms; candle places are added to `holder`."""
    s = size
    canvas.drawLine(x, top, x, y - s * 0.9, outlined(paint, s * 0.03))
    half = [(0.06, -0.86), (0.03, -0.7), (0.10, -0.5), (0.04, -0.3), (0.13, -0.05), (0.10, 0.12), (0.03, 0.22)]
    stem = [(x, y - s), *((x + u * s, y + v * s) for u, v in half), (x, y + 0.36 * s, 1)]
    stem += [(x - u * s, y + v * s) for u, v in half[::-1]]
    canvas.drawPath(spline(stem), paint)
    for tier, radius, count in ((0.0, 1.0, 4), (-0.42, 0.66, 3), (-0.72, 0.36, 2)):
        for i in range(count):
            for side in (-1, 1):
                reach = radius * s * math.cos(i / count * math.pi * 0.47)
                drop = 0.10 * s * math.sin(i / count * math.pi * 0.5)
                ex, ey = x + side * reach, y + tier * s - 0.16 * s + drop * 0.6
                arm = skia.Path()
                arm.moveTo(x, y + tier * s)
                arm.cubicTo(x + side * reach * 0.4, y + tier * s + s * 0.26 + drop, x + side * reach * 0.95, y + tier * s + s * 0.2 + drop, ex, ey)
                canvas.drawPath(arm, outlined(paint, s * 0.02))
                cup = [(ex - s * 0.05, ey - s * 0.015), (ex + s * 0.05, ey - s * 0.015), (ex + s * 0.02, ey + s * 0.03), (ex - s * 0.02, ey + s * 0.03)]
                canvas.drawPath(spline(cup), paint)
                for k in range(2):
                    gem = ey + s * (0.06 + 0.06 * k)
                    canvas.drawPath(oval(ex, gem, s * 0.012, s * 0.024), paint)
                holder.append((ex, ey - s * 0.01))


def column(path: Any, x: float, top: float, foot: float, width: float) -> None:
    """A column with entasis .5 to .41, base and capital 1.6 wide."""
    w = width
    box(x - w * 0.78, foot - w * 0.22, x + w * 0.78, foot, path)
    box(x - w * 0.66, foot - w * 0.42, x + w * 0.66, foot - w * 0.2, path)
    half = [(0.56, foot - w * 0.4, 1), (0.5, foot - w * 0.62), (0.5, (top + foot) * 0.55), (0.41, top + w * 0.9, 1)]
    shaft = [(x - u * w, y, *c) for u, y, *c in half] + [(x + u * w, y, *c) for u, y, *c in half[::-1]]
    spline(shaft, True, 0.33, path)
    spline([(x - w * 0.42, top + w * 0.92, 1), (x - w * 0.62, top + w * 0.5), (x - w * 0.78, top + w * 0.22, 1), (x + w * 0.78, top + w * 0.22, 1), (x + w * 0.62, top + w * 0.5), (x + w * 0.42, top + w * 0.92, 1)], path=path)
    box(x - w * 0.84, top, x + w * 0.84, top + w * 0.24, path)


def picture_frame(path: Any, x: float, y: float, width: float, height: float) -> None:
    """A framed portrait hung on the wall: the frame is cut out round its sitter."""
    box(x, y, x + width, y + height, path)
    path.setFillType(skia.PathFillType.kEvenOdd)
    box(x + width * 0.1, y + width * 0.1, x + width * 0.9, y + height - width * 0.1, path)


def clock(path: Any, x: float, ground: float, height: float) -> None:
    """A long-case clock with its face cut through."""
    s = height
    box(x - 0.10 * s, ground - 0.98 * s, x + 0.10 * s, ground - 0.68 * s, path)
    spline([(x - 0.12 * s, ground - 0.96 * s, 1), (x - 0.06 * s, ground - 1.02 * s), (x, ground - 1.07 * s), (x + 0.06 * s, ground - 1.02 * s), (x + 0.12 * s, ground - 0.96 * s, 1)], path=path)
    box(x - 0.07 * s, ground - 0.7 * s, x + 0.07 * s, ground - 0.2 * s, path)
    box(x - 0.11 * s, ground - 0.2 * s, x + 0.11 * s, ground, path)


def bench(path: Any, left: float, right: float, ground: float, height: float) -> None:
    box(left, ground - height, right, ground - height + 8, path)
    for x in (left + 12, right - 22):
        box(x, ground - height, x + 10, ground, path)
