"""A figure's sprite: drawn on twos, warmed and rimmed by the light near it, laid down with its shadow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import skia

from bookfilm.picture.shadow.camera import View
from bookfilm.picture.shadow.colour import Colour, argb
from bookfilm.picture.shadow.paper import Frame, Pixels, draw_zoomed, image_of, ink_box, radial, surface_on


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
    draw: Callable[[Any], None],
    box: tuple[float, float, float, float],
    size: tuple[int, int],
    light: KeyLight,
    rim_px: float,
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
    surface.flushAndSubmit()
    ink = ink_box(pixels, 1)
    if ink is None:
        return None
    x0, y0, x1, y1 = ink
    pixels = np.ascontiguousarray(pixels[y0:y1, x0:x1])
    corner = (left + x0, top + y0)
    if light.warmth > 0:
        _warm(pixels, corner, light, rim_px)
    _add_rim(pixels, corner, light, rim_px)
    return Sprite(pixels, image_of(pixels), *corner)


def lay_sprite(canvas: Any, sprite: Sprite, view: View, depth: float, pivot: tuple[float, float], frame: Frame) -> None:
    """Lay a sprite down as `view` sees it; `depth` is its share of the camera's move."""
    x = sprite.x + round(-view.x * frame.width_px * depth)
    y = sprite.y + round(-view.y * frame.height_px * depth)
    if view.zoom == 1:
        canvas.drawImage(sprite.image, x, y)
    else:
        size, zoom = (frame.width_px, frame.height_px), 1 + (view.zoom - 1) * depth
        draw_zoomed(canvas, sprite.pixels, x, y, zoom, pivot, size)


def shadow_under(x: float, ground: float, wide: float, colour: Colour, strength: float = 0.62) -> Sprite:
    """Return the contact shadow of what stands at (x, ground) and is `wide`, all in pixels of the frame."""
    pixels = contact_shadow(wide, 0.13 * wide, colour, strength)
    height, width = pixels.shape[:2]
    return Sprite(pixels, image_of(pixels), round(x - width / 2), round(ground - 0.6 * height))


def _warm(pixels: Pixels, corner: tuple[int, int], light: KeyLight, rim_px: float) -> None:
    """Tint the paper near the light."""
    # In steps, so that people at several depths share one disc.
    reach = 64 * max(round(280 * rim_px / 64), 1)
    surface = surface_on(pixels)
    disc = _warm_disc(reach, light.colour, light.warmth)
    left, top = light.x - reach - corner[0], light.y - reach - corner[1]
    surface.getCanvas().drawImage(
        disc, left, top, skia.SamplingOptions(), skia.Paint(BlendMode=skia.BlendMode.kSrcATop)
    )
    surface.flushAndSubmit()


@lru_cache(maxsize=4)
def _warm_disc(reach: int, colour: Colour, strength: float) -> Any:
    """Return lamplight as an image, clear at its rim: a gradient would cost as much again in every drawing.

    Each is some megabytes: those of one shot are kept.
    """
    pixels = np.zeros((2 * reach, 2 * reach, 4), np.uint8)
    surface = surface_on(pixels)
    paint = skia.Paint(Dither=True)
    fall = [argb(colour, strength), argb(colour, strength * 0.3), argb(colour, 0)]
    paint.setShader(radial(reach, reach, reach, fall, [0, 0.4, 1]))
    surface.getCanvas().drawPaint(paint)
    surface.flushAndSubmit()
    return image_of(pixels)


def _add_rim(pixels: Pixels, corner: tuple[int, int], light: KeyLight, rim_px: float) -> None:
    """Lighten the edge that looks toward the light: the plain outline less itself moved away from the light."""
    if light.strength <= 0:
        return
    height, width = pixels.shape[:2]
    cx, cy = corner[0] + width / 2, corner[1] + height * 0.3
    dx, dy = light.x - cx, light.y - cy
    far = math.hypot(dx, dy) or 1.0
    dx, dy = dx / far * rim_px, max(dy / far, -0.8) * rim_px * 0.7
    alpha = cv2.extractChannel(pixels, 3)
    plain = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, _kernel(max(1, round(rim_px * 1.2))))
    move = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
    moved = cv2.warpAffine(plain, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rim = cv2.subtract(plain, moved)
    fade = light.strength * min(1.0, 900 * rim_px / (far * 1.3 + 1))
    edge = skia.Image.fromarray(rim, colorType=skia.kAlpha_8_ColorType, copy=True)
    paint = skia.Paint(Color=argb(light.colour, fade), BlendMode=skia.BlendMode.kSrcATop)
    surface = surface_on(pixels)
    surface.getCanvas().drawImage(edge, 0, 0, skia.SamplingOptions(), paint)
    surface.flushAndSubmit()


def _kernel(size: int) -> Any:
    return cv2.getStructuringElement(cv2.MORPH_RECT, (2 * size + 1, 2 * size + 1))


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
