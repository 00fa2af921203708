"""A face in profile: the outline with its jaw, eye, ear and spectacles.

The origin is the jaw's base, the head one unit high, x forward.
"""

from __future__ import annotations

import math

from bookfilm.picture.shadow.figure.body import Body

Outline = list[tuple[float, ...]]
_HINGE = (-0.06, -0.36)


def _turned(points: Outline, angle: float) -> Outline:
    """Turn jaw points about the hinge, opening downward."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    hx, hy = _HINGE
    return [((x - hx) * c - (y - hy) * s + hx, (x - hx) * s + (y - hy) * c + hy, *rest) for x, y, *rest in points]


def face_outline(body: Body, jaw: float) -> Outline:
    """Return the head's outline with the jaw opened by `jaw` degrees (0 to 15)."""
    if body.child:
        parts = _child(body, jaw)
    elif body.woman:
        parts = _woman(body, jaw)
    else:
        parts = _man(body, jaw)
    low, lips, nose, forehead = parts
    wide = 0.02 if body.child else 0.0
    skull: Outline = [
        (0.06, -1.0),
        (-0.25, -0.945),
        (-0.435 - wide, -0.70),
        (-0.385, -0.42),
        (-0.27, -0.22),
        (-0.23, 0.0),
    ]
    return _turned(low, jaw) + lips + nose + forehead + skull


def _corner(jaw: float, shut: float) -> float:
    """Where the mouth's corner is: it slides back as the jaw opens."""
    return 0.34 - 0.004 * jaw if jaw > 1 else shut


def _man(body: Body, jaw: float) -> tuple[Outline, Outline, Outline, Outline]:
    n, up, chin, jowl = body.nose, body.nose_up, body.chin, body.jowl
    low: Outline = [
        (0.10 - 0.02 * jowl, 0.07 + 0.10 * jowl),
        (0.25 + 0.05 * jowl, 0.01 + 0.11 * jowl),
        (0.345 + chin, 0.005),
    ]
    low += [(0.405 + chin, -0.065), (0.375 + chin * 0.6, -0.15), (0.42, -0.195), (0.405, -0.228)]
    lips: Outline = [(_corner(jaw, 0.375), -0.242, 1), (0.415, -0.256), (0.44, -0.292), (0.42, -0.335)]
    nose: Outline = [
        (0.445, -0.368),
        (0.45 + n * 0.75, -0.372 - up * 0.3),
        (0.45 + n, -0.415 - up),
        (0.447 + n * 0.78, -0.455 - up * 0.8),
    ]
    nose += [(0.43 + n * 0.42 + body.hook * 0.9, -0.53 - up * 0.2), (0.40, -0.62)]
    forehead: Outline = [
        (0.42 + body.brow, -0.68),
        (0.425 - body.slope * 0.3, -0.79),
        (0.345 - body.slope * 0.6, -0.905),
    ]
    return low, lips, nose, forehead


def _woman(body: Body, jaw: float) -> tuple[Outline, Outline, Outline, Outline]:
    n, up, chin = body.nose, body.nose_up, body.chin * 0.6
    low: Outline = [
        (0.06, 0.03 + 0.06 * body.jowl),
        (0.16, -0.025 + 0.07 * body.jowl),
        (0.26, -0.02 + 0.04 * body.jowl),
        (0.335 + chin, -0.022),
    ]
    low += [(0.385 + chin, -0.075), (0.366 + chin * 0.5, -0.142), (0.408, -0.192), (0.395, -0.226)]
    lips: Outline = [(_corner(jaw, 0.368), -0.240, 1), (0.402, -0.256), (0.428, -0.296), (0.405, -0.342)]
    nose: Outline = [
        (0.425, -0.372),
        (0.43 + n * 0.72, -0.384 - up * 0.3),
        (0.435 + n, -0.425 - up),
        (0.425 + n * 0.62, -0.478 - up * 0.5),
    ]
    nose += [(0.40 + n * 0.20, -0.555), (0.392, -0.625)]
    return low, lips, nose, [(0.412, -0.70), (0.408, -0.80), (0.335, -0.915)]


def _child(body: Body, jaw: float) -> tuple[Outline, Outline, Outline, Outline]:
    n = body.nose * 0.62
    low: Outline = [
        (0.08, 0.06),
        (0.20, 0.0),
        (0.30, -0.012),
        (0.36, -0.06),
        (0.352, -0.125),
        (0.405, -0.165),
        (0.39, -0.195),
    ]
    lips: Outline = [(_corner(jaw, 0.37), -0.205, 1), (0.40, -0.222), (0.425, -0.255), (0.405, -0.30)]
    nose: Outline = [
        (0.425, -0.335),
        (0.44 + n * 0.6, -0.345),
        (0.445 + n * 0.95, -0.395),
        (0.425 + n * 0.55, -0.44),
        (0.405 + n * 0.12, -0.50),
        (0.39, -0.575),
    ]
    return low, lips, nose, [(0.415, -0.68), (0.425, -0.79), (0.35, -0.91)]
