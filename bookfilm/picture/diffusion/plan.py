"""The plan of a shot: how many frames the model makes for it, in how many clips, and how they are joined.

A model makes clips of certain lengths at its own rate. A shot has any length at the film's. So a shot becomes one clip
that is at least as long, or several, and each frame of the film is read at its time from what the model made.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bookfilm.picture.diffusion.profile import Profile
from bookfilm.records.time import FrameRate

Join = Literal["chain", "blend"]
"""chain: a clip begins with the last frame of the one before. blend: one clip is shown again and again, each time
going over into itself: another clip of the same words would show other people in another place."""

BLEND_S = Fraction(1, 2)
"""How long a clip takes to go over into itself where the model cannot start from a picture."""


@dataclass(frozen=True)
class ShotPlan:
    """The clips of one shot.

    `lengths` are the clips', in the model's frames; neighbours share `shared` frames. Frame n of the film is read at
    `n * pace` of the joined clips, in the model's frames.
    """

    lengths: tuple[int, ...]
    join: Join
    shared: int
    pace: Fraction

    @property
    def asked(self) -> int:
        """How often the model is asked for a clip."""
        return len(self.lengths) if self.join == "chain" else 1

    @property
    def made(self) -> int:
        """How many frames there are once the clips are joined."""
        return sum(self.lengths) - self.shared * (len(self.lengths) - 1)

    def position(self, frame: int) -> Fraction:
        """Return where frame `frame` of the film lies, in frames of the joined clips."""
        return frame * self.pace


def plan_shot(profile: Profile, frames: int, rate: FrameRate, arrives: bool = False) -> ShotPlan:
    """Return the plan of a shot of `frames` at `rate`.

    With `arrives` the last frame of the film is the last one made: a picture was asked for there. Everything else is
    shown at the speed it was made for, and what is beyond the shot is cut off.
    """
    rule, pace = profile.clip.frames, profile.clip.rate.per_second / rate.per_second
    needed = int(-((-(frames - 1) * pace) // 1)) + 1
    join: Join = "chain" if profile.features.first_frame else "blend"
    shared = 1
    if join == "blend":
        shared = min(max(1, round(BLEND_S * profile.clip.rate.per_second)), rule.most // 2)
    count = 1 if needed <= rule.most else -(-(needed - shared) // (rule.most - shared))
    lengths = _lengths(profile, needed, count, shared)
    lengths = (max(lengths),) * count if join == "blend" else lengths
    plan = ShotPlan(lengths, join, shared, pace)
    if not arrives or frames == 1:
        return plan
    return ShotPlan(lengths, join, shared, Fraction(plan.made - 1, frames - 1))


def _lengths(profile: Profile, needed: int, count: int, shared: int) -> tuple[int, ...]:
    """Return `count` legal lengths, as even as they can be, that hold `needed` frames once joined."""
    lengths, left = [], needed
    for rest in range(count, 0, -1):
        even = -(-(left + (rest - 1) * shared) // rest)
        length = profile.clip.frames.fitting(even)
        lengths.append(length)
        left -= length - shared
    return tuple(lengths)
