"""Animals that stand in the scene and speak: cat, dog, rabbit, mouse, bird, horse and a shaggy beast.

Units are a human head; feet at 0, faces right. Each has a body that breathes or walks and a head whose jaw moves.
"""

from __future__ import annotations

import math
from typing import Any

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.colour import Colour
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.figure.menagerie import KINDS, Kind
from bookfilm.picture.shadow.paths import disc, ribbon, spline
from bookfilm.records.bible import Look

_MANE = ((1.22, -4.82), (1.52, -5.16), (1.76, -5.55), (1.98, -5.92), (2.24, -6.26))
"""Where the strands of a horse's mane begin, in heads."""
_BRIDLE = (((-0.14, -0.4), (0.02, -0.06), (-0.04, 0.18)), ((0.5, 0.1), (0.36, 0.3), (0.3, 0.42)))
"""The straps on a horse's head, in its heads."""


def eye_height(look: Look) -> float:
    """Return how high the creature's eyes are, in heads."""
    kind = KINDS[look.creature]
    return (-kind.neck[1] - kind.eye[1] * kind.head) * look.stature / 100


def draw_creature(
    canvas: Any,
    look: Look,
    ink: Colour,
    far: Colour,
    head_px: float,
    *,
    seconds: float,
    jaw: float,
    walking: bool,
    strength: float = 0.75,
) -> None:
    """Draw a creature with its feet at (0, 0), one unit a human head; `jaw` in degrees."""
    kind = KINDS[look.creature]
    rng = sown("creature", look.features)
    knife = Knife(canvas, ink, far, head_px * kind.head, strength)
    breath = math.sin(seconds * 1.9 + rng.random() * 6)
    canvas.save()
    size = look.stature / 100
    fat = {"slight": 0.92, "plain": 1.0, "broad": 1.08, "stout": 1.18}[look.build]
    canvas.scale(size, size)
    for i, (x, height, thick, phase) in enumerate(kind.legs):
        _leg(knife, x, height, thick * fat, (seconds * 0.9 + phase) if walking else None, i % 2 == 1)
    if kind.tail:
        wag = 0.05 * math.sin(seconds * 2.3)
        points = [(x + wag * i, y - wag * i * 1.5) for i, (x, y, *_) in enumerate(kind.tail)]
        widths = [kind.tail_width * (1 - 0.75 * i / len(points)) for i in range(len(points))]
        knife.band(points, widths)
    ragged = look.creature == "beast"
    body = [(x, y * (1 + 0.006 * breath), *c) for x, y, *c in kind.body]
    knife.fill(_shaggy(body, look.features) if ragged else body)
    if look.creature == "bird" and knife.fine:
        knife.slit([(0.2, -1.1), (-0.2, -0.8), (-0.7, -0.55)], 0.03, 0.7)
    if look.creature == "horse":
        for x, y in _MANE:
            knife.slit([(x, y), (x + 0.26, y + 0.1), (x + 0.4, y + 0.42)], 0.05, 0.6)
    nx, ny = kind.neck
    canvas.translate(nx, ny + 0.02 * breath)
    canvas.rotate(3 * math.sin(seconds * 1.1 + 1) - 4 * jaw / 15)
    canvas.scale(kind.head, kind.head)
    _head(knife, kind, jaw)
    if look.creature == "horse":
        for strap in _BRIDLE:
            knife.slit(strap, 0.026, 0.7)
    canvas.restore()


def _head(knife: Knife, kind: Kind, jaw: float) -> None:
    c = knife.canvas
    for ear in kind.ears:
        knife.fill(ear)
    c.save()
    c.translate(*kind.hinge)
    c.rotate(jaw * 1.5)
    c.translate(-kind.hinge[0], -kind.hinge[1])
    knife.fill(kind.jaw)
    c.restore()
    knife.fill(kind.skull)
    for x0, y0, x1, y1 in kind.strands:
        knife.line([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 - 0.02), (x1, y1)], 0.016)
    if knife.fine:
        x, y = kind.eye
        knife.hole(spline([(x + 0.09, y + 0.02), (x + 0.01, y - 0.06), (x - 0.08, y + 0.01), (x, y + 0.04)]))
        if knife.head_px > 50:
            knife.path(disc(x + 0.02, y - 0.005, 0.026))


def _leg(knife: Knife, x: float, height: float, thick: float, phase: float | None, far: bool) -> None:
    swing = 0.0 if phase is None else math.sin(2 * math.pi * phase) * 0.32
    lift = 0.0 if phase is None else max(0.0, math.cos(2 * math.pi * phase)) * 0.12 * height
    foot = x + swing * height * 0.5
    # Fore legs bend forward; hind legs back, at the hock.
    bend = 0.05 if x > 0 else -0.07
    knee = (x + swing * height * 0.32 + bend * height, -height * 0.46 - lift * 0.4)
    points = [
        (x, -height * 1.15),
        (x + 0.02, -height * 0.85),
        knee,
        (foot, -0.14 * height - lift),
        (foot + 0.02 * height, -lift),
    ]
    knife.path(ribbon(points, [thick * 1.3, thick * 1.1, thick * 0.6, thick * 0.42, thick * 0.5]), far)
    knife.path(
        spline(
            [
                (foot - thick * 0.5, -lift - thick * 0.4),
                (foot + thick * 0.8, -lift - thick * 0.3),
                (foot + thick * 1.1, -lift, 1),
                (foot - thick * 0.6, -lift, 1),
            ]
        ),
        far,
    )


def _shaggy(points: list[tuple[float, ...]], seed: int) -> list[tuple[float, ...]]:
    """Return an outline with tufts of fur."""
    rng = sown("shaggy", seed)
    out: list[tuple[float, ...]] = []
    for i, a in enumerate(points):
        b = points[(i + 1) % len(points)]
        for k in range(3):
            t = k / 3
            x, y = a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t
            dx, dy = b[0] - a[0], b[1] - a[1]
            length = math.hypot(dx, dy) or 1.0
            tuft = rng.uniform(0.04, 0.16) if k != 0 else 0.0
            out.append(
                (x + dy / length * tuft - 0.05, y - dx / length * tuft + tuft, 1)
                if k == 1
                else (x + dy / length * tuft * 0.3, y - dx / length * tuft * 0.3)
            )
    return out
