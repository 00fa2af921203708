"""Sets among plants: forest, garden, graveyard."""

from __future__ import annotations

import skia

from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, ribbon, spline
from bookfilm.picture.shadow.sets.ground import add_hill, near_ground, stage_ground, tree_row
from bookfilm.picture.shadow.sets.landmarks import gravestone, steeple
from bookfilm.picture.shadow.sets.scenery import Scenery, filled, hang_sky
from bookfilm.picture.shadow.sets.trees import (
    grow_bush,
    grow_fern,
    grow_tree,
    leaf_crown,
)


def build_forest(scene: Scenery) -> None:
    """Trees in four depths with mist between them; two great ones frame the picture."""
    hang_sky(scene)
    rng = scene.chance("forest")
    firs = rng.random() < 0.25 or (scene.snowy and rng.random() < 0.4)
    x = scene.bright[0] * scene.w
    glade = LampLight(x, scene.h * 0.62, scene.w * 0.42, scene.palette.horizon, 0.75)
    rows = (
        (0.10, 0.02, 15, 0.33, 0.48, 0.70, 5),
        (0.22, 0.22, 10, 0.46, 0.66, 0.735, 6),
        (0.42, 0.46, 6, 0.66, 0.88, 0.78, 7),
    )
    for depth, share, count, low, high, at, fine in rows:
        tree_row(scene, depth, share, count, (low, high), at, fine, firs, (glade,) if depth < 0.4 else ())
        scene.mist(scene.h * (at + 0.01), scene.h * 0.075 * (1.1 - share), 0.8 - 0.3 * share, depth + 0.02)
    stage_ground(scene, grass=15)
    wings = skia.Path()
    tips = []
    for x, lean in ((scene.w * 0.035, -1.0), (scene.w * 0.965, 1.0)):
        grown = scene.chance("wing", round(x))
        fine = 9 if scene.bare else 6
        tips += grow_tree(
            wings,
            x,
            scene.h * 0.985,
            scene.h * 1.25,
            grown,
            width=scene.h * 0.058,
            depth=fine,
            lean=lean,
            spread=30,
            trunk=0.50,
            boughs=False,
            least=0.8,
        )
    if not scene.bare and not firs:
        leaf_crown(wings, tips, rng, 26, 0.7)
    for i in range(6):
        grow_fern(
            wings,
            scene.w * (0.03 + 0.025 * i if i < 3 else 0.86 + 0.025 * i),
            scene.h * 0.98,
            100,
            -1.1 if i % 2 else -2.0,
        )
    near_ground(scene, wings, 34)


def build_garden(scene: Scenery) -> None:
    """A park: far trees, clipped hedges with a gate or fountain, flower beds, roses near us."""
    hang_sky(scene)
    rng = scene.chance("garden")
    add_hill(scene, scene.h * 0.66, 14, 0.12, 0.08, "far", 10)
    tree_row(scene, 0.24, 0.25, 8, (0.34, 0.5), 0.72, 6, False)
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
    scene.cut(filled(hedge), 0.45, 0.42, y0=top - 60, y1=scene.floor, foot_mist=0.24)
    if rng.random() < 0.6:
        _fountain(scene, centre, scene.floor + 4)
    stage_ground(scene, grass=9, share=0.72)
    near = skia.Path()
    for x in (scene.w * 0.04, scene.w * 0.965):
        grown = scene.chance("garden wing", round(x))
        tips = grow_tree(
            near, x, scene.h, scene.h * 1.2, grown, width=scene.h * 0.032, depth=6, lean=5 if x < 300 else -5, least=0.9
        )
        if not scene.bare:
            leaf_crown(near, tips, grown, 30, 0.85)
    for i in range(5):
        x = scene.w * (0.02 + 0.04 * i) if i < 3 else scene.w * (0.88 + 0.05 * (i - 3))
        grow_bush(near, x, scene.h, 110, rng.uniform(50, 90), rng)
    near_ground(scene, near, 16)


def _fountain(scene: Scenery, x: float, ground: float) -> None:
    path = skia.Path()
    for level, half, thick in ((0, 78, 16), (58, 44, 11), (100, 24, 8)):
        spline(
            [
                (x - half, ground - level - thick, 1),
                (x + half, ground - level - thick, 1),
                (x + half * 0.7, ground - level),
                (x - half * 0.7, ground - level),
            ],
            path=path,
        )
    box(x - 8, ground - 118, x + 8, ground, path)
    for k in range(-3, 4):
        ribbon(
            [(x, ground - 112), (x + k * 10, ground - 136 + abs(k) * 5), (x + k * 19, ground - 96)],
            [1.6, 1.2, 0.4],
            path,
        )
    scene.cut(filled(path), 0.5, 0.5, y0=ground - 140, y1=ground, foot_mist=0.2)


def build_graveyard(scene: Scenery) -> None:
    """Stones and crosses in rows, a chapel, a bare tree, mist on the ground."""
    hang_sky(scene)
    rng = scene.chance("graves")
    add_hill(scene, scene.h * 0.64, 14, 0.08, 0.02, "far", 7)
    x = scene.w * (0.3 if scene.bright[0] > 0.5 else 0.66)
    scene.cut(lambda c, q: steeple(c, q, x, scene.h * 0.72, 250), 0.18, 0.24, y0=scene.h * 0.36, y1=scene.h * 0.72)
    scene.mist(scene.h * 0.72, 36, 0.65, 0.2)
    for depth, share, foot, tall, count in ((0.32, 0.38, 0.75, 40, 15), (0.55, 0.56, 0.79, 64, 10)):
        path, height = scene.ground(scene.h * foot, 8, f"graves {depth}")
        for i in range(count):
            gx = scene.left + (scene.right - scene.left) * (i + rng.uniform(0.2, 0.8)) / count
            gravestone(path, gx, height(gx) + 3, tall * rng.uniform(0.7, 1.25), rng.choice((0, 0, 1, 1, 2)))
        scene.cut(filled(path), depth, share, y0=scene.h * foot - tall, y1=scene.h * foot + 40)
        scene.mist(scene.h * (foot + 0.01), 26, 0.6, depth + 0.02)
    stage_ground(scene, grass=14)
    near = skia.Path()
    grow_tree(near, scene.w * 0.94, scene.h, scene.h * 1.2, rng, width=34, depth=9, lean=-6, spread=32, least=0.8)
    gravestone(near, scene.w * 0.07, scene.h, 210, 1)
    gravestone(near, scene.w * 0.16, scene.h, 120, 0)
    near_ground(scene, near, 30)
