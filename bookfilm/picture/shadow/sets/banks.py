"""Sets by the water: harbour, shore, river."""

from __future__ import annotations

from random import Random
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, oval, polygon, ribbon, spline
from bookfilm.picture.shadow.sets.ground import near_ground, stage_ground
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, hang_sky, line_of, paint_of
from bookfilm.picture.shadow.sets.town import house_wing, lamp_pair
from bookfilm.picture.shadow.sets.trees import grow_bush, grow_tree, leaf_crown
from bookfilm.picture.shadow.sets.vehicles import barrel, rowing_boat, sailing_ship
from bookfilm.picture.shadow.sets.water import add_gulls, add_waves, open_water


def build_harbour(scene: Scenery) -> None:
    """Ships at anchor before the town, a quay with bollards, crates and a lamp."""
    hang_sky(scene)
    p, h, w = scene.palette, scene.h, scene.w
    rng = scene.chance("harbour")
    house_wing(scene, 0.08, 0.06, w * -0.05, w * 1.05, 0.645, (60, 120), False)
    scene.mist(h * 0.63, 34, 0.6, 0.1)
    open_water(scene, h * 0.645, 0.2)
    for at, y, size, depth, share in ((0.30, 0.70, 84, 0.22, 0.3), (0.72, 0.735, 122, 0.36, 0.45)):
        x = w * (at + rng.uniform(-0.05, 0.05))
        ink, sail = mix(p.tint(share), p.ink, 0.3), mix(p.glow, p.tint(share), 0.5)

        def ship(
            c: Any, x: float = x, y: float = y, size: float = size, ink: Colour = ink, sail: Colour = sail
        ) -> None:
            sailing_ship(c, x, h * y, size, 0, ink, sail, p.warm if p.dark > 0.4 else None)

        scene.paint(ship, (x - size * 1.3, h * y - size * 2, x + size * 1.7, h * y + size * 0.5), depth)
        add_waves(scene, h * (y + 0.035), 12, depth + 0.03, share, 0)
    quay = box(scene.left, scene.floor, scene.right, scene.base)

    def stones(canvas: Any) -> None:
        for row in range(5):
            y = scene.floor + 12 + row * row * 7
            canvas.drawLine(scene.left, y, scene.right, y, line_of(p.ink, 1.3, 0.25))

    scene.cut(
        filled(quay),
        1.0,
        0.72,
        y0=scene.floor,
        y1=h,
        foot_mist=-0.6,
        edge=0.6,
        over=stones,
        lights=(LampLight(w * 0.5, scene.floor, w * 0.4, p.horizon, 0.35),),
    )
    posts = skia.Path()
    for at in (0.18, 0.42, 0.66, 0.9):
        x = w * at
        spline(
            [
                (x - 9, scene.floor + 8, 1),
                (x - 8, scene.floor - 18),
                (x - 14, scene.floor - 30),
                (x, scene.floor - 36),
                (x + 14, scene.floor - 30),
                (x + 8, scene.floor - 18),
                (x + 9, scene.floor + 8, 1),
            ],
            path=posts,
        )
    scene.cut(filled(posts), 0.98, 0.8, foot_mist=0)
    lamp_pair(scene, ((0.11, 0.83, 270, 0.9),))
    _lay_wares(scene)


def _lay_wares(scene: Scenery) -> None:
    """Add barrels and a coil of rope, near us on the quay."""
    w, h = scene.w, scene.h
    near = skia.Path()
    barrel(near, w * 0.93, scene.base, h * 0.25)
    barrel(near, w * 1.0, scene.base, h * 0.2)
    barrel(near, w * 0.0, scene.base, h * 0.19)
    for coil in range(3):
        oval(w * 0.075, scene.base - h * (0.028 + 0.024 * coil), w * (0.034 - 0.003 * coil), h * 0.02, near)
    scene.cut(filled(near), 1.4, 1.0, y0=h * 0.6, y1=h, foot_mist=0, tint=scene.palette.ink, near=True)


def build_shore(scene: Scenery) -> None:
    """The beach: sea and far cape, breakers, a boat drawn up, marram grass."""
    hang_sky(scene)
    rng = scene.chance("shore")
    h, w = scene.h, scene.w
    open_water(scene, h * 0.62)
    cape = skia.Path()
    side = rng.choice((-1, 1))
    base = w * (0.0 if side < 0 else 1.0)
    spline(
        [
            (base + side * 80, h * 0.632, 1),
            (base + side * 60, h * 0.44),
            (base - side * w * 0.12, h * 0.47),
            (base - side * w * 0.22, h * 0.555),
            (base - side * w * 0.3, h * 0.632, 1),
        ],
        path=cape,
    )
    light = base - side * w * 0.10
    polygon([(light - 12, h * 0.48), (light - 8, h * 0.34), (light + 8, h * 0.34), (light + 12, h * 0.48)], cape)
    box(light - 11, h * 0.315, light + 11, h * 0.34, cape)
    polygon([(light - 12, h * 0.315), (light, h * 0.288), (light + 12, h * 0.315)], cape)
    scene.cut(filled(cape), 0.1, 0.2, y0=h * 0.3, y1=h * 0.63)
    add_waves(scene, h * 0.70, 22, 0.2, 0.2, 0.5)
    add_waves(scene, h * 0.755, 32, 0.4, 0.36, 0.7)
    add_gulls(scene)
    stage_ground(scene, grass=0, share=0.6, roll=8)
    boat = skia.Path()
    rowing_boat(boat, w * (0.82 if side < 0 else 0.18), scene.floor + 16, 260)
    scene.cut(filled(boat), 0.97, 0.85, y0=scene.floor - 60, y1=scene.floor + 30, foot_mist=0.05)
    near = skia.Path()
    for x in (0.02, 0.97):
        spline(
            [
                (w * x - 150, scene.base, 1),
                (w * x - 70, h * 0.86),
                (w * x + 30, h * 0.84),
                (w * x + 140, scene.base, 1),
            ],
            path=near,
        )
    near_ground(scene, near, 60)


def build_river(scene: Scenery) -> None:
    """A river between wooded banks under a stone bridge; reeds near us."""
    hang_sky(scene)
    rng = scene.chance("river")
    h = scene.h
    _far_bank(scene, rng)
    open_water(scene, h * 0.645, 0.2)
    _stone_bridge(scene, h * 0.585)
    scene.mist(h * 0.70, 34, 0.6, 0.26)
    _near_water(scene, h * 0.735)
    stage_ground(scene, grass=22, share=0.74)
    _reeds(scene, rng)


def _far_bank(scene: Scenery, rng: Random) -> None:
    h = scene.h
    bank, height = scene.ground(h * 0.62, 12, "bank")
    for _ in range(14):
        x = rng.uniform(scene.left, scene.right)
        grow_bush(bank, x, height(x) + 5, rng.uniform(60, 120), rng.uniform(40, 90), rng)
    scene.cut(filled(bank), 0.1, 0.1, y0=h * 0.5, y1=h * 0.66)


def _stone_bridge(scene: Scenery, top: float) -> None:
    """A bridge from border to border: its body, its parapet, four spans cut through."""
    w = scene.w
    bridge = skia.Path()
    spline(
        [
            (scene.left, top + 26, 1),
            (w * 0.5, top - 16),
            (scene.right, top + 26, 1),
            (scene.right, top + 96, 1),
            (scene.left, top + 96, 1),
        ],
        path=bridge,
    )
    spline(
        [
            (scene.left, top + 10, 1),
            (w * 0.5, top - 34),
            (scene.right, top + 10, 1),
            (scene.right, top + 24, 1),
            (w * 0.5, top - 20),
            (scene.left, top + 24, 1),
        ],
        path=bridge,
    )

    def spans(canvas: Any, paint: Any) -> None:
        canvas.drawPath(bridge, paint)
        for at in (0.1, 0.37, 0.64, 0.91):
            canvas.drawOval(skia.Rect.MakeLTRB(w * at - 90, top + 22, w * at + 90, top + 190), CLEAR)

    scene.cut(spans, 0.24, 0.3, y0=top - 40, y1=top + 100)


def _near_water(scene: Scenery, top: float) -> None:
    p = scene.palette
    scene.cut(
        filled(box(scene.left, top, scene.right, scene.base)),
        0.4,
        0.3,
        tint=mix(p.low, p.tint(0.45), 0.5),
        y0=top,
        y1=scene.h * 0.86,
        foot_mist=-0.3,
        edge=0.5,
        over=lambda c: _ripples(c, scene),
    )


def _reeds(scene: Scenery, rng: Random) -> None:
    """The strip nearest to us: a leaning tree on the left, bulrushes on the right."""
    w, h = scene.w, scene.h
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
