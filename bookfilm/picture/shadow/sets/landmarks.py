"""Things seen from afar or standing by themselves: churches, castles, mills, stalls, graves, fences, smoke."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour
from bookfilm.picture.shadow.paths import arch, box, disc, oval, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.scenery import CLEAR, paint_of


def steeple(canvas: Any, paint: Any, x: float, ground: float, height: float) -> None:
    """A parish church: nave, tower, spire and cross; its belfry and clock are cut through."""
    s = height / 100
    canvas.drawPath(box(x - 6 * s, ground - 62 * s, x + 6 * s, ground + 4), paint)
    canvas.drawPath(
        polygon([(x - 7.6 * s, ground - 61 * s), (x, ground - 96 * s), (x + 7.6 * s, ground - 61 * s)]), paint
    )
    canvas.drawPath(box(x - 0.4 * s, ground - 103 * s, x + 0.4 * s, ground - 95 * s), paint)
    canvas.drawPath(box(x - 2.2 * s, ground - 100.6 * s, x + 2.2 * s, ground - 99.8 * s), paint)
    nave = [
        (x + 5 * s, ground - 22 * s),
        (x + 9 * s, ground - 38 * s),
        (x + 36 * s, ground - 38 * s),
        (x + 40 * s, ground - 22 * s),
    ]
    canvas.drawPath(polygon(nave), paint)
    canvas.drawPath(box(x + 5 * s, ground - 24 * s, x + 39 * s, ground + 4), paint)
    canvas.drawPath(arch(x, ground - 55 * s, 4.4 * s, ground - 45 * s), CLEAR)
    for i in range(4):
        canvas.drawPath(arch(x + (11 + 7.4 * i) * s, ground - 19 * s, 2.8 * s, ground - 7 * s), CLEAR)


def onion_dome(path: Any, x: float, y: float, width: float, height: float) -> None:
    """An onion dome on a drum whose top is `y`, with its cross."""
    side = [(0.42, 0), (0.60, 0.16), (0.64, 0.32), (0.46, 0.54), (0.16, 0.74), (0.05, 0.92)]
    right = [(x + width * u, y - height * v) for u, v in side]
    left = [(x - width * u, y - height * v) for u, v in side]
    spline([(*left[0], 1), *left[1:], (x, y - height * 1.04, 1), *right[:0:-1], (*right[0], 1)], True, 0.37, path)
    tall, bar, foot = height * 0.62, max(1.1, width * 0.035), y - height * 1.02
    disc(x, foot - bar, bar * 2, path)
    box(x - bar, foot - tall, x + bar, foot, path)
    box(x - tall * 0.26, foot - tall * 0.72, x + tall * 0.26, foot - tall * 0.72 + bar * 2, path)
    box(x - tall * 0.13, foot - tall * 0.9, x + tall * 0.13, foot - tall * 0.9 + bar * 1.6, path)


def domed_church(canvas: Any, paint: Any, x: float, ground: float, height: float) -> None:
    """A five-domed church with a bell tower."""
    path, s = skia.Path(), height
    box(x - 0.24 * s, ground - 0.38 * s, x + 0.24 * s, ground + 4, path)
    box(x - 0.26 * s, ground - 0.395 * s, x + 0.26 * s, ground - 0.375 * s, path)
    for dx, wide, drum, tall in ((-0.17, 0.079, 0.50, 0.136), (0.17, 0.079, 0.50, 0.136), (0, 0.155, 0.605, 0.27)):
        box(x + (dx - wide * 0.42) * s, ground - drum * s, x + (dx + wide * 0.42) * s, ground - 0.36 * s, path)
        onion_dome(path, x + dx * s, ground - drum * s, wide * s, tall * s)
    box(x + 0.42 * s, ground - 0.30 * s, x + 0.60 * s, ground + 4, path)
    box(x + 0.44 * s, ground - 0.52 * s, x + 0.58 * s, ground - 0.29 * s, path)
    box(x + 0.43 * s, ground - 0.535 * s, x + 0.59 * s, ground - 0.515 * s, path)
    polygon(
        [(x + 0.44 * s, ground - 0.53 * s), (x + 0.51 * s, ground - 0.80 * s), (x + 0.58 * s, ground - 0.53 * s)], path
    )
    onion_dome(path, x + 0.51 * s, ground - 0.775 * s, 0.055 * s, 0.10 * s)
    box(x + 0.23 * s, ground - 0.17 * s, x + 0.43 * s, ground + 4, path)
    canvas.drawPath(path, paint)
    for i in range(3):
        canvas.drawPath(arch(x + (-0.16 + 0.16 * i) * s, ground - 0.31 * s, 0.036 * s, ground - 0.16 * s), CLEAR)
        canvas.drawPath(
            box(
                x + (0.034 * (i - 1) - 0.008) * s,
                ground - 0.565 * s,
                x + (0.034 * (i - 1) + 0.008) * s,
                ground - 0.475 * s,
            ),
            CLEAR,
        )
    canvas.drawPath(arch(x + 0.51 * s, ground - 0.49 * s, 0.07 * s, ground - 0.33 * s), CLEAR)


def castle(canvas: Any, paint: Any, x: float, ground: float, height: float, rng: Random) -> None:
    """A castle of towers and walls with battlements; slits are cut through."""
    s = height
    path = skia.Path()
    towers = [(-0.46, 0.13, 0.52), (-0.22, 0.16, 0.74), (0.06, 0.20, 0.60), (0.32, 0.12, 0.86), (0.52, 0.14, 0.48)]
    _wall_with_teeth(path, x - 0.5 * s, x + 0.55 * s, ground - 0.36 * s, ground + 6, 0.035 * s)
    slits = []
    for centre, width, tall in towers:
        tall *= rng.uniform(0.9, 1.08)
        cx, w, top = x + centre * s, width * s, ground - tall * s
        if rng.random() < 0.6:
            box(cx - w / 2, top, cx + w / 2, ground + 6, path)
            box(cx - w * 0.58, top - 0.02 * s, cx + w * 0.58, top + 0.015 * s, path)
            polygon([(cx - w * 0.66, top - 0.018 * s), (cx, top - w * 1.5), (cx + w * 0.66, top - 0.018 * s)], path)
            ribbon([(cx, top - w * 1.45), (cx, top - w * 1.85)], [1, 0.7], path, smooth=False)
            flag = [(cx, top - w * 1.85), (cx + w * 0.5, top - w * 1.78), (cx, top - w * 1.65)]
            polygon(flag, path)
        else:
            _wall_with_teeth(path, cx - w / 2, cx + w / 2, top, ground + 6, 0.03 * s)
            box(cx - w * 0.57, top + 0.01 * s, cx + w * 0.57, top + 0.04 * s, path)
        slits += [(cx, top + tall * s * k) for k in (0.16, 0.40)]
    canvas.drawPath(path, paint)
    for sx, sy in slits:
        canvas.drawPath(arch(sx, sy, 0.016 * s, sy + 0.06 * s), CLEAR)
    canvas.drawPath(arch(x + 0.06 * s, ground - 0.2 * s, 0.11 * s, ground + 6), CLEAR)


def _wall_with_teeth(path: Any, left: float, right: float, top: float, bottom: float, tooth: float) -> None:
    box(left, top, right, bottom, path)
    count = max(3, int((right - left) / (tooth * 1.8)) | 1)
    step = (right - left) / count
    for i in range(0, count, 2):
        box(left + i * step, top - tooth, left + (i + 1) * step, top + 1, path)


def windmill(path: Any, x: float, ground: float, height: float, turn: float) -> None:
    """A windmill; `turn` in degrees is where its sails stand."""
    s = height
    polygon(
        [
            (x - 0.2 * s, ground + 4),
            (x - 0.11 * s, ground - 0.62 * s),
            (x + 0.11 * s, ground - 0.62 * s),
            (x + 0.2 * s, ground + 4),
        ],
        path,
    )
    spline(
        [
            (x - 0.14 * s, ground - 0.6 * s, 1),
            (x - 0.1 * s, ground - 0.72 * s),
            (x, ground - 0.78 * s),
            (x + 0.1 * s, ground - 0.72 * s),
            (x + 0.14 * s, ground - 0.6 * s, 1),
        ],
        path=path,
    )
    hub = (x, ground - 0.66 * s)
    for k in range(4):
        a = math.radians(turn + 90 * k)
        ux, uy, vx, vy = math.cos(a), math.sin(a), -math.sin(a), math.cos(a)

        def at(
            u: float, v: float, ux: float = ux, uy: float = uy, vx: float = vx, vy: float = vy
        ) -> tuple[float, float]:
            return hub[0] + (ux * u + vx * v) * s, hub[1] + (uy * u + vy * v) * s

        ribbon([hub, at(0.5, 0)], [0.012 * s, 0.008 * s], path, smooth=False)
        for j in range(5):
            polygon(
                [
                    at(0.12 + 0.08 * j, 0.01),
                    at(0.18 + 0.08 * j, 0.01),
                    at(0.18 + 0.08 * j, 0.09),
                    at(0.12 + 0.08 * j, 0.09),
                ],
                path,
            )


def market_stall(canvas: Any, paint: Any, x: float, ground: float, width: float, height: float) -> None:
    """A stall with striped awning and goods, cut as part of a sheet."""
    for side in (0, 1):
        canvas.drawRect(skia.Rect.MakeXYWH(x + side * (width - 5), ground - height, 5, height), paint)
    canvas.drawRect(skia.Rect.MakeLTRB(x - 4, ground - height * 0.42, x + width + 4, ground + 3), paint)
    for i in range(9):
        canvas.drawCircle(x + width * (0.08 + 0.105 * i), ground - height * 0.45, width * 0.045, paint)
    awning, bays = skia.Path(), 7
    awning.moveTo(x - width * 0.08, ground - height * 0.98)
    awning.lineTo(x + width * 0.1, ground - height * 1.2)
    awning.lineTo(x + width * 0.9, ground - height * 1.2)
    awning.lineTo(x + width * 1.08, ground - height * 0.98)
    step = width * 1.16 / bays
    for i in range(bays):
        a, b = x + width * 1.08 - step * i, x + width * 1.08 - step * (i + 1)
        awning.quadTo((a + b) / 2, ground - height * 0.84, b, ground - height * 0.98)
    awning.close()
    canvas.drawPath(awning, paint)


def stall_stripes(canvas: Any, colour: Colour, x: float, ground: float, width: float, height: float) -> None:
    """The pale stripes of a stall's awning."""
    for i in range(1, 7, 2):
        a, high = x - width * 0.08 + width * 1.16 * i / 7, x + width * (0.1 + 0.8 * i / 7)
        stripe = [
            (a, ground - height * 0.97),
            (high, ground - height * 1.2),
            (high + width * 0.8 / 7, ground - height * 1.2),
        ]
        canvas.drawPath(polygon([*stripe, (a + width * 1.16 / 7, ground - height * 0.97)]), paint_of(colour, 0.5))


def gravestone(path: Any, x: float, ground: float, height: float, kind: int) -> None:
    """A slab, a cross or an obelisk."""
    w = height * 0.5
    if kind == 0:
        arch(x, ground - height, w, ground + 4, path)
    elif kind == 1:
        box(x - height * 0.07, ground - height, x + height * 0.07, ground + 4, path)
        box(x - height * 0.27, ground - height * 0.76, x + height * 0.27, ground - height * 0.62, path)
        box(x - height * 0.2, ground - height * 0.1, x + height * 0.2, ground + 4, path)
    else:
        polygon(
            [
                (x - w * 0.3, ground - height * 0.2),
                (x - w * 0.18, ground - height * 1.1),
                (x, ground - height * 1.25),
                (x + w * 0.18, ground - height * 1.1),
                (x + w * 0.3, ground - height * 0.2),
            ],
            path,
        )
        box(x - w * 0.5, ground - height * 0.22, x + w * 0.5, ground + 4, path)


def fence(canvas: Any, paint: Any, left: float, right: float, ground: float, height: float) -> None:
    """A picket fence of pointed boards on two rails."""
    x, path = left, skia.Path()
    while x < right:
        polygon(
            [
                (x, ground + 4),
                (x, ground - height),
                (x + 5, ground - height - 7),
                (x + 10, ground - height),
                (x + 10, ground + 4),
            ],
            path,
        )
        x += 19
    for share in (0.3, 0.75):
        box(left, ground - height * share - 3, right, ground - height * share + 2, path)
    canvas.drawPath(path, paint)


def bird(path: Any, x: float, y: float, span: float) -> None:
    """A gull far off, `span` from middle to wing tip."""
    half = [(1.0, -0.4, 1), (0.45, -0.3), (0, 0)]
    wing = [(x - u * span, y + v * span, *c) for u, v, *c in half]
    back = [(x + u * span, y + v * span, *c) for u, v, *c in half[1::-1]]
    spline(
        [*wing, *back, (x + span * 0.4, y - span * 0.12), (x, y + span * 0.16), (x - span * 0.4, y - span * 0.12)],
        path=path,
    )


def smoke(path: Any, x: float, y: float, reach: float, rng: Random) -> None:
    """Smoke from a chimney, as cut discs that grow downwind."""
    for i in range(7):
        t = i / 6
        oval(
            x + reach * t + rng.uniform(-4, 4),
            y - reach * 0.45 * t**0.7,
            6 + reach * 0.13 * t,
            5 + reach * 0.10 * t,
            path,
        )
