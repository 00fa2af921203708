"""The prison: a stone cell under a barred window."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.paths import arch, box, disc, polygon, spline
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled
from bookfilm.picture.shadow.sets.walls import board_floor, furniture_sheet, near_frame, view_outside, wall_sheet


def build_prison(scene: Scenery) -> None:
    """A stone cell: a high barred window throwing its light, a plank bed, chains, an iron door."""
    w, h = scene.w, scene.h
    rng = scene.chance("cell")
    wx = w * rng.choice((0.44, 0.54))
    scene.bright = (wx / w, 0.5)
    view_outside(scene, town=True, horizon=0.5)
    scene.sheets.clear()
    _barred_wall(scene, wx)
    _light_beam(scene, wx)
    furniture_sheet(scene, lambda c, q: _cell_furniture(c, q, scene), 0.6, 0.62)
    board_floor(scene, "tiles", 0.7)
    if "candle" in scene.setting.lights or "lamp" in scene.setting.lights:
        scene.lamp(w * 0.2, scene.floor - 100, 46, 0.8, 0.9)
    vault = skia.Path()
    vault.setFillType(skia.PathFillType.kEvenOdd)
    box(scene.left, scene.press.top - 12, scene.right, scene.base, vault)
    arch(w * 0.5, h * -0.22, w * 0.94, scene.base + 40, vault)
    near_frame(scene, filled(vault))


def _barred_wall(scene: Scenery, x: float) -> None:
    """The wall with its window about `x`, the window's bars and sill."""
    w, h = scene.w, scene.h
    wall_sheet(
        scene,
        lambda c: c.drawPath(arch(x, h * 0.12, 150, h * 0.34), CLEAR),
        pattern="stones",
        light=(x / w, 0.5),
        strength=0.7,
    )
    bars = skia.Path()
    for k in range(-2, 3):
        box(x + k * 30 - 4, h * 0.12, x + k * 30 + 4, h * 0.345, bars)
    box(x - 76, h * 0.235, x + 76, h * 0.247, bars)
    box(x - 92, h * 0.34, x + 92, h * 0.365, bars)
    furniture_sheet(scene, filled(bars), 0.47, 0.7)


def _light_beam(scene: Scenery, x: float) -> None:
    """The light that falls from the window about `x` to the floor, thin enough to see the wall through."""
    beam = polygon(
        [(x - 70, scene.h * 0.16), (x + 70, scene.h * 0.16), (x + 300, scene.floor + 60), (x - 60, scene.floor + 60)]
    )
    scene.cut(
        filled(beam),
        0.5,
        0.0,
        tint=scene.outside.horizon,
        y0=scene.h * 0.1,
        y1=scene.floor,
        foot_mist=0,
        blur=4,
        edge=0,
        shadow=0,
    )
    last = scene.sheets[-1]
    last.pixels[:] = (last.pixels * 0.22).astype("uint8")


def _cell_furniture(canvas: Any, paint: Any, scene: Scenery) -> None:
    """A plank bed, two chains with their rings, and the iron door with its grating."""
    w, h = scene.w, scene.h
    path = skia.Path()
    _plank_bed(path, scene)
    for x in (0.30, 0.335):
        for k in range(6):
            disc(w * x + (3 if k % 2 else -3), h * 0.34 + 17 * k, 7, path)
        disc(w * x, h * 0.34 + 112, 17, path)
    arch(w * 0.84, h * 0.24, 180, scene.floor + 2, path)
    canvas.drawPath(path, paint)
    canvas.drawPath(box(w * 0.84 - 30, h * 0.40, w * 0.84 + 30, h * 0.45), CLEAR)
    for k in (-1, 0, 1):
        canvas.drawRect(skia.Rect.MakeXYWH(w * 0.84 + 15 * k - 2.5, h * 0.40, 5, h * 0.05), paint)


def _plank_bed(path: Any, scene: Scenery) -> None:
    w = scene.w
    box(w * 0.02, scene.floor - 70, w * 0.26, scene.floor - 56, path)
    for x in (0.04, 0.23):
        box(w * x, scene.floor - 58, w * x + 12, scene.floor + 6, path)
    spline(
        [
            (w * 0.03, scene.floor - 70, 1),
            (w * 0.04, scene.floor - 94),
            (w * 0.1, scene.floor - 92),
            (w * 0.11, scene.floor - 70, 1),
        ],
        path=path,
    )
