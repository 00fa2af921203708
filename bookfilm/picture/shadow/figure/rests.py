"""What people rest on: a chair, a bed with its blanket. Units are heads; the figure's feet are at 0."""

from __future__ import annotations

from typing import Any

from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.figure.artist import FigureArtist
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.paths import box


def draw_bed(canvas: Any, artist: FigureArtist, feet: float, floor: float) -> None:
    """A low bed under one who lies: `feet` is how far behind the mark it begins, `floor` where its posts end."""
    canvas.save()
    canvas.scale(-1, 1)
    knife = Knife(canvas, mix(artist.ink, artist.far, 0.6), artist.far, artist.head_px)
    long = 7.4 * artist.body.stature
    knife.path(box(-feet - 0.3, -1.3, -feet + long, -0.62))
    for x in (-feet - 0.5, -feet + long - 0.1):
        knife.path(box(x, -2.0 if x > 0 else -1.7, x + 0.3, floor))
    pillow = [
        (-feet + long - 1.9, -1.25),
        (-feet + long - 1.7, -1.62),
        (-feet + long - 0.5, -1.7),
        (-feet + long - 0.1, -1.3),
    ]
    knife.fill(pillow)
    canvas.restore()


def draw_blanket(canvas: Any, artist: FigureArtist, stature: float) -> None:
    """A blanket over one who lies, from the feet to the breast; the canvas stands as it does for the figure."""
    knife = Knife(canvas, mix(artist.ink, artist.far, 0.8), artist.far, artist.head_px)
    low, high = 0.6, -4.3 * stature
    fold = [(low, 0.35, 1), (-0.62, 0.3), (-0.9, -0.5), (-0.66, -1.6), (-0.62, -2.6), (-0.56, high, 1), (low, high, 1)]
    knife.fill(fold)
    for i in range(4):
        y = 0.0 - 1.1 * i * stature
        knife.slit([(-0.5, y - 0.3), (0.0, y - 0.1), (0.45, y - 0.35)], 0.03, 0.7)
    knife.slit([(-0.5, high + 0.22), (low - 0.05, high + 0.22)], 0.03, 0.9)


def draw_seat(canvas: Any, artist: FigureArtist, stature: float, back: bool) -> None:
    """A plain chair under one who sits, its back curved away from theirs."""
    canvas.save()
    knife = Knife(canvas, mix(artist.ink, artist.far, 0.5), artist.far, artist.head_px)
    top, high = -1.62, -1.62 - 1.9 * stature
    knife.path(box(-0.62, top, 0.62, top + 0.16))
    for x in (-0.6, 0.44):
        knife.path(box(x, top, x + 0.15, 0.0))
    if back:
        knife.band([(-0.62, top + 0.1), (-0.72, (top + high) / 2), (-0.98, high)], [0.08, 0.075, 0.06])
        knife.band([(-1.12, high - 0.12), (-0.98, high - 0.02), (-0.9, high + 0.14)], [0.07, 0.09, 0.06])
    canvas.restore()
