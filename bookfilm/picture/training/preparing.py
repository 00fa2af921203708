"""A lesson made ready: its latents, and what the model is told beside them, with its caption and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookfilm.picture.diffusion.batching import ClipAsked
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.training.latents import latents_of
from bookfilm.picture.training.lessons import Lesson, frames_of
from bookfilm.picture.training.noising import Noising
from bookfilm.picture.training.overhearing import Question, overhear


@dataclass(frozen=True)
class Prepared:
    """`latents`: float32, on the CPU, in the pipeline's own form; `told`, `untold`: with its caption and without.

    `noising`: some models are asked for a long clip at other noise than for a still.
    """

    name: str
    latents: Any
    told: Question
    untold: Question
    noising: Noising


def prepare_lessons(
    pipe: Any, profile: Profile, lessons: Sequence[Lesson], most_frames: int | None, tell: Callable[[str], None]
) -> Iterator[Prepared]:
    """Yield each lesson made ready by `pipe`. Raises SettingsError that names a file that cannot be read."""
    needs = profile.features
    for number, lesson in enumerate(lessons, 1):
        frames = frames_of(lesson, profile, most_frames)
        length, height, width = frames.shape[:3]
        first = frames[0] if needs.needs_first else None
        last = frames[-1] if needs.needs_last else None
        bare = ClipAsked("", width, height, length, 0, first, last)
        told, untold = (overhear(pipe, profile, replace(bare, prompt=words)) for words in (lesson.caption, ""))
        yield Prepared(lesson.path.name, latents_of(pipe, frames), told, untold, Noising(pipe.scheduler))
        tell(f"lesson {number} of {len(lessons)}: {lesson.path.name}, {length} frames of {width}x{height}")
