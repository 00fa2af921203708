"""Framing: how one shot looks at its people, and what is done where two in a row would look alike (a jump cut).

Choices hash the words of the shot, never its number: an inserted line changes no picture but its neighbours'.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from bookfilm.records.shots import Camera, ShotSize


@dataclass(frozen=True)
class Frame:
    """How a shot looks at its people. `people` are ids; empty for a place or a thing alone."""

    size: ShotSize
    camera: Camera
    people: tuple[str, ...]
    reason: str
    near: str | None = None
    """The one over whose shoulder we look."""
    toward: str | None = None
    """Whom somebody alone in the frame looks at: it decides on which side of it they are."""
    thing: str = ""
    """What an insert shows."""


_Look = tuple[ShotSize, frozenset[str], str | None]


def pick(text: str, choices: int) -> int:
    """Return a number below `choices` that belongs to `text`."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % choices


def vary(frames: list[Frame], texts: list[str]) -> list[Frame]:
    """Return `frames` without jump cuts: of those in a row that look alike, every other is seen otherwise.

    `texts` are their words. What a frame becomes depends on the run of its like and the frames beside that, and on
    nothing further away.
    """
    varied: list[Frame] = []
    alike = 0
    for at, frame in enumerate(frames):
        alike = alike + 1 if at and _look(frame) == _look(frames[at - 1]) else 0
        if alike % 2 == 0:
            varied.append(frame)
            continue
        beside = {_look(frames[at - 1]), *([_look(frames[at + 1])] if at + 1 < len(frames) else [])}
        others = [other for other in _others(frame, texts[at]) if _look(other) not in beside]
        other = (others or [frame])[0]
        varied.append(replace(other, reason=f"{frame.reason}; {_CHANGE[other.size]}, as it was just seen so"))
    return varied


_CHANGE: dict[ShotSize, str] = {
    "wide": "from afar",
    "full": "from further away",
    "medium": "nearer",
    "over_shoulder": "past who listens",
    "close_up": "close",
    "insert": "what it is about",
}


def _look(frame: Frame) -> _Look:
    return frame.size, frozenset(frame.people), frame.near


def _others(frame: Frame, text: str) -> list[Frame]:
    """Return other ways to see the same moment, the best first."""
    if not frame.people:
        sizes: tuple[ShotSize, ...] = ("medium", "wide", "full")
        over: Camera = ("pan_left", "pan_right")[pick(text, 2)]
        return [replace(frame, size=size, camera=over, thing="") for size in sizes if size != frame.size]
    toward = frame.toward or next(iter(frame.people[1:]), None)
    one = replace(frame, people=frame.people[:1], near=None, thing="", toward=toward)
    alone = [replace(one, size="medium"), replace(one, size="close_up"), replace(one, size="full")]
    if len(frame.people) == 1:
        return [other for other in alone if other.size != frame.size]
    further: ShotSize = "full" if frame.size == "wide" else "wide"
    whole = replace(frame, size=further, near=None)
    return [whole, *alone] if frame.size == "wide" else [*alone[:2], whole]
