"""Things that the text names: drawn where they stand in wide shots, and large in inserts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import skia

from bookfilm.picture.shadow.colour import Colour, argb, mix
from bookfilm.picture.shadow.figure.creatures import draw_creature
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import radial
from bookfilm.picture.shadow.paths import box, disc, oval, polygon, spline
from bookfilm.picture.shadow.sets.vehicles import coach, rowing_boat
from bookfilm.records.bible import INDOORS, Creature, Look, PlaceKind

Draw = Callable[[Knife, Palette], None]
"""Draws a thing standing on 0, about one unit high."""


def _letter(k: Knife, p: Palette) -> None:
    k.path(polygon([(-0.62, -0.02), (-0.56, -0.86), (0.60, -0.92), (0.64, -0.06)]))
    k.slit([(-0.56, -0.84), (0.04, -0.40), (0.60, -0.90)], 0.022)
    k.hole(disc(0.04, -0.36, 0.085), 0.9)
    for i in range(2):
        k.slit([(-0.45, -0.2 + 0.07 * i), (0.2, -0.21 + 0.07 * i)], 0.014, 0.6)


def _book(k: Knife, p: Palette) -> None:
    k.fill(
        [
            (-0.78, -0.02, 1),
            (-0.80, -0.50, 1),
            (-0.4, -0.62),
            (0.0, -0.50, 1),
            (0.4, -0.62),
            (0.80, -0.50, 1),
            (0.78, -0.02, 1),
            (0.4, -0.12),
            (0, 0.0, 1),
            (-0.4, -0.12),
        ]
    )
    k.slit([(0, -0.48), (0, -0.03)], 0.03)
    for side in (-1, 1):
        for i in range(4):
            k.slit(
                [(side * 0.12, -0.42 + 0.09 * i), (side * 0.4, -0.50 + 0.09 * i), (side * 0.68, -0.44 + 0.09 * i)],
                0.014,
                0.55,
            )


def _lamp(k: Knife, p: Palette) -> None:
    k.fill(
        [
            (-0.26, 0, 1),
            (-0.2, -0.08),
            (-0.05, -0.14),
            (-0.07, -0.28),
            (-0.2, -0.36),
            (-0.16, -0.46),
            (0.16, -0.46),
            (0.2, -0.36),
            (0.07, -0.28),
            (0.05, -0.14),
            (0.2, -0.08),
            (0.26, 0, 1),
        ]
    )
    k.path(
        spline(
            [
                (-0.14, -0.46, 1),
                (-0.20, -0.64),
                (-0.10, -0.9),
                (-0.08, -1.0, 1),
                (0.08, -1.0, 1),
                (0.10, -0.9),
                (0.20, -0.64),
                (0.14, -0.46, 1),
            ]
        )
    )
    glass = spline(
        [(-0.1, -0.48, 1), (-0.15, -0.64), (-0.07, -0.88, 1), (0.07, -0.88, 1), (0.15, -0.64), (0.1, -0.48, 1)]
    )
    k.hole(glass, 1.2)
    lit = radial(0, -0.62, 0.36, [argb(p.glow), argb(p.warm, 0.85), argb(p.warm, 0.5)], [0, 0.45, 1])
    k.canvas.drawPath(glass, skia.Paint(AntiAlias=True, Shader=lit))
    flame = [(0, -0.78, 1), (0.045, -0.62), (0.03, -0.53), (0, -0.51), (-0.03, -0.53), (-0.045, -0.62)]
    k.canvas.drawPath(spline(flame), skia.Paint(Color=skia.Color(255, 250, 228), AntiAlias=True))


def _candle(k: Knife, p: Palette) -> None:
    k.fill(
        [
            (-0.3, 0, 1),
            (-0.26, -0.08),
            (-0.08, -0.12),
            (-0.08, -0.26),
            (-0.16, -0.30),
            (0.16, -0.30),
            (0.08, -0.26),
            (0.08, -0.12),
            (0.26, -0.08),
            (0.3, 0, 1),
        ]
    )
    k.path(box(-0.075, -0.8, 0.075, -0.28))
    flame = skia.Paint(Color=skia.Color(255, 246, 214), AntiAlias=True)
    k.canvas.drawPath(
        spline([(0, -1.12, 1), (0.06, -0.95), (0.045, -0.85), (0, -0.82), (-0.045, -0.85), (-0.06, -0.95)]), flame
    )


def _table(k: Knife, p: Palette) -> None:
    k.path(box(-1.0, -0.78, 1.0, -0.70))
    for x in (-0.86, 0.76):
        k.path(box(x, -0.72, x + 0.10, 0))


def _chair(k: Knife, p: Palette) -> None:
    k.band([(-0.2, 0), (-0.21, -0.5), (-0.27, -1.0)], [0.03, 0.035, 0.025])
    k.band([(0.22, 0), (0.19, -0.46)], [0.025, 0.03])
    k.path(box(-0.25, -0.52, 0.26, -0.45))
    k.path(box(-0.2, -0.2, 0.2, -0.16))


def _boat(k: Knife, p: Palette) -> None:
    path = skia.Path()
    rowing_boat(path, 0, -0.2, 2.6)
    k.path(path)


@dataclass(frozen=True)
class Standing:
    """A thing that stands in the scene: its height in heads of an adult, and its width in its own heights."""

    draw: Draw
    heads: float
    across: float
    broad: bool = False
    """True where people stand before it, since there is no room beside it."""


def _creature(kind: Creature, tall: float, across: float) -> Standing:
    """Return an animal that only stands there."""
    look = Look(creature=kind)

    def draw(k: Knife, p: Palette) -> None:
        k.canvas.scale(1 / tall, 1 / tall)
        ink = _colour_of(k)
        draw_creature(k.canvas, look, ink, mix(ink, p.near, 0.2), k.head_px / tall, seconds=0.0, jaw=0.0, walking=False)

    return Standing(draw, tall, across)


def _carriage(k: Knife, p: Palette) -> None:
    ink = _colour_of(k)
    coach(k.canvas, -0.55, 0, 1.0, ink, mix(p.warm, p.glow, 0.5))
    x, y = -0.18, -0.72
    k.fill([(x - 0.1, y, 1), (x - 0.1, y - 0.24), (x - 0.01, y - 0.32), (x + 0.08, y - 0.24), (x + 0.1, y, 1)])
    k.band([(x, y - 0.22), (x + 0.1, y - 0.12), (x + 0.22, y - 0.15)], [0.04, 0.032, 0.022])
    k.path(disc(x + 0.02, y - 0.37, 0.062))
    k.path(box(x - 0.07, y - 0.43, x + 0.1, y - 0.41))
    k.path(box(x - 0.045, y - 0.54, x + 0.07, y - 0.42))
    k.line([(x + 0.2, y - 0.14), (x + 0.36, y - 0.46), (x + 0.56, y - 0.56)], 0.012)
    k.line([(x + 0.2, y - 0.15), (0.62, -0.6), (1.12, -0.78)], 0.01)
    k.line([(0.1, -0.3), (0.9, -0.42)], 0.02)
    k.canvas.save()
    k.canvas.translate(0.82, 0)
    _creature("horse", 7.0, 0.8).draw(k, p)
    k.canvas.restore()


def _sword(k: Knife, p: Palette) -> None:
    k.path(polygon([(-0.9, -0.32), (0.9, -0.40), (1.0, -0.37), (0.9, -0.34), (-0.9, -0.26)]))
    k.path(box(-0.62, -0.50, -0.56, -0.08))
    k.path(disc(-0.94, -0.29, 0.06))


def _pistol(k: Knife, p: Palette) -> None:
    k.fill(
        [
            (-0.55, 0, 1),
            (-0.66, -0.1),
            (-0.40, -0.42),
            (-0.36, -0.52, 1),
            (0.7, -0.60, 1),
            (0.7, -0.48, 1),
            (0.0, -0.40),
            (-0.18, -0.36),
            (-0.34, -0.06),
        ]
    )
    k.line([(-0.16, -0.36), (-0.12, -0.2), (-0.26, -0.18)], 0.03)


def _key(k: Knife, p: Palette) -> None:
    k.path(box(-0.3, -0.34, 0.8, -0.26))
    for x in (0.5, 0.66):
        k.path(box(x, -0.28, x + 0.08, -0.08))
    ring = disc(-0.5, -0.30, 0.26)
    ring.setFillType(skia.PathFillType.kEvenOdd)
    disc(-0.5, -0.30, 0.14, ring)
    k.path(ring)


def _cup(k: Knife, p: Palette) -> None:
    k.fill([(-0.36, -0.62, 1), (0.36, -0.62, 1), (0.30, -0.28), (0.14, -0.10), (-0.14, -0.10), (-0.30, -0.28)])
    k.path(oval(0, -0.05, 0.5, 0.05))
    k.line([(0.33, -0.52), (0.56, -0.46), (0.46, -0.26), (0.28, -0.26)], 0.05)


def _bottle(k: Knife, p: Palette) -> None:
    k.fill(
        [
            (-0.24, 0, 1),
            (-0.25, -0.5),
            (-0.2, -0.64),
            (-0.08, -0.74),
            (-0.07, -1.0, 1),
            (0.07, -1.0, 1),
            (0.08, -0.74),
            (0.2, -0.64),
            (0.25, -0.5),
            (0.24, 0, 1),
        ]
    )
    k.slit([(-0.16, -0.48), (-0.15, -0.12)], 0.025, 0.7)


def _watch(k: Knife, p: Palette) -> None:
    """A pocket watch, its pale face toward us, on a chain."""
    for i in range(34):
        t = i / 33
        down = min(t / 0.62, 1.0)
        x, y = 0.05 + 0.72 * down + 1.3 * max(t - 0.62, 0.0), -1.03 - 0.5 * down * (1 - down) + 1.0 * down**1.6
        k.path(oval(x, y, 0.036 if i % 2 else 0.026, 0.024 if i % 2 else 0.032))
    ring = disc(0, -0.94, 0.1)
    ring.setFillType(skia.PathFillType.kEvenOdd)
    disc(0, -0.94, 0.06, ring)
    k.path(ring)
    k.path(box(-0.06, -0.88, 0.06, -0.8))
    k.path(disc(0, -0.42, 0.42))
    k.canvas.drawPath(disc(0, -0.42, 0.34), skia.Paint(Color=argb(mix(p.glow, p.warm, 0.2)), AntiAlias=True))
    for i in range(12):
        a = i * math.pi / 6
        reach = 0.26 if i % 3 == 0 else 0.285
        k.line([(x * math.cos(a), -0.42 + x * math.sin(a)) for x in (reach, 0.315)], 0.022 if i % 3 == 0 else 0.014)
    k.line([(0, -0.42), (-0.05, -0.67)], 0.022)
    k.line([(0, -0.42), (0.15, -0.5)], 0.032)
    k.path(disc(0, -0.42, 0.035))


def _ring(k: Knife, p: Palette) -> None:
    ring = disc(0, -0.34, 0.34)
    ring.setFillType(skia.PathFillType.kEvenOdd)
    disc(0, -0.34, 0.26, ring)
    k.path(ring)
    k.path(polygon([(-0.14, -0.72), (0, -0.60), (0.14, -0.72), (0.08, -0.86), (-0.08, -0.86)]))


def _purse(k: Knife, p: Palette) -> None:
    k.fill(
        [
            (-0.5, -0.2),
            (-0.4, -0.02),
            (0.4, -0.02),
            (0.5, -0.2),
            (0.32, -0.52),
            (0.16, -0.66),
            (0.26, -0.82, 1),
            (-0.26, -0.82, 1),
            (-0.16, -0.66),
            (-0.32, -0.52),
        ]
    )
    k.slit([(-0.18, -0.66), (0.18, -0.66)], 0.03)


def _flower(k: Knife, p: Palette) -> None:
    k.band([(0, 0), (0.05, -0.4), (0, -0.72)], [0.03, 0.025, 0.02])
    for i in range(6):
        a = i * math.pi / 3
        k.path(oval(0.17 * math.cos(a), -0.84 + 0.17 * math.sin(a), 0.12, 0.12))
    k.hole(disc(0, -0.84, 0.07), 0.9)
    k.fill([(0.04, -0.3), (0.3, -0.5), (0.36, -0.38), (0.16, -0.24)])


def _axe(k: Knife, p: Palette) -> None:
    k.band([(-0.8, -0.05), (0.7, -0.72)], [0.04, 0.04])
    k.fill([(0.42, -0.66, 1), (0.36, -0.95), (0.66, -1.08), (0.92, -0.94), (0.70, -0.60, 1)])


def _basket(k: Knife, p: Palette) -> None:
    k.band([(-0.46, -0.46), (-0.36, -0.86), (0, -1.0), (0.36, -0.86), (0.46, -0.46)], [0.04] * 5)
    k.fill([(-0.6, -0.5, 1), (0.6, -0.5, 1), (0.46, 0), (-0.46, 0)])


def _colour_of(k: Knife) -> Colour:
    value = k.ink.getColor()
    return ((value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255)


_SMALL: dict[str, Draw] = {
    "letter": _letter,
    "book": _book,
    "lamp": _lamp,
    "candle": _candle,
    "sword": _sword,
    "pistol": _pistol,
    "key": _key,
    "cup": _cup,
    "bottle": _bottle,
    "watch": _watch,
    "ring": _ring,
    "purse": _purse,
    "flower": _flower,
    "axe": _axe,
    "basket": _basket,
}
_LARGE: dict[str, Standing] = {
    "table": Standing(_table, 2.7, 2.2),
    "chair": Standing(_chair, 3.0, 0.7),
    "boat": Standing(_boat, 3.2, 2.6),
    "carriage": Standing(_carriage, 6.4, 2.6, broad=True),
    "horse": _creature("horse", 7.2, 1.1),
    "dog": _creature("dog", 2.8, 1.0),
    "cat": _creature("cat", 2.6, 0.7),
}
_FURNITURE = frozenset({"table", "chair"})
_FURNISHED = INDOORS - {"church", "castle", "cave", "hall", "ballroom", "prison"}
"""Where a table and a chair stand anyhow."""
_ALSO = {
    "note": "letter",
    "envelope": "letter",
    "paper": "letter",
    "telegram": "letter",
    "bible": "book",
    "diary": "book",
    "lantern": "lamp",
    "desk": "table",
    "armchair": "chair",
    "coach": "carriage",
    "cab": "carriage",
    "gun": "pistol",
    "revolver": "pistol",
    "knife": "sword",
    "dagger": "sword",
    "glass": "cup",
    "tea": "cup",
    "wine": "bottle",
    "clock": "watch",
    "money": "purse",
    "rose": "flower",
    "hatchet": "axe",
}


def small_thing(props: tuple[str, ...]) -> Draw | None:
    """Return the drawing of the first named thing that an insert can show; None where there is none."""
    for name in props:
        if draw := _SMALL.get(_ALSO.get(name, name)):
            return draw
    return None


def large_thing(props: tuple[str, ...], place: PlaceKind, there: frozenset[str] = frozenset()) -> Standing | None:
    """Return the first thing that is to stand in the scene. `there`: what else stands in it anyhow."""
    for name in props:
        thing = _ALSO.get(name, name)
        if thing in _LARGE and thing not in there and not (thing in _FURNITURE and place in _FURNISHED):
            return _LARGE[thing]
    return None
