"""Colours: sRGB triples in 0..1, mixed along straight lines in OKLab (Björn Ottosson, 2020)."""

from __future__ import annotations

import math
from functools import lru_cache

Colour = tuple[float, float, float]


def parse_hex(text: str) -> Colour:
    """Return ``"ffb14a"`` as a colour."""
    return (int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else math.pow((value + 0.055) / 1.055, 2.4)


def _gamma(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return 12.92 * value if value <= 0.0031308 else 1.055 * math.pow(value, 1 / 2.4) - 0.055


def _root(value: float) -> float:
    return math.pow(max(value, 0.0), 1 / 3)


@lru_cache(maxsize=4096)
def to_oklab(colour: Colour) -> tuple[float, float, float]:
    """Return lightness (0..1) and the two opponent axes of `colour`."""
    r, g, b = (_linear(v) for v in colour)
    long = _root(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    mid = _root(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = _root(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short,
    )


@lru_cache(maxsize=4096)
def from_oklab(lightness: float, a: float, b: float) -> Colour:
    """Return the colour at an OKLab point, clipped into sRGB."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short),
    )


@lru_cache(maxsize=8192)
def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour at `share` (0..1) of the way from `first` to `second`."""
    one, two = to_oklab(first), to_oklab(second)
    return from_oklab(*(p + (q - p) * share for p, q in zip(one, two, strict=True)))


def argb(colour: Colour, alpha: float = 1.0) -> int:
    """Return `colour` as the 32-bit ARGB integer that skia takes."""
    r, g, b = (round(255 * v) for v in colour)
    return (round(255 * min(max(alpha, 0.0), 1.0)) << 24) | (r << 16) | (g << 8) | b


def lightness(colour: Colour) -> float:
    """Return the OKLab lightness, 0 black to 1 white."""
    return to_oklab(colour)[0]
