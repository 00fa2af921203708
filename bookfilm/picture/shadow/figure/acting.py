"""Poses over time: stances, the walk, breath, and gestures by emotion and speech."""

from __future__ import annotations

import math
from dataclasses import replace

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.figure.body import Body
from bookfilm.picture.shadow.figure.skeleton import Arm, Foot, Pose, solve
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame

SEAT = 1.68
"""A seat's height in heads of an adult."""
SADDLE = 2.35
"""How high a rider's hip is above the stirrups, in heads of an adult."""
_SHOULDER = 5.58
"""An adult's shoulder height in heads, which wrist targets are given against."""


def _step(phase: float, stride: float, lift: float) -> Foot:
    """Return a foot at `phase` of the walk: .6 of the cycle on the ground, rolling from heel to toe, then swung."""
    phase %= 1.0
    if phase < 0.6:
        k = phase / 0.6
        pitch = -16 * max(0.0, 1 - k * 5) + 28 * max(0.0, (k - 0.72) / 0.28) ** 1.3
        return Foot(stride * (1 - 2 * k), 0.0, pitch)
    k = (phase - 0.6) / 0.4
    swung = 0.5 - 0.5 * math.cos(math.pi * k)
    return Foot(-stride + 2 * stride * swung, lift * math.sin(math.pi * k), 28 * (1 - k) ** 1.6 - 16 * k * k)


def stride_of(body: Body) -> float:
    """Return half the length of a step, in heads."""
    if body.skirt > 0 and body.hem > 0.8:
        return 0.42
    return 0.66 if body.child or body.stoop > 0 else 0.82


def walk_pose(body: Body, phase: float) -> Pose:
    """Return the walk at `phase` (0 to 1 a whole cycle of two steps)."""
    stride = stride_of(body)
    skirted = body.skirt > 0 and body.hem > 0.8
    swing = math.cos(2 * math.pi * phase)
    arm = 15.0 if skirted else 27.0
    bob = 0.08 * (0.5 + 0.5 * math.cos(4 * math.pi * (phase + 0.02))) + 0.02
    return Pose(
        hip=(0.0, bob),
        lean=4.5,
        head=-2.0,
        near_foot=_step(phase, stride, 0.14 if skirted else 0.26),
        far_foot=_step(phase + 0.5, stride, 0.14 if skirted else 0.26),
        near_arm=Arm(-arm * swing, 18 + 8 * max(0.0, -swing)),
        far_arm=Arm(arm * swing, 18 + 8 * max(0.0, swing)),
        sway=-0.20 + 0.05 * math.sin(4 * math.pi * phase),
        twist=-swing,
    )


def stance_pose(body: Body, person: InFrame) -> Pose:
    """Return the still pose of a stance."""
    rng = sown("stance", person.look.features)
    if person.stance == "ride":
        return Pose(
            hip=(0.0, body.hip_height - SADDLE),
            lean=-2,
            bend=3,
            near_foot=Foot(0.55, 0.0, -8),
            far_foot=Foot(0.75, 0.0, -8),
            near_arm=Arm(26, 58, hand="grip"),
            far_arm=Arm(32, 52, hand="grip"),
        )
    if person.stance == "sit":
        feet = (Foot(1.32), Foot(1.08))
        hip = (0.0, body.hip_height - SEAT - (0.2 if body.child else 0.0))
        return Pose(
            hip=hip,
            lean=-1,
            bend=3,
            near_foot=feet[0],
            far_foot=feet[1],
            near_arm=Arm(22, 44, hand="flat"),
            far_arm=Arm(26, 40, hand="flat"),
        )
    if person.stance == "kneel":
        hip = (-0.15, body.hip_height - 2.0 * body.legs - 0.1)
        return Pose(
            hip=hip,
            lean=4,
            bend=6,
            head=6,
            near_foot=Foot(-0.9, 0.0, 50) if body.skirt > 0 else Foot(-1.75, 0.0, 78),
            far_foot=Foot(0.75),
            near_arm=Arm(30, 60),
            far_arm=Arm(34, 56),
        )
    weight = rng.uniform(-0.04, 0.04)
    return Pose(
        hip=(weight, 0.0),
        lean=-1.5 + rng.uniform(-1, 1.5),
        bend=rng.uniform(0, 4),
        near_foot=Foot(0.12 + rng.uniform(0, 0.08)),
        far_foot=Foot(-0.16 - rng.uniform(0, 0.08)),
        near_arm=Arm(rng.uniform(0, 8), rng.uniform(10, 30)),
        far_arm=Arm(rng.uniform(-8, 4), rng.uniform(10, 34)),
    )


_MOODS: dict[str, tuple[float, float, float]] = {
    # lean, bend, head (degrees)
    "neutral": (0, 0, 0),
    "joy": (-3, -2, -7),
    "anger": (5, 3, 2),
    "fear": (-7, 6, -3),
    "sorrow": (2, 10, 15),
    "surprise": (-6, -2, -8),
    "tender": (3, 3, 6),
    "whisper": (7, 6, 4),
    "shout": (5, 0, -7),
}


def _gesture(emotion: str, look: Look, much: float, beat: float, reach: float) -> tuple[Arm, Arm] | None:
    """Return near and far arm of an emotion's gesture; `much` (0..1) is how far it is made, `beat` swings it."""
    if much <= 0.02:
        return None
    lift = 0.10 * math.sin(beat)
    choices: dict[str, tuple[tuple[float, float, str, float], tuple[float, float, str, float] | None]] = {
        "neutral": ((1.25, -4.15 + lift, "open", -14), None),
        "joy": ((1.45, -5.0 + lift, "open", -30), (1.1, -5.5 + lift, "open", -30)),
        "anger": ((1.60, -5.3 + lift * 2, "point", -10), (0.5, -3.4, "grip", 0)),
        "fear": ((1.05, -5.2 + lift, "open", -62), (0.95, -4.9 + lift, "open", -60)),
        "sorrow": ((0.55, -5.6 + lift * 0.3, "flat", -70), None),
        "surprise": ((1.0, -5.4 + lift, "open", -58), (0.9, -4.6, "open", -40)),
        "tender": ((0.68, -5.0 + lift * 0.3, "flat", -50), (1.3, -4.5, "open", -10)),
        "whisper": ((0.95, -5.9, "flat", -80), None),
        "shout": ((1.3, -5.6 + lift * 2, "open", -50), (1.5, -4.9, "grip", 0)),
    }
    near, far = choices[emotion]
    rest = (0.35, -3.3)

    def arm(goal: tuple[float, float, str, float]) -> Arm:
        x, y = rest[0] + (goal[0] * reach - rest[0]) * much, rest[1] + (goal[1] - rest[1]) * much
        return Arm(target=(x, y), hand=goal[2] if much > 0.4 else "relaxed", wrist=goal[3] * much)

    return arm(near), arm(far) if far else Arm(-4, 18)


def act(body: Body, person: InFrame, seconds: float, speaking: float, loudness: float, reach: float = 1.0) -> Pose:
    """Return the pose at `seconds` into the shot.

    `speaking` (0..1) is how far the figure is into speaking, `loudness` (0..1) of this frame's voice; `reach` (0..1) is
    the room that gestures have.
    """
    rng = sown("acting", person.look.features, person.name)
    start = rng.random() * 6.28
    breath = math.sin(seconds * 2 * math.pi / rng.uniform(3.2, 4.4) + start)
    if person.stance in ("walk", "enter", "leave"):
        pose = walk_pose(body, seconds * step_rate(body) + start / 6.28)
    else:
        pose = stance_pose(body, person)
        pose = replace(pose, bend=pose.bend + 0.8 * breath, hip=(pose.hip[0], pose.hip[1] + 0.008 * breath))
    lean, bend, nod = _MOODS[person.emotion]
    drift = 1.6 * math.sin(seconds * 0.9 + start)
    pose = replace(
        pose, lean=pose.lean + lean * 0.8, bend=pose.bend + bend, head=pose.head + nod + drift - 4 * loudness * speaking
    )
    mood = 0.0 if person.emotion == "neutral" else 0.55
    beat = seconds * 4.2 + start
    arms = _gesture(person.emotion, person.look, max(speaking, mood) if not _busy(person) else 0.0, beat, reach)
    if arms is not None:
        pose = replace(pose, near_arm=_shifted(arms[0], body, pose), far_arm=_shifted(arms[1], body, pose))
    pose = _carry(pose, person, body)
    blink = (seconds + start) % rng.uniform(2.6, 4.6) < 0.17
    return replace(pose, jaw=15.0 * loudness, blink=blink)


def step_rate(body: Body) -> float:
    """Return walk cycles a second."""
    return 0.85 if body.child else 0.62


def walk_speed(body: Body) -> float:
    """Return how fast the walk goes, in heads a second: a planted foot stays where it is."""
    return 2 * stride_of(body) / 0.6 * step_rate(body) * body.stature


def _busy(person: InFrame) -> bool:
    return person.stance in ("walk", "enter", "leave", "ride")


def _shifted(arm: Arm, body: Body, pose: Pose) -> Arm:
    """Move a standing adult's wrist target to this body's shoulder, wherever its posture has brought that."""
    if arm.target is None:
        return arm
    shoulder = solve(body, pose).near_arm.root
    x, y = arm.target[0] * body.arms, (arm.target[1] + _SHOULDER) * body.arms
    return replace(arm, target=(shoulder[0] + max(x, 0.3), shoulder[1] + y))


def _carry(pose: Pose, person: InFrame, body: Body) -> Pose:
    """Put the near arm where what it carries wants it."""
    places: dict[str, Arm] = {
        "lamp": Arm(target=(1.25, -4.35), hand="grip", wrist=20),
        "umbrella": Arm(target=(0.80, -4.6), hand="grip", wrist=-60),
        "book": Arm(target=(0.95, -4.3), hand="grip", wrist=-30),
        "letter": Arm(target=(1.05, -4.5), hand="grip", wrist=-30),
        "stick": Arm(target=(0.95, -3.35), hand="grip", wrist=40),
        "sword": Arm(target=(0.9, -4.0), hand="grip", wrist=-10),
        "fan": Arm(target=(0.75, -4.7), hand="grip", wrist=-40),
        "basket": Arm(10, 22, hand="grip", wrist=30),
        "bag": Arm(4, 10, hand="grip", wrist=40),
    }
    arm = places.get(person.look.carries)
    return pose if arm is None else replace(pose, near_arm=_shifted(arm, body, pose))
