"""Sets of great spaces: ballroom and hall, church, castle, prison."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.palette import dress_colour
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import arch, box, disc, pointed_arch, polygon, ribbon, spline
from bookfilm.picture.shadow.sets import fittings as fit
from bookfilm.picture.shadow.sets import furniture as put
from bookfilm.picture.shadow.sets.ground import near_ground, stage_ground
from bookfilm.picture.shadow.sets.landmarks import castle
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, hang_sky, line_of, outlined, paint_of
from bookfilm.picture.shadow.sets.trees import grow_fir, grow_tree, leaf_crown
from bookfilm.picture.shadow.sets.walls import board_floor, furniture_sheet, near_frame, view_outside, wall_sheet


def build_ballroom(scene: Scenery) -> None:
    """Tall arched windows, columns, a chandelier, a mirror-like floor, red drapes near us."""
    w, h = scene.w, scene.h
    grand = scene.setting.kind == "ballroom"
    scene.bright = (0.5, 0.5)
    view_outside(scene, town=False, horizon=0.56)
    count = 5 if grand else 3
    places = [w * (i + 0.5) / count for i in range(count)]

    def openings(canvas: Any) -> None:
        for x in places:
            canvas.drawPath(arch(x, h * 0.24, w * 0.30 / count, h * 0.68), CLEAR)

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
        wide = w * 0.30 / count
        box(x - 2, h * 0.24, x + 2, h * 0.68, bars)
        for y in (0.38, 0.48, 0.58):
            box(x - wide / 2, h * y - 2, x + wide / 2, h * y + 2, bars)
    box(scene.left, h * 0.17, scene.right, h * 0.19, bars)
    x = scene.left
    while x < scene.right:
        box(x, h * 0.19, x + 13, h * 0.205, bars)
        x += 26
    furniture_sheet(scene, filled(bars), 0.46, 0.06)
    pillars = skia.Path()
    for x in (0.10, 0.30, 0.70, 0.90) if grand else (0.17, 0.83):
        fit.column(pillars, w * x, h * 0.15, scene.floor + 8, 54)
    if not grand:
        stairs = 9
        for i in range(stairs):
            box(w * 0.66 + i * 24, scene.floor - 18 * (i + 1), scene.right, scene.floor - 18 * i + 2, pillars)
    furniture_sheet(scene, filled(pillars), 0.6, 0.36, lambda c: _flutes(c, scene, grand))
    _shining_floor(scene)
    size = 150 if grand else 104
    _hang_chandelier(scene, w * 0.5, h * 0.255 if grand else h * 0.2, size)

    def drapes(canvas: Any, paint: Any) -> None:
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

    near_frame(scene, drapes)


def _flutes(canvas: Any, scene: Scenery, grand: bool) -> None:
    line = line_of(scene.palette.glow, 1.4, 0.28)
    for x in (0.10, 0.30, 0.70, 0.90) if grand else (0.17, 0.83):
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


def build_church(scene: Scenery) -> None:
    """A nave of pointed arches, stained windows, candles before the altar, light falling from one side."""
    p, w, h = scene.palette, scene.w, scene.h
    scene.bright = (0.5, 0.5)
    view_outside(scene, town=False, horizon=0.66)
    scene.sheets.clear()

    def openings(canvas: Any) -> None:
        for x, wide, top in ((0.5, 0.13, 0.10), (0.35, 0.07, 0.2), (0.65, 0.07, 0.2)):
            canvas.drawPath(pointed_arch(w * x, h * top, w * wide, h * 0.56), CLEAR)

    wall_sheet(scene, openings, pattern="stones", light=(0.5, 0.5), strength=0.8)
    glass = skia.Path()
    for x, wide, top in ((0.5, 0.13, 0.10), (0.35, 0.07, 0.2), (0.65, 0.07, 0.2)):
        for k in range(-1, 2):
            box(w * x + w * wide * 0.25 * k - 2, h * top, w * x + w * wide * 0.25 * k + 2, h * 0.56, glass)
        for j in range(6):
            y = h * (top + (0.56 - top) * (j + 1) / 7)
            box(w * (x - wide / 2), y - 2, w * (x + wide / 2), y + 2, glass)

    def stained(canvas: Any) -> None:
        rng = scene.chance("glass")
        glass_hues = ((0.75, 0.16, 0.18), (0.16, 0.34, 0.72), (0.2, 0.55, 0.35))
        hues = (p.warm, p.glow, *(dress_colour(hue, scene.style) for hue in glass_hues))
        for x, wide, top in ((0.5, 0.13, 0.10), (0.35, 0.07, 0.2), (0.65, 0.07, 0.2)):
            canvas.save()
            canvas.clipPath(pointed_arch(w * x, h * top, w * wide, h * 0.56), True)
            for k in range(4):
                for j in range(7):
                    left, y = w * (x - wide / 2 + wide * k / 4), h * (top + (0.56 - top) * j / 7)
                    pane = skia.Rect.MakeXYWH(left, y, w * wide / 4, h * (0.56 - top) / 7)
                    hue = mix(hues[rng.randrange(5)], scene.outside.horizon, 0.45)
                    canvas.drawRect(pane, paint_of(hue, 0.62))
            canvas.restore()
            canvas.drawPath(pointed_arch(w * x, h * top, w * wide, h * 0.56), outlined(paint_of(p.near), 6))
        canvas.drawPath(glass, paint_of(p.near))

    scene.cut(filled(glass), 0.46, 0.5, over=stained, edge=0, shadow=0)
    altar = skia.Path()
    box(w * 0.41, h * 0.66, w * 0.59, scene.floor, altar)
    box(w * 0.40, h * 0.645, w * 0.60, h * 0.665, altar)
    box(w * 0.497, h * 0.53, w * 0.503, h * 0.65, altar)
    box(w * 0.485, h * 0.56, w * 0.515, h * 0.568, altar)
    flames: list[tuple[float, float]] = []

    def candles(canvas: Any) -> None:
        for x in (0.43, 0.455, 0.545, 0.57):
            fx, fy = fit.candle(canvas, w * x, h * 0.645, 40, p.mid, (1.0, 0.97, 0.86))
            halo(canvas, fx, fy, 46, p.warm, 0.8)
            flames.append((fx, fy))

    furniture_sheet(scene, filled(altar), 0.55, 0.5, candles)
    scene.lamp(w * 0.5, h * 0.58, 66, 0.55, 0.7)
    for depth, share, half, top in ((0.62, 0.42, 0.30, 0.02), (0.85, 0.62, 0.385, -0.08)):
        _nave_arch(scene, depth, share, half, top)
    board_floor(scene, "tiles", 0.5)
    pews = skia.Path()
    for side in (-1, 1):
        for k in range(3):
            x = w * (0.5 + side * (0.40 + 0.05 * k))
            spline(
                [
                    (x - 10, scene.base, 1),
                    (x - 14, h * (0.86 - 0.03 * k)),
                    (x, h * (0.835 - 0.03 * k)),
                    (x + 14, h * (0.86 - 0.03 * k)),
                    (x + 10, scene.base, 1),
                ],
                path=pews,
            )
            box(min(x, x + side * 300), h * (0.89 - 0.03 * k), max(x, x + side * 300), scene.base, pews)
    near_frame(scene, filled(pews))


def _nave_arch(scene: Scenery, depth: float, share: float, half: float, top: float) -> None:
    w, h = scene.w, scene.h
    path = skia.Path()
    path.setFillType(skia.PathFillType.kEvenOdd)
    box(scene.left, scene.press.top - 12, scene.right, scene.floor + 10, path)
    pointed_arch(w * 0.5, h * top, w * half * 2, scene.base, path)

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(path, paint)
        for side in (-1, 1):
            x = w * (0.5 + side * (half + 0.012))
            column = skia.Path()
            fit.column(column, x, h * 0.36, scene.floor + 16, 36 + 22 * share)
            canvas.drawPath(column, paint)

    p = scene.palette
    light = LampLight(w * 0.5, h * 0.5, w * 0.5, p.horizon, 0.35)
    scene.cut(
        draw,
        depth,
        share,
        tint=mix(p.far, p.near, 0.2 + 0.6 * share),
        y0=0,
        y1=scene.floor,
        foot_mist=-0.3,
        edge=0.55,
        edge_to=(0.0, 1.8),
        lights=(light,),
        shadow=0.45,
    )


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


def build_prison(scene: Scenery) -> None:
    """A stone cell: a high barred window throwing its light, a plank bed, chains, an iron door."""
    w, h = scene.w, scene.h
    rng = scene.chance("cell")
    wx = w * rng.choice((0.44, 0.54))
    scene.bright = (wx / w, 0.5)
    view_outside(scene, town=True, horizon=0.5)
    scene.sheets.clear()
    wall_sheet(
        scene,
        lambda c: c.drawPath(arch(wx, h * 0.12, 150, h * 0.34), CLEAR),
        pattern="stones",
        light=(wx / w, 0.5),
        strength=0.7,
    )
    bars = skia.Path()
    for k in range(-2, 3):
        box(wx + k * 30 - 4, h * 0.12, wx + k * 30 + 4, h * 0.345, bars)
    box(wx - 76, h * 0.235, wx + 76, h * 0.247, bars)
    box(wx - 92, h * 0.34, wx + 92, h * 0.365, bars)
    furniture_sheet(scene, filled(bars), 0.47, 0.7)
    beam = polygon(
        [(wx - 70, h * 0.16), (wx + 70, h * 0.16), (wx + 300, scene.floor + 60), (wx - 60, scene.floor + 60)]
    )
    scene.cut(
        filled(beam),
        0.5,
        0.0,
        tint=scene.outside.horizon,
        y0=h * 0.1,
        y1=scene.floor,
        foot_mist=0,
        blur=4,
        edge=0,
        shadow=0,
    )
    last = scene.sheets.pop()
    last.pixels[:] = (last.pixels * 0.22).astype("uint8")
    scene.sheets.append(last)

    def things(canvas: Any, paint: Any) -> None:
        path = skia.Path()
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
        for x in (0.30, 0.335):
            for k in range(6):
                disc(w * x + (3 if k % 2 else -3), h * 0.34 + 17 * k, 7, path)
            disc(w * x, h * 0.34 + 112, 17, path)
        arch(w * 0.84, h * 0.24, 180, scene.floor + 2, path)
        canvas.drawPath(path, paint)
        canvas.drawPath(box(w * 0.84 - 30, h * 0.40, w * 0.84 + 30, h * 0.45), CLEAR)
        for k in (-1, 0, 1):
            canvas.drawRect(skia.Rect.MakeXYWH(w * 0.84 + 15 * k - 2.5, h * 0.40, 5, h * 0.05), paint)

    furniture_sheet(scene, things, 0.6, 0.62)
    board_floor(scene, "tiles", 0.7)
    if "candle" in scene.setting.lights or "lamp" in scene.setting.lights:
        scene.lamp(w * 0.2, scene.floor - 100, 46, 0.8, 0.9)
    frame = skia.Path()
    frame.setFillType(skia.PathFillType.kEvenOdd)
    box(scene.left, scene.press.top - 12, scene.right, scene.base, frame)
    arch(w * 0.5, h * -0.22, w * 0.94, scene.base + 40, frame)
    near_frame(scene, filled(frame))
