"""The battlefield: smoke, a camp, a gun on torn ground, stakes."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.paths import disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.ground import add_hill, near_ground, stage_ground
from bookfilm.picture.shadow.sets.scenery import Scenery, filled, hang_sky


def build_battlefield(scene: Scenery) -> None:
    """Smoke over torn ground, tents and banners far off, a broken wheel, a gun, stakes."""
    hang_sky(scene)
    rng = scene.chance("battle")
    p = scene.palette
    add_hill(scene, scene.h * 0.65, 22, 0.08, 0.02, "far")
    _plumes(scene, rng)
    _camp(scene, rng)
    scene.mist(scene.h * 0.72, 44, 0.7, 0.24, mix(p.mist, p.warm, 0.2))
    _torn_ground(scene, rng)
    stage_ground(scene, grass=9, roll=11)
    near = skia.Path()
    for x, tall in ((0.02, 0.5), (0.06, 0.36), (0.10, 0.24), (0.95, 0.44), (0.985, 0.6)):
        ribbon([(scene.w * x, scene.h), (scene.w * x + 14, scene.h * (1 - tall))], [9, 4], near, smooth=False)
    ribbon([(scene.w * -0.02, scene.h * 0.72), (scene.w * 0.14, scene.h * 0.82)], [5, 4], near, smooth=False)
    near_ground(scene, near, 18)


def _plumes(scene: Scenery, rng: Random) -> None:
    """Four columns of smoke, each of discs that grow as it rises."""
    p = scene.palette
    plume = skia.Path()
    for _ in range(4):
        x = scene.w * rng.uniform(0.05, 0.95)
        for i in range(11):
            disc(x + i * rng.uniform(3, 9), scene.h * 0.66 - i * 24, 15 + 5.5 * i, plume)
    scene.cut(
        filled(plume),
        0.1,
        0.1,
        tint=mix(p.mid, p.far, 0.5),
        y0=scene.h * 0.2,
        y1=scene.h * 0.68,
        blur=0.8,
        edge=0.25,
    )


def _camp(scene: Scenery, rng: Random) -> None:
    """Tents in a row, every third place a banner."""
    camp, height = scene.ground(scene.h * 0.70, 10, "camp")
    for i in range(9):
        x = scene.left + (scene.right - scene.left) * (i + rng.random()) / 9
        y, s = height(x) + 3, rng.uniform(34, 54)
        if i % 3 == 0:
            _banner(camp, x, y, s)
        else:
            polygon([(x - s * 0.7, y), (x, y - s), (x + s * 0.7, y)], camp)
    scene.cut(filled(camp), 0.22, 0.26, y0=scene.h * 0.5, y1=scene.h * 0.74)


def _banner(path: Any, x: float, y: float, s: float) -> None:
    ribbon([(x, y), (x + 3, y - s * 2.2)], [1.6, 1.2], path, smooth=False)
    spline(
        [
            (x + 3, y - s * 2.2, 1),
            (x + s * 0.5, y - s * 2.1),
            (x + s, y - s * 2.2, 1),
            (x + s * 0.9, y - s * 1.6, 1),
            (x + s * 0.5, y - s * 1.5),
            (x + 3, y - s * 1.6, 1),
        ],
        path=path,
    )


def _torn_ground(scene: Scenery, rng: Random) -> None:
    """Rough ground with splintered posts and a field gun on it."""
    torn, level = scene.ground(scene.h * 0.77, 14, "torn", 16)
    for _ in range(12):
        x = rng.uniform(scene.left, scene.right)
        ribbon(
            [(x, level(x) + 4), (x + rng.uniform(-14, 14), level(x) - rng.uniform(30, 80))], [3, 1], torn, smooth=False
        )
    gun = scene.w * rng.choice((0.2, 0.76))
    axle = level(gun) - 34
    ribbon(
        [(gun - 90, level(gun) - 8), (gun, level(gun) - 40), (gun + 80, level(gun) - 62)],
        [4, 11, 9],
        torn,
        smooth=False,
    )

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(torn, paint)
        _gun_wheel(canvas, paint, gun, axle)

    scene.cut(draw, 0.55, 0.55, y0=scene.h * 0.66, y1=scene.floor)


def _gun_wheel(canvas: Any, paint: Any, x: float, y: float) -> None:
    rim = skia.Paint(paint)
    rim.setStyle(skia.Paint.kStroke_Style)
    rim.setStrokeWidth(6)
    canvas.drawCircle(x, y, 36, rim)
    for k in range(6):
        a = k * math.pi / 3
        canvas.drawLine(x, y, x + 36 * math.cos(a), y + 36 * math.sin(a), rim)
