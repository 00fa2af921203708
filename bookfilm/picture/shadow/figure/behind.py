"""Somebody from behind: head, hair, hat and shoulders, as they stand nearest in a shot over their shoulder.

Drawn with the base of the jaw at (0, 0), one unit a head, y down. Told apart by what is seen of them from behind: hat,
hair, beard past the cheeks, and the cut of the shoulders.
"""

from __future__ import annotations

import math
from typing import Any

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.figure.body import Body
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.paths import Point, disc, oval
from bookfilm.records.bible import Look

FLOOR = 6.0
"""How far down the back goes, in heads: further than any frame shows."""
_TURN = 0.06
"""How far the head is turned toward whom they look at."""


def draw_behind(canvas: Any, knife: Knife, look: Look, body: Body) -> None:
    """Draw the back of `look`, turned a little to the right."""
    _cut_shoulders(knife, look, body)
    if look.hair == "long" and look.hat != "hood":
        _cut_mantle(knife, look)
    canvas.save()
    canvas.translate(_TURN, 0)
    _cut_skull(knife, look, body)
    _HAIR.get(look.hair, _cut_nape)(knife, look)
    if look.hat in _HATS:
        _HATS[look.hat](knife, look)
    canvas.restore()


def _mirrored(half: list[Point]) -> list[Point]:
    """Return the closed outline whose right side is `half`, from top to bottom."""
    return [*half, *[(-point[0], *point[1:]) for point in reversed(half)]]


def _cut_shoulders(knife: Knife, look: Look, body: Body) -> None:
    wide = 1.12 * body.shoulders * (0.84 if body.woman else 1.0) * (0.74 if body.child else 1.0)
    wide += 0.22 * min(body.belly, 1.0)
    neck = 0.2 * body.neck_thick * (0.82 if body.woman else 1.0)
    top = 0.16 * body.neck_long
    slope = 0.58 if look.dress in ("cloak", "robe") else 0.42
    half: list[Point] = [
        (neck, -0.2),
        (neck * 1.05, top),
        (neck + 0.16, top + 0.16),
        (wide * 0.72, top + slope * 0.62),
        (wide, top + slope + 0.12),
        (wide * 1.08, top + slope + 0.8),
        (wide * (1.5 if look.dress == "cloak" else 1.16), FLOOR),
    ]
    knife.fill(_mirrored(half))
    if body.puffed and body.woman:
        for side in (-1, 1):
            knife.path(disc(side * wide * 0.94, top + slope + 0.3, 0.34))
    if look.dress == "uniform":
        for side in (-1, 1):
            inner, outer, edge = 0.5 * side * wide, 1.06 * side * wide, top + slope
            knife.fill(
                [(inner, top + 0.16, 1), (outer, edge + 0.04, 1), (outer, edge + 0.22, 1), (inner, top + 0.34, 1)]
            )
            knife.slit([(inner, top + 0.34), (outer, edge + 0.22)], 0.022, 0.7)
            for i in range(5):
                x = side * wide * (0.78 + 0.065 * i)
                knife.slit([(x, edge + 0.06 + 0.02 * i), (x + side * 0.02, edge + 0.3)], 0.022, 0.6)
    _cut_back(knife, look, wide, top)


def _cut_back(knife: Knife, look: Look, wide: float, top: float) -> None:
    """Cut collar and seams."""
    if look.dress in ("dome_skirt", "bell_skirt", "straight_skirt"):
        knife.slit([(-0.42, top + 0.3), (0.0, top + 0.5), (0.42, top + 0.3)], 0.024, 0.7)
    else:
        knife.slit([(-0.27, top + 0.1), (0.0, top + 0.2), (0.27, top + 0.1)], 0.024, 0.75)
    if look.dress in ("shirt", "smock"):
        knife.slit([(-0.45 * wide, top + 0.4), (0.2 * wide, FLOOR * 0.5)], 0.03, 0.6)
        knife.slit([(0.45 * wide, top + 0.4), (-0.2 * wide, FLOOR * 0.5)], 0.03, 0.6)
    elif look.dress not in ("cloak", "robe"):
        knife.slit([(0.02, top + 0.4), (0.0, 1.6), (0.03, FLOOR)], 0.018, 0.5)
    for side in (-1, 1):
        knife.slit([(side * wide * 0.8, top + 0.85), (side * wide * 0.86, 1.9), (side * wide * 0.8, 3.4)], 0.02, 0.5)


def _cut_skull(knife: Knife, look: Look, body: Body) -> None:
    knife.path(oval(0.0, -0.54, 0.40, 0.46))
    knife.fill(_mirrored([(0.38, -0.5), (0.34, -0.2), (0.22, 0.02)]))
    if look.hat not in ("bonnet", "hood", "kerchief") and look.hair not in ("long", "ringlets"):
        for side in (-1, 1):
            knife.path(oval(side * 0.41, -0.47, 0.075, 0.13))
    if look.beard in ("full", "whiskers", "short"):
        out = 0.1 if look.beard == "full" else 0.04
        knife.fill(_mirrored([(0.37, -0.45), (0.40 + out, -0.2), (0.36 + out, 0.06 + out), (0.18, 0.2)]))


def _cut_nape(knife: Knife, look: Look) -> None:
    """Short hair: a cap to the nape, with an uneven edge."""
    chance = sown("nape", look.features)
    edge: list[Point] = [(0.33 - 0.11 * i, -0.16 + chance.uniform(-0.04, 0.05), 1) for i in range(7)]
    knife.fill([(-0.42, -0.5), (-0.36, -0.9), (0.0, -1.04), (0.36, -0.9), (0.42, -0.5), *edge])
    for i in range(4):
        x = -0.24 + 0.16 * i
        knife.slit([(x * 0.5, -0.92), (x * 1.1, -0.6), (x, -0.26)], 0.014, 0.45)


def _cut_tousled(knife: Knife, look: Look) -> None:
    chance = sown("tousled", look.features)
    points: list[Point] = []
    for i in range(30):
        angle = math.pi * (0.94 + 1.12 * i / 29)
        out = 0.46 + (chance.uniform(0.06, 0.17) if i % 2 else 0.0)
        points.append((out * math.cos(angle), -0.55 + out * 1.06 * math.sin(angle), 1))
    knife.fill([*points, (0.3, -0.14), (0.0, -0.08), (-0.3, -0.14)])


def _cut_bald(knife: Knife, look: Look) -> None:
    knife.slit([(-0.38, -0.5), (-0.2, -0.42), (0.0, -0.4), (0.2, -0.42), (0.38, -0.5)], 0.02, 0.6)


def _cut_bun(knife: Knife, look: Look) -> None:
    _cut_nape(knife, look)
    if look.hat != "none":
        knife.path(disc(0.0, -0.16, 0.24))
        knife.slit([(-0.2, -0.2), (0.0, -0.3), (0.2, -0.2)], 0.02, 0.6)
        return
    knife.path(disc(-0.05, -0.95, 0.29))
    knife.slit([(-0.3, -0.78), (-0.05, -0.68), (0.2, -0.78)], 0.022, 0.7)
    knife.slit([(-0.18, -1.02), (-0.02, -1.1), (0.1, -0.98), (-0.04, -0.88)], 0.016, 0.6)


def _cut_ringlets(knife: Knife, look: Look) -> None:
    _cut_nape(knife, look)
    for x in (-0.44, -0.3, 0.3, 0.44):
        for i in range(5):
            knife.path(oval(x, -0.3 + 0.16 * i, 0.085, 0.11))
            knife.slit([(x - 0.06, -0.27 + 0.16 * i), (x + 0.06, -0.31 + 0.16 * i)], 0.014, 0.55)


def _cut_braids(knife: Knife, look: Look) -> None:
    _cut_nape(knife, look)
    knife.slit([(0.0, -1.0), (0.01, -0.6), (0.0, -0.2)], 0.016, 0.7)
    for side in (-1, 1):
        for i in range(8):
            knife.path(oval(side * (0.3 + 0.018 * i), -0.12 + 0.19 * i, 0.13 - 0.006 * i, 0.13))
            knife.slit([(side * 0.22, -0.1 + 0.19 * i), (side * 0.4, -0.04 + 0.19 * i)], 0.016, 0.6)


def _cut_mantle(knife: Knife, look: Look) -> None:
    chance = sown("mantle", look.features)
    man = look.sex == "male"
    end, wide = (0.24, 0.40) if man else (1.5, 0.52)
    edge: list[Point] = [(wide * (1 - i / 4), end + chance.uniform(-0.12, 0.16), 1) for i in range(9)]
    side = end * 0.2
    knife.fill(
        [(-0.44, -0.6), (-0.3, -0.98), (0.06, -1.06), (0.4, -0.94), (0.46, -0.55), (wide, side), *edge, (-wide, side)]
    )
    for i in range(1 if man else 0, 7, 2 if man else 1):
        x = -0.36 + 0.12 * i
        knife.slit([(x * 0.4, -0.95), (x, -0.2), (x * 1.1 * wide / 0.52, end - 0.25 + 0.04 * (i % 3))], 0.014, 0.5)


def _brimmed(knife: Knife, brim: float, crown: list[Point], band: float) -> None:
    knife.path(oval(0.0, -0.8, brim, 0.075))
    knife.fill(_mirrored(crown))
    knife.slit([(-0.42, band), (0.0, band + 0.05), (0.42, band)], 0.03, 0.85)


def _top(knife: Knife, look: Look) -> None:
    tall = sown("hat", look.features).uniform(-0.08, 0.14)
    _brimmed(knife, 0.64, [(0.0, -1.68 - tall), (0.45, -1.62 - tall, 1), (0.4, -1.2), (0.43, -0.78, 1)], -0.94)


def _soft(knife: Knife, look: Look) -> None:
    _brimmed(knife, 0.70, [(0.06, -1.2), (0.3, -1.28), (0.44, -1.05), (0.43, -0.78, 1)], -0.92)


def _bowler(knife: Knife, look: Look) -> None:
    _brimmed(knife, 0.56, [(0.0, -1.26), (0.3, -1.16), (0.42, -0.95), (0.43, -0.78, 1)], -0.9)


def _officer(knife: Knife, look: Look) -> None:
    knife.fill(_mirrored([(0.0, -1.24), (0.5, -1.2), (0.64, -1.08), (0.46, -0.92), (0.46, -0.7, 1)]))
    knife.slit([(-0.46, -0.92), (0.0, -0.87), (0.46, -0.92)], 0.03, 0.85)
    knife.slit([(-0.46, -0.74), (0.0, -0.69), (0.46, -0.74)], 0.022, 0.7)


def _boy_cap(knife: Knife, look: Look) -> None:
    knife.fill(_mirrored([(0.0, -1.14), (0.4, -1.06), (0.54, -0.86), (0.44, -0.68)]))
    knife.path(disc(0.0, -1.15, 0.06))
    for x in (-0.24, 0.0, 0.24):
        knife.slit([(x * 0.2, -1.1), (x, -0.92), (x * 1.5, -0.72)], 0.018, 0.6)


def _bonnet(knife: Knife, look: Look) -> None:
    """Cut the crown with the brim turned away beyond it, a frill at the nape, and the ribbon's ends."""
    knife.fill(_mirrored([(0.0, -1.2), (0.44, -1.13), (0.66, -0.86), (0.63, -0.5), (0.48, -0.16), (0.4, 0.0)]))
    knife.fill(_mirrored([(0.36, -0.2), (0.5, 0.14), (0.4, 0.24), (0.26, 0.16), (0.12, 0.25), (0.0, 0.17)]))
    knife.slit([(0.04, -1.16), (0.36, -0.96), (0.45, -0.58), (0.34, -0.12)], 0.024, 0.8)
    knife.slit([(-0.5, -0.24), (-0.1, -0.1), (0.34, -0.14)], 0.03, 0.85)
    for x, low in ((0.3, 0.5), (0.42, 0.36)):
        knife.slit([(0.34, -0.12), (x + 0.03, 0.1), (x, low)], 0.022, 0.7)
    for x in (-0.34, -0.16, 0.02):
        knife.slit([(x, -0.12), (x * 1.2, 0.04), (x * 1.25, 0.13)], 0.016, 0.5)


def _hood(knife: Knife, look: Look) -> None:
    knife.fill(_mirrored([(0.0, -1.22), (0.3, -1.12), (0.54, -0.75), (0.56, -0.3), (0.74, 0.3), (0.9, 0.62, 1)]))
    knife.slit([(0.0, -1.15), (-0.04, -0.5), (0.02, 0.4)], 0.02, 0.6)


def _fur(knife: Knife, look: Look) -> None:
    chance = sown("fur", look.features)
    half: list[Point] = [(0.0, -1.3)]
    half += [(0.42 + chance.uniform(0.0, 0.13), -1.26 + 0.12 * i, 1) for i in range(6)]
    knife.fill(_mirrored(half))


def _kerchief(knife: Knife, look: Look) -> None:
    knife.fill(_mirrored([(0.0, -1.1), (0.34, -0.98), (0.5, -0.6), (0.46, -0.2), (0.3, 0.1)]))
    knife.fill([(-0.44, -0.2, 1), (0.44, -0.2, 1), (0.05, 0.78, 1)])
    knife.slit([(-0.42, -0.24), (0.0, -0.1), (0.42, -0.24)], 0.024, 0.7)


def _tiara(knife: Knife, look: Look) -> None:
    knife.fill(_mirrored([(0.0, -1.3, 1), (0.14, -1.02, 1), (0.28, -1.16, 1), (0.36, -0.92, 1)]))


_HAIR = {
    "short": _cut_nape,
    "tousled": _cut_tousled,
    "bald": _cut_bald,
    "bun": _cut_bun,
    "ringlets": _cut_ringlets,
    "braids": _cut_braids,
    "long": _cut_nape,
}
_HATS = {
    "top": _top,
    "soft": _soft,
    "bowler": _bowler,
    "officer": _officer,
    "boy_cap": _boy_cap,
    "bonnet": _bonnet,
    "hood": _hood,
    "fur": _fur,
    "kerchief": _kerchief,
    "tiara": _tiara,
}
