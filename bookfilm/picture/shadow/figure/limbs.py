"""Arms, hands, legs and feet, and what a hand carries."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import skia

from bookfilm.picture.shadow.figure.body import Body
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.figure.skeleton import Foot, Limb, Vec
from bookfilm.picture.shadow.paths import box, polygon, ribbon, spline

_Widths = tuple[tuple[float, float, float], ...]


def chain_path(limb: Limb, widths: _Widths, rounding: float = 0.28) -> Any:
    """Return a limb as one spline: `widths` are (place 0 to 2, front, back); the middle joint is rounded."""
    (ax, ay), (bx, by), (cx, cy) = limb.root, limb.mid, limb.end
    points: list[Vec] = []
    for t, _front, _back in widths:
        if t <= 1:
            x, y = ax + (bx - ax) * t, ay + (by - ay) * t
        else:
            x, y = bx + (cx - bx) * (t - 1), by + (cy - by) * (t - 1)
        near = abs(t - 1)
        if near < rounding:
            k = ((rounding - near) / rounding) ** 2 * 0.55
            mx = (ax + (bx - ax) * (1 - rounding) + bx + (cx - bx) * rounding) / 2
            my = (ay + (by - ay) * (1 - rounding) + by + (cy - by) * rounding) / 2
            x, y = x + (mx - bx) * k, y + (my - by) * k
        points.append((x, y))
    return ribbon(points, [(front, back) for _t, front, back in widths])


def cut_leg(knife: Knife, body: Body, leg: Limb, foot: Foot, far: bool) -> None:
    """Cut a trousered leg with its shoe."""
    m, b = body.limb, body.belly
    widths: _Widths = (
        (0, 0.20 * m + 0.1 * b, 0.22 * m + 0.05 * b),
        (0.12, 0.27 * m, 0.27 * m),
        (0.35, 0.29 * m, 0.30 * m),
        (0.9, 0.19 * m, 0.19 * m),
        (1.0, 0.18 * m, 0.18 * m),
        (1.35, 0.15 * m, 0.22 * m),
        (1.75, 0.125 * m, 0.135 * m),
        (2.0, 0.12 * m, 0.12 * m),
    )
    path = chain_path(leg, widths)
    if not far:
        knife.slit_path(path, 0.04, 0.55)
    knife.path(path, far)
    cut_foot(knife, body, leg.end, foot.pitch, far)


def cut_foot(knife: Knife, body: Body, ankle: Vec, pitch: float, far: bool) -> None:
    """Cut a shoe with a heel."""
    c = knife.canvas
    c.save()
    c.translate(*ankle)
    c.rotate(pitch)
    knife.path(_shoe(round(body.limb, 2), body.child), far)
    c.restore()


@lru_cache(maxsize=64)
def _shoe(m: float, flat: bool) -> Any:
    heel = 0.3 if flat else 0.24
    return spline(
        [
            (-0.115 * m, -0.12),
            (0.115 * m, -0.12),
            (0.17, 0.04),
            (0.42, 0.13),
            (0.60, 0.2),
            (0.63, 0.27),
            (0.58, 0.3, 1),
            (0.14, 0.3, 1),
            (0.10, heel),
            (-0.02, 0.3, 1),
            (-0.2, 0.3, 1),
            (-0.19, 0.12),
        ]
    )


def cut_arm(knife: Knife, body: Body, arm: Limb, hand: str, wrist: float, far: bool) -> None:
    """Cut a sleeved arm with its hand; the near one is told from the body by a thin gap."""
    m, puff = body.limb, 0.10 if body.puffed else 0.0
    widths: _Widths = (
        (0, 0.24 * m, 0.24 * m),
        (0.15, 0.23 * m + puff, 0.24 * m + puff),
        (0.45, 0.19 * m + puff * 0.4, 0.19 * m + puff * 0.4),
        (0.9, 0.155 * m, 0.16 * m),
        (1.15, 0.15 * m, 0.155 * m),
        (1.75, 0.115 * m, 0.115 * m),
        (2, 0.105 * m, 0.105 * m),
    )
    path = chain_path(arm, widths)
    if not far:
        knife.slit_path(path, 0.042, 0.7)
        knife.canvas.drawCircle(arm.root[0], arm.root[1] + 0.06, 0.32 * m * max(1.0, body.shoulders), knife.ink)
    knife.path(path, far)
    dx, dy = arm.end[0] - arm.mid[0], arm.end[1] - arm.mid[1]
    c = knife.canvas
    c.save()
    c.translate(*arm.end)
    c.rotate(math.degrees(math.atan2(dy, dx)) + wrist)
    size = 0.74 if body.child else 0.92 * min(max(m, 0.86), 1.1)
    c.scale(size, size)
    knife.path(_hand(hand), far)
    c.restore()
    if not far and knife.fine:
        length = math.hypot(dx, dy) or 1.0
        ux, uy = dx / length, dy / length
        bx, by = arm.end[0] - ux * 0.12, arm.end[1] - uy * 0.12
        knife.slit([(bx - uy * 0.16, by + ux * 0.16), (bx + uy * 0.16, by - ux * 0.16)], 0.022, 0.75)


@lru_cache(maxsize=16)
def _hand(kind: str) -> Any:
    """Return a hand's outline, wrist at 0, fingers along +x."""
    path = spline(
        [(-0.06, -0.085), (0.14, -0.12), (0.34, -0.12), (0.40, 0), (0.33, 0.12), (0.14, 0.11), (-0.06, 0.085)]
    )
    path.setFillType(skia.PathFillType.kWinding)

    def finger(points: list[tuple[float, float]], widths: list[float]) -> None:
        ribbon(points, widths, path)

    if kind == "open":
        for y, long, spread in ((-0.10, 0.62, -0.16), (-0.035, 0.72, -0.05), (0.035, 0.70, 0.06), (0.095, 0.58, 0.18)):
            finger([(0.28, y), (0.46, y + spread * 0.4), (long, y + spread)], [0.047, 0.04, 0.02])
        finger([(0.08, -0.07), (0.20, -0.22), (0.32, -0.33)], [0.055, 0.048, 0.024])
    elif kind == "point":
        finger([(0.28, -0.08), (0.5, -0.09), (0.76, -0.08)], [0.05, 0.043, 0.02])
        for y in (-0.01, 0.05, 0.1):
            finger([(0.28, y), (0.44, y + 0.01), (0.40, y + 0.07)], [0.052, 0.05, 0.035])
        finger([(0.10, -0.07), (0.24, -0.16), (0.40, -0.15)], [0.05, 0.045, 0.024])
    elif kind == "grip":
        spline([(0.05, -0.12), (0.28, -0.16), (0.42, -0.10), (0.44, 0.05), (0.36, 0.15), (0.12, 0.14)], path=path)
    elif kind == "flat":
        spline([(0.2, -0.11), (0.5, -0.09), (0.68, -0.02), (0.66, 0.03), (0.5, 0.08), (0.2, 0.11)], path=path)
        finger([(0.10, -0.08), (0.26, -0.17), (0.40, -0.15)], [0.05, 0.042, 0.02])
    else:
        for y, long, spread in ((-0.085, 0.60, 0.03), (-0.03, 0.66, 0.06), (0.035, 0.63, 0.09), (0.085, 0.55, 0.11)):
            finger([(0.28, y), (0.46, y + spread * 0.3), (long, y + spread)], [0.045, 0.042, 0.02])
        finger([(0.10, -0.08), (0.24, -0.17), (0.38, -0.18)], [0.05, 0.045, 0.022])
    return path


def cut_carried(knife: Knife, thing: str, hand: Vec, ground: float) -> None:
    """Cut what the hand at `hand` carries; `ground` is the floor's height in the figure's units (0 when standing)."""
    c = knife.canvas
    x, y = hand
    c.save()
    if thing == "stick":
        # Its end is round: the floor is touched, not pierced.
        knife.line([(x + 0.02, y - 0.1), (x + 0.16, ground - 0.085 / 2)], 0.085)
        knife.line([(x - 0.16, y - 0.14), (x - 0.02, y - 0.22), (x + 0.06, y - 0.08)], 0.085)
    elif thing == "umbrella":
        _umbrella(knife, x - 0.22, y - 3.0, 1.75)
        knife.line([(x + 0.05, y + 0.35), (x - 0.22, y - 2.9)], 0.06)
    elif thing == "sword":
        knife.path(ribbon([(x - 0.25, y + 0.02), (x + 2.2, y - 1.2)], [0.045, 0.008], smooth=False))
        knife.line([(x - 0.02, y - 0.28), (x + 0.16, y + 0.16)], 0.06)
    else:
        c.translate(x, y)
        knife.path(_HELD[thing]())
        if thing == "basket" and knife.fine:
            for k in (-0.22, 0.0, 0.22):
                knife.slit([(k, 0.62), (k * 0.9, 0.92)], 0.02, 0.6)
    c.restore()


def _umbrella(knife: Knife, x: float, y: float, reach: float) -> None:
    path = skia.Path()
    top = y - reach * 0.72
    path.moveTo(x - reach, y)
    path.cubicTo(x - reach * 0.92, y - reach * 0.5, x - reach * 0.45, top, x, top)
    path.cubicTo(x + reach * 0.45, top, x + reach * 0.92, y - reach * 0.5, x + reach, y)
    for i in range(6):
        a, b = x + reach - reach * i / 3, x + reach - reach * (i + 1) / 3
        path.quadTo((a + b) / 2, y - reach * 0.13, b, y)
    path.close()
    knife.path(path)
    knife.line([(x, top + 0.05), (x, top - 0.22)], 0.06)
    if knife.fine:
        for i in (-2, -1, 0, 1, 2):
            foot = x + reach * i / 3
            knife.slit([(x, top + 0.04), (x + (foot - x) * 0.75, top + reach * 0.2), (foot, y - 0.04)], 0.018, 0.5)


def _basket() -> Any:
    path = ribbon([(-0.4, 0.5), (-0.3, 0.1), (0, -0.02), (0.3, 0.1), (0.4, 0.5)], [0.035] * 5)
    return spline([(-0.52, 0.46, 1), (0.52, 0.46, 1), (0.40, 0.98), (-0.40, 0.98)], path=path)


def _bag() -> Any:
    path = ribbon([(-0.2, 0.28), (-0.12, 0.04), (0.12, 0.04), (0.2, 0.28)], [0.04] * 4)
    return spline(
        [(-0.5, 0.34), (-0.2, 0.24), (0.2, 0.24), (0.5, 0.34), (0.56, 0.92), (0, 0.98), (-0.56, 0.92)], path=path
    )


def _lamp() -> Any:
    path = ribbon([(-0.17, 0.3), (-0.1, 0.06), (0.1, 0.06), (0.17, 0.3)], [0.025] * 4)
    polygon([(-0.28, 0.40), (0, 0.16), (0.28, 0.40)], path)
    box(-0.26, 0.92, 0.26, 1.02, path)
    for side in (-0.24, 0.21):
        box(side, 0.38, side + 0.035, 0.95, path)
    return path


def _book() -> Any:
    path = polygon([(-0.06, -0.42), (0.52, -0.5), (0.58, 0.16), (0.0, 0.24)])
    return polygon([(0.0, -0.36), (-0.1, -0.30), (-0.04, 0.28), (0.0, 0.24)], path)


def _letter() -> Any:
    return polygon([(0.06, -0.5), (0.56, -0.44), (0.50, 0.16), (0.0, 0.10)])


def _fan() -> Any:
    path = skia.Path()
    path.moveTo(0.05, 0.0)
    for i in range(9):
        a = math.radians(-150 + 15 * i)
        reach = 0.86 if i % 2 == 0 else 0.78
        path.lineTo(0.05 + math.cos(a) * reach, math.sin(a) * reach)
    path.close()
    return path


_HELD = {"basket": _basket, "bag": _bag, "lamp": _lamp, "book": _book, "letter": _letter, "fan": _fan}
