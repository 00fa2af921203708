"""What was made: a take (a rendered shot, or a transition), a keyframe (a drawn still) and a recording (a spoken
utterance), beside its media file.

The record is written last: where it stands, the file beside it is whole.
"""

from __future__ import annotations

from typing import ClassVar

from bookfilm.records.base import Part, Record
from bookfilm.records.time import FrameRate


class Likeness(Part):
    """How like their portrait somebody in a take is, 0 to 1. `who` is the character's id."""

    who: str
    score: float


class Take(Record):
    """takes/<key>.json, beside takes/<key>.mp4; of a transition, in transitions/."""

    SCHEMA: ClassVar[str] = "bookfilm.take/1"

    key: str
    engine: str
    revision: str
    width: int
    height: int
    rate: FrameRate
    frames: int
    key_frames: tuple[int, ...] = ()
    """Where else than at its beginning the clip can be cut into, in frames from there."""
    seed: int
    bytes: int
    sha256: str
    render_ms: int
    created_at: str
    """UTC, ISO 8601."""
    flags: tuple[str, ...] = ()
    """What is wrong with it, or to be known of it, a line each: it was kept because nothing better could be had."""
    tries: int = 1
    """How often it was rendered before this was kept."""
    batch: int = 1
    """Of how many clips it was made in one call of a model: the last digits that models work with hang on that."""
    likeness: tuple[Likeness, ...] = ()
    """Of those whose faces can be seen, where the engine can tell."""
    adherence: float | None = None
    """How much of its prompt is to be seen in it, 0 to 1, where the engine can tell."""
    of: tuple[str, ...] = ()
    """Of a transition: the keys of the takes that it was made of."""


class Keyframe(Record):
    """keyframes/<key>.json, beside keyframes/<key>.png: what a shot begins with, or ends on."""

    SCHEMA: ClassVar[str] = "bookfilm.keyframe/1"

    key: str
    engine: str
    revision: str
    width: int
    height: int
    seed: int
    bytes: int
    sha256: str
    created_at: str
    """UTC, ISO 8601."""


class Recording(Record):
    """speech/<key>.json, beside speech/<key>.wav (mono, 16 bit).

    `loudness` is the mouth's: one value a 24th of a second, 0-255, root mean square against the
    recording's own loudest.
    """

    SCHEMA: ClassVar[str] = "bookfilm.recording/1"

    key: str
    engine: str
    revision: str
    voice: str
    sample_rate: int
    samples: int
    loudness: tuple[int, ...]
    bytes: int
    sha256: str
    render_ms: int
    created_at: str
