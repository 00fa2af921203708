"""Sets in the town: street, square, market, railway."""

from __future__ import annotations

from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.houses import Wall, flank, house_row, paint_panes, street_lamp
from bookfilm.picture.shadow.sets.landmarks import domed_church, market_stall, smoke, stall_stripes, steeple
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, hang_sky, line_of, outlined, paint_of

_DARK = (0.05, 0.03, 0.10)


def house_wing(
    scene: Scenery, depth: float, share: float, start: float, end: float, foot: float, heights: tuple[float, float], with_flank: bool
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
    reach = (min(start, start + side * 90), corner[1] - 12, max(start, start + side * 90), ground) if with_flank else None

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(wall.path, paint)

    def over(canvas: Any) -> None:
        paint_panes(canvas, wall.panes, lit, p.warm, dark, mix(tint, _DARK, 0.6))
        if with_flank:
            width = 30 + 55 * share
            foot_tint = mix(tint, p.mist, 0.25)
            flank(canvas, corner, ground, width, (scene.w * 0.5, scene.h * 0.74), tint, foot_tint, (lit, p.warm), side_rng)

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
    scene.cut(lambda c, q: c.drawPath(box(scene.left, top, scene.right, scene.base), q), 1.0, share, tint=tint, y0=top, y1=scene.h, foot_mist=-0.7, lights=(shine,), over=over, edge=0.25)


def _reflections(canvas: Any, scene: Scenery, top: float) -> None:
    """Columns of lamplight on wet stone."""
    soft = skia.Paint(BlendMode=skia.BlendMode.kScreen, ImageFilter=skia.ImageFilters.Blur(3, 8))
    canvas.saveLayer(None, soft)
    for lamp in scene.lamps:
        for j in range(9):
            wide = lamp.size * (0.5 + 0.04 * j)
            y = top + 6 + j * lamp.size * 0.55
            canvas.drawOval(skia.Rect.MakeXYWH(lamp.x - wide / 2 + (j * 37 % 5 - 2) * 2, y, wide, lamp.size * 0.34), paint_of(lamp.colour, 0.55 * (1 - j / 10)))
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
    lamp_pair(scene, ((0.36, 0.79, 150, 0.4), (0.655, 0.79, 150, 0.4), (0.225, 0.83, 320, 0.85), (0.785, 0.83, 320, 0.85)))
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
    spline([(w * 0.05, arm + 26, 1), (w * 0.11, arm + 26, 1), (w * 0.112, arm + 60), (w * 0.08, arm + 84), (w * 0.048, arm + 60)], path=path)
    box(w * 0.955, h * 0.02, w * 0.975, h * 0.05, path)
    box(w * 0.962, h * 0.03, w * 0.972, scene.base, path)
    scene.cut(lambda c, q: c.drawPath(path, q), 1.4, 1.0, y0=0, y1=h, foot_mist=0, tint=mix(scene.palette.near, scene.palette.ink, 0.5), near=True, shadow=0.3, blur=0.8)


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
    spline([(sx - 16, foot - 98, 1), (sx - 20, foot - 140), (sx - 26, foot - 176), (sx - 8, foot - 192), (sx + 14, foot - 186), (sx + 46, foot - 210), (sx + 50, foot - 204), (sx + 22, foot - 168), (sx + 16, foot - 130), (sx + 20, foot - 98, 1)], path=statue)
    disc(sx, foot - 203, 13, statue)
    scene.cut(lambda c, q: c.drawPath(statue, q), 0.45, 0.5, y0=foot - 210, y1=foot)
    lamp_pair(scene, ((0.14, 0.82, 260, 0.7), (0.87, 0.82, 260, 0.7)))
    paved_ground(scene, scene.setting.weather in ("rain", "storm"), 0.6)
    _street_frame(scene, rng)


def build_market(scene: Scenery) -> None:
    """Stalls under striped awnings in two rows before a church and houses; bunting above."""
    hang_sky(scene)
    rng = scene.chance("market")
    h, w = scene.h, scene.w
    scene.bright = (0.5, 0.6)
    scene.cut(lambda c, q: (domed_church if rng.random() < 0.5 else steeple)(c, q, w * 0.52, h * 0.77, h * 0.5), 0.1, 0.08, y0=h * 0.25, y1=h * 0.77, blur=0.7)
    house_wing(scene, 0.2, 0.24, w * 0.24, scene.left - 40, 0.78, (150, 200), True)
    house_wing(scene, 0.2, 0.24, w * 0.78, scene.right + 40, 0.78, (150, 200), True)
    scene.mist(h * 0.77, 30, 0.6, 0.22)
    for depth, share, foot, size, places in ((0.4, 0.42, 0.79, 130, (0.16, 0.33, 0.62, 0.78)), (0.75, 0.66, 0.81, 210, (-0.05, 0.86))):
        stripes = mix(scene.palette.glow, scene.palette.tint(share), 0.35)

        def stalls(c: Any, q: Any, places: Any = places, foot: float = foot, size: float = size) -> None:
            for at in places:
                market_stall(c, q, stripes, w * at, h * foot, size, size * 0.72)

        def awnings(c: Any, places: Any = places, foot: float = foot, size: float = size, stripes: Any = stripes) -> None:
            for at in places:
                stall_stripes(c, stripes, w * at, h * foot, size, size * 0.72)

        scene.cut(stalls, depth, share, y0=h * foot - size, y1=h * foot, over=awnings)
    paved_ground(scene, scene.setting.weather in ("rain", "storm"), 0.6)
    bunting = skia.Path()
    for k in range(19):
        t = k / 18
        x, y = scene.left + (scene.right - scene.left) * t, h * 0.05 + h * 0.10 * 4 * t * (1 - t)
        polygon([(x - 15, y - 2), (x + 15, y - 2), (x, y + 26)], bunting)
    scene.cut(lambda c, q: c.drawPath(bunting, q), 1.2, 0.9, y0=0, y1=h * 0.2, foot_mist=0, near=True, shadow=0.2)
    basket = skia.Path()
    for x in (0.03, 0.955):
        spline([(w * x - 70, h * 0.93, 1), (w * x + 70, h * 0.93, 1), (w * x + 54, scene.base, 1), (w * x - 54, scene.base, 1)], path=basket)
        for i in range(6):
            disc(w * x - 52 + 21 * i, h * 0.92 - 7 * (i % 2), 15, basket)
    scene.cut(lambda c, q: c.drawPath(basket, q), 1.4, 1.0, y0=h * 0.85, y1=h, foot_mist=0, tint=scene.palette.ink, near=True)


def build_railway(scene: Scenery) -> None:
    """A platform under an iron roof, a steam engine with its carriages, signals, a clock."""
    hang_sky(scene)
    rng = scene.chance("rail")
    h, w, p = scene.h, scene.w, scene.palette
    scene.bright = (0.5, 0.5)
    house_wing(scene, 0.12, 0.10, w * 0.1, w * 0.95, 0.74, (60, 110), False)
    scene.mist(h * 0.72, 40, 0.6, 0.14)
    puff = skia.Path()
    engine_x = w * rng.choice((0.30, 0.66))
    smoke(puff, engine_x + 96, h * 0.47, h * 0.28, rng)
    scene.cut(lambda c, q: c.drawPath(puff, q), 0.4, 0.1, tint=mix(p.glow, p.mid, 0.35), y0=h * 0.2, y1=h * 0.5, shadow=0.1)
    train = mix(p.tint(0.55), p.ink, 0.25)
    scene.cut(lambda c, q: _train(c, q, engine_x, h * 0.80), 0.45, 0.55, tint=train, y0=h * 0.5, y1=h * 0.8, foot_mist=0.15, over=lambda c: _train_windows(c, scene, engine_x, h * 0.80))
    scene.mist(h * 0.79, 22, 0.5, 0.5)
    platform = box(scene.left, scene.floor, scene.right, scene.base)
    scene.cut(lambda c, q: c.drawPath(platform, q), 1.0, 0.7, y0=scene.floor, y1=h, foot_mist=-0.65, edge=0.6, lights=(LampLight(w * 0.5, scene.floor, w * 0.4, p.horizon, 0.35),), over=lambda c: _slabs(c, scene))
    roof = skia.Path()
    for x in (0.14, 0.88):
        box(w * x - 8, h * 0.1, w * x + 8, scene.floor + 18, roof)
        box(w * x - 15, scene.floor + 4, w * x + 15, scene.floor + 20, roof)
        for side in (-1, 1):
            ribbon([(w * x, h * 0.30), (w * x + side * 34, h * 0.2), (w * x + side * 96, h * 0.14)], [3.5, 3, 3], roof)
    box(scene.left, scene.press.top - 10, scene.right, h * 0.105, roof)
    x = scene.left
    while x < scene.right:
        polygon([(x, h * 0.10), (x + 28, h * 0.10), (x + 28, h * 0.135), (x + 14, h * 0.158), (x, h * 0.135)], roof)
        x += 28
    disc(w * 0.5, h * 0.2, 40, roof)
    box(w * 0.5 - 3, h * 0.1, w * 0.5 + 3, h * 0.18, roof)
    scene.cut(lambda c, q: c.drawPath(roof, q), 0.95, 0.86, y0=0, y1=scene.floor, foot_mist=0.05, over=lambda c: _clock_face(c, scene, w * 0.5, h * 0.2))
    if p.dark > 0.25:
        scene.lamp(w * 0.14, h * 0.34, 26, 0.95, 0.8)
        scene.lamp(w * 0.88, h * 0.34, 26, 0.95, 0.8)
    near = skia.Path()
    for i, (u, wide, tall) in enumerate(((-0.01, 0.10, 0.10), (0.0, 0.07, 0.17), (0.90, 0.12, 0.09), (0.93, 0.08, 0.18))):
        box(w * u, h * (0.99 - tall), w * (u + wide), scene.base, near)
        if i % 2:
            ribbon([(w * (u + wide * 0.3), h * (0.99 - tall)), (w * (u + wide * 0.5), h * (0.965 - tall)), (w * (u + wide * 0.7), h * (0.99 - tall))], [3, 3, 3], near)
    scene.cut(lambda c, q: c.drawPath(near, q), 1.4, 1.0, y0=h * 0.7, y1=h, foot_mist=0, tint=p.ink, near=True)


def _slabs(canvas: Any, scene: Scenery) -> None:
    p = scene.palette
    for k in range(-14, 15):
        x = scene.w * (0.5 + 0.05 * k)
        canvas.drawLine(x, scene.floor + 6, scene.w * 0.5 + (x - scene.w * 0.5) * 2.4, scene.base, line_of(p.ink, 1.2, 0.22))
    canvas.drawLine(scene.left, scene.floor + 10, scene.right, scene.floor + 10, line_of(p.glow, 2, 0.35))


def _clock_face(canvas: Any, scene: Scenery, x: float, y: float) -> None:
    p = scene.palette
    canvas.drawCircle(x, y, 33, paint_of(p.glow, 0.95))
    for angle_x, angle_y in ((0.0, -26.0), (16.0, 9.0)):
        canvas.drawLine(x, y, x + angle_x, y + angle_y, line_of(p.ink, 3))


def _train(canvas: Any, paint: Any, x: float, ground: float) -> None:
    path = skia.Path()
    box(x - 120, ground - 120, x + 95, ground - 44, path)
    spline([(x + 90, ground - 120, 1), (x + 108, ground - 112), (x + 114, ground - 82), (x + 108, ground - 50), (x + 90, ground - 44, 1)], path=path)
    polygon([(x + 82, ground - 118), (x + 78, ground - 190), (x + 106, ground - 190), (x + 102, ground - 118)], path)
    box(x + 72, ground - 198, x + 112, ground - 186, path)
    spline([(x + 10, ground - 118, 1), (x + 12, ground - 146), (x + 28, ground - 156), (x + 44, ground - 146), (x + 46, ground - 118, 1)], path=path)
    box(x - 128, ground - 184, x - 50, ground - 44, path)
    box(x - 140, ground - 192, x - 40, ground - 182, path)
    polygon([(x + 96, ground - 40), (x + 150, ground - 10), (x + 96, ground - 10)], path)
    box(x - 130, ground - 48, x + 112, ground - 34, path)
    for k in range(6):
        left = x - 160 - 250 * (k + 1) + 20
        box(left, ground - 168, left + 232, ground - 34, path)
        spline([(left - 4, ground - 166, 1), (left + 20, ground - 184), (left + 212, ground - 184), (left + 236, ground - 166, 1)], path=path)
        box(left + 230, ground - 54, left + 254, ground - 46, path)
        for wx in (44, 80, 152, 188):
            disc(left + wx, ground - 20, 19, path)
    canvas.drawPath(path, paint)
    for wx, radius in ((-96, 34), (-18, 34), (46, 22), (92, 22)):
        canvas.drawCircle(x + wx, ground - radius, radius, paint)
        canvas.drawCircle(x + wx, ground - radius, radius * 0.55, outlined(CLEAR, radius * 0.12))
    canvas.drawRect(skia.Rect.MakeXYWH(x - 2000, ground - 3, 4000, 6), paint)


def _train_windows(canvas: Any, scene: Scenery, x: float, ground: float) -> None:
    p = scene.palette
    glass = mix(p.warm, p.glow, 0.4) if p.dark > 0.25 else mix(p.low, p.glow, 0.3)
    for k in range(6):
        left = x - 160 - 250 * (k + 1) + 20
        for i in range(5):
            canvas.drawRect(skia.Rect.MakeXYWH(left + 14 + 43 * i, ground - 148, 30, 40), paint_of(glass, 0.9))
    canvas.drawRect(skia.Rect.MakeXYWH(x - 112, ground - 170, 44, 42), paint_of(glass, 0.9))
    canvas.drawCircle(x + 112, ground - 128, 10, paint_of(glass))
