"""Sets by and on the water: sea, ship, harbour, shore, river."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.country import near_ground, stage_ground
from bookfilm.picture.shadow.sets.landmarks import barrel, bird, rigging, rowing_boat, sailing_ship
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, hang_sky, line_of, outlined, paint_of
from bookfilm.picture.shadow.sets.town import house_wing, lamp_pair
from bookfilm.picture.shadow.sets.trees import grow_bush, grow_tree, leaf_crown


def wave_row(scene: Scenery, y: float, length: float, height: float, hooks: float, salt: str) -> Any:
    """Return a row of paper waves: long hollow back, crest, forward hook with a corner, hollow face."""
    rng = scene.chance("waves", salt)
    x = scene.left - 200 + rng.random() * length
    points: list[tuple[float, ...]] = [(scene.left - 220, scene.base + 60, 1), (scene.left - 220, y, 1)]
    hook = ((0.16, 0.06), (0.34, 0.30), (0.50, 0.74), (0.60, 1.0), (0.71, 1.08), (0.81, 0.98), (0.865, 0.76), (0.85, 0.56, 1), (0.80, 0.70), (0.735, 0.74), (0.685, 0.62), (0.675, 0.40), (0.73, 0.16), (0.86, 0.0))
    plain = ((0.16, 0.04), (0.34, 0.20), (0.48, 0.52), (0.575, 0.82, 1), (0.625, 0.50), (0.72, 0.20), (0.86, 0.03))
    while x < scene.right + 120:
        wide, tall = length * rng.uniform(0.75, 1.3), height * rng.uniform(0.62, 1.15)
        shape = hook if rng.random() < hooks else plain
        points += [(x + part[0] * wide, y - part[1] * tall, *part[2:]) for part in shape]
        x += wide
    return spline([*points, (x, y), (x, scene.base + 60, 1)])


def add_waves(scene: Scenery, y: float, height: float, depth: float, share: float, hooks: float, near: bool = False) -> None:
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

    scene.cut(lambda c, q: c.drawPath(path, q), depth, share, y0=y - height, y1=y + height * 1.4, foot_mist=0.16, edge=0.6, over=echoes, shadow=0.3, shadow_to=(0, -6), near=near)


def _open_water(scene: Scenery, top: float, share: float = 0.1) -> None:
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

    scene.cut(lambda c, q: c.drawPath(water, q), 0.06, share, tint=mix(p.low, p.tint(0.3), 0.45), y0=top, y1=scene.h, foot_mist=-0.4, over=glitter, shadow=0.05, edge=0.5)


def _gulls(scene: Scenery) -> None:
    rng = scene.chance("gulls")
    flock = skia.Path()
    for _ in range(6):
        bird(flock, scene.w * rng.uniform(0.1, 0.9), scene.h * rng.uniform(0.12, 0.42), rng.uniform(8, 15))
    scene.cut(lambda c, q: c.drawPath(flock, q), 0.3, 0.7, edge=0, shadow=0)


def build_sea(scene: Scenery) -> None:
    """The open sea: rows of waves and a ship; the figures stand in a boat's or rock's place, on the near row."""
    hang_sky(scene)
    p = scene.palette
    storm = scene.setting.weather in ("storm", "wind")
    rng = scene.chance("sea")
    _open_water(scene, scene.h * 0.60)
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
    spline([(scene.w * 0.06, low - 26, 1), (scene.w * 0.3, low), (scene.w * 0.7, low), (scene.w * 0.95, low - 34, 1), (scene.w * 0.90, scene.h * 0.96), (scene.w * 0.5, scene.h * 1.02), (scene.w * 0.11, scene.h * 0.96)], path=deck)
    x = scene.bright[0] * scene.w
    scene.cut(lambda c, q: c.drawPath(deck, q), 1.0, 0.8, y0=low - 30, y1=scene.h, foot_mist=-0.5, edge=0.6, lights=(LampLight(x, low, scene.w * 0.3, p.horizon, 0.3),), over=lambda c: _strakes(c, scene, low))
    add_waves(scene, scene.h * 0.955, 66 * (swell + 0.25), 1.4, 0.95, 0.7 * swell, near=True)
    _gulls(scene)


def _strakes(canvas: Any, scene: Scenery, low: float) -> None:
    for k in range(1, 4):
        y = low + 22 * k
        line = spline([(scene.w * 0.08, y - 22), (scene.w * 0.3, y), (scene.w * 0.7, y), (scene.w * 0.93, y - 28)], False)
        canvas.drawPath(line, line_of(scene.palette.glow, 1.4, 0.22))


def build_ship(scene: Scenery) -> None:
    """A ship's deck: mast with shrouds, rail, wheel, the sea behind, ropes near us."""
    hang_sky(scene)
    p, h, w = scene.palette, scene.h, scene.w
    rng = scene.chance("deck")
    swell = 1.0 if scene.setting.weather in ("storm", "wind") else 0.5
    _open_water(scene, h * 0.58)
    add_waves(scene, h * 0.63, 24 * (swell + 0.3), 0.14, 0.12, 0.2)
    add_waves(scene, h * 0.685, 40 * (swell + 0.3), 0.28, 0.3, 0.5 * swell)
    _gulls(scene)
    rail = skia.Path()
    box(scene.left, h * 0.685, scene.right, h * 0.70, rail)
    box(scene.left, h * 0.775, scene.right, scene.floor + 6, rail)
    x = scene.left
    while x < scene.right:
        spline([(x - 4, h * 0.70, 1), (x - 8, h * 0.735), (x - 4, h * 0.775, 1), (x + 4, h * 0.775, 1), (x + 8, h * 0.735), (x + 4, h * 0.70, 1)], path=rail)
        x += 38
    scene.cut(lambda c, q: c.drawPath(rail, q), 0.6, 0.56, y0=h * 0.66, y1=scene.floor, foot_mist=0.1)
    mast_x = w * rng.choice((0.2, 0.8))

    def masts(canvas: Any, paint: Any) -> None:
        canvas.drawPath(ribbon([(mast_x, scene.floor + 20), (mast_x + 2, -40)], [17, 12], smooth=False), paint)
        canvas.drawPath(ribbon([(mast_x - 330, h * 0.12), (mast_x + 330, h * 0.105)], [9, 9], smooth=False), paint)
        ropes = skia.Path()
        rigging(ropes, mast_x, -60, h * 0.69, 170)
        canvas.drawPath(ropes, outlined(paint, 2.4))
        sail = spline([(mast_x - 320, h * 0.12, 1), (mast_x + 320, h * 0.11, 1), (mast_x + 300, -20, 1), (mast_x - 300, -20, 1)])
        canvas.drawPath(sail, paint)
        for k in range(-5, 6):
            at = mast_x + 60 * k
            canvas.drawPath(spline([(at - 32, h * 0.12, 1), (at, h * 0.165), (at + 32, h * 0.12, 1)]), paint)

    scene.cut(masts, 0.8, 0.74, y0=0, y1=scene.floor, foot_mist=0.08)
    deck = box(scene.left, scene.floor, scene.right, scene.base)

    def planks(canvas: Any) -> None:
        for k in range(-16, 17):
            canvas.drawLine(w * 0.5 + 52 * k, scene.floor, w * 0.5 + 130 * k, scene.base, line_of(p.ink, 1.6, 0.3))

    scene.cut(lambda c, q: c.drawPath(deck, q), 1.0, 0.7, y0=scene.floor, y1=h, foot_mist=-0.6, edge=0.5, over=planks, lights=(LampLight(w * 0.5, scene.floor, w * 0.4, p.horizon, 0.35),))
    near = skia.Path()
    barrel(near, w * 0.05, scene.base, h * 0.24)
    barrel(near, w * 0.12, scene.base, h * 0.17)
    rigging_near = skia.Path()
    rigging(rigging_near, w * 1.02, -80, scene.base, 180)

    def frame(canvas: Any, paint: Any) -> None:
        canvas.drawPath(near, paint)
        canvas.drawPath(rigging_near, outlined(paint, 5))

    scene.cut(frame, 1.4, 1.0, y0=0, y1=h, foot_mist=0, tint=p.ink, near=True)
    if p.dark > 0.4:
        scene.lamp(mast_x + (90 if mast_x < w / 2 else -90), h * 0.36, 20, 0.8, 0.8)


def build_harbour(scene: Scenery) -> None:
    """Ships at anchor before the town, a quay with bollards, crates and a lamp."""
    hang_sky(scene)
    p, h, w = scene.palette, scene.h, scene.w
    rng = scene.chance("harbour")
    house_wing(scene, 0.08, 0.06, w * -0.05, w * 1.05, 0.645, (60, 120), False)
    scene.mist(h * 0.63, 34, 0.6, 0.1)
    _open_water(scene, h * 0.645, 0.2)
    for at, y, size, depth, share in ((0.30, 0.70, 84, 0.22, 0.3), (0.72, 0.735, 122, 0.36, 0.45)):
        x = w * (at + rng.uniform(-0.05, 0.05))
        ink, sail = mix(p.tint(share), p.ink, 0.3), mix(p.glow, p.tint(share), 0.5)

        def ship(c: Any, x: float = x, y: float = y, size: float = size, ink: Colour = ink, sail: Colour = sail) -> None:
            sailing_ship(c, x, h * y, size, 0, ink, sail, p.warm if p.dark > 0.4 else None)

        scene.paint(ship, (x - size * 1.3, h * y - size * 2, x + size * 1.7, h * y + size * 0.5), depth)
        add_waves(scene, h * (y + 0.035), 12, depth + 0.03, share, 0)
    quay = box(scene.left, scene.floor, scene.right, scene.base)

    def stones(canvas: Any) -> None:
        for row in range(5):
            y = scene.floor + 12 + row * row * 7
            canvas.drawLine(scene.left, y, scene.right, y, line_of(p.ink, 1.3, 0.25))

    scene.cut(lambda c, q: c.drawPath(quay, q), 1.0, 0.72, y0=scene.floor, y1=h, foot_mist=-0.6, edge=0.6, over=stones, lights=(LampLight(w * 0.5, scene.floor, w * 0.4, p.horizon, 0.35),))
    posts = skia.Path()
    for at in (0.18, 0.42, 0.66, 0.9):
        x = w * at
        spline([(x - 9, scene.floor + 8, 1), (x - 8, scene.floor - 18), (x - 14, scene.floor - 30), (x, scene.floor - 36), (x + 14, scene.floor - 30), (x + 8, scene.floor - 18), (x + 9, scene.floor + 8, 1)], path=posts)
    scene.cut(lambda c, q: c.drawPath(posts, q), 0.98, 0.8, foot_mist=0)
    lamp_pair(scene, ((0.11, 0.83, 270, 0.9),))
    near = skia.Path()
    barrel(near, w * 0.93, scene.base, h * 0.25)
    barrel(near, w * 1.0, scene.base, h * 0.2)
    box(w * -0.06, h * 0.83, w * 0.05, scene.base, near)
    box(w * -0.06, h * 0.72, w * 0.02, scene.base, near)
    scene.cut(lambda c, q: c.drawPath(near, q), 1.4, 1.0, y0=h * 0.6, y1=h, foot_mist=0, tint=p.ink, near=True)


def build_shore(scene: Scenery) -> None:
    """The beach: sea and far cape, breakers, a boat drawn up, marram grass."""
    hang_sky(scene)
    rng = scene.chance("shore")
    h, w = scene.h, scene.w
    _open_water(scene, h * 0.62)
    cape = skia.Path()
    side = rng.choice((-1, 1))
    base = w * (0.0 if side < 0 else 1.0)
    spline([(base + side * 80, h * 0.632, 1), (base + side * 60, h * 0.44), (base - side * w * 0.12, h * 0.47), (base - side * w * 0.22, h * 0.555), (base - side * w * 0.3, h * 0.632, 1)], path=cape)
    light = base - side * w * 0.10
    polygon([(light - 12, h * 0.48), (light - 8, h * 0.34), (light + 8, h * 0.34), (light + 12, h * 0.48)], cape)
    box(light - 11, h * 0.315, light + 11, h * 0.34, cape)
    polygon([(light - 12, h * 0.315), (light, h * 0.288), (light + 12, h * 0.315)], cape)
    scene.cut(lambda c, q: c.drawPath(cape, q), 0.1, 0.2, y0=h * 0.3, y1=h * 0.63)
    add_waves(scene, h * 0.70, 22, 0.2, 0.2, 0.5)
    add_waves(scene, h * 0.755, 32, 0.4, 0.36, 0.7)
    _gulls(scene)
    stage_ground(scene, grass=0, share=0.6, roll=8)
    boat = skia.Path()
    rowing_boat(boat, w * (0.82 if side < 0 else 0.18), scene.floor + 16, 260)
    scene.cut(lambda c, q: c.drawPath(boat, q), 0.97, 0.85, y0=scene.floor - 60, y1=scene.floor + 30, foot_mist=0.05)
    near = skia.Path()
    for x in (0.02, 0.97):
        spline([(w * x - 150, scene.base, 1), (w * x - 70, h * 0.86), (w * x + 30, h * 0.84), (w * x + 140, scene.base, 1)], path=near)
    near_ground(scene, near, 60)


def build_river(scene: Scenery) -> None:
    """A river between wooded banks under a stone bridge; reeds near us."""
    hang_sky(scene)
    rng = scene.chance("river")
    h, w, p = scene.h, scene.w, scene.palette
    bank, height = scene.ground(h * 0.62, 12, "bank")
    for _ in range(14):
        x = rng.uniform(scene.left, scene.right)
        grow_bush(bank, x, height(x) + 5, rng.uniform(60, 120), rng.uniform(40, 90), rng)
    scene.cut(lambda c, q: c.drawPath(bank, q), 0.1, 0.1, y0=h * 0.5, y1=h * 0.66)
    _open_water(scene, h * 0.645, 0.2)
    bridge = skia.Path()
    top = h * 0.585
    spline([(scene.left, top + 26, 1), (w * 0.5, top - 16), (scene.right, top + 26, 1), (scene.right, top + 96, 1), (scene.left, top + 96, 1)], path=bridge)
    spline([(scene.left, top + 10, 1), (w * 0.5, top - 34), (scene.right, top + 10, 1), (scene.right, top + 24, 1), (w * 0.5, top - 20), (scene.left, top + 24, 1)], path=bridge)

    def spans(canvas: Any, paint: Any) -> None:
        canvas.drawPath(bridge, paint)
        for at in (0.1, 0.37, 0.64, 0.91):
            canvas.drawOval(skia.Rect.MakeLTRB(w * at - 90, top + 22, w * at + 90, top + 190), CLEAR)

    scene.cut(spans, 0.24, 0.3, y0=top - 40, y1=top + 100)
    scene.mist(h * 0.70, 34, 0.6, 0.26)
    water = box(scene.left, h * 0.735, scene.right, scene.base)
    scene.cut(lambda c, q: c.drawPath(water, q), 0.4, 0.3, tint=mix(p.low, p.tint(0.45), 0.5), y0=h * 0.735, y1=h * 0.86, foot_mist=-0.3, edge=0.5, over=lambda c: _ripples(c, scene))
    stage_ground(scene, grass=22, share=0.74)
    near = skia.Path()
    tips = grow_tree(near, w * 0.05, h, h * 1.2, rng, width=30, depth=9 if scene.bare else 6, lean=7, least=0.8)
    if not scene.bare:
        leaf_crown(near, tips, rng, 26, 0.8)
    for _ in range(26):
        x = w * rng.uniform(0.84, 1.02)
        tall = h * rng.uniform(0.14, 0.34)
        ribbon([(x, scene.base), (x + 6, h - tall)], [2.2, 1.2], near, smooth=False)
        ribbon([(x + 6, h - tall), (x + 7, h - tall + 42)], [5.5, 5.5], near)
    near_ground(scene, near, 36)


def _ripples(canvas: Any, scene: Scenery) -> None:
    rng = scene.chance("ripples")
    for _ in range(70):
        x, y = rng.uniform(scene.left, scene.right), scene.h * rng.uniform(0.745, 0.80)
        long = rng.uniform(10, 44)
        canvas.drawLine(x - long, y, x + long, y, line_of(scene.palette.glow, 1.4, 0.35))
    canvas.drawLine(scene.left, scene.h * 0.738, scene.right, scene.h * 0.738, paint_of(scene.palette.glow, 0.4))
