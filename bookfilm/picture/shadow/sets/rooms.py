"""Sets indoors: the room family (poor, rich, bedroom, kitchen, study), with the hour and weather in the window."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import argb, mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import arch, box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets import furniture as put
from bookfilm.picture.shadow.sets.houses import Wall, build_house, paint_panes
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, hang_sky, line_of, paint_of
from bookfilm.picture.shadow.sets.trees import grow_bush, grow_tree


def view_outside(scene: Scenery, town: bool, horizon: float = 0.60) -> None:
    """Hang what the windows show: the sky of the hour, then roofs or trees, and falling snow or rain."""
    outside = scene.outside
    hang_sky(scene, outside)
    scene.sheets = scene.sheets[:1]
    rng = scene.chance("view")
    path = skia.Path()
    wall = Wall(path)
    if town:
        x = scene.left
        while x < scene.right:
            width = rng.uniform(90, 150)
            build_house(wall, x, scene.h * (horizon + 0.04), width, rng.uniform(70, 140), rng)
            x += width
    else:
        ground, height = scene.ground(scene.h * horizon, 14, "view")
        path.addPath(ground)
        for i in range(9):
            tx = scene.left + (scene.right - scene.left) * (i + rng.random()) / 9
            if scene.bare:
                grow_tree(path, tx, height(tx) + 4, rng.uniform(120, 220), rng, depth=6, least=0.7)
            else:
                grow_bush(path, tx, height(tx) + 4, rng.uniform(80, 150), rng.uniform(60, 130), rng)
    box(scene.left, scene.h * (horizon + 0.04), scene.right, scene.base, path)
    tint = outside.tint(0.22)
    scene.cut(
        lambda c, q: c.drawPath(path, q), 0.3, 0.2, tint=mix(tint, outside.mist, 0.4 if scene.snowy else 0.0), y0=scene.h * 0.3,
        y1=scene.h * horizon, foot_mist=0.25, over=lambda c: _view_over(c, scene, wall),
    )  # fmt: skip


def _view_over(canvas: Any, scene: Scenery, wall: Wall) -> None:
    outside = scene.outside
    dark = mix(outside.tint(0.3), outside.ink, 0.35)
    paint_panes(canvas, wall.panes, 0.1 + 0.5 * outside.dark, outside.warm, dark, dark)
    rng = scene.chance("window weather")
    if scene.setting.weather == "snow":
        for _ in range(420):
            canvas.drawCircle(rng.uniform(scene.left, scene.right), rng.uniform(0, scene.h * 0.75), rng.uniform(1, 3), paint_of((1, 1, 1), 0.85))
    if scene.setting.weather in ("rain", "storm"):
        for _ in range(360):
            x, y = rng.uniform(scene.left, scene.right), rng.uniform(0, scene.h * 0.75)
            canvas.drawLine(x, y, x - 5, y + 22, line_of((1, 1, 1), 1.1, 0.4))


def wall_sheet(
    scene: Scenery, openings: Callable[[Any], None], *, pattern: str = "stripes", depth: float = 0.45,
    light: tuple[float, float] = (0.5, 0.55), strength: float = 0.75, pale: float = 0.55,
) -> None:  # fmt: skip
    """Add the back wall with its windows cut through, its paper's pattern, skirting and the lamp's light on it."""
    p = scene.palette
    rng = scene.chance("wall")
    bottom = scene.floor - scene.h * 0.01

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(box(scene.left, scene.press.top - 12, scene.right, bottom), paint)
        openings(canvas)

    def over(canvas: Any) -> None:
        canvas.save()
        pattern_paint = paint_of(p.top, 0.13)
        pattern_paint.setBlendMode(skia.BlendMode.kSrcATop)
        if pattern == "stripes":
            x = scene.left
            while x < scene.right:
                canvas.drawRect(skia.Rect.MakeXYWH(x, scene.press.top - 12, 26, bottom + 60), pattern_paint)
                x += 52
        elif pattern == "lozenges":
            for j in range(17):
                for i in range(-2, 30):
                    x, y = i * 52 + 26 * (j % 2), j * 38
                    canvas.drawPath(polygon([(x, y - 11), (x + 7, y), (x, y + 11), (x - 7, y)]), pattern_paint)
        elif pattern == "boards":
            for j in range(12):
                y = bottom * j / 12 + rng.uniform(-3, 3)
                canvas.drawRect(skia.Rect.MakeXYWH(scene.left, y, scene.right - scene.left, 2.4), pattern_paint)
        elif pattern == "stones":
            for j in range(13):
                y, x = bottom * j / 13, scene.left - rng.random() * 80
                while x < scene.right:
                    wide = rng.uniform(60, 120)
                    block = skia.Rect.MakeXYWH(x + 2, y + 2, wide - 4, bottom / 13 - 4)
                    if rng.random() < 0.62:
                        canvas.drawRRect(skia.RRect.MakeRectXY(block, 5, 5), pattern_paint)
                    x += wide
        canvas.restore()

    lamp = LampLight(light[0] * scene.w, light[1] * scene.h, scene.w * 0.62, mix(p.horizon, p.warm, 0.25), strength)
    core = LampLight(light[0] * scene.w, light[1] * scene.h, scene.w * 0.30, p.horizon, min(strength, 0.95))
    scene.cut(draw, depth, 0.0, tint=mix(p.top, p.mid, pale) if pale <= 1 else mix(p.mid, p.low, pale - 1), y0=scene.press.top, y1=bottom, foot_mist=0.0, over=over, edge=0.5, edge_to=(1.2, 1.4), lights=(lamp, core), shadow=0.4)
    skirting = box(scene.left, bottom - 26, scene.right, bottom + 6)
    scene.cut(lambda c, q: c.drawPath(skirting, q), depth, 0.45, y0=bottom - 26, y1=bottom, foot_mist=-0.3, edge=0.6, shadow=0.15)


def board_floor(scene: Scenery, kind: str = "boards", share: float = 0.6) -> None:
    """Add the floor: boards or tiles running to the vanishing point, lit about the bright place."""
    p = scene.palette
    top = scene.floor - scene.h * 0.01
    path = box(scene.left, top, scene.right, scene.base)

    def over(canvas: Any) -> None:
        seam = line_of(p.ink, 1.3, 0.32)
        for k in range(-22, 23):
            canvas.drawLine(scene.w * 0.5 + 46 * k, top, scene.w * 0.5 + 96 * k, scene.base, seam)
        if kind == "tiles":
            y, step = top + 7, 9.0
            while y < scene.base:
                canvas.drawLine(scene.left, y, scene.right, y, seam)
                y, step = y + step, step * 1.4

    light = LampLight(scene.bright[0] * scene.w, top, scene.w * 0.42, mix(p.horizon, p.warm, 0.3), 0.5)
    scene.cut(lambda c, q: c.drawPath(path, q), 1.0, share, tint=mix(p.far, p.near, 0.28), y0=top, y1=scene.h, foot_mist=-0.72, edge=0.3, over=over, lights=(light,), shadow=0.12)


def furniture_sheet(
    scene: Scenery, draw: Callable[[Any, Any], None], depth: float, share: float, over: Callable[[Any], None] | None = None
) -> None:
    """Add furniture before the wall, lit from the bright place."""
    p = scene.palette
    light = LampLight(scene.bright[0] * scene.w, scene.bright[1] * scene.h, scene.w * 0.42, p.warm, 0.34)
    to = (1.3, -1.2)
    scene.cut(draw, depth, share, tint=mix(p.far, p.near, 0.25 + 0.6 * share), y0=scene.h * 0.2, y1=scene.floor, foot_mist=-0.35, edge=0.55, edge_to=to, lights=(light,), over=over, shadow=0.38)


def near_frame(scene: Scenery, draw: Callable[[Any, Any], None]) -> None:
    """Add the dark things between us and the stage: drapes, a chair back, a door's edge."""
    scene.cut(draw, 1.4, 1.0, y0=0, y1=scene.h, foot_mist=0, tint=mix(scene.palette.near, scene.palette.ink, 0.6), edge=0.25, near=True, shadow=0.4, blur=0.7)


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
            panel = skia.Rect.MakeLTRB(x + width * left, ground - height * top, x + width * right, ground - height * low)
            canvas.drawRect(panel, line)
    canvas.drawCircle(x + width * 0.08, ground - height * 0.48, 5, paint_of(p.warm, 0.8))


def build_room(scene: Scenery) -> None:
    """A room after its kind: papered or boarded wall, window with curtains, door, table or bed or shelves, its fire."""
    kind = scene.setting.kind
    rng = scene.chance("room")
    p = scene.palette
    wx, wy, ww, wh = _window_at(scene)
    scene.bright = ((wx + ww / 2) / scene.w, 0.56)
    view_outside(scene, town=kind in ("room_poor", "study", "office") or rng.random() < 0.5, horizon=0.46)
    pattern = {"room_rich": "lozenges", "bedroom": "lozenges", "kitchen": "boards", "room_poor": "boards", "study": "stripes"}.get(kind, "stripes")
    glow_at = (scene.bright[0], 0.60)
    wall_sheet(scene, lambda c: c.drawPath(box(wx, wy, wx + ww, wy + wh), CLEAR), pattern=pattern, light=glow_at)
    frame = skia.Path()
    put.window_bars(frame, wx, wy, ww, wh, 7)
    if kind in ("room", "room_rich", "bedroom", "study"):
        for x0, x1 in ((wx - 46, wx + 62), (wx + ww + 46, wx + ww - 62)):
            put.curtain(frame, x0, x1, wy - 30, wy + wh + (26 if kind == "room" else scene.h * 0.22))
        box(wx - 62, wy - 36, wx + ww + 62, wy - 28, frame)
    furniture_sheet(scene, lambda c, q: c.drawPath(frame, q), 0.47, 0.12)
    _FURNISH[kind](scene, rng, (wx, wy, ww, wh))
    board_floor(scene, "tiles" if kind == "kitchen" else "boards")
    _room_light(scene, rng)
    _room_frame(scene, kind, rng)
    del p


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
        doors.append(put.stove(canvas, paint, w * 0.1, ground, 270, scene.press.top - 12))
        path = skia.Path()
        put.shelf(path, w * 0.17, w * 0.31, h * 0.30, rng)
        put.chair(path, w * 0.73, ground, 150, -1)
        crack = [(w * 0.70, 0), (w * 0.715, h * 0.05), (w * 0.70, h * 0.1), (w * 0.73, h * 0.17)]
        ribbon(crack, [3, 2.4, 1.8, 0.4], path, smooth=False)
        line = spline([(w * 0.62, h * 0.12), (w * 0.73, h * 0.155), (w * 0.83, h * 0.12), (w * 0.83, h * 0.124), (w * 0.73, h * 0.159), (w * 0.62, h * 0.124)])
        path.addPath(line)
        for x in (0.66, 0.70, 0.76):
            spline([(w * x, h * 0.14, 1), (w * x + 42, h * 0.145, 1), (w * x + 38, h * 0.25), (w * x + 6, h * 0.245)], path=path)
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
        hearths.append(put.fireplace(canvas, paint, hx, ground, 230, 250))
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
        canvas.drawRect(skia.Rect.MakeLTRB(x0 + 4, y0 + 24, x1 - 4, y1), paint_of(scene.palette.near, 0.9))
        put.flames(canvas, x0 + 22, y1, x1 - x0 - 44, 92, scene.palette.warm, (1.0, 0.95, 0.75))
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
        hearths.append(put.fireplace(canvas, paint, w * 0.14, ground, 270, 290))
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
        canvas.drawRect(skia.Rect.MakeLTRB(x0 + 4, y0 + 24, x1 - 4, y1), paint_of(scene.palette.near, 0.92))
        put.flames(canvas, x0 + 24, y1, x1 - x0 - 48, 84, scene.palette.warm, (1.0, 0.95, 0.75))
        canvas.drawPath(spline([((x0 + x1) / 2 - 36, y0 + 62, 1), ((x0 + x1) / 2 - 38, y0 + 98), ((x0 + x1) / 2 + 38, y0 + 98), ((x0 + x1) / 2 + 36, y0 + 62, 1)]), paint_of(scene.palette.ink))
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

    furniture_sheet(scene, draw, 0.55, 0.5)
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
            canvas.drawPath(spline([(middle - 20, top - 1, 1), (middle - 16, top - 9), (middle + 16, top - 9), (middle + 20, top - 1, 1)]), paint_of(p.near))
            where.append(put.candle(canvas, middle, top - 7, 46, p.mid, (1.0, 0.97, 0.86)))
        else:
            where.append(put.oil_lamp(canvas, middle, top, 74, p.near, mix(p.warm, p.glow, 0.6)))

    furniture_sheet(scene, draw, 0.8, 0.66, over)
    if where:
        scene.lamp(*where[0], 110, 0.8, 0.95)
        scene.bright = (where[0][0] / scene.w, where[0][1] / scene.h)


def _room_light(scene: Scenery, rng: Random) -> None:
    """By day the sun falls through the window as a pale shaft across the room."""
    p = scene.palette
    if p.dark > 0.4 or scene.setting.weather in ("storm", "fog"):
        return
    wx, wy, ww, wh = _window_at(scene)
    lean = rng.choice((-1, 1)) * scene.w * 0.16
    shaft = polygon([(wx, wy), (wx + ww, wy), (wx + ww + lean * 1.3, scene.floor + 70), (wx + lean * 1.3 - 30, scene.floor + 70)])
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
            spline([(scene.left, -40, 1), (scene.right, -40, 1), (scene.right, 12, 1), (w * 0.75, 30), (w * 0.5, 8, 1), (w * 0.25, 30), (scene.left, 12, 1)], path=path)
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
