"""Houses by rule, their windows, and the lamps of a street."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, argb, mix
from bookfilm.picture.shadow.paths import arch, box, disc, polygon, spline
from bookfilm.picture.shadow.sets.scenery import line_of, paint_of


@dataclass(frozen=True)
class Pane:
    """A window in a wall: `chance` (0..1) decides whether it is lit."""

    x: float
    y: float
    width: float
    height: float
    chance: float
    arched: bool = False


@dataclass
class Wall:
    """The outline of houses in a row and the windows in them."""

    path: Any = field(default_factory=skia.Path)
    panes: list[Pane] = field(default_factory=list)


ROOFS = ("gable", "mansard", "hip", "stepped", "parapet")


def build_house(
    wall: Wall, x: float, ground: float, width: float, height: float, rng: Random, roof: str | None = None
) -> None:
    """Add a house front: a box with cornice, roof, chimneys, storeys every 62 and bays every 46 units."""
    path, top = wall.path, ground - height
    storeys, bays = max(1, round(height / 64)), max(2, int(width / 46))
    box(x, top, x + width, ground + 6, path)
    box(x - 5, top - 5, x + width + 5, top + 3, path)
    rise = max(height * rng.uniform(0.16, 0.26), width * 0.16)
    _roof(path, roof or rng.choice(ROOFS), x, top, width, rise)
    for _ in range(rng.randint(1, 3)):
        cx, wide = x + width * rng.uniform(0.12, 0.82), width * 0.05 + 5
        tall = rise * rng.uniform(0.8, 1.3)
        box(cx, top - rise * 0.4 - tall, cx + wide, top + 2, path)
        box(cx - 2, top - rise * 0.4 - tall, cx + wide + 2, top - rise * 0.4 - tall + 4, path)
        for k in range(2):
            pot = cx + 1 + k * wide * 0.5
            box(pot, top - rise * 0.4 - tall - 7, pot + wide * 0.3, top - rise * 0.4 - tall + 1, path)
    for storey in range(storeys):
        high = height / storeys
        y, tall = top + high * storey + high * 0.24, high * 0.54
        arched = rng.random() < 0.3
        for bay in range(bays):
            across = width / bays
            wide = across * 0.46
            wall.panes.append(Pane(x + across * bay + (across - wide) / 2, y, wide, tall, rng.random(), arched))
        if storey > 0:
            box(x - 3, top + high * storey - 2, x + width + 3, top + high * storey + 2, path)


def _roof(path: Any, kind: str, x: float, top: float, width: float, rise: float) -> None:
    right = x + width
    if kind == "gable":
        polygon([(x - 6, top), (x + width / 2, top - rise * 1.5), (right + 6, top)], path)
    elif kind == "mansard":
        inner, outer = width * 0.12, width * 0.06
        points = [(x - 4, top, 1), (x + outer, top - rise * 0.9), (x + inner, top - rise, 1)]
        points += [(right - inner, top - rise, 1), (right - outer, top - rise * 0.9), (right + 4, top, 1)]
        spline(points, path=path)
    elif kind == "hip":
        polygon([(x - 6, top), (x + width * 0.2, top - rise), (x + width * 0.8, top - rise), (right + 6, top)], path)
    elif kind == "stepped":
        points_left = [(x, top)]
        for i in range(4):
            points_left.append((x + width * i / 8, top - rise * 1.5 * (i + 1) / 4))
            points_left.append((x + width * (i + 1) / 8, top - rise * 1.5 * (i + 1) / 4))
        polygon(points_left + [(2 * x + width - a, b) for a, b in points_left[::-1]], path)
    else:
        box(x, top - 12, right, top, path)
        count = max(int(width / 14), 2)
        for i in range(count + 1):
            disc(x + i * width / count, top - 13, 4, path)


def paint_panes(canvas: Any, panes: list[Pane], lit: float, glow: Colour, dark: Colour, frame: Colour) -> None:
    """Paint windows: a share `lit` of them warm and curtained, the others `dark`."""
    for pane in panes:
        on = pane.chance < lit
        x, y, w, h = pane.x, pane.y, pane.width, pane.height
        shape = arch(x + w / 2, y - w * 0.2, w, y + h) if pane.arched else box(x, y, x + w, y + h)
        paint = paint_of(dark, 0.9)
        if on:
            ends = [skia.Point(0, y), skia.Point(0, y + h)]
            foot = mix(glow, (0.69, 0.29, 0.06), 0.45)
            paint.setShader(skia.GradientShader.MakeLinear(ends, [argb(glow, 0.96), argb(foot, 0.92)]))
        canvas.drawPath(shape, paint)
        bar = line_of(frame, max(0.8, w * 0.08))
        canvas.drawLine(x + w / 2, y, x + w / 2, y + h, bar)
        canvas.drawLine(x, y + h * 0.42, x + w, y + h * 0.42, bar)
        canvas.drawRect(skia.Rect.MakeXYWH(x - w * 0.12, y + h, w * 1.24, max(1.4, h * 0.05)), paint_of(frame))
        if on and w > 11:
            for side in (1, -1):
                edge = x if side > 0 else x + w
                cloth = [(edge, y, 1), (edge + side * w * 0.42, y, 1), (edge + side * w * 0.26, y + h * 0.4)]
                cloth += [(edge + side * w * 0.12, y + h * 0.8), (edge, y + h * 0.85, 1)]
                canvas.drawPath(spline(cloth), paint_of(mix(glow, frame, 0.55), 0.55))


def house_row(
    wall: Wall, start: float, end: float, ground: float, heights: tuple[float, float], rng: Random
) -> tuple[float, float]:
    """Add houses from `start` outward to `end` (either way), none sliced at the start; return its corner x and top."""
    side = 1 if end > start else -1
    x, corner = start, ground
    first = True
    while (end - x) * side > 0:
        height = rng.uniform(*heights)
        width = rng.uniform(0.55, 0.95) * (heights[0] * 0.3 + 55)
        build_house(wall, x if side > 0 else x - width, ground, width, height, rng)
        if first:
            corner, first = ground - height, False
        x += side * (width + rng.uniform(0, 3))
    return start, corner


def flank(
    canvas: Any,
    corner: tuple[float, float],
    ground: float,
    width: float,
    vanish: tuple[float, float],
    tint: Colour,
    foot: Colour,
    panes: tuple[float, Colour],
    rng: Random,
) -> None:
    """Paint the receding side of a corner house: its lines run to `vanish`; `panes` is the lit share and its colour."""
    x0, top = corner
    side = 1 if x0 < vanish[0] else -1
    reach = width / max(abs(vanish[0] - x0), 1.0)

    def at(u: float, y: float) -> tuple[float, float]:
        return x0 + side * width * u, y + (vanish[1] - y) * reach * u

    shade = mix(tint, (0.0, 0.0, 0.0), 0.22)
    paint = paint_of(shade)
    ends = [skia.Point(0, top), skia.Point(0, ground)]
    paint.setShader(skia.GradientShader.MakeLinear(ends, [argb(shade), argb(foot)]))
    canvas.drawPath(polygon([at(0, top - 4), at(1, top - 4), at(1, ground), at(0, ground + 3)]), paint)
    canvas.drawPath(
        polygon([at(-0.03, top - 7), at(1.05, top - 6), at(1.05, top), at(-0.03, top + 2)]), paint_of(shade)
    )
    storeys = max(1, round((ground - top) / 64))
    for k in range(storeys):
        y0 = top + (ground - top) * (k + 0.24) / storeys
        y1 = y0 + (ground - top) * 0.54 / storeys
        for a, b in ((0.10, 0.30), (0.44, 0.60), (0.72, 0.85)):
            on = rng.random() < panes[0]
            colour = panes[1] if on else mix(tint, (0.05, 0.03, 0.1), 0.45)
            canvas.drawPath(polygon([at(a, y0), at(b, y0), at(b, y1), at(a, y1)]), paint_of(colour, 0.9))


def street_lamp(canvas: Any, x: float, ground: float, height: float, ink: Colour, glass: Colour) -> tuple[float, float]:
    """Draw a gas lamp: fluted post, ladder bar, six-sided lantern. Returns where its flame is."""
    s = height / 300
    fill = paint_of(ink)
    half = [(11, 0, 1), (11, -14, 1), (7, -18), (6, -60), (8, -66), (4.5, -74), (3.2, -215)]
    post = [(x - a[0] * s, ground + a[1] * s, *a[2:]) for a in half]
    post += [(x + a[0] * s, ground + a[1] * s, *a[2:]) for a in half[::-1]]
    canvas.drawPath(spline(post), fill)
    canvas.drawRect(skia.Rect.MakeLTRB(x - 24 * s, ground - 210 * s, x + 24 * s, ground - 206 * s), fill)
    glass_at = [(x - 12 * s, ground - 222 * s), (x - 22 * s, ground - 268 * s)]
    glass_at += [(x + 22 * s, ground - 268 * s), (x + 12 * s, ground - 222 * s)]
    canvas.drawPath(polygon(glass_at), paint_of(glass))
    for low, high in ((-12, -22), (12, 22), (-4, -7), (4, 7)):
        canvas.drawLine(x + low * s, ground - 222 * s, x + high * s, ground - 268 * s, line_of(ink, 2.4 * s))
    cap = [(27, -267, 1), (20, -280), (8, -290), (5, -298)]
    hood = [(x - a[0] * s, ground + a[1] * s, *a[2:]) for a in cap] + [(x, ground - 306 * s, 1)]
    hood += [(x + a[0] * s, ground + a[1] * s, *a[2:]) for a in cap[::-1]]
    canvas.drawPath(spline(hood), fill)
    canvas.drawPath(
        polygon(
            [
                (x - 14 * s, ground - 213 * s),
                (x - 13 * s, ground - 224 * s),
                (x + 13 * s, ground - 224 * s),
                (x + 14 * s, ground - 213 * s),
            ]
        ),
        fill,
    )
    return x, ground - 245 * s


def cottage(wall: Wall, x: float, ground: float, width: float, rng: Random) -> None:
    """Add a low cottage with a thatched roof, a door, a chimney and small windows."""
    height = width * rng.uniform(0.40, 0.5)
    top, path = ground - height, wall.path
    box(x, top, x + width, ground + 6, path)
    eaves = width * 0.09
    rise = width * rng.uniform(0.34, 0.44)
    roof = [(x - eaves, top + 6, 1), (x + width * 0.16, top - rise * 0.72), (x + width * 0.24, top - rise, 1)]
    roof += [(x + width * 0.76, top - rise, 1), (x + width * 0.84, top - rise * 0.72), (x + width + eaves, top + 6, 1)]
    spline(roof, path=path)
    cx = x + width * rng.choice((0.28, 0.62))
    box(cx, top - rise * 1.34, cx + width * 0.1, top - rise * 0.8, path)
    size = width * 0.13
    for u in (0.14, 0.68):
        wall.panes.append(Pane(x + width * u, top + height * 0.3, size, size * 1.15, rng.random()))
    wall.panes.append(Pane(x + width * 0.42, top + height * 0.36, width * 0.14, height * 0.64, 2.0, True))
