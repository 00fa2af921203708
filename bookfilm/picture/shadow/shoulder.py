"""Who stands nearest in a shot over the shoulder: large, from behind, out of focus, at the frame's edge."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from bookfilm.picture.shadow.actors import KeyLight, Sprite, draw_sprite
from bookfilm.picture.shadow.camera import TWOS, View
from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.composition import Placed
from bookfilm.picture.shadow.figure.behind import FLOOR, draw_behind
from bookfilm.picture.shadow.figure.body import body_of
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Frame, draw_zoomed, image_of
from bookfilm.records.shots import InFrame

HEAD = 250.0
"""Their head in design units, twice that of who is seen past them."""
JAW = 0.74
"""How low the base of their jaw is: below the other's face."""
_BREATH = 2.2
"""How far the shoulders rise with a breath, in design units."""
_NOD = 5.0
"""How far the head goes with a loud word, in design units."""
_MARGIN = 0.08
"""How much is drawn beyond the frame, so that breath, nod and camera bring no cut edge into it."""
_NEARER = 1.35
"""How much more than the others they move as the camera does."""


class Shoulder:
    """The back of one person: cut once, and only moved from drawing to drawing."""

    def __init__(self, person: InFrame, x: float, frame: Frame, palette: Palette, light: KeyLight) -> None:
        self.person, self.frame = person, frame
        self.face = 1 if person.facing == "right" else -1
        body = body_of(person.look)
        unit = min(HEAD, 0.36 * frame.w) * (0.86 if body.child else 1.0)
        lower = (1.0 - min(body.stature, 1.0)) * 0.32 * frame.h
        self.placed = Placed(x, JAW * frame.h + lower, unit, self.face)
        self._sprite = self._cut(palette, light)

    def _cut(self, palette: Palette, light: KeyLight) -> Sprite | None:
        s = self.frame.scale
        px = self.placed.unit * s
        body = body_of(self.person.look)
        ink = mix(palette.ink, palette.near, 0.12)

        w, h = round(_MARGIN * self.frame.width_px), round(_MARGIN * self.frame.height_px)
        x, y = self.placed.x * s + w, self.placed.ground * s + h

        def back(canvas: Any) -> None:
            canvas.translate(x, y)
            canvas.scale(px * self.face, px)
            knife = Knife(canvas, ink, mix(ink, palette.near, 0.2), px, 0.5)
            draw_behind(canvas, knife, self.person.look, body)

        size = (self.frame.width_px + 2 * w, self.frame.height_px + 2 * h)
        bounds = (x - 2.2 * px, y - 2.0 * px, x + 2.2 * px, y + FLOOR * px)
        near = KeyLight(light.x + w, light.y + h, light.colour, light.strength, light.warmth)
        sprite = draw_sprite(back, bounds, size, near, 2.4 * s)
        if sprite is None:
            return None
        pixels = np.asarray(cv2.GaussianBlur(sprite.pixels, (0, 0), 1.7 * s), np.uint8)
        return Sprite(pixels, image_of(pixels), sprite.x - w, sprite.y - h)

    def draw(
        self,
        canvas: Any,
        seconds: float,
        length: float,
        voice: tuple[float, float],
        view: View,
        pivot: tuple[float, float],
    ) -> None:
        """Lay the back down at `seconds`: it breathes, and nods where it is the one who speaks."""
        if self._sprite is None:
            return
        tick = math.floor(seconds * TWOS + 1e-6) / TWOS
        s = self.frame.scale
        rise = _BREATH * (0.5 + 0.5 * math.sin(tick * 2 * math.pi / 3.8 + self.person.look.features % 7))
        down = (rise + _NOD * round(voice[0] * voice[1] * 6) / 6) * s
        dx = round(-view.x * self.frame.width_px * _NEARER)
        dy = round(down - view.y * self.frame.height_px * _NEARER)
        x, y = self._sprite.x + dx, self._sprite.y + dy
        if view.zoom == 1:
            canvas.drawImage(self._sprite.image, x, y)
        else:
            zoom = 1 + (view.zoom - 1) * _NEARER
            size = (self.frame.width_px, self.frame.height_px)
            draw_zoomed(canvas, self._sprite.pixels, x, y, zoom, pivot, size)
