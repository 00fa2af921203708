"""Sets in the town: street, square, market."""

from __future__ import annotations

from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, polygon, spline
from bookfilm.picture.shadow.sets.houses import Wall, flank, house_row, paint_panes, street_lamp
from bookfilm.picture.shadow.sets.landmarks import domed_church, market_stall, stall_stripes, steeple
from bookfilm.picture.shadow.sets.scenery import Scenery, filled, hang_sky, line_of, paint_of

_DARK = (0.05, 0.03, 0.10)


def house_wing(
    scene: Scenery,
    depth: float,
    share: float,
    start: float,
    end: float,
    foot: float,
    heights: tuple[float, float],
    with_flank: bool,
) -> None:
    """Add a row of houses from `start` outward, with lit windows and, for a corner house, its receding flank."""
    p = scene.palette
    rng = scene.chance("row", str(depth), round(start))
    wall = Wall()
    ground = scene.h * foot
    corner = house_row(wall, start, end, ground, heights, rng)
    tint = p.tint(share)
    dark = mix(tint, _DARK, 0.4)
    lit = 0.12 + 0.42 * p.dark
    side_rng = scene.chance("flank", str(depth), round(start))

    side = 1 if start < scene.w / 2 else -1
    reach = (
        (min(start, start + side * 90), corner[1] - 12, max(start, start + side * 90), ground) if with_flank else None
    )

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(wall.path, paint)

    def over(canvas: Any) -> None:
        paint_panes(canvas, wall.panes, lit, p.warm, dark, mix(tint, _DARK, 0.6))
        if with_flank:
            width = 30 + 55 * share
            foot_tint = mix(tint, p.mist, 0.25)
            flank(
                canvas, corner, ground, width, (scene.w * 0.5, scene.h * 0.74), tint, foot_tint, (lit, p.warm), side_rng
            )

    scene.cut(draw, depth, share, y0=ground - heights[1], y1=ground, over=over, reach=reach)


def paved_ground(scene: Scenery, wet: bool, share: float = 0.66) -> None:
    """Add cobbles in rows that widen towards us; wet ones mirror the light."""
    p = scene.palette
    rng = scene.chance("cobbles")
    top = scene.floor - scene.h * 0.028
    cobbles = skia.Path()
    y, pitch = top + 8, 4.0
    while y < scene.base:
        x = scene.left + rng.random() * 30
        while x < scene.right:
            width = pitch * rng.uniform(2.6, 4.4)
            cobbles.moveTo(x, y)
            cobbles.quadTo(x + width / 2, y - pitch * 0.36, x + width, y)
            x += width + pitch * 0.5
        y += pitch
        pitch *= 1.16
    x = scene.bright[0] * scene.w
    shine = LampLight(x, top, scene.w * 0.45, mix(p.horizon, p.warm, 0.25), 0.62 if wet else 0.36)

    def over(canvas: Any) -> None:
        if wet:
            _reflections(canvas, scene, top)
        canvas.drawPath(cobbles, line_of(mix(p.ink, p.near, 0.4), 1.1, 0.30))
        canvas.translate(0, 1.6)
        canvas.drawPath(cobbles, line_of(p.glow, 0.8, 0.14))
        canvas.translate(0, -1.6)

    tint = mix(p.tint(share), p.mist, 0.55 if scene.snowy else 0.10)
    scene.cut(
        lambda c, q: c.drawPath(box(scene.left, top, scene.right, scene.base), q),
        1.0,
        share,
        tint=tint,
        y0=top,
        y1=scene.h,
        foot_mist=-0.7,
        lights=(shine,),
        over=over,
        edge=0.25,
    )


def _reflections(canvas: Any, scene: Scenery, top: float) -> None:
    """Columns of lamplight on wet stone."""
    soft = skia.Paint(BlendMode=skia.BlendMode.kScreen, ImageFilter=skia.ImageFilters.Blur(3, 8))
    canvas.saveLayer(None, soft)
    for lamp in scene.lamps:
        for j in range(9):
            wide = lamp.size * (0.5 + 0.04 * j)
            y = top + 6 + j * lamp.size * 0.55
            canvas.drawOval(
                skia.Rect.MakeXYWH(lamp.x - wide / 2 + (j * 37 % 5 - 2) * 2, y, wide, lamp.size * 0.34),
                paint_of(lamp.colour, 0.55 * (1 - j / 10)),
            )
    canvas.restore()


def lamp_pair(scene: Scenery, places: tuple[tuple[float, float, float, float], ...]) -> None:
    """Add street lamps at (share of width, share of height at the foot, height, depth); lit in the dark hours."""
    p = scene.palette
    lit = p.dark > 0.25
    glass = mix(p.warm, p.glow, 0.6) if lit else mix(p.mist, p.far, 0.4)
    for across, foot, tall, depth in places:
        x, ground = across * scene.w, foot * scene.h
        ink = mix(p.tint(0.5 + 0.45 * depth), p.ink, 0.5)

        def over(canvas: Any, x: float = x, ground: float = ground, tall: float = tall, ink: Any = ink) -> None:
            fx, fy = street_lamp(canvas, x, ground, tall, ink, glass)
            if lit:
                halo(canvas, fx, fy, tall * 0.34, p.warm, 0.35)

        scene.paint(over, (x - tall * 0.4, ground - tall * 1.2, x + tall * 0.4, ground + 4), depth)
        if lit:
            scene.lamp(x, ground - tall * 0.82, tall * 0.16, depth, 0.9)


def build_street(scene: Scenery) -> None:
    """A street between houses, a landmark in the gap, gas lamps, cobbles that mirror the light when wet."""
    hang_sky(scene)
    scene.bright = (0.5, 0.62)
    rng = scene.chance("street")
    h, w = scene.h, scene.w
    mark = rng.choice((steeple, steeple, domed_church))
    x = w * rng.uniform(0.46, 0.54)
    scene.cut(lambda c, q: mark(c, q, x, h * 0.78, 330 * rng_scale(rng)), 0.07, 0.02, y0=h * 0.3, y1=h * 0.76, blur=0.8)
    house_wing(scene, 0.14, 0.12, w * 0.28, w * 0.76, 0.775, (95, 150), False)
    scene.mist(h * 0.74, 48, 0.7, 0.15)
    for start, end in ((w * 0.335, scene.left - 40), (w * 0.675, scene.right + 40)):
        house_wing(scene, 0.34, 0.40, start, end, 0.785, (220, 275), True)
    scene.mist(h * 0.77, 30, 0.5, 0.36)
    for start, end in ((w * 0.20, scene.left - 60), (w * 0.81, scene.right + 60)):
        house_wing(scene, 0.62, 0.64, start, end, 0.80, (390, 480), True)
    lamp_pair(
        scene, ((0.36, 0.79, 150, 0.4), (0.655, 0.79, 150, 0.4), (0.225, 0.83, 320, 0.85), (0.785, 0.83, 320, 0.85))
    )
    paved_ground(scene, scene.setting.weather in ("rain", "storm") or scene.palette.dark > 0.6)
    scene.sheets.sort(key=lambda sheet: min(sheet.depth, 0.8) if sheet.depth != 1.0 else 0.79)
    _street_frame(scene, rng)


def rng_scale(rng: Random) -> float:
    """A landmark's size about its usual one."""
    return 0.9 + 0.2 * rng.random()


def _street_frame(scene: Scenery, rng: Random) -> None:
    """The dark houses nearest to us: a sign on its bracket, a drain pipe, a cornice."""
    path = skia.Path()
    h, w = scene.h, scene.w
    box(scene.left - 60, scene.press.top - 20, w * 0.035, scene.base, path)
    box(w * 0.97, scene.press.top - 20, scene.right + 60, scene.base, path)
    box(w * 0.035, h * 0.20, w * 0.05, h * 0.215, path)
    arm = h * 0.17
    box(w * 0.03, arm, w * 0.105, arm + 5, path)
    for x in (0.06, 0.098):
        box(w * x, arm, w * x + 2.5, arm + 26, path)
    spline(
        [
            (w * 0.05, arm + 26, 1),
            (w * 0.11, arm + 26, 1),
            (w * 0.112, arm + 60),
            (w * 0.08, arm + 84),
            (w * 0.048, arm + 60),
        ],
        path=path,
    )
    box(w * 0.955, h * 0.02, w * 0.975, h * 0.05, path)
    box(w * 0.962, h * 0.03, w * 0.972, scene.base, path)
    scene.cut(
        filled(path),
        1.4,
        1.0,
        y0=0,
        y1=h,
        foot_mist=0,
        tint=mix(scene.palette.near, scene.palette.ink, 0.5),
        near=True,
        shadow=0.3,
        blur=0.8,
    )


def build_square(scene: Scenery) -> None:
    """An open square: a domed or steepled church in the light, house rows left and right, lamps, a monument."""
    hang_sky(scene)
    rng = scene.chance("square")
    h, w = scene.h, scene.w
    scene.bright = (0.5, 0.6)
    grand = domed_church if rng.random() < 0.5 else steeple
    x, tall = w * rng.uniform(0.4, 0.5), h * rng.uniform(0.52, 0.6)
    scene.cut(lambda c, q: grand(c, q, x, h * 0.775, tall), 0.12, 0.10, y0=h * 0.2, y1=h * 0.77, blur=0.6)
    scene.mist(h * 0.75, 44, 0.65, 0.13)
    for start, end in ((w * 0.27, scene.left - 40), (w * 0.74, scene.right + 40)):
        house_wing(scene, 0.30, 0.36, start, end, 0.785, (170, 230), True)
    scene.mist(h * 0.78, 26, 0.5, 0.32)
    statue = skia.Path()
    sx, foot = w * (0.66 if x < w / 2 else 0.32), h * 0.79
    polygon([(sx - 46, foot), (sx - 34, foot - 90), (sx + 34, foot - 90), (sx + 46, foot)], statue)
    box(sx - 42, foot - 100, sx + 42, foot - 88, statue)
    spline(
        [
            (sx - 16, foot - 98, 1),
            (sx - 20, foot - 140),
            (sx - 26, foot - 176),
            (sx - 8, foot - 192),
            (sx + 14, foot - 186),
            (sx + 46, foot - 210),
            (sx + 50, foot - 204),
            (sx + 22, foot - 168),
            (sx + 16, foot - 130),
            (sx + 20, foot - 98, 1),
        ],
        path=statue,
    )
    disc(sx, foot - 203, 13, statue)
    scene.cut(filled(statue), 0.45, 0.5, y0=foot - 210, y1=foot)
    lamp_pair(scene, ((0.14, 0.82, 260, 0.7), (0.87, 0.82, 260, 0.7)))
    paved_ground(scene, scene.setting.weather in ("rain", "storm"), 0.6)
    _street_frame(scene, rng)


def build_market(scene: Scenery) -> None:
    """Stalls under striped awnings in two rows before a church and houses; bunting above."""
    hang_sky(scene)
    rng = scene.chance("market")
    h, w = scene.h, scene.w
    scene.bright = (0.5, 0.6)
    scene.cut(
        lambda c, q: (domed_church if rng.random() < 0.5 else steeple)(c, q, w * 0.52, h * 0.77, h * 0.5),
        0.1,
        0.08,
        y0=h * 0.25,
        y1=h * 0.77,
        blur=0.7,
    )
    house_wing(scene, 0.2, 0.24, w * 0.24, scene.left - 40, 0.78, (150, 200), True)
    house_wing(scene, 0.2, 0.24, w * 0.78, scene.right + 40, 0.78, (150, 200), True)
    scene.mist(h * 0.77, 30, 0.6, 0.22)
    for depth, share, foot, size, places in (
        (0.4, 0.42, 0.79, 130, (0.16, 0.33, 0.62, 0.78)),
        (0.75, 0.66, 0.81, 210, (-0.05, 0.86)),
    ):
        stripes = mix(scene.palette.glow, scene.palette.tint(share), 0.35)

        def stalls(c: Any, q: Any, places: tuple[float, ...] = places, foot: float = foot, size: float = size) -> None:
            for at in places:
                market_stall(c, q, w * at, h * foot, size, size * 0.72)

        def awnings(
            c: Any, places: Any = places, foot: float = foot, size: float = size, stripes: Any = stripes
        ) -> None:
            for at in places:
                stall_stripes(c, stripes, w * at, h * foot, size, size * 0.72)

        scene.cut(stalls, depth, share, y0=h * foot - size, y1=h * foot, over=awnings)
    paved_ground(scene, scene.setting.weather in ("rain", "storm"), 0.6)
    bunting = skia.Path()
    for k in range(19):
        t = k / 18
        x, y = scene.left + (scene.right - scene.left) * t, h * 0.05 + h * 0.10 * 4 * t * (1 - t)
        polygon([(x - 15, y - 2), (x + 15, y - 2), (x, y + 26)], bunting)
    scene.cut(filled(bunting), 1.2, 0.9, y0=0, y1=h * 0.2, foot_mist=0, near=True, shadow=0.2)
    basket = skia.Path()
    for x in (0.03, 0.955):
        spline(
            [
                (w * x - 70, h * 0.93, 1),
                (w * x + 70, h * 0.93, 1),
                (w * x + 54, scene.base, 1),
                (w * x - 54, scene.base, 1),
            ],
            path=basket,
        )
        for i in range(6):
            disc(w * x - 52 + 21 * i, h * 0.92 - 7 * (i % 2), 15, basket)
    scene.cut(filled(basket), 1.4, 1.0, y0=h * 0.85, y1=h, foot_mist=0, tint=scene.palette.ink, near=True)
