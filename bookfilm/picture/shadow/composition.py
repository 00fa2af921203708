"""Where people stand in the frame, after the shot's size: heads' height, the eyes' line, the floor."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.picture.shadow.figure.body import Body
from bookfilm.picture.shadow.figure.skeleton import Joints
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.sets.scenery import FEET
from bookfilm.records.shots import ShotSize


@dataclass(frozen=True)
class Framing:
    """A shot size: an adult's head in design units, the floor or the eyes' line, how near the set is taken."""

    head: float
    feet: float | None
    """Height of the feet as a share of the frame; None: the eyes are placed instead."""
    eyes: float
    zoom: float
    blur: float
    """Of the set behind, in design units: nearer shots have less depth of field."""


FRAMINGS: dict[ShotSize, Framing] = {
    "wide": Framing(50, FEET, 0.42, 1.0, 0.0),
    "full": Framing(66, 0.90, 0.25, 1.07, 0.0),
    "medium": Framing(106, None, 0.36, 1.36, 0.7),
    "over_shoulder": Framing(120, None, 0.36, 1.5, 1.0),
    "close_up": Framing(186, None, 0.47, 1.7, 1.6),
    "insert": Framing(236, None, -0.34, 1.9, 2.2),
}
SHOULDER = Framing(212, None, 0.44, 1.5, 1.0)
"""The one over whose shoulder we look: large, low, at the edge."""
LYING_EYES = 2.0
"""How high the eyes of one who lies on a bed are, in heads."""
EYE = 0.575
"""The eyes' height above the jaw's base, in heads."""


@dataclass(frozen=True)
class Placed:
    """Where one figure stands: `x`, `ground` in design units, one of its heads in design units, `face` 1 for right."""

    x: float
    ground: float
    unit: float
    face: int


def spread_marks(marks: tuple[int, ...], framing: Framing, frame: Frame) -> list[float]:
    """Return where people stand across the frame, in design units, from their marks in percent.

    Marks are honoured as far as nobody is cut by the frame's sides and nobody stands inside another.
    """
    if not marks:
        return []
    edge = min(max(0.125 * frame.w, framing.head * 0.95), 0.30 * frame.w)
    room = frame.w - 2 * edge
    gap = min(framing.head * 1.75, room / max(len(marks) - 1, 1))
    order = sorted(range(len(marks)), key=lambda i: (marks[i], i))
    xs = [min(max(marks[i] / 100 * frame.w, edge), frame.w - edge) for i in order]
    for _ in range(24):
        for i in range(len(xs) - 1):
            lack = gap - (xs[i + 1] - xs[i])
            if lack > 0:
                xs[i], xs[i + 1] = max(xs[i] - lack / 2, edge), min(xs[i + 1] + lack / 2, frame.w - edge)
    placed = [0.0] * len(marks)
    for position, i in enumerate(order):
        placed[i] = xs[position]
    return placed


def place_figure(
    body: Body, joints: Joints, x: float, face: int, framing: Framing, frame: Frame, lying: bool = False
) -> Placed:
    """Return where a figure stands whose still pose has `joints`.

    In wide and full shots its feet are on the floor; in nearer ones its eyes are brought to the shot's line, a shorter
    person's somewhat lower.
    """
    if framing.feet is not None:
        return Placed(x, framing.feet * frame.h, framing.head, face)
    eyes = (EYE * body.head - joints.head[1]) * body.stature if not lying else LYING_EYES
    lower = min(max(6.75 - eyes, -0.4) * framing.head * 0.22, 0.12 * frame.h) if not lying else 0.1 * frame.h
    line = framing.eyes * frame.h + lower
    unit = framing.head * (1.0 if not body.child else 1.12)
    return Placed(x, line + eyes * unit, unit, face)
