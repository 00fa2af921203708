"""A figure's sprite: drawn on twos, warmed and rimmed by the light near it, laid down with its shadow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import skia

from bookfilm.picture.shadow.colour import Colour, argb
from bookfilm.picture.shadow.paper import Pixels, image_of, radial, surface_on


@dataclass(frozen=True)
class KeyLight:
    """The light that a figure is rimmed by, in pixels of the frame. `warmth` (0 to .26) tints the paper itself."""

    x: float
    y: float
    colour: Colour
    strength: float
    warmth: float


@dataclass(frozen=True)
class Sprite:
    """A drawn figure and where its corner lies in the frame."""

    pixels: Pixels
    image: Any
    x: int
    y: int


def draw_sprite(
    draw: Callable[[Any], None], box: tuple[float, float, float, float], size: tuple[int, int], light: KeyLight, rim_px: float
) -> Sprite | None:
    """Draw a figure within `box` (left, top, right, bottom in pixels of the frame) and light it.

    Returns None where nothing of it is in the frame of `size`.
    """
    left, top = max(int(box[0]), -2), max(int(box[1]), -2)
    right, bottom = min(math.ceil(box[2]), size[0] + 2), min(math.ceil(box[3]), size[1] + 2)
    if right - left < 2 or bottom - top < 2:
        return None
    pixels = np.zeros((bottom - top, right - left, 4), np.uint8)
    surface = surface_on(pixels)
    canvas = surface.getCanvas()
    canvas.translate(-left, -top)
    draw(canvas)
    if light.warmth > 0:
        reach = 300.0 * rim_px
        warm = skia.Paint(BlendMode=skia.BlendMode.kSrcATop)
        a = light.warmth
        fall = [argb(light.colour, a), argb(light.colour, a * 0.3), argb(light.colour, 0)]
        warm.setShader(radial(light.x, light.y, reach, fall, [0, 0.4, 1]))
        if light.x + reach > left and light.x - reach < right:
            canvas.drawPaint(warm)
    surface.flushAndSubmit()
    _add_rim(pixels, (left, top), light, rim_px)
    return Sprite(pixels, image_of(pixels), left, top)


def _add_rim(pixels: Pixels, corner: tuple[int, int], light: KeyLight, rim_px: float) -> None:
    """Lighten the edge that looks toward the light: the plain outline less itself moved away from the light."""
    height, width = pixels.shape[:2]
    cx, cy = corner[0] + width / 2, corner[1] + height * 0.3
    dx, dy = light.x - cx, light.y - cy
    far = math.hypot(dx, dy) or 1.0
    dx, dy = dx / far * rim_px, max(dy / far, -0.8) * rim_px * 0.7
    alpha = pixels[:, :, 3]
    plain = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, _kernel(max(2, round(rim_px * 1.6))))
    move = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
    moved = cv2.warpAffine(plain, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rim = cv2.min(cv2.subtract(plain, moved), alpha)
    fade = light.strength * min(1.0, 900 * rim_px / (far * 1.3 + 1))
    rim4 = cv2.cvtColor(cv2.convertScaleAbs(rim, alpha=fade), cv2.COLOR_GRAY2RGBA)
    tint = (*(round(255 * value) for value in light.colour), 255)
    lit = cv2.multiply(rim4, np.array(tint, np.float64).reshape(1, 4), scale=1 / 255)
    lit[:, :, 3] = 0
    cv2.add(pixels, lit, dst=pixels)
    np.minimum(pixels[:, :, :3], alpha[:, :, None], out=pixels[:, :, :3])


def _kernel(size: int) -> Any:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * size + 1, 2 * size + 1))


def contact_shadow(width: float, height: float, colour: Colour, strength: float) -> Pixels:
    """Return the soft shadow under a figure's feet, premultiplied RGBA of this size."""
    rows, columns = max(int(height), 2), max(int(width), 2)
    ys = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
    xs = np.linspace(-1, 1, columns, dtype=np.float32)[None, :]
    fall = np.clip(1 - (xs * xs + ys * ys), 0, 1) ** 1.5 * strength
    pixels = np.empty((rows, columns, 4), np.uint8)
    for i, value in enumerate((*colour, 1.0)):
        pixels[:, :, i] = fall * (value * 255)
    return pixels
