"""Sets in the open country: forest, garden, field, road, village, mountain, desert, graveyard, battlefield, cave, sky."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, oval, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.houses import Wall, cottage, paint_panes
from bookfilm.picture.shadow.sets.landmarks import bird, castle, domed_church, fence, gravestone, smoke, steeple, windmill
from bookfilm.picture.shadow.sets.scenery import Scenery, cloud, hang_sky, line_of, paint_of
from bookfilm.picture.shadow.sets.trees import (
    grow_bush,
    grow_fern,
    grow_fir,
    grow_grass,
    grow_leafy_tree,
    grow_palm,
    grow_tree,
    leaf_crown,
    spread_evenly,
)


def stage_ground(scene: Scenery, *, grass: float = 13, share: float = 0.78, roll: float = 5.0) -> None:
    """Add the ground that the figures walk on, lit from the bright place."""
    path, height = scene.ground(scene.floor, roll, "stage", 9)
    rng = scene.chance("stage grass")
    if grass > 0 and not (scene.snowy and scene.setting.kind != "forest"):
        grow_grass(path, spread_evenly(scene.left, scene.right, int(scene.w / 5)), height, grass, rng)
    p = scene.palette
    x = scene.bright[0] * scene.w
    light = LampLight(x, scene.floor - 10, scene.w * 0.42, mix(p.horizon, p.warm, 0.3), 0.30)
    tint = mix(p.tint(share), p.mist, 0.62 if scene.snowy else 0.0)
    scene.cut(
        lambda c, q: c.drawPath(path, q), 1.0, share, tint=tint, y0=scene.floor - 14, y1=scene.h * 0.97,
        foot_mist=-0.62, edge=0.5, lights=(light,), shadow=0.25,
    )  # fmt: skip


def near_ground(scene: Scenery, extra: Any = None, grass: float = 30) -> None:
    """Add the dark strip nearest to us, with grass; `extra` is a path that belongs to it."""
    path, height = scene.ground(scene.h * 0.955, 9, "near", 8)
    rng = scene.chance("near grass")
    if grass > 0:
        grow_grass(path, spread_evenly(scene.left, scene.right, int(scene.w / 7)), height, grass, rng, 0.15)
    if extra is not None:
        path.addPath(extra)
    scene.cut(
        lambda c, q: c.drawPath(path, q), 1.4, 1.0, y0=0, y1=scene.h, foot_mist=-0.6, tint=mix(scene.palette.near, scene.palette.ink, 0.35),
        edge=0.3, edge_to=(1.2, -1.0), shadow=0.4, near=True,
    )  # fmt: skip


def _hill(scene: Scenery, y: float, roll: float, depth: float, share: float, salt: str, trees: int = 0) -> None:
    path, height = scene.ground(y, roll, salt, 7)
    rng = scene.chance("hill trees", salt)
    for _ in range(trees):
        x = rng.uniform(scene.left, scene.right)
        if rng.random() < 0.4:
            grow_fir(path, x, height(x) + 4, rng.uniform(30, 60), rng)
        else:
            grow_bush(path, x, height(x) + 4, rng.uniform(30, 60), rng.uniform(20, 38), rng)
    tint = mix(scene.palette.tint(share), scene.palette.mist, 0.5) if scene.snowy else None
    scene.cut(lambda c, q: c.drawPath(path, q), depth, share, tint=tint, y0=y - 30, y1=y + 110, foot_mist=0.4 - 0.3 * share)


def build_forest(scene: Scenery) -> None:
    """Trees in four depths with mist between them; two great ones frame the picture."""
    hang_sky(scene)
    rng = scene.chance("forest")
    firs = rng.random() < 0.25 or (scene.snowy and rng.random() < 0.4)
    x = scene.bright[0] * scene.w
    glade = LampLight(x, scene.h * 0.62, scene.w * 0.42, scene.palette.horizon, 0.75)
    rows = ((0.10, 0.02, 15, 0.33, 0.48, 0.70, 5), (0.22, 0.22, 10, 0.46, 0.66, 0.735, 6), (0.42, 0.46, 6, 0.66, 0.88, 0.78, 7))
    for depth, share, count, low, high, at, fine in rows:
        _tree_row(scene, depth, share, count, (low, high), at, fine, firs, (glade,) if depth < 0.4 else ())
        scene.mist(scene.h * (at + 0.01), scene.h * 0.075 * (1.1 - share), 0.8 - 0.3 * share, depth + 0.02)
    stage_ground(scene, grass=15)
    wings = skia.Path()
    tips = []
    for x, lean in ((scene.w * 0.035, -1.0), (scene.w * 0.965, 1.0)):
        grown = scene.chance("wing", round(x))
        fine = 9 if scene.bare else 6
        tips += grow_tree(wings, x, scene.h * 0.985, scene.h * 1.25, grown, width=scene.h * 0.058, depth=fine, lean=lean, spread=30, trunk=0.62, least=0.8)
    if not scene.bare and not firs:
        leaf_crown(wings, tips, rng, 26, 0.7)
    for i in range(6):
        grow_fern(wings, scene.w * (0.03 + 0.025 * i if i < 3 else 0.86 + 0.025 * i), scene.h * 0.98, 100, -1.1 if i % 2 else -2.0)
    near_ground(scene, wings, 34)


def _tree_row(
    scene: Scenery, depth: float, share: float, count: int, heights: tuple[float, float], at: float, fine: int, firs: bool,
    lights: tuple[LampLight, ...] = (),
) -> None:
    path, height = scene.ground(scene.h * at, 9 + 8 * share, f"row {depth}")
    rng = scene.chance("trees", str(depth))
    leaves: list[tuple[float, float, float]] = []
    step = (scene.right - scene.left) / count
    for i in range(count):
        x = scene.left + step * (i + rng.uniform(0.15, 0.85))
        if depth > 0.35 and abs(x / scene.w - 0.5) < 0.22:
            continue  # the middle stays open: people are read against the light there
        tall = rng.uniform(*heights) * scene.h
        if firs:
            grow_fir(path, x, height(x) + 6, tall * 0.8, rng)
            continue
        depth_of = fine if scene.bare else fine - 2
        leaves += grow_tree(path, x, height(x) + 6, tall, rng, depth=depth_of, lean=rng.uniform(-5, 5), least=0.6, spread=24)
    if not scene.bare:
        leaf_crown(path, leaves, rng, 13 + 14 * share, 0.75)
    top = scene.h * (at - heights[1])
    scene.cut(lambda c, q: c.drawPath(path, q), depth, share, y0=top, y1=scene.h * (at + 0.03), blur=max(1.1 - 4 * depth, 0), lights=lights)


def build_garden(scene: Scenery) -> None:
    """A park: far trees, clipped hedges with a gate or fountain, flower beds, roses near us."""
    hang_sky(scene)
    rng = scene.chance("garden")
    _hill(scene, scene.h * 0.66, 14, 0.12, 0.08, "far", 10)
    _tree_row(scene, 0.24, 0.25, 8, (0.34, 0.5), 0.72, 6, False)
    scene.mist(scene.h * 0.72, 40, 0.55, 0.26)
    hedge = skia.Path()
    centre = scene.w * rng.uniform(0.44, 0.56)
    top = scene.h * 0.655
    for left, right in ((scene.left, centre - 95), (centre + 95, scene.right)):
        box(left, top, right, scene.floor + 10, hedge)
        x = left
        while x < right:
            disc(x, top, 9, hedge)
            x += 15
    for x in (centre - 95, centre + 95):
        box(x - 11, top - 34, x + 11, scene.floor + 10, hedge)
        box(x - 16, top - 40, x + 16, top - 30, hedge)
        disc(x, top - 52, 14, hedge)
    scene.cut(lambda c, q: c.drawPath(hedge, q), 0.45, 0.42, y0=top - 60, y1=scene.floor, foot_mist=0.24)
    if rng.random() < 0.6:
        _fountain(scene, centre, scene.floor + 4)
    stage_ground(scene, grass=9, share=0.72)
    near = skia.Path()
    for x in (scene.w * 0.04, scene.w * 0.965):
        grown = scene.chance("garden wing", round(x))
        tips = grow_tree(near, x, scene.h, scene.h * 1.2, grown, width=scene.h * 0.032, depth=6, lean=5 if x < 300 else -5, least=0.9)
        if not scene.bare:
            leaf_crown(near, tips, grown, 30, 0.85)
    for i in range(5):
        x = scene.w * (0.02 + 0.04 * i) if i < 3 else scene.w * (0.88 + 0.05 * (i - 3))
        grow_bush(near, x, scene.h, 110, rng.uniform(50, 90), rng)
    near_ground(scene, near, 16)


def _fountain(scene: Scenery, x: float, ground: float) -> None:
    path = skia.Path()
    for level, half, thick in ((0, 78, 16), (58, 44, 11), (100, 24, 8)):
        spline([(x - half, ground - level - thick, 1), (x + half, ground - level - thick, 1), (x + half * 0.7, ground - level), (x - half * 0.7, ground - level)], path=path)
    box(x - 8, ground - 118, x + 8, ground, path)
    for k in range(-3, 4):
        ribbon([(x, ground - 112), (x + k * 10, ground - 136 + abs(k) * 5), (x + k * 19, ground - 96)], [1.6, 1.2, 0.4], path)
    scene.cut(lambda c, q: c.drawPath(path, q), 0.5, 0.5, y0=ground - 140, y1=ground, foot_mist=0.2)


def build_field(scene: Scenery) -> None:
    """Wide land under a big sky: hills, a mill or a church far off, stooks or a fence, tall grass."""
    hang_sky(scene)
    rng = scene.chance("field")
    _hill(scene, scene.h * 0.62, 22, 0.08, 0.02, "far", 8)
    mark = skia.Path()
    x = scene.w * (0.24 if scene.bright[0] > 0.5 else 0.76)
    if rng.random() < 0.5:
        windmill(mark, x, scene.h * 0.665, 150, rng.uniform(10, 80))
        scene.cut(lambda c, q: c.drawPath(mark, q), 0.14, 0.22, y0=scene.h * 0.42, y1=scene.h * 0.68)
    else:
        scene.cut(lambda c, q: steeple(c, q, x, scene.h * 0.67, 165), 0.14, 0.22, y0=scene.h * 0.42, y1=scene.h * 0.68)
    _hill(scene, scene.h * 0.69, 16, 0.2, 0.2, "mid", 5)
    scene.mist(scene.h * 0.70, 34, 0.6, 0.21)
    _hill(scene, scene.h * 0.75, 12, 0.42, 0.42, "close")
    stooks = skia.Path()
    for _ in range(4):
        sx, tall = scene.w * rng.uniform(0.03, 0.97), rng.uniform(36, 52)
        foot = scene.h * 0.79
        spline([(sx - tall * 0.42, foot + 4, 1), (sx - tall * 0.12, foot - tall * 0.55), (sx - tall * 0.3, foot - tall, 1), (sx, foot - tall * 0.9), (sx + tall * 0.3, foot - tall, 1), (sx + tall * 0.12, foot - tall * 0.55), (sx + tall * 0.42, foot + 4, 1)], path=stooks)
    scene.cut(lambda c, q: c.drawPath(stooks, q), 0.6, 0.58, y0=scene.h * 0.7, y1=scene.h * 0.8, foot_mist=0.1)
    stage_ground(scene, grass=20, share=0.7, roll=7)
    wing = skia.Path()
    side = scene.w * (0.06 if x > scene.w / 2 else 0.94)
    tips = grow_tree(wing, side, scene.h, scene.h * 1.05, rng, width=26, depth=8 if scene.bare else 6, lean=6 if side < 300 else -6, least=0.7)
    if not scene.bare:
        leaf_crown(wing, tips, rng, 24, 0.8)
    near_ground(scene, wing, 52)


def build_road(scene: Scenery) -> None:
    """A road winding from the horizon to us, a signpost, poplars."""
    hang_sky(scene)
    rng = scene.chance("road")
    _hill(scene, scene.h * 0.63, 20, 0.08, 0.02, "far", 9)
    _hill(scene, scene.h * 0.69, 14, 0.2, 0.2, "mid", 6)
    scene.mist(scene.h * 0.70, 34, 0.55, 0.21)
    poplars = skia.Path()
    for k in range(5):
        for side in (-1, 1):
            tall, x = 190 * (0.45 + 0.16 * k), scene.w * 0.5 + side * (60 + 78 * k**1.25)
            foot = scene.h * (0.735 + 0.012 * k)
            if scene.bare:
                grow_tree(poplars, x, foot, tall * 1.2, rng, depth=5, spread=14, least=0.6)
            else:
                spline([(x - tall * 0.025, foot, 1), (x - tall * 0.1, foot - tall * 0.3), (x - tall * 0.07, foot - tall * 0.75), (x, foot - tall), (x + tall * 0.07, foot - tall * 0.75), (x + tall * 0.1, foot - tall * 0.3), (x + tall * 0.025, foot, 1)], path=poplars)
    box(scene.left, scene.h * 0.748, scene.right, scene.floor + 10, poplars)
    scene.cut(lambda c, q: c.drawPath(poplars, q), 0.42, 0.42, y0=scene.h * 0.4, y1=scene.floor)
    stage_ground(scene, grass=12, share=0.7)
    pale = mix(scene.palette.tint(0.3), scene.palette.mist, 0.5)
    top, bottom = scene.floor + 2, scene.base
    road = spline([(scene.w * 0.44, top, 1), (scene.w * 0.52, top, 1), (scene.w * 0.60, top + 40), (scene.w * 0.86, bottom, 1), (scene.w * 0.12, bottom, 1), (scene.w * 0.38, top + 44)])
    scene.cut(lambda c, q: c.drawPath(road, q), 1.0, 0.5, tint=pale, y0=top, y1=bottom, foot_mist=-0.5, edge=0.2, shadow=0)
    near = skia.Path()
    x = scene.w * 0.1
    ribbon([(x, scene.h), (x + 3, scene.h * 0.52)], [7, 5], near, smooth=False)
    for y, side in ((0.55, 1), (0.605, -1)):
        at = scene.h * y
        polygon([(x - 34 * side, at - 12), (x + 74 * side, at - 12), (x + 92 * side, at), (x + 74 * side, at + 12), (x - 34 * side, at + 12)], near)
    tips = grow_tree(near, scene.w * 0.95, scene.h, scene.h * 1.15, rng, width=30, depth=8 if scene.bare else 6, lean=-4, least=0.8)
    if not scene.bare:
        leaf_crown(near, tips, rng, 25, 0.8)
    near_ground(scene, near, 30)


def build_village(scene: Scenery) -> None:
    """Cottages with lit windows about a church, smoke from the chimneys, a fence near us."""
    hang_sky(scene)
    rng = scene.chance("village")
    p = scene.palette
    _hill(scene, scene.h * 0.62, 18, 0.08, 0.02, "far", 8)
    middle = scene.w * (0.36 if scene.bright[0] > 0.5 else 0.62)
    mark = domed_church if rng.random() < 0.35 else steeple
    scene.cut(lambda c, q: mark(c, q, middle, scene.h * 0.70, 200), 0.16, 0.2, y0=scene.h * 0.38, y1=scene.h * 0.7)
    scene.mist(scene.h * 0.70, 36, 0.6, 0.18)
    for depth, share, foot, width, places in ((0.3, 0.34, 0.745, 130, (0.3, 0.46, 0.72)), (0.55, 0.56, 0.80, 250, (-0.05, 0.80))):
        wall = Wall()
        for at in places:
            cottage(wall, scene.w * (at + rng.uniform(-0.03, 0.03)), scene.h * foot, width * rng.uniform(0.9, 1.1), rng)
        box(scene.left, scene.h * foot, scene.right, scene.floor + 12, wall.path)
        for at in places:
            if rng.random() < 0.8:
                smoke(wall.path, scene.w * at + width * 0.4, scene.h * foot - width * 0.95, width * 0.4, rng)
        dark = mix(p.tint(share), p.ink, 0.55)
        lit = 0.35 + 0.5 * p.dark
        scene.cut(
            lambda c, q, wall=wall: c.drawPath(wall.path, q), depth, share, y0=scene.h * (foot - 0.3), y1=scene.h * foot + 10,
            over=lambda c, wall=wall, dark=dark: paint_panes(c, wall.panes, lit, p.warm, dark, dark),
        )  # fmt: skip
    stage_ground(scene, grass=10)
    near = skia.Path()
    grow_bush(near, scene.w * 0.98, scene.h, 200, 110, rng)
    tips = grow_tree(near, scene.w * 0.03, scene.h, scene.h * 1.15, rng, width=28, depth=8 if scene.bare else 6, lean=4, least=0.8)
    if not scene.bare:
        leaf_crown(near, tips, rng, 26, 0.8)
    near_ground(scene, near, 18)
    scene.cut(
        lambda c, q: fence(c, q, scene.w * 0.70, scene.right, scene.h * 0.965, 62), 1.4, 1.0, tint=p.ink, foot_mist=0, near=True, shadow=0.3
    )


def build_mountain(scene: Scenery) -> None:
    """Peaks in ranks, the far ones pale, snow on them, firs, a cliff to stand on."""
    hang_sky(scene)
    p = scene.palette
    for i, (depth, share, base, tall) in enumerate(((0.06, 0.0, 0.66, 0.46), (0.16, 0.2, 0.72, 0.36), (0.32, 0.42, 0.78, 0.24))):
        rng = scene.chance("range", i)
        peaks, snow = _range(scene, base * scene.h, tall * scene.h, rng)
        tint = p.tint(share)
        white = mix(p.glow, tint, 0.25)

        def caps(canvas: Any, snow: Any = snow, white: Any = white, i: int = i) -> None:
            if i < 2:
                canvas.drawPath(snow, paint_of(white, 0.75))

        scene.cut(lambda c, q, peaks=peaks: c.drawPath(peaks, q), depth, share, y0=(base - tall) * scene.h, y1=base * scene.h + 20, over=caps, foot_mist=0.5 - share * 0.5)
        scene.mist(scene.h * (base - 0.02), 34, 0.6, depth + 0.02)
    rng = scene.chance("firs")
    firs, height = scene.ground(scene.h * 0.785, 14, "firs")
    for _ in range(16):
        x = rng.uniform(scene.left, scene.right)
        if abs(x / scene.w - 0.5) > 0.18:
            grow_fir(firs, x, height(x) + 5, rng.uniform(70, 170), rng)
    scene.cut(lambda c, q: c.drawPath(firs, q), 0.55, 0.58, y0=scene.h * 0.5, y1=scene.floor)
    stage_ground(scene, grass=7, roll=9)
    near = skia.Path()
    grow_fir(near, scene.w * 0.04, scene.h, scene.h * 0.86, rng)
    grow_fir(near, scene.w * 0.97, scene.h, scene.h * 0.72, rng)
    near_ground(scene, near, 20)


def _range(scene: Scenery, base: float, tall: float, rng: Random) -> tuple[Any, Any]:
    """Return the outline of a mountain range and of the snow on its peaks."""
    points: list[tuple[float, ...]] = [(scene.left, scene.floor + 20, 1), (scene.left, base - tall * 0.3, 1)]
    snow = skia.Path()
    x = scene.left
    while x < scene.right:
        wide, high = tall * rng.uniform(0.7, 1.2), tall * rng.uniform(0.5, 1.0)
        peak = (x + wide * rng.uniform(0.42, 0.58), base - high)
        jag = [(x + (peak[0] - x) * t + rng.uniform(-6, 6), base - tall * 0.14 - (high - tall * 0.14) * t) for t in (0.33, 0.66)]
        end = (x + wide, base - tall * rng.uniform(0.1, 0.26))
        fall = [(peak[0] + (end[0] - peak[0]) * t + rng.uniform(-6, 6), peak[1] + (end[1] - peak[1]) * t) for t in (0.34, 0.7)]
        points += [(*jag[0], 1), (*jag[1], 1), (*peak, 1), (*fall[0], 1), (*fall[1], 1), (*end, 1)]
        left = (jag[1][0] * 0.9 + peak[0] * 0.1, jag[1][1])
        teeth = [(left[0] + (fall[0][0] - left[0]) * k / 6, left[1] + (fall[0][1] - left[1]) * k / 6 + (12 if k % 2 else -8)) for k in range(1, 6)]
        polygon([peak, fall[0], *teeth[::-1], left], snow)
        x = end[0]
    points.append((scene.right + 50, scene.floor + 20, 1))
    return spline(points), snow


def build_desert(scene: Scenery) -> None:
    """Dunes, a great sun, palms or ruins far off."""
    hang_sky(scene)
    rng = scene.chance("desert")
    for depth, share, base, roll in ((0.08, 0.03, 0.66, 26), (0.2, 0.2, 0.71, 30), (0.42, 0.4, 0.76, 24)):
        points: list[tuple[float, ...]] = [(scene.left, scene.base, 1), (scene.left, base * scene.h, 1)]
        x = scene.left
        while x < scene.right:
            wide = rng.uniform(0.22, 0.4) * scene.w
            points += [(x + wide * 0.3, base * scene.h - roll * 0.35), (x + wide * 0.62, base * scene.h - roll * rng.uniform(0.8, 1.5), 1), (x + wide, base * scene.h + roll * 0.25)]
            x += wide
        dune = spline([*points, (x + 60, scene.base, 1)])
        if depth == 0.2:
            for k in range(4):
                grow_palm(dune, scene.w * (0.70 + 0.05 * k), scene.h * 0.70, rng.uniform(90, 150), rng)
        scene.cut(lambda c, q, dune=dune: c.drawPath(dune, q), depth, share, y0=base * scene.h - roll, y1=base * scene.h + 90)
    stage_ground(scene, grass=0, roll=10)
    near = skia.Path()
    grow_palm(near, scene.w * 0.05, scene.h, scene.h * 0.82, rng)
    for k in range(5):
        x = scene.w * (0.9 + 0.02 * k)
        ribbon([(x, scene.h), (x + rng.uniform(-20, 20), scene.h * rng.uniform(0.78, 0.9))], [6, 0.6], near)
    near_ground(scene, near, 14)


def build_graveyard(scene: Scenery) -> None:
    """Stones and crosses in rows, a chapel, a bare tree, mist on the ground."""
    hang_sky(scene)
    rng = scene.chance("graves")
    _hill(scene, scene.h * 0.64, 14, 0.08, 0.02, "far", 7)
    x = scene.w * (0.3 if scene.bright[0] > 0.5 else 0.66)
    scene.cut(lambda c, q: steeple(c, q, x, scene.h * 0.72, 250), 0.18, 0.24, y0=scene.h * 0.36, y1=scene.h * 0.72)
    scene.mist(scene.h * 0.72, 36, 0.65, 0.2)
    for depth, share, foot, tall, count in ((0.32, 0.38, 0.75, 40, 15), (0.55, 0.56, 0.79, 64, 10)):
        path, height = scene.ground(scene.h * foot, 8, f"graves {depth}")
        for i in range(count):
            gx = scene.left + (scene.right - scene.left) * (i + rng.uniform(0.2, 0.8)) / count
            gravestone(path, gx, height(gx) + 3, tall * rng.uniform(0.7, 1.25), rng.choice((0, 0, 1, 1, 2)))
        scene.cut(lambda c, q, path=path: c.drawPath(path, q), depth, share, y0=scene.h * foot - tall, y1=scene.h * foot + 40)
        scene.mist(scene.h * (foot + 0.01), 26, 0.6, depth + 0.02)
    stage_ground(scene, grass=14)
    near = skia.Path()
    grow_tree(near, scene.w * 0.94, scene.h, scene.h * 1.2, rng, width=34, depth=9, lean=-6, spread=32, least=0.8)
    gravestone(near, scene.w * 0.07, scene.h, 210, 1)
    gravestone(near, scene.w * 0.16, scene.h, 120, 0)
    near_ground(scene, near, 30)


def build_battlefield(scene: Scenery) -> None:
    """Smoke over torn ground, tents and banners far off, a broken wheel, a gun, stakes."""
    hang_sky(scene)
    rng = scene.chance("battle")
    p = scene.palette
    _hill(scene, scene.h * 0.65, 22, 0.08, 0.02, "far")
    plume = skia.Path()
    for k in range(4):
        x = scene.w * rng.uniform(0.05, 0.95)
        for i in range(11):
            disc(x + i * rng.uniform(3, 9), scene.h * 0.66 - i * 24, 15 + 5.5 * i, plume)
    scene.cut(lambda c, q: c.drawPath(plume, q), 0.1, 0.1, tint=mix(p.mid, p.far, 0.5), y0=scene.h * 0.2, y1=scene.h * 0.68, blur=0.8, edge=0.25)
    camp, height = scene.ground(scene.h * 0.70, 10, "camp")
    for i in range(9):
        x = scene.left + (scene.right - scene.left) * (i + rng.random()) / 9
        y, s = height(x) + 3, rng.uniform(34, 54)
        if i % 3 == 0:
            ribbon([(x, y), (x + 3, y - s * 2.2)], [1.6, 1.2], camp, smooth=False)
            spline([(x + 3, y - s * 2.2, 1), (x + s * 0.5, y - s * 2.1), (x + s, y - s * 2.2, 1), (x + s * 0.9, y - s * 1.6, 1), (x + s * 0.5, y - s * 1.5), (x + 3, y - s * 1.6, 1)], path=camp)
        else:
            polygon([(x - s * 0.7, y), (x, y - s), (x + s * 0.7, y)], camp)
    scene.cut(lambda c, q: c.drawPath(camp, q), 0.22, 0.26, y0=scene.h * 0.5, y1=scene.h * 0.74)
    scene.mist(scene.h * 0.72, 44, 0.7, 0.24, mix(p.mist, p.warm, 0.2))
    torn, level = scene.ground(scene.h * 0.77, 14, "torn", 16)
    for _ in range(12):
        x = rng.uniform(scene.left, scene.right)
        ribbon([(x, level(x) + 4), (x + rng.uniform(-14, 14), level(x) - rng.uniform(30, 80))], [3, 1], torn, smooth=False)
    gun = scene.w * rng.choice((0.2, 0.76))
    ribbon([(gun - 90, level(gun) - 8), (gun, level(gun) - 40), (gun + 80, level(gun) - 62)], [4, 11, 9], torn, smooth=False)

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(torn, paint)
        rim = skia.Paint(paint)
        rim.setStyle(skia.Paint.kStroke_Style)
        rim.setStrokeWidth(6)
        canvas.drawCircle(gun, level(gun) - 34, 36, rim)
        for k in range(6):
            a = k * math.pi / 3
            canvas.drawLine(gun, level(gun) - 34, gun + 36 * math.cos(a), level(gun) - 34 + 36 * math.sin(a), rim)

    scene.cut(draw, 0.55, 0.55, y0=scene.h * 0.66, y1=scene.floor)
    stage_ground(scene, grass=9, roll=11)
    near = skia.Path()
    for x, tall in ((0.02, 0.5), (0.06, 0.36), (0.10, 0.24), (0.95, 0.44), (0.985, 0.6)):
        ribbon([(scene.w * x, scene.h), (scene.w * x + 14, scene.h * (1 - tall))], [9, 4], near, smooth=False)
    ribbon([(scene.w * -0.02, scene.h * 0.72), (scene.w * 0.14, scene.h * 0.82)], [5, 4], near, smooth=False)
    near_ground(scene, near, 18)


def build_cave(scene: Scenery) -> None:
    """Rock arches one within another, light from the mouth, stalactites."""
    p = scene.palette
    outside = scene.outside
    rng = scene.chance("cave")
    mouth = rng.uniform(0.42, 0.58)
    scene.bright = (mouth, 0.5)

    def glow(canvas: Any) -> None:
        halo(canvas, scene.w * mouth, scene.h * 0.5, scene.h * 0.9, outside.horizon, 0.85)

    scene.sky(glow, outside)
    hill, _ = scene.ground(scene.h * 0.66, 20, "beyond")
    scene.cut(lambda c, q: c.drawPath(hill, q), 0.08, 0.0, tint=outside.tint(0.15), y0=scene.h * 0.6, y1=scene.h * 0.8)
    for depth, share, half, top in ((0.2, 0.16, 0.24, 0.16), (0.38, 0.4, 0.33, 0.10), (0.62, 0.62, 0.42, 0.03)):
        path = skia.Path()
        path.setFillType(skia.PathFillType.kEvenOdd)
        box(scene.left, scene.press.top - 10, scene.right, scene.base, path)
        path.addPath(_cave_mouth(scene, mouth, half, top, rng))
        lamp = LampLight(scene.w * mouth, scene.h * 0.6, scene.w * 0.5, outside.horizon, 0.35 - 0.2 * share)
        scene.cut(lambda c, q, path=path: c.drawPath(path, q), depth, share, y0=0, y1=scene.h * 0.9, foot_mist=0.15, lights=(lamp,), edge=0.55, edge_to=(0, 1.6))
        scene.mist(scene.h * 0.76, 40, 0.35, depth + 0.02)
    stage_ground(scene, grass=0, roll=8)
    near = skia.Path()
    for i in range(15):
        x = scene.left + (scene.right - scene.left) * (i + rng.random()) / 15
        edge = 2 * abs(x / scene.w - 0.5)
        polygon([(x - 22, scene.press.top - 10), (x + rng.uniform(-4, 4), scene.h * rng.uniform(0.03, 0.12) + scene.h * 0.2 * edge**2), (x + 22, scene.press.top - 10)], near)
    for x in (0.0, 0.06, 0.95, 1.0):
        spline([(scene.w * x - 70, scene.base, 1), (scene.w * x - 30, scene.h * 0.72), (scene.w * x + 20, scene.h * rng.uniform(0.56, 0.7)), (scene.w * x + 80, scene.base, 1)], path=near)
    near_ground(scene, near, 0)


def _cave_mouth(scene: Scenery, middle: float, half: float, top: float, rng: Random) -> Any:
    points = []
    for i in range(15):
        a = math.pi * (1 + i / 14)
        wobble = rng.uniform(0.9, 1.1)
        points.append((scene.w * (middle + half * math.cos(a) * wobble), scene.h * (0.8 + (0.8 - top) * math.sin(a) * wobble)))
    points = [(scene.w * (middle - half), scene.floor + 8), *points, (scene.w * (middle + half), scene.floor + 8)]
    return spline(points, True, 0.3)


def build_sky(scene: Scenery) -> None:
    """High in the air: clouds above and below, a far land, birds."""
    hang_sky(scene)
    rng = scene.chance("sky set")
    p = scene.palette
    _hill(scene, scene.h * 0.80, 20, 0.05, 0.05, "below", 14)
    for depth, share, y in ((0.15, 0.02, 0.62), (0.34, 0.2, 0.72), (0.6, 0.42, 0.80)):
        path = skia.Path()
        for i in range(6):
            width = scene.w * rng.uniform(0.24, 0.36)
            cloud(path, scene.left + scene.w * (i / 5) - width / 2, scene.h * y + rng.uniform(-16, 16), width, 44, rng)
        scene.cut(lambda c, q, path=path: c.drawPath(path, q), depth, share, tint=mix(p.glow, p.tint(share), 0.3 + 0.55 * share), y0=scene.h * (y - 0.1), y1=scene.h * (y + 0.08), shadow=0.2)
    flock = skia.Path()
    for _ in range(9):
        bird(flock, scene.w * rng.uniform(0.2, 0.8), scene.h * rng.uniform(0.15, 0.4), rng.uniform(6, 14))
    scene.cut(lambda c, q: c.drawPath(flock, q), 0.3, 0.6, shadow=0, edge=0)
    floor = skia.Path()
    for i in range(8):
        disc(scene.left + (scene.right - scene.left) * i / 7, scene.h * 0.93 + rng.uniform(-6, 10), scene.w * 0.1, floor)
    box(scene.left, scene.h * 0.87, scene.right, scene.base, floor)
    scene.cut(lambda c, q: c.drawPath(floor, q), 1.0, 0.7, y0=scene.h * 0.8, y1=scene.base, foot_mist=-0.3)
    near = skia.Path()
    for x in (-0.02, 0.05, 0.95, 1.03):
        oval(scene.w * x, scene.h * 1.0, scene.w * 0.09, scene.h * 0.1, near)
    scene.cut(lambda c, q: c.drawPath(near, q), 1.4, 1.0, y0=scene.h * 0.9, y1=scene.base, foot_mist=0, near=True)


def moonlit_line(canvas: Any, scene: Scenery, y: float, width: float) -> None:
    """A thread of light along the ground, for wet earth and water."""
    canvas.drawLine(scene.left, y, scene.right, y, line_of(scene.palette.glow, width, 0.4))
