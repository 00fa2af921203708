"""Sets on the water: sea and ship; rows of paper waves."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, ribbon, spline
from bookfilm.picture.shadow.sets.landmarks import bird
from bookfilm.picture.shadow.sets.scenery import Scenery, filled, hang_sky, line_of, outlined
from bookfilm.picture.shadow.sets.vehicles import barrel, rigging, sailing_ship


def wave_row(scene: Scenery, y: float, length: float, height: float, hooks: float, salt: str) -> Any:
    """Return a row of paper waves: long hollow back, crest, forward hook with a corner, hollow face."""
    rng = scene.chance("waves", salt)
    x = scene.left - 200 + rng.random() * length
    points: list[tuple[float, ...]] = [(scene.left - 220, scene.base + 60, 1), (scene.left - 220, y, 1)]
    hook = (
        (0.16, 0.06),
        (0.34, 0.30),
        (0.50, 0.74),
        (0.60, 1.0),
        (0.71, 1.08),
        (0.81, 0.98),
        (0.865, 0.76),
        (0.85, 0.56, 1),
        (0.80, 0.70),
        (0.735, 0.74),
        (0.685, 0.62),
        (0.675, 0.40),
        (0.73, 0.16),
        (0.86, 0.0),
    )
    plain = ((0.16, 0.04), (0.34, 0.20), (0.48, 0.52), (0.575, 0.82, 1), (0.625, 0.50), (0.72, 0.20), (0.86, 0.03))
    while x < scene.right + 120:
        wide, tall = length * rng.uniform(0.75, 1.3), height * rng.uniform(0.62, 1.15)
        shape = hook if rng.random() < hooks else plain
        points += [(x + part[0] * wide, y - part[1] * tall, *part[2:]) for part in shape]
        x += wide
    return spline([*points, (x, y), (x, scene.base + 60, 1)])


def add_waves(
    scene: Scenery, y: float, height: float, depth: float, share: float, hooks: float, near: bool = False
) -> None:
    """Add a row of waves with echo lines under its crests."""
    path = wave_row(scene, y, height * 3.4, height, hooks, f"{depth}")
    p = scene.palette
    pale = mix(p.glow, p.tint(share), 0.35)

    def echoes(canvas: Any) -> None:
        canvas.save()
        canvas.clipPath(path, True)
        for j in range(3):
            canvas.save()
            canvas.translate(0, height * (0.10 + 0.15 * j))
            canvas.drawPath(path, line_of(pale, max(1.0, height * 0.02), 0.30 - 0.07 * j))
            canvas.restore()
        canvas.restore()

    scene.cut(
        filled(path),
        depth,
        share,
        y0=y - height,
        y1=y + height * 1.4,
        foot_mist=0.16,
        edge=0.6,
        over=echoes,
        shadow=0.3,
        shadow_to=(0, -6),
        near=near,
    )


def open_water(scene: Scenery, top: float, share: float = 0.1) -> None:
    """Flat far water with the light's path on it."""
    p = scene.palette
    water = box(scene.left, top, scene.right, scene.base)
    rng = scene.chance("glitter")
    x = scene.bright[0] * scene.w

    def glitter(canvas: Any) -> None:
        for _ in range(110):
            t = rng.random() ** 1.4
            y = top + 4 + t * (scene.floor + 30 - top)
            off = rng.gauss(0, 30 + 130 * t)
            long = rng.uniform(8, 26) * (0.5 + t)
            canvas.drawLine(x + off - long, y, x + off + long, y, line_of(p.glow, 1.2 + 1.8 * t, 0.55))

    scene.cut(
        filled(water),
        0.06,
        share,
        tint=mix(p.low, p.tint(0.3), 0.45),
        y0=top,
        y1=scene.h,
        foot_mist=-0.4,
        over=glitter,
        shadow=0.05,
        edge=0.5,
    )


def add_gulls(scene: Scenery) -> None:
    """Add six gulls on the wing above the water."""
    rng = scene.chance("gulls")
    flock = skia.Path()
    for _ in range(6):
        bird(flock, scene.w * rng.uniform(0.1, 0.9), scene.h * rng.uniform(0.12, 0.42), rng.uniform(8, 15))
    scene.cut(filled(flock), 0.3, 0.7, edge=0, shadow=0)


def build_sea(scene: Scenery) -> None:
    """The open sea: rows of waves and a ship; the figures stand in a boat's or rock's place, on the near row."""
    hang_sky(scene)
    p = scene.palette
    storm = scene.setting.weather in ("storm", "wind")
    rng = scene.chance("sea")
    open_water(scene, scene.h * 0.60)
    swell = 1.0 if storm else 0.5
    add_waves(scene, scene.h * 0.645, 20 * (swell + 0.3), 0.14, 0.14, 0.1 * swell)
    ship = scene.w * (0.28 if scene.bright[0] > 0.5 else 0.72)
    sail = mix(p.glow, p.far, 0.35)
    tilt, ink = rng.uniform(-9, -3) if storm else -1.5, mix(p.near, p.ink, 0.4)
    lit = p.warm if p.dark > 0.4 else None
    at = scene.h * 0.655
    scene.paint(
        lambda c: sailing_ship(c, ship, at, 96, tilt, ink, sail, lit), (ship - 160, at - 200, ship + 170, at + 60), 0.2
    )
    for y, height, depth, share, hooks in ((0.70, 36, 0.3, 0.34, 0.3), (0.765, 52, 0.5, 0.5, 0.5)):
        add_waves(scene, scene.h * y, height * (swell + 0.35), depth, share, hooks * swell)
    deck = skia.Path()
    low = scene.floor + 8
    spline(
        [
            (scene.w * 0.06, low - 26, 1),
            (scene.w * 0.3, low),
            (scene.w * 0.7, low),
            (scene.w * 0.95, low - 34, 1),
            (scene.w * 0.90, scene.h * 0.96),
            (scene.w * 0.5, scene.h * 1.02),
            (scene.w * 0.11, scene.h * 0.96),
        ],
        path=deck,
    )
    x = scene.bright[0] * scene.w
    scene.cut(
        filled(deck),
        1.0,
        0.8,
        y0=low - 30,
        y1=scene.h,
        foot_mist=-0.5,
        edge=0.6,
        lights=(LampLight(x, low, scene.w * 0.3, p.horizon, 0.3),),
        over=lambda c: _strakes(c, scene, low),
    )
    add_waves(scene, scene.h * 0.955, 66 * (swell + 0.25), 1.4, 0.95, 0.7 * swell, near=True)
    add_gulls(scene)


def _strakes(canvas: Any, scene: Scenery, low: float) -> None:
    for k in range(1, 4):
        y = low + 22 * k
        line = spline(
            [(scene.w * 0.08, y - 22), (scene.w * 0.3, y), (scene.w * 0.7, y), (scene.w * 0.93, y - 28)], False
        )
        canvas.drawPath(line, line_of(scene.palette.glow, 1.4, 0.22))


def build_ship(scene: Scenery) -> None:
    """A ship's deck: mast with shrouds, rail, wheel, the sea behind, ropes near us."""
    hang_sky(scene)
    p, h, w = scene.palette, scene.h, scene.w
    rng = scene.chance("deck")
    swell = 1.0 if scene.setting.weather in ("storm", "wind") else 0.5
    open_water(scene, h * 0.58)
    add_waves(scene, h * 0.63, 24 * (swell + 0.3), 0.14, 0.12, 0.2)
    add_waves(scene, h * 0.685, 40 * (swell + 0.3), 0.28, 0.3, 0.5 * swell)
    add_gulls(scene)
    _ship_rail(scene)
    mast_x = w * rng.choice((0.2, 0.8))
    scene.cut(lambda c, q: _mast_and_sail(c, q, scene, mast_x), 0.8, 0.74, y0=0, y1=scene.floor, foot_mist=0.08)
    _deck(scene)
    _deck_frame(scene)
    if p.dark > 0.4:
        scene.lamp(mast_x + (90 if mast_x < w / 2 else -90), h * 0.36, 20, 0.8, 0.8)


def _ship_rail(scene: Scenery) -> None:
    """The bulwark's two rails and the turned posts between them."""
    h = scene.h
    rail = skia.Path()
    box(scene.left, h * 0.685, scene.right, h * 0.70, rail)
    box(scene.left, h * 0.775, scene.right, scene.floor + 6, rail)
    x = scene.left
    while x < scene.right:
        spline(
            [
                (x - 4, h * 0.70, 1),
                (x - 8, h * 0.735),
                (x - 4, h * 0.775, 1),
                (x + 4, h * 0.775, 1),
                (x + 8, h * 0.735),
                (x + 4, h * 0.70, 1),
            ],
            path=rail,
        )
        x += 38
    scene.cut(filled(rail), 0.6, 0.56, y0=h * 0.66, y1=scene.floor, foot_mist=0.1)


def _mast_and_sail(canvas: Any, paint: Any, scene: Scenery, x: float) -> None:
    """The mast at `x` with its yard, its shrouds and a sail furled in bights."""
    h = scene.h
    canvas.drawPath(ribbon([(x, scene.floor + 20), (x + 2, -40)], [17, 12], smooth=False), paint)
    canvas.drawPath(ribbon([(x - 330, h * 0.12), (x + 330, h * 0.105)], [9, 9], smooth=False), paint)
    ropes = skia.Path()
    rigging(ropes, x, -60, h * 0.69, 170)
    canvas.drawPath(ropes, outlined(paint, 2.4))
    sail = spline([(x - 320, h * 0.12, 1), (x + 320, h * 0.11, 1), (x + 300, -20, 1), (x - 300, -20, 1)])
    canvas.drawPath(sail, paint)
    for k in range(-5, 6):
        at = x + 60 * k
        canvas.drawPath(spline([(at - 32, h * 0.12, 1), (at, h * 0.165), (at + 32, h * 0.12, 1)]), paint)


def _deck(scene: Scenery) -> None:
    p, w = scene.palette, scene.w

    def planks(canvas: Any) -> None:
        for k in range(-16, 17):
            canvas.drawLine(w * 0.5 + 52 * k, scene.floor, w * 0.5 + 130 * k, scene.base, line_of(p.ink, 1.6, 0.3))

    scene.cut(
        filled(box(scene.left, scene.floor, scene.right, scene.base)),
        1.0,
        0.7,
        y0=scene.floor,
        y1=scene.h,
        foot_mist=-0.6,
        edge=0.5,
        over=planks,
        lights=(LampLight(w * 0.5, scene.floor, w * 0.4, p.horizon, 0.35),),
    )


def _deck_frame(scene: Scenery) -> None:
    """What is nearest to us on deck: barrels on the left, shrouds on the right."""
    w, h = scene.w, scene.h
    near = skia.Path()
    barrel(near, w * 0.05, scene.base, h * 0.24)
    barrel(near, w * 0.12, scene.base, h * 0.17)
    shrouds = skia.Path()
    rigging(shrouds, w * 1.02, -80, scene.base, 180)

    def frame(canvas: Any, paint: Any) -> None:
        canvas.drawPath(near, paint)
        canvas.drawPath(shrouds, outlined(paint, 5))

    scene.cut(frame, 1.4, 1.0, y0=0, y1=h, foot_mist=0, tint=scene.palette.ink, near=True)
