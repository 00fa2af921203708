"""Fires, lamps, candles, chandeliers and columns."""

from __future__ import annotations

import math
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paths import box, oval, ribbon, spline
from bookfilm.picture.shadow.sets.scenery import CLEAR, line_of, outlined, paint_of


def stove(
    canvas: Any, paint: Any, x: float, ground: float, height: float, top: float
) -> tuple[float, float, float, float]:
    """An iron stove with its pipe up to `top`. Returns the box of its fire door."""
    s = height
    canvas.drawPath(box(x - 0.06 * s, top, x + 0.06 * s, ground - 0.8 * s), paint)
    canvas.drawPath(
        spline(
            [
                (x - 0.32 * s, ground - 0.76 * s, 1),
                (x - 0.28 * s, ground - 0.94 * s),
                (x, ground - 1.0 * s),
                (x + 0.28 * s, ground - 0.94 * s),
                (x + 0.32 * s, ground - 0.76 * s, 1),
            ]
        ),
        paint,
    )
    canvas.drawPath(box(x - 0.30 * s, ground - 0.8 * s, x + 0.30 * s, ground), paint)
    for y in (0.78, 0.34):
        canvas.drawPath(box(x - 0.34 * s, ground - y * s, x + 0.34 * s, ground - (y - 0.05) * s), paint)
    return x - 0.19 * s, ground - 0.66 * s, x + 0.19 * s, ground - 0.44 * s


def fireplace(
    canvas: Any, paint: Any, x: float, ground: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """A mantelpiece with its hearth cut through. Returns the hearth's box."""
    canvas.drawPath(box(x - width / 2, ground - height, x + width / 2, ground + 6), paint)
    canvas.drawPath(box(x - width * 0.58, ground - height - 12, x + width * 0.58, ground - height + 4), paint)
    canvas.drawPath(box(x - width * 0.54, ground - height + 4, x + width * 0.54, ground - height + 12), paint)
    left, right, top = x - width * 0.3, x + width * 0.3, ground - height * 0.66
    canvas.drawPath(hearth_opening(left, top, right, ground), CLEAR)
    return left, top, right, ground


def hearth_opening(left: float, top: float, right: float, ground: float) -> Any:
    """Return the arched opening of a fireplace."""
    middle = (left + right) / 2
    return spline([(left, ground + 8, 1), (left, top + 24), (middle, top), (right, top + 24), (right, ground + 8, 1)])


def flames(canvas: Any, left: float, ground: float, width: float, height: float, warm: Colour, core: Colour) -> None:
    """A wood fire: three tongues and two logs."""
    for u, h, colour in ((0.3, 0.8, warm), (0.68, 0.7, warm), (0.5, 1.0, warm), (0.5, 0.6, core)):
        x, w, tall = left + width * u, width * 0.26, height * h
        tongue = [
            (x - w * 0.7, ground, 1),
            (x - w * 0.8, ground - tall * 0.35),
            (x - w * 0.2, ground - tall * 0.7),
            (x, ground - tall, 1),
            (x + w * 0.5, ground - tall * 0.6),
            (x + w * 0.8, ground - tall * 0.25),
            (x + w * 0.7, ground, 1),
        ]
        canvas.drawPath(spline(tongue), paint_of(colour, 0.95))
    logs = paint_of(mix(warm, (0.05, 0.02, 0.0), 0.9))
    canvas.drawPath(ribbon([(left, ground - 3), (left + width, ground - 9)], [6, 6], smooth=False), logs)
    canvas.drawPath(
        ribbon([(left + width * 0.1, ground - 9), (left + width * 0.95, ground - 2)], [5, 5], smooth=False), logs
    )


def candle(canvas: Any, x: float, y: float, height: float, wax: Colour, flame: Colour) -> tuple[float, float]:
    """A burning candle standing on `y`. Returns the middle of its flame."""
    w = height * 0.16
    canvas.drawRect(skia.Rect.MakeLTRB(x - w / 2, y - height, x + w / 2, y), paint_of(mix(wax, flame, 0.35)))
    f, top = height * 0.5 + 8, y - height
    shape = [
        (x, top - f, 1),
        (x + f * 0.17, top - f * 0.45),
        (x + f * 0.12, top - f * 0.1),
        (x, top),
        (x - f * 0.12, top - f * 0.1),
        (x - f * 0.17, top - f * 0.45),
    ]
    canvas.drawPath(spline(shape), paint_of(flame))
    return x, top - f * 0.45


def oil_lamp(canvas: Any, x: float, y: float, height: float, ink: Colour, glass: Colour) -> tuple[float, float]:
    """A table lamp with a shade, standing on `y`. Returns where its light is."""
    s = height
    canvas.drawPath(
        spline(
            [
                (x - 0.2 * s, y, 1),
                (x - 0.16 * s, y - 0.06 * s),
                (x - 0.04 * s, y - 0.12 * s),
                (x - 0.05 * s, y - 0.26 * s),
                (x - 0.14 * s, y - 0.34 * s),
                (x - 0.06 * s, y - 0.46 * s),
                (x + 0.06 * s, y - 0.46 * s),
                (x + 0.14 * s, y - 0.34 * s),
                (x + 0.05 * s, y - 0.26 * s),
                (x + 0.04 * s, y - 0.12 * s),
                (x + 0.16 * s, y - 0.06 * s),
                (x + 0.2 * s, y, 1),
            ]
        ),
        paint_of(ink),
    )
    canvas.drawPath(
        spline(
            [
                (x - 0.34 * s, y - 0.46 * s, 1),
                (x - 0.24 * s, y - 0.72 * s),
                (x - 0.1 * s, y - 0.88 * s, 1),
                (x + 0.1 * s, y - 0.88 * s, 1),
                (x + 0.24 * s, y - 0.72 * s),
                (x + 0.34 * s, y - 0.46 * s, 1),
            ]
        ),
        paint_of(glass),
    )
    canvas.drawPath(box(x - 0.05 * s, y - 1.0 * s, x + 0.05 * s, y - 0.88 * s), paint_of(ink))
    return x, y - 0.6 * s


def hanging_lamp(
    canvas: Any, x: float, top: float, y: float, size: float, ink: Colour, glass: Colour
) -> tuple[float, float]:
    """A lamp on a chain from the ceiling. Returns where its light is."""
    s = size
    canvas.drawLine(x, top, x, y - 0.7 * s, line_of(ink, 2.4))
    canvas.drawPath(
        spline(
            [
                (x - 0.3 * s, y, 1),
                (x - 0.26 * s, y + 0.18 * s),
                (x, y + 0.32 * s),
                (x + 0.26 * s, y + 0.18 * s),
                (x + 0.3 * s, y, 1),
            ]
        ),
        paint_of(glass),
    )
    canvas.drawPath(
        spline(
            [
                (x - 0.62 * s, y, 1),
                (x - 0.44 * s, y - 0.26 * s),
                (x - 0.1 * s, y - 0.46 * s),
                (x, y - 0.8 * s, 1),
                (x + 0.1 * s, y - 0.46 * s),
                (x + 0.44 * s, y - 0.26 * s),
                (x + 0.62 * s, y, 1),
            ]
        ),
        paint_of(ink),
    )
    return x, y + 0.14 * s


def chandelier(
    canvas: Any, paint: Any, x: float, y: float, size: float, top: float, holder: list[tuple[float, float]]
) -> None:
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
                arm.cubicTo(
                    x + side * reach * 0.4,
                    y + tier * s + s * 0.26 + drop,
                    x + side * reach * 0.95,
                    y + tier * s + s * 0.2 + drop,
                    ex,
                    ey,
                )
                canvas.drawPath(arm, outlined(paint, s * 0.02))
                cup = [
                    (ex - s * 0.05, ey - s * 0.015),
                    (ex + s * 0.05, ey - s * 0.015),
                    (ex + s * 0.02, ey + s * 0.03),
                    (ex - s * 0.02, ey + s * 0.03),
                ]
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
    spline(
        [
            (x - w * 0.42, top + w * 0.92, 1),
            (x - w * 0.62, top + w * 0.5),
            (x - w * 0.78, top + w * 0.22, 1),
            (x + w * 0.78, top + w * 0.22, 1),
            (x + w * 0.62, top + w * 0.5),
            (x + w * 0.42, top + w * 0.92, 1),
        ],
        path=path,
    )
    box(x - w * 0.84, top, x + w * 0.84, top + w * 0.24, path)
