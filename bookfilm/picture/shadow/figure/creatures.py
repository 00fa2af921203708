"""Animals that stand in the scene and speak: cat, dog, rabbit, mouse, bird, horse and a shaggy beast.

Units are a human head; feet at 0, faces right. Each has a body that breathes or walks and a head whose jaw moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.colour import Colour
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.paths import disc, ribbon, spline
from bookfilm.records.bible import Look

Shape = Sequence[tuple[float, ...]]


@dataclass(frozen=True)
class Kind:
    """One kind of creature. The head hangs at `neck`, is drawn `head` heads large, and opens its mouth at `hinge`."""

    body: Shape
    neck: tuple[float, float]
    head: float
    skull: Shape
    jaw: Shape
    hinge: tuple[float, float]
    eye: tuple[float, float]
    ears: tuple[Shape, ...]
    legs: tuple[tuple[float, float, float, float], ...] = ()
    """x, height, thickness and the phase of its step."""
    tail: tuple[tuple[float, float], ...] = ()
    tail_width: float = 0.1
    strands: tuple[tuple[float, float, float, float], ...] = ()


_SKULL_DOG: Shape = ((-0.42, -0.2), (-0.40, -0.52), (-0.16, -0.68), (0.12, -0.62), (0.24, -0.46), (0.56, -0.40), (0.74, -0.36), (0.76, -0.24), (0.62, -0.17), (0.2, -0.12), (-0.1, 0.02), (-0.34, 0.06))
_JAW_DOG: Shape = ((-0.16, -0.14), (0.2, -0.14), (0.58, -0.17), (0.62, -0.11), (0.4, -0.02), (0.06, 0.08), (-0.2, 0.06))

KINDS: dict[str, Kind] = {
    "cat": Kind(
        body=((-0.55, -0.02, 1), (-0.72, -0.5), (-0.60, -1.05), (-0.22, -1.5), (0.02, -1.8), (0.34, -1.78), (0.36, -1.3), (0.34, -0.7), (0.40, -0.12), (0.56, -0.02, 1)),
        neck=(0.14, -1.72), head=0.92,
        skull=((-0.44, -0.2), (-0.46, -0.52), (-0.2, -0.74), (0.14, -0.70), (0.32, -0.52), (0.46, -0.40), (0.50, -0.30), (0.42, -0.22), (0.2, -0.14), (-0.1, 0.04), (-0.36, 0.04)),
        jaw=((-0.06, -0.14), (0.2, -0.15), (0.42, -0.22), (0.42, -0.14), (0.24, -0.03), (0.0, 0.04)), hinge=(-0.02, -0.14), eye=(0.2, -0.48),
        ears=(((-0.36, -0.56), (-0.36, -1.04, 1), (-0.08, -0.66)), ((0.0, -0.68), (0.12, -1.06, 1), (0.26, -0.56))),
        tail=((-0.55, -0.12), (-1.0, -0.1), (-1.3, -0.5), (-1.15, -1.0), (-1.3, -1.35)), tail_width=0.11, strands=((0.44, -0.32, 0.9, -0.4), (0.44, -0.28, 0.92, -0.24), (0.42, -0.24, 0.86, -0.1)),
    ),
    "dog": Kind(
        body=((-1.3, -1.5), (-1.1, -1.86), (-0.4, -1.84), (0.3, -1.9), (0.66, -2.3), (0.95, -2.2), (0.92, -1.7), (0.78, -1.3), (0.3, -1.06), (-0.4, -1.14), (-1.0, -1.16), (-1.25, -1.2)),
        neck=(0.82, -2.16), head=1.0, skull=_SKULL_DOG, jaw=_JAW_DOG, hinge=(-0.1, -0.12), eye=(0.16, -0.46),
        ears=(((-0.24, -0.62), (-0.04, -0.66), (0.02, -0.3), (-0.14, 0.02), (-0.32, -0.06), (-0.36, -0.4)),),
        legs=((-1.05, 1.3, 0.17, 0.0), (-0.85, 1.3, 0.15, 0.5), (0.5, 1.25, 0.14, 0.5), (0.68, 1.25, 0.14, 0.0)),
        tail=((-1.25, -1.6), (-1.6, -1.8), (-1.8, -2.3)), tail_width=0.09,
    ),
    "rabbit": Kind(
        body=((-0.5, -0.02, 1), (-0.78, -0.4), (-0.7, -0.95), (-0.34, -1.4), (0.0, -1.85), (0.34, -1.8), (0.40, -1.3), (0.46, -0.8), (0.36, -0.3), (0.62, -0.06), (0.6, 0, 1)),
        neck=(0.12, -1.74), head=0.95,
        skull=((-0.40, -0.16), (-0.44, -0.46), (-0.2, -0.70), (0.12, -0.66), (0.36, -0.50), (0.52, -0.36), (0.52, -0.26), (0.34, -0.17), (0.1, -0.1), (-0.12, 0.06), (-0.36, 0.06)),
        jaw=((-0.02, -0.12), (0.2, -0.13), (0.42, -0.2), (0.42, -0.13), (0.2, -0.02), (-0.02, 0.06)), hinge=(0.0, -0.1), eye=(0.18, -0.44),
        ears=(((-0.24, -0.62), (-0.42, -1.1), (-0.40, -1.62), (-0.24, -1.66), (-0.12, -1.15), (-0.08, -0.66)), ((-0.06, -0.66), (-0.12, -1.16), (0.02, -1.66), (0.16, -1.6), (0.16, -1.1), (0.1, -0.64))),
        tail=((-0.66, -0.3), (-0.88, -0.36), (-0.9, -0.4)), tail_width=0.19, strands=((0.46, -0.26, 0.82, -0.34), (0.46, -0.24, 0.82, -0.18)),
    ),
    "mouse": Kind(
        body=((-0.42, -0.02, 1), (-0.62, -0.4), (-0.5, -0.9), (-0.16, -1.2), (0.16, -1.24), (0.34, -1.0), (0.36, -0.5), (0.3, -0.06), (0.46, 0, 1)),
        neck=(0.1, -1.12), head=0.72,
        skull=((-0.38, -0.12), (-0.42, -0.42), (-0.18, -0.64), (0.14, -0.58), (0.44, -0.38), (0.68, -0.26), (0.68, -0.19), (0.4, -0.13), (0.1, -0.08), (-0.14, 0.05), (-0.34, 0.04)),
        jaw=((-0.04, -0.1), (0.2, -0.1), (0.5, -0.15), (0.46, -0.08), (0.2, 0.0), (-0.02, 0.05)), hinge=(0.0, -0.08), eye=(0.24, -0.38),
        ears=(((-0.34, -0.5), (-0.5, -0.8), (-0.36, -1.04), (-0.08, -1.0), (0.02, -0.76), (-0.06, -0.56)),),
        tail=((-0.45, -0.1), (-0.95, 0.0), (-1.3, -0.25), (-1.7, -0.15)), tail_width=0.05, strands=((0.6, -0.2, 0.95, -0.3), (0.6, -0.18, 0.95, -0.12)),
    ),
    "bird": Kind(
        body=((-1.1, -0.5, 1), (-0.62, -0.86), (-0.2, -1.3), (0.1, -1.5), (0.40, -1.4), (0.48, -1.0), (0.34, -0.6), (0.0, -0.38), (-0.4, -0.42), (-1.2, -0.3, 1)),
        neck=(0.2, -1.34), head=0.74,
        skull=((-0.36, -0.1), (-0.40, -0.44), (-0.12, -0.66), (0.18, -0.60), (0.32, -0.42), (0.60, -0.34), (0.86, -0.20, 1), (0.5, -0.2), (0.26, -0.16), (0.0, 0.06), (-0.28, 0.12)),
        jaw=((0.1, -0.16), (0.3, -0.18), (0.76, -0.18, 1), (0.4, -0.08), (0.14, -0.02)), hinge=(0.2, -0.16), eye=(0.14, -0.42), ears=(),
        legs=((-0.05, 0.46, 0.045, 0.0), (0.12, 0.46, 0.045, 0.5)),
    ),
    "horse": Kind(
        body=((-2.6, -4.0), (-2.3, -4.55), (-1.5, -4.6), (-0.7, -4.4), (0.3, -4.4), (1.0, -4.7), (1.6, -5.3), (2.2, -6.3), (2.7, -6.5), (2.95, -6.1), (2.6, -5.0), (2.2, -4.0), (1.7, -3.1), (0.9, -2.5), (-0.5, -2.45), (-1.6, -2.75), (-2.4, -3.0)),
        neck=(2.66, -6.22), head=1.9,
        skull=((-0.30, -0.16), (-0.22, -0.42), (0.0, -0.46), (0.24, -0.26), (0.52, 0.12), (0.66, 0.40), (0.62, 0.56), (0.48, 0.58), (0.30, 0.40), (0.06, 0.22), (-0.14, 0.16), (-0.28, 0.06)),
        jaw=((0.0, 0.16), (0.22, 0.3), (0.48, 0.54), (0.42, 0.64), (0.24, 0.56), (0.04, 0.34)), hinge=(0.02, 0.16), eye=(0.1, -0.16),
        ears=(((-0.16, -0.40), (-0.14, -0.72, 1), (0.02, -0.42)),),
        legs=((-2.1, 3.1, 0.42, 0.0), (-1.75, 3.0, 0.36, 0.5), (1.2, 3.0, 0.32, 0.5), (1.55, 3.1, 0.32, 0.0)),
        tail=((-2.5, -4.2), (-3.0, -4.1), (-3.2, -3.0), (-3.5, -1.9)), tail_width=0.24,
    ),
    "beast": Kind(
        body=((-2.2, -2.2), (-2.0, -3.2), (-1.2, -3.9), (-0.2, -4.3), (0.7, -4.9), (1.3, -4.8), (1.5, -4.1), (1.3, -3.2), (0.9, -2.4), (0.2, -1.9), (-0.8, -1.9), (-1.7, -1.8)),
        neck=(1.16, -4.5), head=1.7, skull=_SKULL_DOG, jaw=_JAW_DOG, hinge=(-0.1, -0.12), eye=(0.16, -0.46),
        ears=(((-0.36, -0.5), (-0.42, -0.94, 1), (-0.12, -0.64)), ((-0.06, -0.62), (0.02, -0.96, 1), (0.16, -0.56))),
        legs=((-1.8, 2.2, 0.42, 0.0), (-1.3, 2.1, 0.36, 0.5), (0.5, 2.3, 0.36, 0.5), (0.9, 2.3, 0.36, 0.0)),
        tail=((-2.1, -2.8), (-2.7, -2.6), (-3.1, -1.8)), tail_width=0.26,
    ),
}  # fmt: skip


def eye_height(look: Look) -> float:
    """Return how high the creature's eyes are, in heads."""
    kind = KINDS[look.creature]
    return (-kind.neck[1] - kind.eye[1] * kind.head) * look.stature / 100


def draw_creature(
    canvas: Any, look: Look, ink: Colour, far: Colour, head_px: float, *, seconds: float, jaw: float, walking: bool, strength: float = 0.75
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
        points = [(x + wag * i, y - wag * i * 1.5) for i, (x, y) in enumerate(kind.tail)]
        widths = [kind.tail_width * (1 - 0.75 * i / len(points)) for i in range(len(points))]
        knife.band(points, widths)
    ragged = look.creature == "beast"
    body = [(x, y * (1 + 0.006 * breath), *c) for x, y, *c in kind.body]
    knife.fill(_shaggy(body, look.features) if ragged else body)
    if look.creature == "bird" and knife.fine:
        knife.slit([(0.2, -1.1), (-0.2, -0.8), (-0.7, -0.55)], 0.03, 0.7)
    nx, ny = kind.neck
    canvas.translate(nx, ny + 0.02 * breath)
    canvas.rotate(3 * math.sin(seconds * 1.1 + 1) - 4 * jaw / 15)
    canvas.scale(kind.head, kind.head)
    _head(knife, kind, jaw)
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
    knee = (x + swing * height * 0.32 + 0.06 * height, -height * 0.5 - lift * 0.4)
    points = [(x, -height * 1.15), (x + 0.02, -height * 0.85), knee, (foot, -0.14 * height - lift), (foot + 0.02 * height, -lift)]
    knife.path(ribbon(points, [thick * 1.3, thick * 1.1, thick * 0.6, thick * 0.42, thick * 0.5]), far)
    knife.path(spline([(foot - thick * 0.5, -lift - thick * 0.4), (foot + thick * 0.8, -lift - thick * 0.3), (foot + thick * 1.1, -lift, 1), (foot - thick * 0.6, -lift, 1)]), far)


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
            out.append((x + dy / length * tuft - 0.05, y - dx / length * tuft + tuft, 1) if k == 1 else (x + dy / length * tuft * 0.3, y - dx / length * tuft * 0.3))
    return out
