"""Sets of great spaces: ballroom and hall, castle."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paths import arch, box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets import fittings as fit
from bookfilm.picture.shadow.sets import furniture as put
from bookfilm.picture.shadow.sets.ground import near_ground, stage_ground
from bookfilm.picture.shadow.sets.landmarks import castle
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, hang_sky, line_of, paint_of
from bookfilm.picture.shadow.sets.trees import grow_fir, grow_tree, leaf_crown
from bookfilm.picture.shadow.sets.walls import board_floor, furniture_sheet, near_frame, view_outside, wall_sheet

_GRAND_COLUMNS, _HALL_COLUMNS = (0.10, 0.30, 0.70, 0.90), (0.17, 0.83)
"""Where columns stand, as shares of the width."""


def build_ballroom(scene: Scenery) -> None:
    """Tall arched windows, columns, a chandelier, a mirror-like floor, red drapes near us."""
    w, h = scene.w, scene.h
    grand = scene.setting.kind == "ballroom"
    scene.bright = (0.5, 0.5)
    view_outside(scene, town=False, horizon=0.56)
    _window_wall(scene, grand)
    _columns(scene, grand)
    _shining_floor(scene)
    size = 150 if grand else 104
    _hang_chandelier(scene, w * 0.5, h * 0.255 if grand else h * 0.2, size)
    near_frame(scene, lambda c, q: _swagged_drapes(c, q, scene))


def _window_wall(scene: Scenery, grand: bool) -> None:
    """The wall with its row of arched windows, their bars, and a dentilled cornice."""
    w, h = scene.w, scene.h
    count = 5 if grand else 3
    places = [w * (i + 0.5) / count for i in range(count)]
    wide = w * 0.30 / count

    def openings(canvas: Any) -> None:
        for x in places:
            canvas.drawPath(arch(x, h * 0.24, wide, h * 0.68), CLEAR)

    wall_sheet(
        scene,
        openings,
        pattern="lozenges" if grand else "stripes",
        light=(0.5, 0.42),
        strength=0.95,
        pale=1.5 if grand else 0.9,
    )
    bars = skia.Path()
    for x in places:
        box(x - 2, h * 0.24, x + 2, h * 0.68, bars)
        for y in (0.38, 0.48, 0.58):
            box(x - wide / 2, h * y - 2, x + wide / 2, h * y + 2, bars)
    box(scene.left, h * 0.17, scene.right, h * 0.19, bars)
    x = scene.left
    while x < scene.right:
        box(x, h * 0.19, x + 13, h * 0.205, bars)
        x += 26
    furniture_sheet(scene, filled(bars), 0.46, 0.06)


def _columns(scene: Scenery, grand: bool) -> None:
    """The columns; in a hall also the stairs that rise to the right."""
    w, h = scene.w, scene.h
    pillars = skia.Path()
    for x in _GRAND_COLUMNS if grand else _HALL_COLUMNS:
        fit.column(pillars, w * x, h * 0.15, scene.floor + 8, 54)
    if not grand:
        stairs = 9
        for i in range(stairs):
            box(w * 0.66 + i * 24, scene.floor - 18 * (i + 1), scene.right, scene.floor - 18 * i + 2, pillars)
    furniture_sheet(scene, filled(pillars), 0.6, 0.36, lambda c: _flutes(c, scene, grand))


def _swagged_drapes(canvas: Any, paint: Any, scene: Scenery) -> None:
    """Curtains at both borders, a swag from one to the other, and its tassels."""
    w, h = scene.w, scene.h
    path = skia.Path()
    put.curtain(path, scene.left - 30, w * 0.145, scene.press.top - 20, scene.base, 0.55)
    put.curtain(path, scene.right + 30, w * 0.855, scene.press.top - 20, scene.base, 0.55)
    swag: list[tuple[float, ...]] = [(scene.left, -40, 1), (scene.right, -40, 1)]
    for i in range(5):
        swag += [
            (scene.right - (scene.right - scene.left) * i / 5, h * 0.035, 1),
            (scene.right - (scene.right - scene.left) * (i + 0.5) / 5, h * 0.085),
        ]
    spline([*swag, (scene.left, h * 0.035, 1)], path=path)
    for i in range(46):
        t = (i % 9.2) / 9.2
        disc(scene.left + (scene.right - scene.left) * i / 46, h * (0.045 + 0.05 * 4 * t * (1 - t)), 4, path)
    canvas.drawPath(path, paint)


def _flutes(canvas: Any, scene: Scenery, grand: bool) -> None:
    line = line_of(scene.palette.glow, 1.4, 0.28)
    for x in _GRAND_COLUMNS if grand else _HALL_COLUMNS:
        for k in (-14, -5, 5, 14):
            canvas.drawLine(scene.w * x + k, scene.h * 0.24, scene.w * x + k * 1.2, scene.floor - 30, line)


def _shining_floor(scene: Scenery) -> None:
    """A polished floor that carries the windows' light."""
    board_floor(scene, "tiles", 0.45)
    p = scene.palette
    top = scene.floor
    shine = skia.Path()
    for i in range(5):
        x = scene.w * (i + 0.5) / 5
        polygon(
            [
                (x - 40, top),
                (x + 40, top),
                (x + (x - scene.w / 2) * 0.5 + 56, scene.base),
                (x + (x - scene.w / 2) * 0.5 - 56, scene.base),
            ],
            shine,
        )
    scene.cut(
        filled(shine),
        1.0,
        0.2,
        tint=mix(p.horizon, p.mid, 0.3),
        y0=top,
        y1=scene.base,
        foot_mist=-0.8,
        blur=9,
        edge=0,
        shadow=0,
    )
    last = scene.sheets.pop()
    last.pixels[:] = (last.pixels * 0.32).astype("uint8")
    scene.sheets.append(last)


def _hang_chandelier(scene: Scenery, x: float, y: float, size: float) -> None:
    p = scene.palette
    cups: list[tuple[float, float]] = []

    def over(canvas: Any) -> None:
        halo(canvas, x, y - size * 0.2, size * 2.4, p.horizon, 0.35)
        for cx, cy in cups:
            fx, fy = fit.candle(canvas, cx, cy, size * 0.14, p.mid, (1.0, 0.97, 0.88))
            halo(canvas, fx, fy, size * 0.26, p.warm, 0.7)

    scene.cut(
        lambda c, q: fit.chandelier(c, q, x, y, size, scene.press.top - 10, cups),
        0.85,
        0.6,
        y0=0,
        y1=y + size,
        foot_mist=0,
        over=over,
        shadow=0.2,
    )
    scene.lamp(x, y - size * 0.1, size * 0.75, 0.85, 0.5)


def build_castle(scene: Scenery) -> None:
    """A castle on its hill over the land, a path to it, firs and a gate near us."""
    hang_sky(scene)
    rng = scene.chance("castle")
    w, h, p = scene.w, scene.h, scene.palette
    hill, _ = scene.ground(h * 0.70, 14, "castle far", 7)
    scene.cut(filled(hill), 0.08, 0.03, y0=h * 0.64, y1=h * 0.76)
    x = w * (0.34 if scene.bright[0] > 0.5 else 0.64)
    rock = spline(
        [
            (x - w * 0.42, scene.floor + 10, 1),
            (x - w * 0.26, h * 0.70),
            (x - w * 0.2, h * 0.60),
            (x + w * 0.2, h * 0.585),
            (x + w * 0.27, h * 0.71),
            (x + w * 0.4, scene.floor + 10, 1),
        ]
    )

    def draw(canvas: Any, paint: Any) -> None:
        castle(canvas, paint, x, h * 0.61, h * 0.47, scene.chance("towers"))
        canvas.drawPath(rock, paint)

    def lit(canvas: Any) -> None:
        if p.dark > 0.4:
            for _ in range(7):
                at = (x + w * rng.uniform(-0.15, 0.16), h * rng.uniform(0.42, 0.56))
                canvas.drawPath(arch(at[0], at[1], 6, at[1] + 13), paint_of(p.warm, 0.95))

    scene.cut(draw, 0.22, 0.26, y0=h * 0.14, y1=h * 0.76, over=lit)
    scene.mist(h * 0.71, 40, 0.75, 0.24)
    woods, height = scene.ground(h * 0.775, 12, "castle woods")
    for _ in range(22):
        tx = rng.uniform(scene.left, scene.right)
        if abs(tx / w - 0.5) > 0.12:
            grow_fir(woods, tx, height(tx) + 5, rng.uniform(60, 130), rng)
    scene.cut(filled(woods), 0.5, 0.52, y0=h * 0.6, y1=scene.floor)
    scene.mist(h * 0.79, 26, 0.5, 0.52)
    stage_ground(scene, grass=11)
    near = skia.Path()
    pillar = w * 0.93
    box(pillar - 40, h * 0.30, pillar + 40, scene.base, near)
    box(pillar - 52, h * 0.28, pillar + 52, h * 0.31, near)
    disc(pillar, h * 0.245, 30, near)
    for k in range(4):
        ribbon([(w * 0.97 + 30 * k, scene.base), (w * 0.97 + 30 * k, h * 0.4)], [5, 5], near, smooth=False)
    tips = grow_tree(near, w * 0.04, h, h * 1.2, rng, width=34, depth=9 if scene.bare else 6, lean=5, least=0.8)
    if not scene.bare:
        leaf_crown(near, tips, rng, 26, 0.8)
    near_ground(scene, near, 24)
