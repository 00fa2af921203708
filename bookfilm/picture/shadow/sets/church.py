"""The church: a nave of pointed arches before stained windows and an altar."""

from __future__ import annotations

from typing import Any

import skia

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.palette import dress_colour
from bookfilm.picture.shadow.paper import LampLight
from bookfilm.picture.shadow.paths import box, pointed_arch, spline
from bookfilm.picture.shadow.sets import fittings as fit
from bookfilm.picture.shadow.sets.scenery import CLEAR, Scenery, filled, outlined, paint_of
from bookfilm.picture.shadow.sets.walls import board_floor, furniture_sheet, near_frame, view_outside, wall_sheet

_WINDOWS = ((0.5, 0.13, 0.10), (0.35, 0.07, 0.2), (0.65, 0.07, 0.2))
"""Middle and width as shares of the frame's width, and top as a share of its height."""
_SILL = 0.56
_STAINS = ((0.75, 0.16, 0.18), (0.16, 0.34, 0.72), (0.2, 0.55, 0.35))


def build_church(scene: Scenery) -> None:
    """A nave of pointed arches, stained windows, candles before the altar, light falling from one side."""
    w, h = scene.w, scene.h
    scene.bright = (0.5, 0.5)
    view_outside(scene, town=False, horizon=0.66)
    scene.sheets.clear()

    def openings(canvas: Any) -> None:
        for x, wide, top in _WINDOWS:
            canvas.drawPath(pointed_arch(w * x, h * top, w * wide, h * _SILL), CLEAR)

    wall_sheet(scene, openings, pattern="stones", light=(0.5, 0.5), strength=0.8)
    leading = _leading(scene)
    scene.cut(filled(leading), 0.46, 0.5, over=lambda c: _stained_glass(c, scene, leading), edge=0, shadow=0)
    _altar(scene)
    scene.lamp(w * 0.5, h * 0.58, 66, 0.55, 0.7)
    for depth, share, half, top in ((0.62, 0.42, 0.30, 0.02), (0.85, 0.62, 0.385, -0.08)):
        _nave_arch(scene, depth, share, half, top)
    board_floor(scene, "tiles", 0.5)
    near_frame(scene, filled(_pews(scene)))


def _leading(scene: Scenery) -> Any:
    """Return the outline of the bars between the windows' panes."""
    w, h = scene.w, scene.h
    bars = skia.Path()
    for x, wide, top in _WINDOWS:
        for k in range(-1, 2):
            box(w * x + w * wide * 0.25 * k - 2, h * top, w * x + w * wide * 0.25 * k + 2, h * _SILL, bars)
        for j in range(6):
            y = h * (top + (_SILL - top) * (j + 1) / 7)
            box(w * (x - wide / 2), y - 2, w * (x + wide / 2), y + 2, bars)
    return bars


def _stained_glass(canvas: Any, scene: Scenery, leading: Any) -> None:
    """Paint the panes, four across and seven down in each window, then what frames and parts them."""
    p, w, h = scene.palette, scene.w, scene.h
    rng = scene.chance("glass")
    hues = (p.warm, p.glow, *(dress_colour(hue, scene.style) for hue in _STAINS))
    for x, wide, top in _WINDOWS:
        canvas.save()
        canvas.clipPath(pointed_arch(w * x, h * top, w * wide, h * _SILL), True)
        for k in range(4):
            for j in range(7):
                left, y = w * (x - wide / 2 + wide * k / 4), h * (top + (_SILL - top) * j / 7)
                pane = skia.Rect.MakeXYWH(left, y, w * wide / 4, h * (_SILL - top) / 7)
                hue = mix(hues[rng.randrange(5)], scene.outside.horizon, 0.45)
                canvas.drawRect(pane, paint_of(hue, 0.62))
        canvas.restore()
        canvas.drawPath(pointed_arch(w * x, h * top, w * wide, h * _SILL), outlined(paint_of(p.near), 6))
    canvas.drawPath(leading, paint_of(p.near))


def _altar(scene: Scenery) -> None:
    """The altar with its cross and four burning candles."""
    p, w, h = scene.palette, scene.w, scene.h
    altar = skia.Path()
    box(w * 0.41, h * 0.66, w * 0.59, scene.floor, altar)
    box(w * 0.40, h * 0.645, w * 0.60, h * 0.665, altar)
    box(w * 0.497, h * 0.53, w * 0.503, h * 0.65, altar)
    box(w * 0.485, h * 0.56, w * 0.515, h * 0.568, altar)

    def candles(canvas: Any) -> None:
        for x in (0.43, 0.455, 0.545, 0.57):
            fx, fy = fit.candle(canvas, w * x, h * 0.645, 40, p.mid, (1.0, 0.97, 0.86))
            halo(canvas, fx, fy, 46, p.warm, 0.8)

    furniture_sheet(scene, filled(altar), 0.55, 0.5, candles)


def _pews(scene: Scenery) -> Any:
    """Return the outline of the pew ends nearest to us, three on either side."""
    w, h = scene.w, scene.h
    pews = skia.Path()
    for side in (-1, 1):
        for k in range(3):
            x = w * (0.5 + side * (0.40 + 0.05 * k))
            spline(
                [
                    (x - 10, scene.base, 1),
                    (x - 14, h * (0.86 - 0.03 * k)),
                    (x, h * (0.835 - 0.03 * k)),
                    (x + 14, h * (0.86 - 0.03 * k)),
                    (x + 10, scene.base, 1),
                ],
                path=pews,
            )
            box(min(x, x + side * 300), h * (0.89 - 0.03 * k), max(x, x + side * 300), scene.base, pews)
    return pews


def _nave_arch(scene: Scenery, depth: float, share: float, half: float, top: float) -> None:
    w, h = scene.w, scene.h
    path = skia.Path()
    path.setFillType(skia.PathFillType.kEvenOdd)
    box(scene.left, scene.press.top - 12, scene.right, scene.floor + 10, path)
    pointed_arch(w * 0.5, h * top, w * half * 2, scene.base, path)

    def draw(canvas: Any, paint: Any) -> None:
        canvas.drawPath(path, paint)
        for side in (-1, 1):
            x = w * (0.5 + side * (half + 0.012))
            column = skia.Path()
            fit.column(column, x, h * 0.36, scene.floor + 16, 36 + 22 * share)
            canvas.drawPath(column, paint)

    p = scene.palette
    light = LampLight(w * 0.5, h * 0.5, w * 0.5, p.horizon, 0.35)
    scene.cut(
        draw,
        depth,
        share,
        tint=mix(p.far, p.near, 0.2 + 0.6 * share),
        y0=0,
        y1=scene.floor,
        foot_mist=-0.3,
        edge=0.55,
        edge_to=(0.0, 1.8),
        lights=(light,),
        shadow=0.45,
    )
