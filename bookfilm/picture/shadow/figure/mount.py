"""The horse under one who rides: it carries the rider's hip, and walks as long as it is ridden."""

from __future__ import annotations

from typing import Any

from bookfilm.picture.shadow.colour import Colour
from bookfilm.picture.shadow.figure.acting import SADDLE
from bookfilm.picture.shadow.figure.body import Body
from bookfilm.picture.shadow.figure.creatures import draw_creature
from bookfilm.records.bible import Look

_STATURE = 118
"""A horse that carries a grown person is larger than one that only stands in the scene."""
_BACK = 4.32
"""How high a horse's back is behind the withers, in heads, at a stature of 100."""
_WITHERS = 0.35
"""How far the rider sits behind the middle of the horse, in heads."""
SPEED = 1.9
"""Heads a second at a walk."""


def lift_of(body: Body) -> float:
    """Return how much higher than on the floor the rider's feet hang, in heads."""
    return _BACK * _STATURE / 100 - SADDLE * body.stature


def draw_mount(canvas: Any, rider: Look, ink: Colour, far: Colour, head_px: float, seconds: float) -> None:
    """Draw the horse of `rider` with its hooves at (0, 0), facing right, one unit a head."""
    horse = Look(creature="horse", stature=_STATURE, features=rider.features)
    canvas.save()
    canvas.translate(_WITHERS, 0)
    draw_creature(canvas, horse, ink, far, head_px, seconds=seconds, jaw=0.0, walking=True)
    canvas.restore()
