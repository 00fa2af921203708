"""Sets where people work and wait: tavern, shop, office, school, hospital, and the inside of a carriage."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.paths import box, disc, polygon, ribbon, spline
from bookfilm.picture.shadow.sets import fittings as fit
from bookfilm.picture.shadow.sets import furniture as put
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, line_of, paint_of
from bookfilm.picture.shadow.sets.vehicles import barrel
from bookfilm.picture.shadow.sets.walls import board_floor, furniture_sheet, near_frame, view_outside, wall_sheet


def _windows(
    scene: Scenery, places: tuple[float, ...], top: float, width: float, height: float, panes: tuple[int, int]
) -> None:
    """Cut windows in the back wall at shares of the width, and frame them."""
    w, h = scene.w, scene.h

    def openings(canvas: Any) -> None:
        for at in places:
            canvas.drawPath(box(w * at - width / 2, h * top, w * at + width / 2, h * (top + height)), CLEAR)

    boards = scene.setting.kind in ("tavern", "shop")
    wall_sheet(scene, openings, pattern="boards" if boards else "stripes", light=(scene.bright[0], 0.5))
    frame = skia.Path()
    for at in places:
        put.window_bars(frame, w * at - width / 2, h * top, width, h * height, 6, *panes)
    furniture_sheet(scene, filled(frame), 0.47, 0.2)


def _ceiling_lamps(scene: Scenery, places: tuple[float, ...], y: float, size: float) -> None:
    """Hang lamps from the ceiling; lit in the dark hours."""
    p = scene.palette
    lit = p.dark > 0.4 or "lamp" in scene.setting.lights
    glass = mix(p.warm, p.glow, 0.6) if lit else mix(p.mid, p.glow, 0.3)
    spots: list[tuple[float, float]] = []

    def over(canvas: Any) -> None:
        top, ink = scene.press.top - 10, mix(p.near, p.ink, 0.4)
        spots.extend(fit.hanging_lamp(canvas, scene.w * at, top, scene.h * y, size, ink, glass) for at in places)

    reach = (scene.w * min(places) - size, scene.press.top, scene.w * max(places) + size, scene.h * y + size)
    scene.paint(over, reach, 0.8)
    if lit:
        for x, ly in spots:
            scene.lamp(x, ly, size, 0.8, 0.85)


def _desk_row(
    scene: Scenery, depth: float, share: float, ground: float, width: float, height: float, count: int
) -> None:
    path = skia.Path()
    step = (scene.right - scene.left) / count
    for i in range(count):
        left = scene.left + step * (i + 0.16)
        polygon(
            [
                (left, ground - height),
                (left + width, ground - height * 1.12),
                (left + width, ground - height * 1.02),
                (left, ground - height * 0.9),
            ],
            path,
        )
        box(left + 8, ground - height, left + 18, ground, path)
        box(left + width - 18, ground - height, left + width - 8, ground, path)
        put.bench(path, left - 34, left - 2, ground, height * 0.55)
    furniture_sheet(scene, filled(path), depth, share)


def build_tavern(scene: Scenery) -> None:
    """Beams, barrels, a bar with bottles, a hearth's glow, tables and benches, lamps."""
    w, h = scene.w, scene.h
    rng = scene.chance("tavern")
    scene.bright = (0.5, 0.58)
    view_outside(scene, town=True, horizon=0.46)
    _windows(scene, (0.5,), 0.20, 180, 0.28, (4, 4))

    def bar(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        for y in (0.26, 0.38, 0.50):
            put.shelf(path, w * 0.04, w * 0.30, h * y, rng, 38)
        box(w * 0.02, scene.floor - 130, w * 0.34, scene.floor, path)
        box(w * 0.01, scene.floor - 142, w * 0.35, scene.floor - 128, path)
        for i, x in enumerate((0.72, 0.79, 0.86, 0.93)):
            barrel(path, w * x, scene.floor, 128)
            if i < 3:
                barrel(path, w * (x + 0.035), scene.floor - 126, 122)
        canvas.drawPath(path, paint)

    furniture_sheet(scene, bar, 0.55, 0.5)
    tables = skia.Path()
    put.table(tables, w * 0.40, w * 0.60, scene.floor - 110, scene.floor + 8)
    put.bench(tables, w * 0.36, w * 0.43, scene.floor + 10, 62)
    put.bench(tables, w * 0.57, w * 0.64, scene.floor + 10, 62)
    put.wares(tables, w * 0.43, w * 0.57, scene.floor - 110, rng, 26)
    furniture_sheet(scene, filled(tables), 0.8, 0.66)
    _ceiling_lamps(scene, (0.34, 0.66), 0.20, 34)
    board_floor(scene)

    def frame(canvas: Any, paint: Any) -> None:
        path = box(scene.left, scene.press.top - 12, scene.right, h * 0.045)
        for x in (-0.03, 0.955):
            box(w * x, scene.press.top - 12, w * x + 84, scene.base, path)
        for side, x in ((1, 0.03), (-1, 0.96)):
            spline(
                [
                    (w * x, h * 0.30, 1),
                    (w * x + side * 70, h * 0.13),
                    (w * x + side * 170, h * 0.04, 1),
                    (w * x, h * 0.03, 1),
                ],
                path=path,
            )
        barrel(path, w * 0.06, scene.base + 20, h * 0.26)
        canvas.drawPath(path, paint)

    near_frame(scene, frame)


def build_shop(scene: Scenery) -> None:
    """Shelves to the ceiling, a counter with scales, a shop window onto the street, goods hanging near us."""
    w, h = scene.w, scene.h
    rng = scene.chance("shop")
    scene.bright = (0.52, 0.5)
    view_outside(scene, town=True, horizon=0.58)
    _windows(scene, (0.52,), 0.16, 330, 0.44, (4, 3))

    def shelves(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        for left, right in ((0.01, 0.33), (0.71, 0.99)):
            for y in (0.19, 0.30, 0.41, 0.52, 0.63):
                box(w * left, h * y, w * right, h * y + 7, path)
                put.wares(path, w * left, w * right, h * y, rng, 42)
            for x in (left, (left + right) / 2, right - 0.006):
                box(w * x, h * 0.09, w * x + 8, scene.floor, path)
        canvas.drawPath(path, paint)

    furniture_sheet(scene, shelves, 0.55, 0.12)
    counter = box(w * 0.60, scene.floor - 138, scene.right, scene.floor + 10)
    box(w * 0.59, scene.floor - 152, scene.right, scene.floor - 136, counter)
    x, y = w * 0.72, scene.floor - 152
    box(x - 3, y - 82, x + 3, y, counter)
    box(x - 52, y - 84, x + 52, y - 79, counter)
    for side in (-1, 1):
        polygon([(x + side * 50, y - 80), (x + side * 50 - 24, y - 34), (x + side * 50 + 24, y - 34)], counter)
    put.wares(counter, w * 0.80, w * 0.98, y, rng, 40)
    furniture_sheet(scene, filled(counter), 0.8, 0.66)
    _ceiling_lamps(scene, (0.40,), 0.18, 36)
    board_floor(scene)

    def frame(canvas: Any, paint: Any) -> None:
        path = box(scene.left, scene.press.top - 12, scene.right, h * 0.03)
        for k in range(7):
            hang = w * (0.03 + 0.035 * k if k < 3 else 0.84 + 0.035 * (k - 3))
            long = h * rng.uniform(0.06, 0.16)
            box(hang - 1.5, 0, hang + 1.5, long, path)
            disc(hang, long + 18, rng.uniform(14, 24), path)
        box(w * -0.05, h * 0.84, w * 0.09, scene.base, path)
        spline(
            [(w * -0.03, h * 0.84, 1), (w * 0.0, h * 0.75), (w * 0.05, h * 0.77), (w * 0.075, h * 0.84, 1)], path=path
        )
        canvas.drawPath(path, paint)

    near_frame(scene, frame)


def build_office(scene: Scenery) -> None:
    """High desks, shelves of ledgers, a tall window, a clock, a lamp over papers."""
    w, h = scene.w, scene.h
    rng = scene.chance("office")
    scene.bright = (0.5, 0.52)
    view_outside(scene, town=True, horizon=0.5)
    _windows(scene, (0.5,), 0.12, 240, 0.44, (3, 4))

    def cases(canvas: Any, paint: Any) -> None:
        put.bookcase(canvas, paint, w * 0.02, w * 0.22, h * 0.12, scene.floor, rng, 0.03)
        put.bookcase(canvas, paint, w * 0.80, w * 0.985, h * 0.12, scene.floor, rng, 0.03)
        canvas.drawPath(disc(w * 0.72, h * 0.22, 38), paint)
        path = skia.Path()
        put.picture_frame(path, w * 0.255, h * 0.17, 84, 108)
        canvas.drawPath(path, paint)

    def face(canvas: Any) -> None:
        p = scene.palette
        canvas.drawCircle(w * 0.72, h * 0.22, 31, paint_of(p.glow, 0.9))
        canvas.drawLine(w * 0.72, h * 0.22, w * 0.72, h * 0.22 - 24, line_of(p.ink, 3))
        canvas.drawLine(w * 0.72, h * 0.22, w * 0.72 + 15, h * 0.22 + 8, line_of(p.ink, 3))

    furniture_sheet(scene, cases, 0.55, 0.2, face)
    desk = skia.Path()
    for left, right in ((0.30, 0.43), (0.57, 0.70)):
        polygon(
            [
                (w * left, scene.floor - 150),
                (w * right, scene.floor - 170),
                (w * right, scene.floor - 130),
                (w * left, scene.floor - 122),
            ],
            desk,
        )
        for x in (left + 0.01, right - 0.018):
            box(w * x, scene.floor - 140, w * x + 9, scene.floor + 6, desk)
        polygon(
            [
                (w * (left + 0.03), scene.floor - 156),
                (w * (right - 0.04), scene.floor - 166),
                (w * (right - 0.03), scene.floor - 174),
                (w * (left + 0.04), scene.floor - 164),
            ],
            desk,
        )
    furniture_sheet(scene, filled(desk), 0.75, 0.62)
    _ceiling_lamps(scene, (0.365, 0.635), 0.22, 32)
    board_floor(scene)
    near_frame(scene, lambda c, q: _desk_edge(c, q, scene))


def _desk_edge(canvas: Any, paint: Any, scene: Scenery) -> None:
    """A desk's corner near us, with papers and an ink bottle; drapery at the other side."""
    w, h = scene.w, scene.h
    rng = scene.chance("desk edge")
    path = box(w * -0.06, h * 0.90, w * 0.15, scene.base)
    for k in range(5):
        box(w * 0.005, h * 0.893 - 8 * k, w * 0.085 + rng.uniform(-8, 8), h * 0.893 - 8 * k + 5, path)
    box(w * 0.105, h * 0.865, w * 0.135, h * 0.90, path)
    ribbon([(w * 0.12, h * 0.87), (w * 0.135, h * 0.80), (w * 0.155, h * 0.74)], [2, 7, 0.5], path)
    put.curtain(path, scene.right + 20, w * 0.93, scene.press.top - 20, scene.base, 0.7)
    canvas.drawPath(path, paint)


def build_school(scene: Scenery) -> None:
    """Rows of desks, a blackboard, a map, tall windows, a globe."""
    w, h, p = scene.w, scene.h, scene.palette
    scene.bright = (0.5, 0.5)
    view_outside(scene, town=False, horizon=0.5)
    _windows(scene, (0.36, 0.64), 0.14, 150, 0.42, (2, 4))

    def board(canvas: Any, paint: Any) -> None:
        path = box(w * 0.04, h * 0.20, w * 0.24, h * 0.48)
        for x in (0.06, 0.21):
            box(w * x, h * 0.46, w * x + 9, scene.floor, path)
        box(w * 0.78, h * 0.16, w * 0.96, h * 0.50, path)
        box(w * 0.77, h * 0.15, w * 0.97, h * 0.165, path)
        put.table(path, w * 0.80, w * 0.95, scene.floor - 118, scene.floor)
        disc(w * 0.88, scene.floor - 160, 34, path)
        box(w * 0.875, scene.floor - 128, w * 0.885, scene.floor - 116, path)
        canvas.drawPath(path, paint)

    def chalk(canvas: Any) -> None:
        rng = scene.chance("chalk")
        for j in range(4):
            y, x = h * (0.25 + 0.055 * j), w * 0.055
            while x < w * 0.22:
                long = rng.uniform(8, 26)
                canvas.drawLine(x, y + rng.uniform(-3, 3), x + long, y + rng.uniform(-3, 3), line_of(p.glow, 2, 0.7))
                x += long + 8
        for k in range(5):
            x, y = w * 0.87 + rng.uniform(-80, 60), h * 0.32 + rng.uniform(-70, 70)
            canvas.drawOval(skia.Rect.MakeXYWH(x, y, 46 + 8 * k, 26), paint_of(p.mid, 0.5))

    furniture_sheet(scene, board, 0.55, 0.4, chalk)
    _desk_row(scene, 0.72, 0.55, scene.floor + 4, 120, 92, 6)
    _ceiling_lamps(scene, (0.5,), 0.16, 32)
    board_floor(scene)

    def frame(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        for left in (-0.06, 0.86):
            polygon(
                [
                    (w * left, h * 0.92),
                    (w * (left + 0.2), h * 0.90),
                    (w * (left + 0.2), scene.base),
                    (w * left, scene.base),
                ],
                path,
            )
            for k in range(4):
                box(w * (left + 0.06), h * 0.905 - 9 * k, w * (left + 0.13), h * 0.905 - 9 * k + 6, path)
        canvas.drawPath(path, paint)

    near_frame(scene, frame)


def build_hospital(scene: Scenery) -> None:
    """A ward: beds in a row under tall windows, screens, a lamp."""
    w, h = scene.w, scene.h
    scene.bright = (0.5, 0.5)
    view_outside(scene, town=True, horizon=0.5)
    _windows(scene, (0.22, 0.5, 0.78), 0.13, 140, 0.40, (2, 4))
    beds = skia.Path()
    for x in (0.02, 0.72):
        put.bed(beds, w * x, scene.floor + 6, 320, False)
    furniture_sheet(scene, filled(beds), 0.6, 0.45)
    screen = skia.Path()
    for k in range(3):
        left = w * (0.33 + 0.045 * k)
        box(left, scene.floor - 230, left + w * 0.042, scene.floor - 24, screen)
        for x in (left, left + w * 0.039):
            box(x, scene.floor - 236, x + 4, scene.floor + 4, screen)
    put.table(screen, w * 0.63, w * 0.70, scene.floor - 112, scene.floor + 6)
    put.wares(screen, w * 0.635, w * 0.695, scene.floor - 112, scene.chance("bottles"), 26)
    furniture_sheet(scene, filled(screen), 0.7, 0.5)
    _ceiling_lamps(scene, (0.36, 0.64), 0.14, 32)
    board_floor(scene, "tiles")

    def frame(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        put.curtain(path, scene.left - 20, w * 0.11, scene.press.top - 20, scene.base, 0.72)
        for x in (0.88, 0.91, 0.94, 0.97):
            box(w * x, h * 0.74, w * x + 8, scene.base, path)
        box(w * 0.865, h * 0.735, scene.right, h * 0.755, path)
        disc(w * 0.868, h * 0.745, 12, path)
        canvas.drawPath(path, paint)

    near_frame(scene, frame)


def build_carriage(scene: Scenery) -> None:
    """Inside a carriage: padded walls, three windows with the land outside, seats face to face, tassels."""
    w, h, p = scene.w, scene.h, scene.palette
    scene.bright = (0.5, 0.42)
    view_outside(scene, town=False, horizon=0.52)
    shapes = ((0.5, 0.46), (0.145, 0.13), (0.855, 0.13))

    def openings(canvas: Any) -> None:
        for x, wide in shapes:
            rect = skia.Rect.MakeLTRB(w * (x - wide / 2), h * 0.16, w * (x + wide / 2), h * 0.58)
            canvas.drawRRect(skia.RRect.MakeRectXY(rect, 34, 34), CLEAR)

    wall_sheet(scene, openings, pattern="lozenges", light=(0.5, 0.5), strength=0.9)
    inside = skia.Path()
    for x, wide in shapes:
        for side in (-1, 1):
            put.curtain(inside, w * (x + side * wide * 0.56), w * (x + side * wide * 0.30), h * 0.14, h * 0.6, 0.5)
        box(w * (x - wide * 0.58), h * 0.125, w * (x + wide * 0.58), h * 0.15, inside)
    for x in (0.235, 0.765):
        box(w * x - 3, h * 0.3, w * x + 3, h * 0.46, inside)
        spline(
            [(w * x - 6, h * 0.46), (w * x - 12, h * 0.53, 1), (w * x + 12, h * 0.53, 1), (w * x + 6, h * 0.46)],
            path=inside,
        )
    furniture_sheet(scene, filled(inside), 0.5, 0.02)
    seats = skia.Path()
    for side in (-1, 1):
        x = w * (0.5 + side * 0.36)

        def at(u: float, v: float, *c: int, x: float = x, side: int = side) -> tuple[float, ...]:
            return (x + side * u, h * v, *c)

        spline(
            [
                at(-140, 0.90, 1),
                at(-150, 0.74),
                at(-70, 0.70),
                at(20, 0.72),
                at(40, 0.36),
                at(70, 0.26),
                at(190, 0.26, 1),
                at(190, 0.90, 1),
            ],
            path=seats,
        )
    furniture_sheet(scene, filled(seats), 0.8, 0.62, lambda c: _buttons(c, scene))
    board_floor(scene, "boards", 0.8)
    if p.dark > 0.5:
        scene.lamp(w * 0.5, h * 0.12, 40, 0.8, 0.8)

    def frame(canvas: Any, paint: Any) -> None:
        path = skia.Path()
        path.setFillType(skia.PathFillType.kEvenOdd)
        box(scene.left, scene.press.top - 12, scene.right, scene.base, path)
        opening = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(w * 0.035, h * 0.05, w * 0.965, h * 1.2), 120, 120)
        path.addRRect(opening)
        canvas.drawPath(path, paint)

    near_frame(scene, frame)


def _buttons(canvas: Any, scene: Scenery) -> None:
    """Buttons of the padded seat backs."""
    p = scene.palette
    for side in (-1, 1):
        for j in range(4):
            for i in range(3):
                x = scene.w * (0.5 + side * 0.36) + side * (85 + 38 * i + 19 * (j % 2))
                canvas.drawCircle(x, scene.h * (0.34 + 0.1 * j), 3.4, paint_of(p.warm, 0.4))
    halo(canvas, scene.w * 0.5, scene.h * 0.4, scene.w * 0.1, p.horizon, 0.05)
