"""Sets of wild land: mountain, desert, cave, sky."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, oval, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.ground import add_hill, near_ground, stage_ground
from bookfilm.picture.shadow.sets.landmarks import bird
from bookfilm.picture.shadow.sets.scenery import Scenery, cloud, filled, hang_sky, paint_of
from bookfilm.picture.shadow.sets.trees import (
    grow_fir,
    grow_palm,
)


def build_mountain(scene: Scenery) -> None:
    """Peaks in ranks, the far ones pale, snow on them, firs, a cliff to stand on."""
    hang_sky(scene)
    p = scene.palette
    for i, (depth, share, base, tall) in enumerate(
        ((0.06, 0.0, 0.66, 0.46), (0.16, 0.2, 0.72, 0.36), (0.32, 0.42, 0.78, 0.24))
    ):
        rng = scene.chance("range", i)
        peaks, snow = _range(scene, base * scene.h, tall * scene.h, rng)
        tint = p.tint(share)
        white = mix(p.glow, tint, 0.25)

        def caps(canvas: Any, snow: Any = snow, white: Colour = white, i: int = i) -> None:
            if i < 2:
                canvas.drawPath(snow, paint_of(white, 0.75))

        scene.cut(
            filled(peaks),
            depth,
            share,
            y0=(base - tall) * scene.h,
            y1=base * scene.h + 20,
            over=caps,
            foot_mist=0.5 - share * 0.5,
        )
        scene.mist(scene.h * (base - 0.02), 34, 0.6, depth + 0.02)
    rng = scene.chance("firs")
    firs, height = scene.ground(scene.h * 0.785, 14, "firs")
    for _ in range(16):
        x = rng.uniform(scene.left, scene.right)
        if abs(x / scene.w - 0.5) > 0.18:
            grow_fir(firs, x, height(x) + 5, rng.uniform(70, 170), rng)
    scene.cut(filled(firs), 0.55, 0.58, y0=scene.h * 0.5, y1=scene.floor)
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
        jag = [
            (x + (peak[0] - x) * t + rng.uniform(-6, 6), base - tall * 0.14 - (high - tall * 0.14) * t)
            for t in (0.33, 0.66)
        ]
        end = (x + wide, base - tall * rng.uniform(0.1, 0.26))
        fall = [
            (peak[0] + (end[0] - peak[0]) * t + rng.uniform(-6, 6), peak[1] + (end[1] - peak[1]) * t)
            for t in (0.34, 0.7)
        ]
        points += [(*jag[0], 1), (*jag[1], 1), (*peak, 1), (*fall[0], 1), (*fall[1], 1), (*end, 1)]
        left = (jag[1][0] * 0.9 + peak[0] * 0.1, jag[1][1])
        teeth = [
            (left[0] + (fall[0][0] - left[0]) * k / 6, left[1] + (fall[0][1] - left[1]) * k / 6 + (12 if k % 2 else -8))
            for k in range(1, 6)
        ]
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
            points += [
                (x + wide * 0.3, base * scene.h - roll * 0.35),
                (x + wide * 0.62, base * scene.h - roll * rng.uniform(0.8, 1.5), 1),
                (x + wide, base * scene.h + roll * 0.25),
            ]
            x += wide
        dune = spline([*points, (x + 60, scene.base, 1)])
        if depth == 0.2:
            for k in range(4):
                grow_palm(dune, scene.w * (0.70 + 0.05 * k), scene.h * 0.70, rng.uniform(90, 150), rng)
        scene.cut(filled(dune), depth, share, y0=base * scene.h - roll, y1=base * scene.h + 90)
    stage_ground(scene, grass=0, roll=10)
    near = skia.Path()
    grow_palm(near, scene.w * 0.05, scene.h, scene.h * 0.82, rng)
    for k in range(5):
        x = scene.w * (0.9 + 0.02 * k)
        ribbon([(x, scene.h), (x + rng.uniform(-20, 20), scene.h * rng.uniform(0.78, 0.9))], [6, 0.6], near)
    near_ground(scene, near, 14)


def build_cave(scene: Scenery) -> None:
    """Rock arches one within another, light from the mouth, stalactites."""
    outside = scene.outside
    rng = scene.chance("cave")
    mouth = rng.uniform(0.42, 0.58)
    scene.bright = (mouth, 0.5)

    def glow(canvas: Any) -> None:
        halo(canvas, scene.w * mouth, scene.h * 0.5, scene.h * 0.9, outside.horizon, 0.85)

    scene.sky(glow, outside)
    hill, _ = scene.ground(scene.h * 0.66, 20, "beyond")
    scene.cut(filled(hill), 0.08, 0.0, tint=outside.tint(0.15), y0=scene.h * 0.6, y1=scene.h * 0.8)
    for depth, share, half, top in ((0.2, 0.16, 0.24, 0.16), (0.38, 0.4, 0.33, 0.10), (0.62, 0.62, 0.42, 0.03)):
        path = skia.Path()
        path.setFillType(skia.PathFillType.kEvenOdd)
        box(scene.left, scene.press.top - 10, scene.right, scene.base, path)
        path.addPath(_cave_mouth(scene, mouth, half, top, rng))
        lamp = LampLight(scene.w * mouth, scene.h * 0.6, scene.w * 0.5, outside.horizon, 0.35 - 0.2 * share)
        scene.cut(
            filled(path),
            depth,
            share,
            y0=0,
            y1=scene.h * 0.9,
            foot_mist=0.15,
            lights=(lamp,),
            edge=0.55,
            edge_to=(0, 1.6),
        )
        scene.mist(scene.h * 0.76, 40, 0.35, depth + 0.02)
    stage_ground(scene, grass=0, roll=8)
    near = skia.Path()
    for i in range(15):
        x = scene.left + (scene.right - scene.left) * (i + rng.random()) / 15
        edge = 2 * abs(x / scene.w - 0.5)
        polygon(
            [
                (x - 22, scene.press.top - 10),
                (x + rng.uniform(-4, 4), scene.h * rng.uniform(0.03, 0.12) + scene.h * 0.2 * edge**2),
                (x + 22, scene.press.top - 10),
            ],
            near,
        )
    for x in (0.0, 0.06, 0.95, 1.0):
        spline(
            [
                (scene.w * x - 70, scene.base, 1),
                (scene.w * x - 30, scene.h * 0.72),
                (scene.w * x + 20, scene.h * rng.uniform(0.56, 0.7)),
                (scene.w * x + 80, scene.base, 1),
            ],
            path=near,
        )
    near_ground(scene, near, 0)


def _cave_mouth(scene: Scenery, middle: float, half: float, top: float, rng: Random) -> Any:
    points = []
    for i in range(15):
        a = math.pi * (1 + i / 14)
        wobble = rng.uniform(0.9, 1.1)
        points.append(
            (scene.w * (middle + half * math.cos(a) * wobble), scene.h * (0.8 + (0.8 - top) * math.sin(a) * wobble))
        )
    points = [(scene.w * (middle - half), scene.floor + 8), *points, (scene.w * (middle + half), scene.floor + 8)]
    return spline(points, True, 0.3)


def build_sky(scene: Scenery) -> None:
    """High in the air: clouds above and below, a far land, birds."""
    hang_sky(scene)
    rng = scene.chance("sky set")
    p = scene.palette
    add_hill(scene, scene.h * 0.80, 20, 0.05, 0.05, "below", 14)
    for depth, share, y in ((0.15, 0.02, 0.62), (0.34, 0.2, 0.72), (0.6, 0.42, 0.80)):
        path = skia.Path()
        for i in range(6):
            width = scene.w * rng.uniform(0.24, 0.36)
            cloud(path, scene.left + scene.w * (i / 5) - width / 2, scene.h * y + rng.uniform(-16, 16), width, 44, rng)
        scene.cut(
            filled(path),
            depth,
            share,
            tint=mix(p.glow, p.tint(share), 0.3 + 0.55 * share),
            y0=scene.h * (y - 0.1),
            y1=scene.h * (y + 0.08),
            shadow=0.2,
        )
    flock = skia.Path()
    for _ in range(9):
        bird(flock, scene.w * rng.uniform(0.2, 0.8), scene.h * rng.uniform(0.15, 0.4), rng.uniform(6, 14))
    scene.cut(filled(flock), 0.3, 0.6, shadow=0, edge=0)
    floor = skia.Path()
    for i in range(8):
        disc(
            scene.left + (scene.right - scene.left) * i / 7, scene.h * 0.93 + rng.uniform(-6, 10), scene.w * 0.1, floor
        )
    box(scene.left, scene.h * 0.87, scene.right, scene.base, floor)
    scene.cut(filled(floor), 1.0, 0.7, y0=scene.h * 0.8, y1=scene.base, foot_mist=-0.3)
    near = skia.Path()
    for x in (-0.02, 0.05, 0.95, 1.03):
        oval(scene.w * x, scene.h * 1.0, scene.w * 0.09, scene.h * 0.1, near)
    scene.cut(filled(near), 1.4, 1.0, y0=scene.h * 0.9, y1=scene.base, foot_mist=0, near=True)
