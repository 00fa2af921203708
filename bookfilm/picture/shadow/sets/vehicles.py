"""Ships, boats, carriages, and what lies about them."""

from __future__ import annotations

import math
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paths import polyline, ribbon, spline
from bookfilm.picture.shadow.sets.scenery import line_of, outlined, paint_of

_MASTS = ((-0.55, -1.40), (-0.02, -1.80), (0.50, -1.55))
"""Where a ship's masts stand and how high they reach, in half lengths of her hull; so are all measures below."""
_STAYS = (((-0.02, -1.72), (0.5, -1.0)), ((0.5, -1.47), (1.42, -0.42)), ((-0.55, -1.33), (-0.98, -0.42)))
_JIBS = (((0.53, -1.30), (1.36, -0.44), (0.66, -0.42)), ((0.53, -1.0), (1.10, -0.30), (0.64, -0.34)))
_YARDS = (
    (-0.55, (-1.24, 0.17, 0.24), (-0.96, 0.22, 0.34)),
    (-0.02, (-1.62, 0.17, 0.22), (-1.36, 0.24, 0.36), (-0.96, 0.31, 0.5)),
    (0.50, (-1.40, 0.16, 0.22), (-1.15, 0.22, 0.34), (-0.78, 0.28, 0.4)),
)
"""For every mast its square sails from above: the yard's height, half its width, the sail's drop."""
_HULL = (
    (-1.06, -0.34, 1),
    (-0.72, -0.26, 1),
    (-0.70, -0.14, 1),
    (0, -0.06),
    (0.62, -0.13, 1),
    (0.64, -0.2, 1),
    (1.0, -0.27),
    (1.5, -0.5, 1),
    (1.52, -0.47, 1),
    (1.06, -0.18),
    (0.92, 0.06),
    (0.72, 0.3),
    (0, 0.36),
    (-0.7, 0.3),
    (-0.94, 0.06),
)


def sailing_ship(
    canvas: Any, x: float, y: float, size: float, tilt: float, ink: Colour, sail: Colour, lit: Colour | None
) -> None:
    """A three-master; `size` is half her hull's length, `tilt` in degrees."""
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(tilt)
    canvas.scale(size, size)
    hull = paint_of(ink)
    _standing_rigging(canvas, line_of(mix(ink, sail, 0.25), 0.008))
    for mast, top in _MASTS:
        _mast_with_flag(canvas, mast, top, hull)
    for head, tack, clew in _JIBS:
        _jib(canvas, head, tack, clew, paint_of(mix(sail, ink, 0.22)))
    for mast, *rows in _YARDS:
        for top, half, drop in rows:
            _square_sail(canvas, mast, top, half, drop, ink, sail)
    canvas.drawPath(spline(list(_HULL)), hull)
    if lit is not None:
        for i in range(9):
            canvas.drawRect(skia.Rect.MakeXYWH(-0.62 + 0.14 * i, 0.015, 0.045, 0.04), paint_of(lit, 0.9))
    canvas.restore()


def _standing_rigging(canvas: Any, rope: Any) -> None:
    for mast, top in _MASTS:
        for dx in (-0.22, -0.12, 0.12, 0.2):
            canvas.drawLine(mast, top * 0.92, mast + dx, -0.16, rope)
    for a, b in _STAYS:
        canvas.drawLine(*a, *b, rope)


def _mast_with_flag(canvas: Any, mast: float, top: float, paint: Any) -> None:
    canvas.drawPath(ribbon([(mast, -0.1), (mast, top * 0.5), (mast, top)], [0.026, 0.02, 0.008]), paint)
    flag = [
        (mast, top, 1),
        (mast + 0.22, top - 0.03),
        (mast + 0.34, top + 0.03, 1),
        (mast + 0.1, top + 0.075),
        (mast, top + 0.07, 1),
    ]
    canvas.drawPath(spline(flag), paint)


def _jib(
    canvas: Any, head: tuple[float, float], tack: tuple[float, float], clew: tuple[float, float], paint: Any
) -> None:
    """A triangular sail before the masts, given by its upper, forward and after corners."""
    jib = spline(
        [
            (*head, 1),
            ((head[0] + tack[0]) / 2 + 0.04, (head[1] + tack[1]) / 2),
            (*tack, 1),
            (*clew, 1),
            ((head[0] + clew[0]) / 2 + 0.1, (head[1] + clew[1]) / 2),
        ]
    )
    canvas.drawPath(jib, paint)


def _square_sail(canvas: Any, mast: float, top: float, half: float, drop: float, ink: Colour, sail: Colour) -> None:
    belly = 0.25 * drop
    cloth = skia.Path()
    cloth.moveTo(mast - half, top)
    cloth.lineTo(mast + half, top)
    cloth.quadTo(mast + half * 1.02 + belly * 1.25, top + drop * 0.55, mast + half * 1.1 + belly * 0.4, top + drop)
    cloth.quadTo(mast + belly * 0.6, top + drop * 0.8, mast - half * 1.06 + belly * 0.4, top + drop)
    cloth.quadTo(mast - half * 0.92 + belly * 0.9, top + drop * 0.5, mast - half, top)
    paint = paint_of(sail)
    canvas.drawPath(cloth, paint)
    for i in (-1, 0, 1):
        seam = skia.Path()
        seam.moveTo(mast + half * i / 2, top)
        seam.quadTo(
            mast + half * i / 2 + belly, top + drop * 0.55, mast + half * i / 2 + belly * 0.4, top + drop * 0.88
        )
        canvas.drawPath(seam, line_of(ink, 0.006, 0.35))
    canvas.drawLine(mast - half * 1.12, top, mast + half * 1.12, top, line_of(ink, 0.022))


def wheel(canvas: Any, x: float, y: float, radius: float, paint: Any, spokes: int = 12) -> None:
    """A spoked wheel whose middle is (x, y)."""
    canvas.drawCircle(x, y, radius, outlined(paint, radius * 0.10))
    canvas.drawCircle(x, y, radius * 0.15, paint)
    for i in range(spokes):
        a = i * 2 * math.pi / spokes
        canvas.drawLine(x, y, x + math.cos(a) * radius, y + math.sin(a) * radius, outlined(paint, radius * 0.045))


def coach(canvas: Any, x: float, ground: float, height: float, ink: Colour, glass: Colour, face: int = 1) -> None:
    """A closed carriage without its horse; `height` to the roof."""
    canvas.save()
    canvas.translate(x, ground)
    canvas.scale(face * height, height)
    fill = paint_of(ink)
    body = [
        (-0.62, -0.98, 1),
        (0.22, -1.0, 1),
        (0.26, -0.92, 1),
        (0.24, -0.66),
        (0.30, -0.5),
        (0.26, -0.34, 1),
        (-0.3, -0.3),
    ]
    canvas.drawPath(spline([*body, (-0.66, -0.44), (-0.74, -0.66), (-0.66, -0.92, 1)]), fill)
    canvas.drawPath(spline([(-0.70, -0.99, 1), (-0.3, -1.06), (0.26, -1.03, 1), (0.31, -0.98, 1)]), fill)
    box_seat = [
        (0.24, -0.42, 1),
        (0.5, -0.42),
        (0.74, -0.52),
        (0.86, -0.66, 1),
        (0.90, -0.62, 1),
        (0.76, -0.42),
        (0.62, -0.34),
        (0.3, -0.3),
    ]
    canvas.drawPath(spline(box_seat), fill)
    canvas.drawPath(
        spline([(0.26, -0.74, 1), (0.56, -0.74, 1), (0.58, -0.68, 1), (0.46, -0.42, 1), (0.26, -0.42, 1)]), fill
    )
    for left, right in ((-0.16, 0.16), (-0.56, -0.26)):
        shape = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(left, -0.9, right, -0.62), 0.03, 0.03)
        canvas.drawRRect(shape, paint_of(glass))
    wheel(canvas, -0.5, -0.27, 0.27, fill)
    wheel(canvas, 0.6, -0.205, 0.205, fill, 10)
    canvas.restore()


def rowing_boat(path: Any, x: float, y: float, length: float) -> None:
    """A rowing boat lying at the water's height `y`."""
    s = length
    hull = [
        (x - 0.52 * s, y - 0.13 * s, 1),
        (x - 0.2 * s, y - 0.065 * s),
        (x + 0.2 * s, y - 0.07 * s),
        (x + 0.54 * s, y - 0.17 * s, 1),
    ]
    spline([*hull, (x + 0.40 * s, y + 0.04 * s), (x, y + 0.06 * s), (x - 0.40 * s, y + 0.04 * s)], path=path)
    ribbon([(x - 0.02 * s, y - 0.2 * s), (x - 0.34 * s, y + 0.08 * s)], [0.012 * s, 0.016 * s], path, smooth=False)


def rigging(path: Any, x: float, top: float, foot: float, half: float) -> None:
    """A mast's shrouds and their rungs."""
    polyline([(x - half, foot), (x, top), (x + half, foot)], path)
    for i in range(1, 10):
        t = i / 10
        y, w = foot + (top - foot) * t, half * (1 - t)
        polyline([(x - w, y), (x + w, y)], path)


def barrel(path: Any, x: float, ground: float, height: float) -> None:
    """A barrel on end, its foot's middle at (x, ground)."""
    w = height * 0.36
    spline(
        [
            (x - w * 0.8, ground, 1),
            (x - w, ground - height * 0.5),
            (x - w * 0.8, ground - height, 1),
            (x + w * 0.8, ground - height, 1),
            (x + w, ground - height * 0.5),
            (x + w * 0.8, ground, 1),
        ],
        path=path,
    )
