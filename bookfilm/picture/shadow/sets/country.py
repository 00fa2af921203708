"""Sets in farmed country: field, road, village."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paths import box, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.ground import add_hill, near_ground, stage_ground
from bookfilm.picture.shadow.sets.houses import Wall, cottage, paint_panes
from bookfilm.picture.shadow.sets.landmarks import domed_church, fence, smoke, steeple, windmill
from bookfilm.picture.shadow.sets.scenery import Scenery, filled, hang_sky, line_of
from bookfilm.picture.shadow.sets.trees import (
    grow_bush,
    grow_tree,
    leaf_crown,
)


def build_field(scene: Scenery) -> None:
    """Wide land under a big sky: hills, a mill or a church far off, stooks or a fence, tall grass."""
    hang_sky(scene)
    rng = scene.chance("field")
    add_hill(scene, scene.h * 0.62, 22, 0.08, 0.02, "far", 8)
    mark = skia.Path()
    x = scene.w * (0.24 if scene.bright[0] > 0.5 else 0.76)
    if rng.random() < 0.5:
        windmill(mark, x, scene.h * 0.665, 150, rng.uniform(10, 80))
        scene.cut(filled(mark), 0.14, 0.22, y0=scene.h * 0.42, y1=scene.h * 0.68)
    else:
        scene.cut(lambda c, q: steeple(c, q, x, scene.h * 0.67, 165), 0.14, 0.22, y0=scene.h * 0.42, y1=scene.h * 0.68)
    add_hill(scene, scene.h * 0.69, 16, 0.2, 0.2, "mid", 5)
    scene.mist(scene.h * 0.70, 34, 0.6, 0.21)
    add_hill(scene, scene.h * 0.75, 12, 0.42, 0.42, "close")
    stooks = skia.Path()
    for _ in range(4):
        sx, tall = scene.w * rng.uniform(0.03, 0.97), rng.uniform(36, 52)
        foot = scene.h * 0.79
        spline(
            [
                (sx - tall * 0.42, foot + 4, 1),
                (sx - tall * 0.12, foot - tall * 0.55),
                (sx - tall * 0.3, foot - tall, 1),
                (sx, foot - tall * 0.9),
                (sx + tall * 0.3, foot - tall, 1),
                (sx + tall * 0.12, foot - tall * 0.55),
                (sx + tall * 0.42, foot + 4, 1),
            ],
            path=stooks,
        )
    scene.cut(filled(stooks), 0.6, 0.58, y0=scene.h * 0.7, y1=scene.h * 0.8, foot_mist=0.1)
    stage_ground(scene, grass=20, share=0.7, roll=7)
    wing = skia.Path()
    side = scene.w * (0.06 if x > scene.w / 2 else 0.94)
    tips = grow_tree(
        wing,
        side,
        scene.h,
        scene.h * 1.05,
        rng,
        width=26,
        depth=8 if scene.bare else 6,
        lean=6 if side < 300 else -6,
        least=0.7,
    )
    if not scene.bare:
        leaf_crown(wing, tips, rng, 24, 0.8)
    near_ground(scene, wing, 52)


def build_road(scene: Scenery) -> None:
    """A road winding from the horizon to us, a signpost, poplars."""
    hang_sky(scene)
    rng = scene.chance("road")
    add_hill(scene, scene.h * 0.63, 20, 0.08, 0.02, "far", 9)
    add_hill(scene, scene.h * 0.69, 14, 0.2, 0.2, "mid", 6)
    scene.mist(scene.h * 0.70, 34, 0.55, 0.21)
    _poplars(scene, rng)
    stage_ground(scene, grass=12, share=0.7)
    _winding_road(scene)
    near = skia.Path()
    _signpost(near, scene, scene.w * 0.1)
    tips = grow_tree(
        near, scene.w * 0.95, scene.h, scene.h * 1.15, rng, width=30, depth=8 if scene.bare else 6, lean=-4, least=0.8
    )
    if not scene.bare:
        leaf_crown(near, tips, rng, 25, 0.8)
    near_ground(scene, near, 30)


def _poplars(scene: Scenery, rng: Random) -> None:
    """Two rows of poplars that grow towards us, one on either side of the road."""
    poplars = skia.Path()
    for k in range(5):
        for side in (-1, 1):
            tall, x = 190 * (0.45 + 0.16 * k), scene.w * 0.5 + side * (60 + 78 * k**1.25)
            foot = scene.h * (0.735 + 0.012 * k)
            if scene.bare:
                grow_tree(poplars, x, foot, tall * 1.2, rng, depth=5, spread=14, least=0.6)
            else:
                _poplar(poplars, x, foot, tall)
    box(scene.left, scene.h * 0.748, scene.right, scene.floor + 10, poplars)
    scene.cut(filled(poplars), 0.42, 0.42, y0=scene.h * 0.4, y1=scene.floor)


def _poplar(path: Any, x: float, foot: float, tall: float) -> None:
    spline(
        [
            (x - tall * 0.025, foot, 1),
            (x - tall * 0.1, foot - tall * 0.3),
            (x - tall * 0.07, foot - tall * 0.75),
            (x, foot - tall),
            (x + tall * 0.07, foot - tall * 0.75),
            (x + tall * 0.1, foot - tall * 0.3),
            (x + tall * 0.025, foot, 1),
        ],
        path=path,
    )


def _winding_road(scene: Scenery) -> None:
    pale = mix(scene.palette.tint(0.3), scene.palette.mist, 0.5)
    top, bottom = scene.floor + 2, scene.base
    road = spline(
        [
            (scene.w * 0.44, top, 1),
            (scene.w * 0.52, top, 1),
            (scene.w * 0.60, top + 40),
            (scene.w * 0.86, bottom, 1),
            (scene.w * 0.12, bottom, 1),
            (scene.w * 0.38, top + 44),
        ]
    )
    scene.cut(filled(road), 1.0, 0.5, tint=pale, y0=top, y1=bottom, foot_mist=-0.5, edge=0.2, shadow=0)


def _signpost(path: Any, scene: Scenery, x: float) -> None:
    """A post with two boards that point opposite ways."""
    ribbon([(x, scene.h), (x + 3, scene.h * 0.52)], [7, 5], path, smooth=False)
    for y, side in ((0.55, 1), (0.605, -1)):
        at = scene.h * y
        polygon(
            [
                (x - 34 * side, at - 12),
                (x + 74 * side, at - 12),
                (x + 92 * side, at),
                (x + 74 * side, at + 12),
                (x - 34 * side, at + 12),
            ],
            path,
        )


def lit_panes(wall: Wall, lit: float, glow: Colour, dark: Colour) -> Callable[[Any], None]:
    """Return what paints a wall's windows."""
    return lambda canvas: paint_panes(canvas, wall.panes, lit, glow, dark, dark)


def build_village(scene: Scenery) -> None:
    """Cottages with lit windows about a church, smoke from the chimneys, a fence near us."""
    hang_sky(scene)
    rng = scene.chance("village")
    p = scene.palette
    add_hill(scene, scene.h * 0.62, 18, 0.08, 0.02, "far", 8)
    middle = scene.w * (0.36 if scene.bright[0] > 0.5 else 0.62)
    mark = domed_church if rng.random() < 0.35 else steeple
    scene.cut(lambda c, q: mark(c, q, middle, scene.h * 0.70, 200), 0.16, 0.2, y0=scene.h * 0.38, y1=scene.h * 0.7)
    scene.mist(scene.h * 0.70, 36, 0.6, 0.18)
    for depth, share, foot, width, places in (
        (0.3, 0.34, 0.745, 130, (0.3, 0.46, 0.72)),
        (0.55, 0.56, 0.80, 250, (-0.05, 0.80)),
    ):
        wall = Wall()
        for at in places:
            cottage(wall, scene.w * (at + rng.uniform(-0.03, 0.03)), scene.h * foot, width * rng.uniform(0.9, 1.1), rng)
        box(scene.left, scene.h * foot, scene.right, scene.floor + 12, wall.path)
        for at in places:
            if rng.random() < 0.8:
                smoke(wall.path, scene.w * at + width * 0.4, scene.h * foot - width * 0.95, width * 0.4, rng)
        dark = mix(p.tint(share), p.ink, 0.55)
        scene.cut(
            filled(wall.path),
            depth,
            share,
            y0=scene.h * (foot - 0.3),
            y1=scene.h * foot + 10,
            over=lit_panes(wall, 0.35 + 0.5 * p.dark, p.warm, dark),
        )
    stage_ground(scene, grass=10)
    near = skia.Path()
    grow_bush(near, scene.w * 0.98, scene.h, 200, 110, rng)
    tips = grow_tree(
        near, scene.w * 0.03, scene.h, scene.h * 1.15, rng, width=28, depth=8 if scene.bare else 6, lean=4, least=0.8
    )
    if not scene.bare:
        leaf_crown(near, tips, rng, 26, 0.8)
    near_ground(scene, near, 18)
    scene.cut(
        lambda c, q: fence(c, q, scene.w * 0.70, scene.right, scene.h * 0.965, 62),
        1.4,
        1.0,
        tint=p.ink,
        foot_mist=0,
        near=True,
        shadow=0.3,
    )


def moonlit_line(canvas: Any, scene: Scenery, y: float, width: float) -> None:
    """A thread of light along the ground, for wet earth and water."""
    canvas.drawLine(scene.left, y, scene.right, y, line_of(scene.palette.glow, width, 0.4))
