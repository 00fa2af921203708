"""When everything happens, in frames: made by the sound stage, kept by everything after it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bookfilm.records.base import Part, Record
from bookfilm.records.screenplay import LineKind
from bookfilm.records.time import FrameRate

READING_CHARS_PER_S = 17
"""How fast a viewer reads who also looks at the picture, in characters of text a second (Netflix: 17 at most)."""

STRETCH_UNIT = 4096
"""A stretch of 1: no gap of up to 40 s grows by more than a frame from one 1/4096 to the next."""


class Cue(Part):
    """A spoken utterance on the film's timeline. `speech` is the key of its recording."""

    line: str
    kind: LineKind
    speaker: str | None = None
    text: str
    speech: str
    start_frame: int
    """From the film's first frame."""
    samples: Annotated[int, Field(ge=0)]
    """Length at `sample_rate` of the timeline."""
    begins_line: bool = True
    ends_line: bool = True


EffectSound = Literal[
    "steps", "steps_soft", "steps_snow", "door", "knock", "bell", "chime", "clock", "hooves", "glass", "shatter",
    "wave", "gust", "thunder", "train", "laughter", "murmur", "applause", "gunshot", "bark", "splash", "hiss",
    "creak", "lock", "coins", "paper",
]  # fmt: skip


class Effect(Part):
    """A sound that a shot's words or picture tell of. Which of its kind it is, `seed` decides: it hashes what tells."""

    sound: EffectSound
    start_frame: Annotated[int, Field(ge=0)]
    """From the film's first frame."""
    seed: int
    reason: str
    """In words: what tells of it."""


class Slot(Part):
    """A shot's place in the film."""

    shot: str
    start_frame: Annotated[int, Field(ge=0)]
    frames: Annotated[int, Field(gt=0)]
    handle: Annotated[int, Field(ge=0)] = 0
    """Half of the transition that leads into it, in frames; 0: it is cut to. The transition lies around its start:
    so long is this shot seen before it, and the shot before after its own end."""
    cues: tuple[Cue, ...] = ()
    effects: tuple[Effect, ...] = ()


class ChapterMark(Part):
    """Where a chapter of the film begins, as players list it."""

    title: str
    start_frame: int


class Timeline(Record):
    """timeline.json. Slots follow each other without a gap; the film is as long as the last one ends."""

    SCHEMA: ClassVar[str] = "bookfilm.timeline/1"

    rate: FrameRate
    sample_rate: int = 48_000
    slots: tuple[Slot, ...]
    chapters: tuple[ChapterMark, ...] = ()
    stretch: Annotated[int, Field(ge=0)] = STRETCH_UNIT
    """By how much silences are longer (more) or shorter (less) than by nature, for a runtime's sake, in 1/4096."""

    @property
    def frames(self) -> int:
        return self.slots[-1].start_frame + self.slots[-1].frames if self.slots else 0

    def handles(self, at: int) -> tuple[int, int]:
        """Return how many frames the clip of slot `at` has before its slot begins and after it ends."""
        after = self.slots[at + 1].handle if at + 1 < len(self.slots) else 0
        return self.slots[at].handle, after

    def cues(self) -> list[Cue]:
        return [cue for slot in self.slots for cue in slot.cues]

    def effects(self) -> list[Effect]:
        return [effect for slot in self.slots for effect in slot.effects]
