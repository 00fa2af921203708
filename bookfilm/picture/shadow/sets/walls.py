"""What every room has: the view outside, the back wall, the floor, furniture sheets, the near frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, polygon
from bookfilm.picture.shadow.sets.houses import Wall, build_house, paint_panes
from bookfilm.picture.shadow.sets.scenery import Scenery, filled, hang_sky, line_of, paint_of
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
        filled(path),
        0.3,
        0.2,
        tint=mix(tint, outside.mist, 0.4 if scene.snowy else 0.0),
        y0=scene.h * 0.3,
        y1=scene.h * horizon,
        foot_mist=0.25,
        over=lambda c: _view_over(c, scene, wall),
    )


def _view_over(canvas: Any, scene: Scenery, wall: Wall) -> None:
    outside = scene.outside
    dark = mix(outside.tint(0.3), outside.ink, 0.35)
    paint_panes(canvas, wall.panes, 0.1 + 0.5 * outside.dark, outside.warm, dark, dark)
    rng = scene.chance("window weather")
    if scene.setting.weather == "snow":
        for _ in range(420):
            canvas.drawCircle(
                rng.uniform(scene.left, scene.right),
                rng.uniform(0, scene.h * 0.75),
                rng.uniform(1, 3),
                paint_of((1, 1, 1), 0.85),
            )
    if scene.setting.weather in ("rain", "storm"):
        for _ in range(360):
            x, y = rng.uniform(scene.left, scene.right), rng.uniform(0, scene.h * 0.75)
            canvas.drawLine(x, y, x - 5, y + 22, line_of((1, 1, 1), 1.1, 0.4))


def _draw_pattern(canvas: Any, scene: Scenery, pattern: str, bottom: float) -> None:
    """Print the wall's paper, boards or stones on what is already cut."""
    rng = scene.chance("wall")
    p = scene.palette
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
                at, down = i * 52 + 26 * (j % 2), j * 38
                lozenge = [(at, down - 11), (at + 7, down), (at, down + 11), (at - 7, down)]
                canvas.drawPath(polygon(lozenge), pattern_paint)
    elif pattern == "boards":
        for j in range(12):
            y = bottom * j / 12 + rng.uniform(-3, 3)
            canvas.drawRect(skia.Rect.MakeXYWH(scene.left, y, scene.right - scene.left, 2.4), pattern_paint)
    elif pattern == "stones":
        for j in range(13):
            y, left = bottom * j / 13, scene.left - rng.random() * 80
            while left < scene.right:
                wide = rng.uniform(60, 120)
                block = skia.Rect.MakeXYWH(left + 2, y + 2, wide - 4, bottom / 13 - 4)
                if rng.random() < 0.62:
                    canvas.drawRRect(skia.RRect.MakeRectXY(block, 5, 5), pattern_paint)
                left += wide


def wall_sheet(
    scene: Scenery,
    openings: Callable[[Any], None],
    *,
    pattern: str = "stripes",
    depth: float = 0.45,
    light: tuple[float, float] = (0.5, 0.55),
    strength: float = 0.95,
    pale: float = 0.85,
) -> None:
    """Add the back wall with its windows cut through, its paper's pattern, skirting and the lamp's light on it."""
    p = scene.palette
    bottom = scene.floor - scene.h * 0.01

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(box(scene.left, scene.press.top - 12, scene.right, bottom), paint)
        openings(canvas)

    def over(canvas: Any) -> None:
        _draw_pattern(canvas, scene, pattern, bottom)

    lamp = LampLight(light[0] * scene.w, light[1] * scene.h, scene.w * 0.62, mix(p.horizon, p.warm, 0.25), strength)
    wide = LampLight(scene.w * 0.5, scene.h * 0.40, scene.w * 0.6, mix(p.horizon, p.warm, 0.2), 0.5 * strength)
    core = LampLight(light[0] * scene.w, light[1] * scene.h, scene.w * 0.30, p.horizon, min(strength, 0.95))
    scene.cut(
        draw,
        depth,
        0.0,
        tint=mix(p.top, p.mid, pale) if pale <= 1 else mix(p.mid, p.low, pale - 1),
        y0=scene.press.top,
        y1=scene.h * 0.5,
        foot_mist=0.42,
        over=over,
        edge=0.5,
        edge_to=(1.2, 1.4),
        lights=(wide, lamp, core),
        shadow=0.4,
    )
    skirting = box(scene.left, bottom - 26, scene.right, bottom + 6)
    scene.cut(
        filled(skirting),
        depth,
        0.45,
        y0=bottom - 26,
        y1=bottom,
        foot_mist=-0.3,
        edge=0.6,
        shadow=0.15,
    )


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
    scene.cut(
        filled(path),
        1.0,
        share,
        tint=mix(p.far, p.near, 0.28),
        y0=top,
        y1=scene.h,
        foot_mist=-0.72,
        edge=0.3,
        over=over,
        lights=(light,),
        shadow=0.12,
    )


def furniture_sheet(
    scene: Scenery,
    draw: Callable[[Any, Any], None],
    depth: float,
    share: float,
    over: Callable[[Any], None] | None = None,
    tint: Colour | None = None,
) -> None:
    """Add furniture before the wall, lit from the bright place; darker the nearer it is (`share`), or in `tint`."""
    p = scene.palette
    light = LampLight(scene.bright[0] * scene.w, scene.bright[1] * scene.h, scene.w * 0.42, p.warm, 0.34)
    to = (1.3, -1.2)
    scene.cut(
        draw,
        depth,
        share,
        tint=tint or mix(p.far, p.near, 0.2 + 0.5 * share),
        y0=scene.h * 0.2,
        y1=scene.floor,
        foot_mist=-0.35,
        edge=0.55,
        edge_to=to,
        lights=(light,),
        over=over,
        shadow=0.38,
    )


def near_frame(scene: Scenery, draw: Callable[[Any, Any], None]) -> None:
    """Add the dark things between us and the stage: drapes, a chair back, a door's edge."""
    scene.cut(
        draw,
        1.4,
        1.0,
        y0=0,
        y1=scene.h,
        foot_mist=0,
        tint=mix(scene.palette.near, scene.palette.ink, 0.6),
        edge=0.25,
        near=True,
        shadow=0.4,
        blur=0.7,
    )
