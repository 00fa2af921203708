"""The plan of a shot: how many frames the model makes for it, in how many clips, and how they are joined.

A model makes clips of certain lengths at its own rate. A shot has any length at the film's. So a shot becomes one clip
that is at least as long, or several, and each frame of the film is read at its time from what the model made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from bookfilm.picture.diffusion.profile import Profile
from bookfilm.records.time import FrameRate

Join = Literal["chain", "blend", "fill"]
"""chain: a clip begins with the last frame of the one before. fill: one clip's frames, far apart, are what the others
begin and end with. blend: one clip is shown again and again, each time going over into itself: another clip of the
same words would show other people in another place."""

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
    filled: int = 1
    """Where clips are filled: how many are made, with those of which they hang."""

    @property
    def asked(self) -> int:
        """How often the model is asked for a clip."""
        return {"chain": len(self.lengths), "fill": self.filled, "blend": 1}[self.join]

    @property
    def made(self) -> int:
        """How many frames there are once the clips are joined."""
        return sum(self.lengths) - self.shared * (len(self.lengths) - 1)

    def position(self, frame: int) -> Fraction:
        """Return where frame `frame` of the film lies, in frames of the joined clips."""
        return frame * self.pace


def plan_shot(profile: Profile, frames: int, rate: FrameRate, arrives: bool = False, fills: bool = True) -> ShotPlan:
    """Return the plan of a shot of `frames` at `rate`; where it cannot be filled, it is chained.

    With `arrives` the last frame of the film is the last one made: a picture was asked for there. Everything else is
    shown at the speed it was made for, and what is beyond the shot is cut off.
    """
    rule, pace = profile.clip.frames, profile.clip.rate.per_second / rate.per_second
    needed = int(-((-(frames - 1) * pace) // 1)) + 1
    join = _join(profile, fills, arrives)
    shared = 1
    if join == "blend":
        shared = min(max(1, round(BLEND_S * profile.clip.rate.per_second)), rule.most // 2)
    count = 1 if needed <= rule.most else -(-(needed - shared) // (rule.most - shared))
    lengths = _lengths(profile, needed, count, shared)
    lengths = (max(lengths),) * count if join == "blend" else lengths
    plan = ShotPlan(lengths, join, shared, pace, clips_to_fill(count, rule.most) if join == "fill" else 1)
    if not arrives or frames == 1:
        return plan
    return replace(plan, pace=Fraction(plan.made - 1, frames - 1))


def _join(profile: Profile, fills: bool, arrives: bool) -> Join:
    can_fill = fills and profile.features.last_frame and profile.clip.frames.most > 2
    match profile.clip.longer:
        case "fill" if can_fill:
            return "fill"
        case "loop" if not (can_fill and arrives):
            return "blend"
        case "loop":
            # A loop ends where it began, and not on the picture that is asked for.
            return "fill"
        case _:
            return "chain" if profile.features.first_frame else "blend"


def _lengths(profile: Profile, needed: int, count: int, shared: int) -> tuple[int, ...]:
    """Return `count` legal lengths, as even as they can be, that hold `needed` frames once joined."""
    lengths, left = [], needed
    for rest in range(count, 0, -1):
        even = -(-(left + (rest - 1) * shared) // rest)
        length = profile.clip.frames.fitting(even)
        lengths.append(length)
        left -= length - shared
    return tuple(lengths)


def clips_to_fill(count: int, most: int) -> int:
    """Return how many clips are made in all to fill `count` of them, where a clip has `most` frames."""
    if count == 1:
        return 1
    edges = fill_edges(count, most)
    return 1 + sum(clips_to_fill(after - before, most) for before, after in pairwise(edges))


def fill_edges(count: int, most: int) -> list[int]:
    """Return which of the ends of `count` clips the frames of one coarse clip are, as evenly as can be."""
    marks = min(count + 1, most)
    return [round(at * count / (marks - 1)) for at in range(marks)]
