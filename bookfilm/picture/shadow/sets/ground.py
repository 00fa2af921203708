"""The ground of sets in the open: the stage, the near strip, hills, rows of trees."""

from __future__ import annotations

from typing import Any

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.sets.scenery import Scenery, filled
from bookfilm.picture.shadow.sets.trees import (
    grow_bush,
    grow_fir,
    grow_grass,
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
        filled(path),
        1.0,
        share,
        tint=tint,
        y0=scene.floor - 14,
        y1=scene.h * 0.97,
        foot_mist=-0.62,
        edge=0.5,
        lights=(light,),
        shadow=0.25,
    )


def near_ground(scene: Scenery, extra: Any = None, grass: float = 30) -> None:
    """Add the dark strip nearest to us, with grass; `extra` is a path that belongs to it."""
    path, height = scene.ground(scene.h * 0.955, 9, "near", 8)
    rng = scene.chance("near grass")
    if grass > 0:
        grow_grass(path, spread_evenly(scene.left, scene.right, int(scene.w / 7)), height, grass, rng, 0.15)
    if extra is not None:
        path.addPath(extra)
    scene.cut(
        filled(path),
        1.4,
        1.0,
        y0=0,
        y1=scene.h,
        foot_mist=-0.6,
        tint=mix(scene.palette.near, scene.palette.ink, 0.35),
        edge=0.3,
        edge_to=(1.2, -1.0),
        shadow=0.4,
        near=True,
    )


def add_hill(scene: Scenery, y: float, roll: float, depth: float, share: float, salt: str, trees: int = 0) -> None:
    """Add a hill about height `y` that rolls by `roll` design units, with so many small firs and bushes on it."""
    path, height = scene.ground(y, roll, salt, 7)
    rng = scene.chance("hill trees", salt)
    for _ in range(trees):
        x = rng.uniform(scene.left, scene.right)
        if rng.random() < 0.4:
            grow_fir(path, x, height(x) + 4, rng.uniform(30, 60), rng)
        else:
            grow_bush(path, x, height(x) + 4, rng.uniform(30, 60), rng.uniform(20, 38), rng)
    tint = mix(scene.palette.tint(share), scene.palette.mist, 0.5) if scene.snowy else None
    scene.cut(filled(path), depth, share, tint=tint, y0=y - 30, y1=y + 110, foot_mist=0.4 - 0.3 * share)


def tree_row(
    scene: Scenery,
    depth: float,
    share: float,
    count: int,
    heights: tuple[float, float],
    at: float,
    fine: int,
    firs: bool,
    lights: tuple[LampLight, ...] = (),
) -> None:
    """Add a row of `count` trees on ground of its own.

    `heights` (least, most) and `at`, where they stand, are shares of the frame's height; `fine` is how many
    orders of twigs a bare tree has; one in leaf has two fewer.
    """
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
        leaves += grow_tree(
            path, x, height(x) + 6, tall, rng, depth=depth_of, lean=rng.uniform(-5, 5), least=0.6, spread=24
        )
    if not scene.bare:
        leaf_crown(path, leaves, rng, 13 + 14 * share, 0.75)
    top = scene.h * (at - heights[1])
    scene.cut(
        filled(path),
        depth,
        share,
        y0=top,
        y1=scene.h * (at + 0.03),
        blur=max(1.1 - 4 * depth, 0),
        lights=lights,
    )
