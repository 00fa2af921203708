"""The camera's moves: eased, over the whole shot, seen as parallax between the sheets."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bookfilm.records.shots import Camera

TWOS = 12
"""Drawings a second: figures move on twos under a camera at full rate."""
FOURS = 6
"""Drawings a second of one who only stands and breathes."""
PAN, TILT, PUSH = 0.05, 0.022, 0.075
"""How far a move goes to either side: shares of width and height, and of scale."""


@dataclass(frozen=True)
class View:
    """Where the camera is: `x`, `y` as shares of the frame (right and down positive), `zoom` of what is in it."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0


def ease(share: float) -> float:
    """Return `share` eased in and out, 0 to 1."""
    return 0.5 - 0.5 * math.cos(math.pi * min(max(share, 0.0), 1.0))


def view_at(camera: Camera, share: float, follow: int = 1) -> View:
    """Return the view at `share` of the shot. `follow` is which way the one who is followed goes."""
    swing = 2 * ease(share) - 1
    if camera == "pan_left":
        return View(x=-PAN * swing)
    if camera == "pan_right":
        return View(x=PAN * swing)
    if camera == "follow":
        return View(x=PAN * swing * follow)
    if camera == "tilt_up":
        return View(y=-TILT * swing)
    if camera == "tilt_down":
        return View(y=TILT * swing)
    if camera == "push":
        return View(zoom=1 + PUSH * ease(share))
    if camera == "pull":
        return View(zoom=1 + PUSH * (1 - ease(share)))
    return View()


def tick_of(frame: int, per_second: float, rate: int = TWOS) -> tuple[float, int]:
    """Return when the drawing that is seen at `frame` was made, in seconds, and the first frame that shows it."""
    tick = math.floor(frame * rate / per_second + 1e-6)
    return tick / rate, math.ceil(tick * per_second / rate - 1e-6)


def moves(camera: Camera) -> bool:
    """Return whether the view changes during the shot."""
    return camera != "static"


def zooms(camera: Camera) -> bool:
    """Return whether the view's scale changes during the shot."""
    return camera in ("push", "pull")
