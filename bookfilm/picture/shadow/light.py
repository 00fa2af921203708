"""Light on the picture: halos, cut discs about moon and sun, mist, and the finish of paper, vignette and grain."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import skia

from bookfilm.picture.shadow.colour import Colour, argb
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Frame, Pixels, Press, Sheet, radial

_STOPS = [i / 11 for i in range(12)]
_FALL = [(1 / (1 + 14 * t * t) - 1 / 15) / (14 / 15) for t in _STOPS]


def halo(canvas: Any, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
    """Screen a round light over the picture: 1/(1+14t²), brought to nothing at the rim."""
    paint = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kScreen, Dither=True)
    paint.setShader(radial(x, y, radius, [argb(colour, strength * fall) for fall in _FALL], _STOPS))
    canvas.drawRect(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius), paint)


def lamp_glow(canvas: Any, x: float, y: float, height: float, colour: Colour, strength: float = 1.0) -> None:
    """Draw a lamp's three halos; `height` is the size of its glass."""
    halo(canvas, x, y, height * 3, colour, 0.5 * strength)
    halo(canvas, x, y, height, colour, 0.85 * strength)
    halo(canvas, x, y, height * 0.3, (1.0, 0.97, 0.86), 0.9 * strength)


def cut_discs(canvas: Any, x: float, y: float, radius: float, palette: Palette, filled: Colour) -> None:
    """Draw moon or sun as a crisp disc within four translucent ones: cut, not photographed."""
    alpha = 0.16 - 0.085 * palette.dark
    for i in range(4):
        t = i / 3
        around = radius * (2.5 + (1.25 - 2.5) * t**0.75)
        paint = skia.Paint(Color=argb(palette.glow, alpha), AntiAlias=True, BlendMode=skia.BlendMode.kScreen)
        canvas.drawCircle(x, y, around, paint)
    canvas.drawCircle(x, y, radius, skia.Paint(Color=argb(filled), AntiAlias=True))


def mist_sheet(press: Press, y: float, thick: float, colour: Colour, strength: float, depth: float, seed: int) -> Sheet:
    """Return a band of drifting mist about height `y`: stretched noise under a Gaussian."""
    width, height = press.size_px
    scale = press.frame.scale
    top = max(int((y - press.top - 2.4 * thick) * scale), 0)
    bottom = min(int((y - press.top + 2.4 * thick) * scale), height)
    rows, columns = max((bottom - top) // 4, 2), max(width // 4, 2)
    noise = np.random.RandomState(seed)
    cloud = np.zeros((rows, columns), np.float32)
    for sx, sy, weight in ((160, 16, 0.6), (60, 9, 0.3), (24, 5, 0.16)):
        grain = noise.randn(rows, columns).astype(np.float32)
        soft = cv2.GaussianBlur(grain, (0, 0), sigmaX=sx * scale / 4, sigmaY=max(sy * scale / 4, 0.3))
        cloud += weight * soft / max(float(soft.std()), 1e-6)
    heights = (np.arange(rows, dtype=np.float32) * 4 + top) / scale + press.top
    band = np.exp(-(((heights - y) / thick) ** 2))[:, None]
    alpha = np.clip(band * (0.62 + 0.38 * cloud), 0, 1) * strength
    alpha = cv2.resize(alpha, (width, bottom - top), interpolation=cv2.INTER_LINEAR)
    pixels = np.empty((bottom - top, width, 4), np.uint8)
    for i, value in enumerate((*colour, 1.0)):
        pixels[:, :, i] = alpha * (value * 255) + 0.5
    return Sheet(pixels, -press.margin_px[0], top - press.margin_px[1], depth)


@lru_cache(maxsize=3)
def finish_sheets(frame: Frame, dark: Colour, strength: float) -> tuple[Pixels, ...]:
    """Return four sheets laid over the whole picture in turn: paper, vignette and moving grain.

    Each is premultiplied RGBA of white or `dark` with little alpha, so that laying it down is one plain copy.
    """
    width, height = frame.width_px, frame.height_px
    noise = np.random.RandomState(9)
    coarse = cv2.GaussianBlur(noise.randn(height // 4 + 1, width // 4 + 1).astype(np.float32), (0, 0), 7)
    paper = cv2.resize(coarse / coarse.std(), (width, height), interpolation=cv2.INTER_LINEAR)
    tooth = cv2.GaussianBlur(noise.randn(height, width).astype(np.float32), (0, 0), 1.0)
    paper = 0.5 * paper + 0.8 * tooth / tooth.std()
    ys = (np.arange(height, dtype=np.float32)[:, None] - height * 0.5) / frame.scale
    xs = (np.arange(width, dtype=np.float32)[None, :] - width * 0.5) / frame.scale
    reach = np.sqrt(xs * xs + ys * ys) / (math.hypot(frame.w, frame.h) * 0.58)
    vignette = np.interp(reach, (0, 0.45, 0.78, 1), (0, 0, 0.35 * strength, strength)).astype(np.float32)
    sheets = []
    for _ in range(4):
        grain = cv2.GaussianBlur(noise.randn(height, width).astype(np.float32), (0, 0), 0.8)
        value = 0.011 * paper + 0.012 * grain / grain.std()
        darker = np.clip(vignette - np.minimum(value, 0) * (1 - vignette), 0, 1)
        whiter = np.clip(value, 0, 1) * 0.5 * (1 - vignette)
        dither = noise.rand(height, width).astype(np.float32)
        pixels = np.empty((height, width, 4), np.uint8)
        for i, channel in enumerate(dark):
            pixels[:, :, i] = np.minimum((whiter + darker * channel) * 255 + dither, 255)
        pixels[:, :, 3] = np.minimum((darker + whiter) * 255 + dither, 255)
        np.minimum(pixels[:, :, :3], pixels[:, :, 3:], out=pixels[:, :, :3])
        sheets.append(pixels)
    return tuple(sheets)
