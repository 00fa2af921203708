"""The railway: a platform, an engine and its carriages."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.landmarks import smoke
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, hang_sky, line_of, outlined, paint_of
from bookfilm.picture.shadow.sets.town import house_wing


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
    scene.cut(filled(puff), 0.4, 0.1, tint=mix(p.glow, p.mid, 0.35), y0=h * 0.2, y1=h * 0.5, shadow=0.1)
    _standing_train(scene, engine_x)
    scene.mist(h * 0.79, 22, 0.5, 0.5)
    _platform(scene)
    _platform_roof(scene)
    if p.dark > 0.25:
        scene.lamp(w * 0.14, h * 0.34, 26, 0.95, 0.8)
        scene.lamp(w * 0.88, h * 0.34, 26, 0.95, 0.8)
    _luggage(scene)


def _standing_train(scene: Scenery, engine_x: float) -> None:
    h, p = scene.h, scene.palette
    scene.cut(
        lambda c, q: _train(c, q, engine_x, h * 0.80),
        0.45,
        0.55,
        tint=mix(p.tint(0.55), p.ink, 0.25),
        y0=h * 0.5,
        y1=h * 0.8,
        foot_mist=0.15,
        over=lambda c: _train_windows(c, scene, engine_x, h * 0.80),
    )


def _platform(scene: Scenery) -> None:
    w = scene.w
    scene.cut(
        filled(box(scene.left, scene.floor, scene.right, scene.base)),
        1.0,
        0.7,
        y0=scene.floor,
        y1=scene.h,
        foot_mist=-0.65,
        edge=0.6,
        lights=(LampLight(w * 0.5, scene.floor, w * 0.4, scene.palette.horizon, 0.35),),
        over=lambda c: _slabs(c, scene),
    )


def _platform_roof(scene: Scenery) -> None:
    """The roof on its two iron posts, with a toothed valance and a hanging clock."""
    w, h = scene.w, scene.h
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
    scene.cut(
        filled(roof),
        0.95,
        0.86,
        y0=0,
        y1=scene.floor,
        foot_mist=0.05,
        over=lambda c: _clock_face(c, scene, w * 0.5, h * 0.2),
    )


def _luggage(scene: Scenery) -> None:
    """Trunks and bags with handles, nearest to us on either side."""
    w, h = scene.w, scene.h
    near = skia.Path()
    for i, (u, wide, tall) in enumerate(
        ((-0.01, 0.10, 0.10), (0.0, 0.07, 0.17), (0.90, 0.12, 0.09), (0.93, 0.08, 0.18))
    ):
        box(w * u, h * (0.99 - tall), w * (u + wide), scene.base, near)
        if i % 2:
            ribbon(
                [
                    (w * (u + wide * 0.3), h * (0.99 - tall)),
                    (w * (u + wide * 0.5), h * (0.965 - tall)),
                    (w * (u + wide * 0.7), h * (0.99 - tall)),
                ],
                [3, 3, 3],
                near,
            )
    scene.cut(filled(near), 1.4, 1.0, y0=h * 0.7, y1=h, foot_mist=0, tint=scene.palette.ink, near=True)


def _slabs(canvas: Any, scene: Scenery) -> None:
    p = scene.palette
    for k in range(-14, 15):
        x = scene.w * (0.5 + 0.05 * k)
        canvas.drawLine(
            x, scene.floor + 6, scene.w * 0.5 + (x - scene.w * 0.5) * 2.4, scene.base, line_of(p.ink, 1.2, 0.22)
        )
    canvas.drawLine(scene.left, scene.floor + 10, scene.right, scene.floor + 10, line_of(p.glow, 2, 0.35))


def _clock_face(canvas: Any, scene: Scenery, x: float, y: float) -> None:
    p = scene.palette
    canvas.drawCircle(x, y, 33, paint_of(p.glow, 0.95))
    for angle_x, angle_y in ((0.0, -26.0), (16.0, 9.0)):
        canvas.drawLine(x, y, x + angle_x, y + angle_y, line_of(p.ink, 3))


def _train(canvas: Any, paint: Any, x: float, ground: float) -> None:
    path = skia.Path()
    box(x - 120, ground - 120, x + 95, ground - 44, path)
    spline(
        [
            (x + 90, ground - 120, 1),
            (x + 108, ground - 112),
            (x + 114, ground - 82),
            (x + 108, ground - 50),
            (x + 90, ground - 44, 1),
        ],
        path=path,
    )
    polygon([(x + 82, ground - 118), (x + 78, ground - 190), (x + 106, ground - 190), (x + 102, ground - 118)], path)
    box(x + 72, ground - 198, x + 112, ground - 186, path)
    spline(
        [
            (x + 10, ground - 118, 1),
            (x + 12, ground - 146),
            (x + 28, ground - 156),
            (x + 44, ground - 146),
            (x + 46, ground - 118, 1),
        ],
        path=path,
    )
    box(x - 128, ground - 184, x - 50, ground - 44, path)
    box(x - 140, ground - 192, x - 40, ground - 182, path)
    polygon([(x + 96, ground - 40), (x + 150, ground - 10), (x + 96, ground - 10)], path)
    box(x - 130, ground - 48, x + 112, ground - 34, path)
    for k in range(6):
        left = x - 160 - 250 * (k + 1) + 20
        box(left, ground - 168, left + 232, ground - 34, path)
        spline(
            [
                (left - 4, ground - 166, 1),
                (left + 20, ground - 184),
                (left + 212, ground - 184),
                (left + 236, ground - 166, 1),
            ],
            path=path,
        )
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
