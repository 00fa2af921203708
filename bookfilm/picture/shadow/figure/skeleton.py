"""A pose, and where it puts the joints."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bookfilm.picture.shadow.figure.body import ANKLE, Body

Vec = tuple[float, float]


@dataclass(frozen=True)
class Arm:
    """An arm: two angles (shoulder from straight down, then elbow; degrees, forward positive), or a wrist target."""

    shoulder: float = 4.0
    elbow: float = 12.0
    target: Vec | None = None
    hand: str = "relaxed"
    wrist: float = 0.0


@dataclass(frozen=True)
class Foot:
    """An ankle's place: x from below the hip, lift above the ground, pitch in degrees (toe up is negative)."""

    x: float = 0.0
    lift: float = 0.0
    pitch: float = 0.0


@dataclass(frozen=True)
class Pose:
    """A figure's posture. Lengths in heads, angles in degrees."""

    hip: Vec = (0.0, 0.0)
    lean: float = 0.0
    bend: float = 0.0
    neck: float = 0.0
    head: float = 0.0
    jaw: float = 0.0
    near_arm: Arm = Arm(5, 12)
    far_arm: Arm = Arm(-5, 12)
    near_foot: Foot = Foot(0.14)
    far_foot: Foot = Foot(-0.16)
    sway: float = 0.0
    blink: bool = False
    twist: float = 0.0
    """Shoulders against hips, -1 to 1: they counter-rotate in a walk."""


@dataclass(frozen=True)
class Limb:
    """Root, middle and end joint."""

    root: Vec
    mid: Vec
    end: Vec


@dataclass(frozen=True)
class Joints:
    """Where a pose puts the joints, in heads from the point between the feet."""

    hip: Vec
    spine: Vec
    neck: Vec
    head: Vec
    chest_angle: float
    near_arm: Limb
    far_arm: Limb
    near_leg: Limb
    far_leg: Limb

    def along_spine(self, t: float) -> tuple[Vec, Vec]:
        """Return the point at `t` (0 hip, 1 neck base) of the spine's curve and the direction forward there."""
        (ax, ay), (mx, my), (bx, by) = self.hip, self.spine, self.neck
        qx, qy = mx * 2 - (ax + bx) / 2, my * 2 - (ay + by) / 2
        s = 1 - t
        x, y = s * s * ax + 2 * s * t * qx + t * t * bx, s * s * ay + 2 * s * t * qy + t * t * by
        dx, dy = 2 * s * (qx - ax) + 2 * t * (bx - qx), 2 * s * (qy - ay) + 2 * t * (by - qy)
        length = math.hypot(dx, dy) or 1.0
        return (x, y), (-dy / length, dx / length)


def bend_limb(root: Vec, target: Vec, upper: float, lower: float, side: int) -> Limb:
    """Return a two-bone limb from `root` as near to `target` as it reaches; `side` picks which way it bends."""
    dx, dy = target[0] - root[0], target[1] - root[1]
    far = math.hypot(dx, dy)
    ux, uy = (dx / far, dy / far) if far > 1e-6 else (0.0, 1.0)
    reach = min(max(far, abs(upper - lower) + 1e-3), (upper + lower) * 0.999)
    along = (upper * upper - lower * lower + reach * reach) / (2 * reach)
    off = math.sqrt(max(upper * upper - along * along, 0.0)) * side
    mid = (root[0] + ux * along + uy * off, root[1] + uy * along - ux * off)
    return Limb(root, mid, (root[0] + ux * reach, root[1] + uy * reach))


def solve(body: Body, pose: Pose) -> Joints:
    """Place the joints of `body` in `pose`. Planted feet are on the ground whatever the hip does within reach."""
    hip = (pose.hip[0], -body.hip_height + pose.hip[1])
    lean = math.radians(pose.lean + body.stoop * 14)
    chest = lean + math.radians(pose.bend + body.stoop * 24)
    length = 2.3 * body.torso
    mid = (hip[0] + math.sin(lean) * length * 0.45, hip[1] - math.cos(lean) * length * 0.45)
    neck = (mid[0] + math.sin(chest) * length * 0.55, mid[1] - math.cos(chest) * length * 0.55)
    nod = chest + math.radians(8 + pose.neck) - body.stoop * math.radians(14)
    rise = 0.27 * body.neck_long
    head = (
        neck[0] + math.sin(nod) * rise + math.cos(nod) * 0.04,
        neck[1] - math.cos(nod) * rise + math.sin(nod) * 0.04,
    )
    ax, ay = math.cos(chest), math.sin(chest)
    drop = 0.36 * body.torso
    sx, sy = neck[0] - math.sin(chest) * drop, neck[1] + math.cos(chest) * drop
    near = -0.10 * body.shoulders + 0.10 * pose.twist
    far = 0.12 * body.shoulders - 0.10 * pose.twist
    return Joints(
        hip,
        mid,
        neck,
        head,
        chest,
        _arm(body, pose.near_arm, (sx + ax * near, sy + ay * near)),
        _arm(body, pose.far_arm, (sx + ax * far, sy + ay * far)),
        _leg(body, pose.near_foot, (hip[0] - 0.05, hip[1])),
        _leg(body, pose.far_foot, (hip[0] + 0.05, hip[1])),
    )


def _arm(body: Body, arm: Arm, shoulder: Vec) -> Limb:
    upper, lower = 1.32 * body.arms, 1.12 * body.arms
    if arm.target is not None:
        return bend_limb(shoulder, arm.target, upper, lower, -1)
    a = math.radians(arm.shoulder)
    elbow = (shoulder[0] + math.sin(a) * upper, shoulder[1] + math.cos(a) * upper)
    b = a + math.radians(arm.elbow)
    return Limb(shoulder, elbow, (elbow[0] + math.sin(b) * lower, elbow[1] + math.cos(b) * lower))


def _leg(body: Body, foot: Foot, hip: Vec) -> Limb:
    return bend_limb(hip, (foot.x, -ankle_height(foot)), body.thigh, body.shin, 1)


def ankle_height(foot: Foot) -> float:
    """Return the ankle's height: raised so that neither heel nor toe of a pitched foot sinks into the ground."""
    pitch = math.radians(foot.pitch)
    tilt = max(0.58 * math.sin(pitch), -0.18 * math.sin(pitch)) + ANKLE * math.cos(pitch)
    return foot.lift + max(tilt, ANKLE)


def sole_height(foot: Foot) -> float:
    """Return how high the lowest point of the foot is above the ground, in heads: 0 for a planted foot."""
    pitch = math.radians(foot.pitch)
    lowest = max(x * math.sin(pitch) + ANKLE * math.cos(pitch) for x in (-0.18, 0.58))
    return ankle_height(foot) - max(lowest, 0.0)
