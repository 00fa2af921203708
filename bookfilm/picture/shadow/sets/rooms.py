"""Sets indoors: the room family (poor, rich, bedroom, kitchen, study), with the hour and weather in the window."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import argb, mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paths import arch, box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets import fittings as fit
from bookfilm.picture.shadow.sets import furniture as put
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, line_of, paint_of
from bookfilm.picture.shadow.sets.walls import board_floor, furniture_sheet, near_frame, view_outside, wall_sheet


def _window_at(scene: Scenery) -> tuple[float, float, float, float]:
    rng = scene.chance("window")
    width, height = 200 * rng.uniform(0.9, 1.15), scene.h * rng.uniform(0.34, 0.40)
    across = rng.choice((0.5, 0.42, 0.57))
    return scene.w * across - width / 2, scene.h * 0.13, width, height


def _door(canvas: Any, paint: Any, x: float, ground: float, width: float, height: float) -> None:
    canvas.drawPath(box(x - 14, ground - height - 16, x + width + 14, ground), paint)


def _door_lines(canvas: Any, scene: Scenery, x: float, ground: float, width: float, height: float) -> None:
    p = scene.palette
    line = line_of(mix(p.warm, p.mid, 0.5), 1.8, 0.55)
    canvas.drawRect(skia.Rect.MakeLTRB(x, ground - height, x + width, ground), line)
    for top, low in ((0.94, 0.56), (0.48, 0.06)):
        for left, right in ((0.12, 0.46), (0.54, 0.88)):
            panel = skia.Rect.MakeLTRB(
                x + width * left, ground - height * top, x + width * right, ground - height * low
            )
            canvas.drawRect(panel, line)
    canvas.drawCircle(x + width * 0.08, ground - height * 0.48, 5, paint_of(p.warm, 0.8))


def build_room(scene: Scenery) -> None:
    """A room after its kind: papered or boarded wall, window with curtains, door, table or bed or shelves, its fire."""
    kind = scene.setting.kind
    rng = scene.chance("room")
    wx, wy, ww, wh = _window_at(scene)
    scene.bright = ((wx + ww / 2) / scene.w, 0.56)
    view_outside(scene, town=kind in ("room_poor", "study", "office") or rng.random() < 0.5, horizon=0.46)
    pattern = {
        "room_rich": "lozenges",
        "bedroom": "lozenges",
        "kitchen": "boards",
        "room_poor": "boards",
        "study": "stripes",
    }.get(kind, "stripes")
    glow_at = (scene.bright[0], 0.60)
    wall_sheet(scene, lambda c: c.drawPath(box(wx, wy, wx + ww, wy + wh), CLEAR), pattern=pattern, light=glow_at)
    frame, curtains = skia.Path(), skia.Path()
    put.window_bars(frame, wx, wy, ww, wh, 7)
    furniture_sheet(scene, filled(frame), 0.47, 0.12)
    if kind in ("room", "room_rich", "bedroom", "study"):
        for x0, x1 in ((wx - 46, wx + 62), (wx + ww + 46, wx + ww - 62)):
            put.curtain(curtains, x0, x1, wy - 30, wy + wh + (26 if kind == "room" else scene.h * 0.22))
        box(wx - 62, wy - 36, wx + ww + 62, wy - 28, curtains)
        # Lit from the room: a head before them must be seen.
        furniture_sheet(scene, filled(curtains), 0.47, 0.12, tint=mix(scene.palette.far, scene.palette.mist, 0.55))
    _FURNISH[kind](scene, rng, (wx, wy, ww, wh))
    board_floor(scene, "tiles" if kind == "kitchen" else "boards")
    _room_light(scene, rng)
    _room_frame(scene, kind, rng)


def _furnish_plain(scene: Scenery, rng: Random, window: tuple[float, float, float, float]) -> None:
    ground, w, h = scene.floor, scene.w, scene.h
    left = window[0] > w * 0.42

    def draw(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        put.shelf(path, w * 0.13, w * 0.28, h * 0.30, rng)
        put.chair(path, w * 0.3, ground, 165, 1)
        canvas.drawPath(path, paint)
        pictures = skia.Path()
        put.picture_frame(pictures, w * 0.72, h * 0.2, 74, 96)
        canvas.drawPath(pictures, paint)
        _door(canvas, paint, w * 0.83, ground, 150, h * 0.56)

    furniture_sheet(scene, draw, 0.55, 0.5, lambda c: _door_lines(c, scene, w * 0.83, ground, 150, h * 0.56))
    _table_with_lamp(scene, w * (0.5 if left else 0.52), 250, cloth=True)


def _furnish_poor(scene: Scenery, rng: Random, window: tuple[float, float, float, float]) -> None:
    ground, w, h = scene.floor, scene.w, scene.h
    doors: list[tuple[float, float, float, float]] = []

    def draw(canvas: Any, paint: Any) -> None:
        doors.append(fit.stove(canvas, paint, w * 0.1, ground, 270, scene.press.top - 12))
        path = skia.Path()
        put.shelf(path, w * 0.17, w * 0.31, h * 0.30, rng)
        put.chair(path, w * 0.73, ground, 150, -1)
        crack = [(w * 0.70, 0), (w * 0.715, h * 0.05), (w * 0.70, h * 0.1), (w * 0.73, h * 0.17)]
        ribbon(crack, [3, 2.4, 1.8, 0.4], path, smooth=False)
        line = spline(
            [
                (w * 0.62, h * 0.12),
                (w * 0.73, h * 0.155),
                (w * 0.83, h * 0.12),
                (w * 0.83, h * 0.124),
                (w * 0.73, h * 0.159),
                (w * 0.62, h * 0.124),
            ]
        )
        path.addPath(line)
        for x in (0.66, 0.70, 0.76):
            spline(
                [(w * x, h * 0.14, 1), (w * x + 42, h * 0.145, 1), (w * x + 38, h * 0.25), (w * x + 6, h * 0.245)],
                path=path,
            )
        canvas.drawPath(path, paint)
        _door(canvas, paint, w * 0.84, ground, 150, h * 0.55)

    def over(canvas: Any) -> None:
        _door_lines(canvas, scene, w * 0.84, ground, 150, h * 0.55)
        _fire_door(canvas, scene, doors[0])

    furniture_sheet(scene, draw, 0.55, 0.55, over)
    x0, y0, x1, y1 = doors[0]
    scene.lamp((x0 + x1) / 2, (y0 + y1) / 2, 34, 0.55, 0.7)
    _table_with_lamp(scene, w * 0.5, 210, cloth=False)


def _fire_door(canvas: Any, scene: Scenery, door: tuple[float, float, float, float]) -> None:
    p = scene.palette
    x0, y0, x1, y1 = door
    shape = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(x0, y0, x1, y1), 6, 6)
    canvas.drawRRect(shape, paint_of(mix(p.warm, (1.0, 0.45, 0.1), 0.4)))
    for i in range(1, 5):
        x = x0 + (x1 - x0) * i / 5
        canvas.drawRect(skia.Rect.MakeLTRB(x - 4, y0, x + 4, y1), paint_of(p.near))
    halo(canvas, (x0 + x1) / 2, (y0 + y1) / 2, 130, p.warm, 0.5)


def _furnish_rich(scene: Scenery, rng: Random, window: tuple[float, float, float, float]) -> None:
    ground, w, h = scene.floor, scene.w, scene.h
    hearths: list[tuple[float, float, float, float]] = []
    hx = w * (0.2 if window[0] + window[2] / 2 > w * 0.46 else 0.8)

    def draw(canvas: Any, paint: Any) -> None:
        hearths.append(fit.fireplace(canvas, paint, hx, ground, 230, 250))
        pictures = skia.Path()
        put.picture_frame(pictures, hx - 66, h * 0.10, 132, 150)
        canvas.drawPath(pictures, paint)
        path = skia.Path()
        put.clock(path, w * (0.93 if hx < w / 2 else 0.07), ground, 390)
        put.wares(path, hx - 110, hx + 110, ground - 262, rng, 34)
        put.armchair(path, w * (0.78 if hx < w / 2 else 0.22), ground + 6, 200, -1 if hx < w / 2 else 1)
        canvas.drawPath(path, paint)

    def over(canvas: Any) -> None:
        x0, y0, x1, y1 = hearths[0]
        canvas.drawPath(fit.hearth_opening(x0, y0, x1, y1), paint_of(scene.palette.near, 0.96))
        fit.flames(canvas, x0 + 22, y1, x1 - x0 - 44, 92, scene.palette.warm, (1.0, 0.95, 0.75))
        clock_x = w * (0.93 if hx < w / 2 else 0.07)
        canvas.drawCircle(clock_x, ground - 0.84 * 390, 27, paint_of(scene.palette.glow, 0.9))

    furniture_sheet(scene, draw, 0.55, 0.5, over)
    x0, _, x1, y1 = hearths[0]
    scene.lamp((x0 + x1) / 2, y1 - 40, 56, 0.55, 0.8)
    _table_with_lamp(scene, w * 0.5, 180, cloth=True)


def _furnish_bedroom(scene: Scenery, rng: Random, window: tuple[float, float, float, float]) -> None:
    ground, w, h = scene.floor, scene.w, scene.h
    canopy = rng.random() < 0.6

    def draw(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        put.bed(path, w * 0.02, ground + 8, 340, canopy)
        box(w * 0.83, ground - 190, w * 0.96, ground, path)
        box(w * 0.825, ground - 198, w * 0.965, ground - 188, path)
        put.wares(path, w * 0.84, w * 0.95, ground - 198, rng, 28)
        put.chair(path, w * 0.74, ground, 150, -1)
        canvas.drawPath(path, paint)
        mirror = skia.Path()
        mirror.addOval(skia.Rect.MakeLTRB(w * 0.845, h * 0.22, w * 0.945, h * 0.44))
        canvas.drawPath(mirror, paint)

    def over(canvas: Any) -> None:
        glass = mix(scene.palette.mid, scene.palette.glow, 0.4)
        canvas.drawOval(skia.Rect.MakeLTRB(w * 0.853, h * 0.235, w * 0.937, h * 0.425), paint_of(glass, 0.8))

    furniture_sheet(scene, draw, 0.55, 0.5, over)
    _table_with_lamp(scene, w * 0.40, 90, cloth=False)


def _furnish_kitchen(scene: Scenery, rng: Random, window: tuple[float, float, float, float]) -> None:
    ground, w, h = scene.floor, scene.w, scene.h
    hearths: list[tuple[float, float, float, float]] = []

    def draw(canvas: Any, paint: Any) -> None:
        hearths.append(fit.fireplace(canvas, paint, w * 0.14, ground, 270, 290))
        path = skia.Path()
        for y in (0.24, 0.36, 0.48):
            put.shelf(path, w * 0.76, w * 0.98, h * y, rng, 36)
        box(w * 0.77, ground - 150, w * 0.98, ground, path)
        put.wares(path, w * 0.04, w * 0.24, ground - 300, rng, 32)
        for x in (0.27, 0.31, 0.66, 0.70):
            box(w * x, 0, w * x + 3, h * 0.12, path)
            disc(w * x, h * 0.16, 20, path)
            box(w * x - 3, h * 0.10, w * x + 6, h * 0.15, path)
        canvas.drawPath(path, paint)

    def over(canvas: Any) -> None:
        x0, y0, x1, y1 = hearths[0]
        canvas.drawPath(fit.hearth_opening(x0, y0, x1, y1), paint_of(scene.palette.near, 0.96))
        fit.flames(canvas, x0 + 24, y1, x1 - x0 - 48, 84, scene.palette.warm, (1.0, 0.95, 0.75))
        canvas.drawPath(
            spline(
                [
                    ((x0 + x1) / 2 - 36, y0 + 62, 1),
                    ((x0 + x1) / 2 - 38, y0 + 98),
                    ((x0 + x1) / 2 + 38, y0 + 98),
                    ((x0 + x1) / 2 + 36, y0 + 62, 1),
                ]
            ),
            paint_of(scene.palette.ink),
        )
        canvas.drawLine((x0 + x1) / 2, y0, (x0 + x1) / 2, y0 + 64, line_of(scene.palette.ink, 3))

    furniture_sheet(scene, draw, 0.55, 0.5, over)
    x0, _, x1, y1 = hearths[0]
    scene.lamp((x0 + x1) / 2, y1 - 40, 58, 0.55, 0.8)
    _table_with_lamp(scene, w * 0.52, 280, cloth=False)


def _furnish_study(scene: Scenery, rng: Random, window: tuple[float, float, float, float]) -> None:
    ground, w, h = scene.floor, scene.w, scene.h

    def draw(canvas: Any, paint: Any) -> None:
        put.bookcase(canvas, paint, w * 0.03, w * 0.27, h * 0.10, ground, rng)
        put.bookcase(canvas, paint, w * 0.74, w * 0.97, h * 0.10, ground, rng)
        path = skia.Path()
        disc(w * 0.31, ground - 120, 40, path)
        box(w * 0.31 - 4, ground - 84, w * 0.31 + 4, ground, path)
        ribbon([(w * 0.31 - 34, ground), (w * 0.31, ground - 60), (w * 0.31 + 34, ground)], [4, 4, 4], path)
        canvas.drawPath(path, paint)

    furniture_sheet(scene, draw, 0.55, 0.16)
    _table_with_lamp(scene, w * 0.52, 270, cloth=False, desk=True)


_FURNISH: dict[str, Callable[[Scenery, Random, tuple[float, float, float, float]], None]] = {
    "room": _furnish_plain,
    "room_poor": _furnish_poor,
    "room_rich": _furnish_rich,
    "bedroom": _furnish_bedroom,
    "kitchen": _furnish_kitchen,
    "study": _furnish_study,
}


def _table_with_lamp(scene: Scenery, middle: float, width: float, cloth: bool, desk: bool = False) -> None:
    """A table near the middle with what is on it, and its lamp or candle if the hour or the story wants one."""
    p = scene.palette
    rng = scene.chance("table")
    ground, tall = scene.floor + 10, 142.0
    top = ground - tall
    left, right = middle - width / 2, middle + width / 2
    lights = scene.setting.lights
    lit = p.dark > 0.5 or "lamp" in lights or "candle" in lights
    where: list[tuple[float, float]] = []

    def draw(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        put.table(path, left, right, top, ground, cloth)
        if desk:
            box(left + 8, top, left + 80, ground, path)
            box(right - 80, top, right - 8, ground, path)
        for x in (left + width * 0.16, left + width * 0.70):
            if width > 120:
                put.wares(path, x - 8, x + 42, top, rng, 26)
        canvas.drawPath(path, paint)

    def over(canvas: Any) -> None:
        if not lit:
            return
        if "candle" in lights or (scene.setting.kind == "room_poor" and "lamp" not in lights):
            canvas.drawPath(
                spline(
                    [
                        (middle - 20, top - 1, 1),
                        (middle - 16, top - 9),
                        (middle + 16, top - 9),
                        (middle + 20, top - 1, 1),
                    ]
                ),
                paint_of(p.near),
            )
            where.append(fit.candle(canvas, middle, top - 7, 46, p.mid, (1.0, 0.97, 0.86)))
        else:
            where.append(fit.oil_lamp(canvas, middle, top, 74, p.near, mix(p.warm, p.glow, 0.6)))

    furniture_sheet(scene, draw, 0.8, 0.66, over)
    if where:
        scene.lamp(*where[0], 110, 0.8, 0.95)
        scene.bright = (where[0][0] / scene.w, where[0][1] / scene.h)


def _room_light(scene: Scenery, rng: Random) -> None:
    """By day the sun falls through the window as a pale shaft across the room."""
    p = scene.palette
    if p.dark > 0.4 or scene.setting.weather in ("storm", "fog"):
        return
    wx, wy, ww, _ = _window_at(scene)
    lean = rng.choice((-1, 1)) * scene.w * 0.16
    shaft = polygon(
        [(wx, wy), (wx + ww, wy), (wx + ww + lean * 1.3, scene.floor + 70), (wx + lean * 1.3 - 30, scene.floor + 70)]
    )
    paint = paint_of(p.glow)
    ends = [skia.Point(0, wy), skia.Point(0, scene.floor + 70)]
    paint.setShader(skia.GradientShader.MakeLinear(ends, [argb(p.glow, 0.34), argb(p.glow, 0.06)]))
    reach = (wx - abs(lean) * 1.4 - 40, wy, wx + ww + abs(lean) * 1.4, scene.floor + 72)
    scene.paint(lambda c: c.drawPath(shaft, paint), reach, 0.9)


def _room_frame(scene: Scenery, kind: str, rng: Random) -> None:
    h, w = scene.h, scene.w

    def draw(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        if kind in ("room_rich", "bedroom", "room", "study"):
            put.curtain(path, scene.left - 20, w * 0.10, scene.press.top - 20, scene.base, 0.66)
            put.curtain(path, scene.right + 20, w * 0.92, scene.press.top - 20, scene.base, 0.66)
            spline(
                [
                    (scene.left, -40, 1),
                    (scene.right, -40, 1),
                    (scene.right, 12, 1),
                    (w * 0.75, 30),
                    (w * 0.5, 8, 1),
                    (w * 0.25, 30),
                    (scene.left, 12, 1),
                ],
                path=path,
            )
        else:
            box(scene.left, scene.press.top - 12, scene.right, h * 0.035, path)
            for x in (-0.02, 0.965):
                box(w * x, scene.press.top - 12, w * x + 62, scene.base, path)
            polygon([(w * 0.02, h * 0.03), (w * 0.14, h * 0.03), (w * 0.02, h * 0.24)], path)
            polygon([(w * 0.98, h * 0.03), (w * 0.86, h * 0.03), (w * 0.98, h * 0.24)], path)
        chair_x = w * rng.choice((0.12, 0.89))
        put.chair(path, chair_x, scene.base + 130, 300, 1 if chair_x < w / 2 else -1)
        canvas.drawPath(path, paint)

    near_frame(scene, draw)


def arched_windows(path: Any, places: list[float], top: float, width: float, bottom: float) -> None:
    """Add round-headed windows to a path of openings."""
    for x in places:
        arch(x, top, width, bottom, path)
