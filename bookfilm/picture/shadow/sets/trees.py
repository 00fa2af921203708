"""Plants: trees that split by the pipe rule, crowns of leaves, firs, palms, grass and ferns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bookfilm.picture.shadow.paths import polygon, ribbon, spline

Tips = list[tuple[float, float, float]]
"""Where limbs end, and how thick they are there: leaves grow from these."""


class _Tree:
    def __init__(self, path: Any, rng: Random, spread: float, least: float, trunk_depth: int) -> None:
        self.path, self.rng, self.spread, self.least = path, rng, spread, least
        self.trunk_depth = trunk_depth
        self.tips: Tips = []

    def limb(self, x: float, y: float, angle: float, length: float, width: float, depth: int, up: float) -> None:
        """Grow one limb of five pieces and what springs from it: w^2.3 = the sum of its children's."""
        rng = self.rng
        pieces = 5 if depth > 3 else 3
        points, widths = [(x, y)], [width]
        bend = rng.uniform(-0.26, 0.26)
        for i in range(pieces):
            angle += bend / pieces * 2 + rng.uniform(-0.1, 0.1) + (-math.pi / 2 - angle) * up * 0.25
            x, y = x + math.cos(angle) * length / pieces, y + math.sin(angle) * length / pieces
            points.append((x, y))
            widths.append(width * (1 - 0.34 * (i + 1) / pieces))
        ribbon(points, widths, self.path, smooth=width > 1.6)
        end = widths[-1]
        if depth <= 0 or end < self.least:
            self.tips.append((x, y, length))
            return
        self._split(x, y, angle, length, end, depth, up)
        if 1 < depth < self.trunk_depth:
            for i in range(1, pieces + 1):
                if rng.random() < 0.30:
                    side = rng.choice((-1, 1)) * math.radians(rng.uniform(34, 62))
                    shoot = min(depth - 2, 3)
                    self.limb(*points[i], angle + side, length * rng.uniform(0.3, 0.5), widths[i] * 0.42, shoot, up)

    def _split(self, x: float, y: float, angle: float, length: float, width: float, depth: int, up: float) -> None:
        rng = self.rng
        count = 3 if rng.random() < 0.24 else 2
        raw = [rng.gammavariate(3.2, 1.0) + 1e-3 for _ in range(count)]
        shares = [value / sum(raw) for value in raw]
        side = rng.choice((-1, 1))
        for i, share in enumerate(shares):
            off = (i - (count - 1) / 2) * 2 / (count - 1)
            turn = math.radians(self.spread) * off * side * (1.35 - share) * rng.uniform(0.75, 1.3)
            thick = width * (share * 1.02) ** (1 / 2.3)
            reach = length * rng.uniform(0.70, 0.86) * (0.62 + 0.6 * share)
            self.limb(x, y, angle + turn, reach, thick, depth - 1, up)


def grow_tree(
    path: Any,
    x: float,
    y: float,
    height: float,
    rng: Random,
    *,
    width: float | None = None,
    depth: int = 8,
    lean: float = 0.0,
    spread: float = 27.0,
    least: float = 0.5,
    trunk: float = 0.34,
    boughs: bool = True,
) -> Tips:
    """Add a bare tree rooted at (x, y) and return where its twigs end.

    `lean` in degrees; without `boughs` nothing springs from the trunk below its fork.
    """
    width = height * 0.03 if width is None else width
    tree = _Tree(path, rng, spread, least, depth + 1 if boughs else depth)
    for side in (-1, 1):
        root = [
            (x, y - width * 1.8),
            (x + side * width * 1.4, y - width * 0.3),
            (x + side * width * 3, y + width * 0.4),
        ]
        ribbon(root, [width * 0.75, width * 0.5, 0.4], path)
    tree.limb(x, y + width * 0.3, math.radians(lean - 90), height * trunk, width * 1.25, depth, 0.10)
    return tree.tips


def leaf_crown(path: Any, tips: Tips, rng: Random, size: float, share: float = 0.5) -> None:
    """Add leaves at a share of the tips: scalloped clumps, as scissors leave them."""
    for x, y, _length in tips:
        if rng.random() > share:
            continue
        reach = size * rng.uniform(0.55, 1.2)
        lobes = rng.randint(5, 7)
        turn = rng.random() * 6.28
        points: list[tuple[float, ...]] = []
        for i in range(lobes):
            a = turn + i * 2 * math.pi / lobes
            points.append((x + math.cos(a) * reach, y + math.sin(a) * reach * 0.72))
            b = a + math.pi / lobes
            points.append((x + math.cos(b) * reach * 0.72, y + math.sin(b) * reach * 0.52, 1))
        spline(points, path=path)


def grow_leafy_tree(path: Any, x: float, y: float, height: float, rng: Random, leaf: float | None = None) -> None:
    """Add a tree in leaf: a short trunk, few limbs, a full crown."""
    tips = grow_tree(path, x, y, height * 0.95, rng, depth=5, spread=32, least=1.0, width=height * 0.026)
    leaf_crown(path, tips, rng, leaf or height * 0.075, 0.85)


def grow_fir(path: Any, x: float, y: float, height: float, rng: Random) -> None:
    """Add a fir of drooping tiers."""
    tiers = int(7 + height / 45)
    left: list[tuple[float, ...]] = []
    right: list[tuple[float, ...]] = []
    for i in range(tiers):
        t = i / tiers
        at, wide = y - height * (1 - t), height * 0.2 * (t + 0.05) * rng.uniform(0.85, 1.15)
        low, high = at + height / tiers * 1.15 + rng.uniform(-2, 2), at + height / tiers * 0.95
        left += [(x - wide, low, 1), (x - wide * 0.45, high, 1)]
        right += [(x + wide, low, 1), (x + wide * 0.45, high, 1)]
    stem = height * 0.02
    foot = [(x + stem, y - stem, 1), (x + stem, y + 3, 1), (x - stem, y + 3, 1), (x - stem, y - stem, 1)]
    spline([(x, y - height * 1.03, 1), *right, *foot, *left[::-1]], True, 0.3, path)


def grow_palm(path: Any, x: float, y: float, height: float, rng: Random) -> None:
    """Add a palm: a bowed trunk and nine fronds."""
    bow = height * rng.uniform(-0.14, 0.14)
    top = (x + bow, y - height)
    width = height * 0.028
    ribbon([(x, y), (x + bow * 0.25, y - height * 0.5), top], [width * 1.3, width * 0.9, width * 0.6], path)
    for i in range(9):
        angle = math.radians(-200 + 220 * i / 8 + rng.uniform(-8, 8))
        reach = height * rng.uniform(0.34, 0.46)
        mid = (top[0] + math.cos(angle) * reach * 0.55, top[1] + math.sin(angle) * reach * 0.55 - reach * 0.14)
        end = (top[0] + math.cos(angle) * reach, top[1] + math.sin(angle) * reach * 0.8 + reach * 0.22)
        ribbon([top, mid, end], [width * 0.5, width * 1.3, 0.4], path)


def grow_grass(
    path: Any, xs: Sequence[float], ground: Callable[[float], float], height: float, rng: Random, lean: float = 0.2
) -> None:
    """Add blades of grass rooted on `ground`."""
    for x in xs:
        y, tall = ground(x) + 3, height * rng.uniform(0.35, 1.15)
        tip, base = tall * (rng.uniform(-0.5, 0.6) + lean), rng.uniform(0.9, 2.0)
        path.moveTo(x - base, y)
        path.quadTo(x + tip * 0.15, y - tall * 0.6, x + tip, y - tall)
        path.quadTo(x + tip * 0.35 + base, y - tall * 0.5, x + base, y)
        path.close()


def spread_evenly(left: float, right: float, count: int) -> list[float]:
    """Return `count` places from `left` to `right`."""
    return [left + (right - left) * i / (count - 1) for i in range(count)]


def grow_fern(path: Any, x: float, y: float, length: float, angle: float) -> None:
    """Add a fern frond that starts out at `angle` (radians, up is -pi/2) and bends over."""
    steps = 12
    turn = 0.11 if math.cos(angle) > 0 else -0.11
    for i in range(steps):
        t = i / steps
        nx, ny = x + math.cos(angle) * length / steps, y + math.sin(angle) * length / steps
        ribbon([(x, y), (nx, ny)], [1.6 * (1 - t) + 0.4] * 2, path, smooth=False)
        blade = length * 0.26 * math.sin(math.pi * min(1.0, t * 0.95 + 0.12))
        for side in (-1, 1):
            b = angle + side * math.radians(62)
            ex, ey = nx + math.cos(b) * blade + math.cos(angle) * 5, ny + math.sin(b) * blade + math.sin(angle) * 5
            polygon(
                [
                    (nx - 1, ny),
                    ((nx + ex) / 2 + 1.5, (ny + ey) / 2 - 1.5),
                    (ex, ey),
                    ((nx + ex) / 2, (ny + ey) / 2 + 2),
                ],
                path,
            )
        x, y, angle = nx, ny, angle + turn


def grow_bush(path: Any, x: float, y: float, width: float, height: float, rng: Random) -> None:
    """Add a rounded bush of scalloped leaf clumps standing on height `y`."""
    points: list[tuple[float, ...]] = [(x - width / 2, y + 4, 1)]
    lobes = max(5, int(width / 26))
    for i in range(lobes + 1):
        t = i / lobes
        lift = height * (0.35 + 0.65 * math.sin(math.pi * min(max(t, 0.04), 0.96))) * rng.uniform(0.85, 1.1)
        points.append((x - width / 2 + width * t, y - lift))
        if i < lobes:
            points.append((x - width / 2 + width * (t + 0.5 / lobes), y - lift * 0.86, 1))
    points.append((x + width / 2, y + 4, 1))
    spline(points, True, 0.5, path)
