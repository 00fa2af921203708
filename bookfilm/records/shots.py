"""The shot list: what is seen, who is in frame, what is heard. One JSON object a line in shots.jsonl.

A shot's picture holds no id, ordinal or offset of the book: it is hashed into the take's key, and a
changed word elsewhere must not change it.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from bookfilm.records.base import Part, Record
from bookfilm.records.bible import Hour, Light, Look, PlaceKind, Season, Weather
from bookfilm.records.screenplay import Emotion, LineKind

ShotKind = Literal["scene", "title", "chapter", "credits", "slate"]
ShotSize = Literal["wide", "full", "medium", "over_shoulder", "close_up", "insert"]
Camera = Literal["static", "push", "pull", "pan_left", "pan_right", "tilt_up", "tilt_down", "follow"]
Transition = Literal["cut", "dissolve"]
Stance = Literal["stand", "walk", "sit", "kneel", "lie", "ride", "enter", "leave"]


class Setting(Part):
    """Where and when, as it is seen. `features` is the place's seed."""

    kind: PlaceKind
    features: int = 0
    name: str = ""
    hour: Hour
    weather: Weather = "clear"
    season: Season = "unknown"
    lights: tuple[Light, ...] = ()


class InFrame(Part):
    """A character in the picture.

    `mark` is where they stand across the frame, in percent of its width; `facing` whom or where they
    look. `name` joins them to the voice in the render request: the character's id, which is a slug of
    their name and so content.
    """

    name: str
    look: Look
    mark: int = 50
    facing: Literal["left", "right"] = "right"
    stance: Stance = "stand"
    emotion: Emotion = "neutral"
    near: bool = False
    """True for the one over whose shoulder an `over_shoulder` shot is taken: large, at the frame's edge."""


class Picture(Part):
    """All of a shot that decides its pixels, but for its length and the voices."""

    kind: ShotKind = "scene"
    setting: Setting
    size: ShotSize = "full"
    camera: Camera = "static"
    cast: tuple[InFrame, ...] = ()
    crowd: int = 0
    """How many nameless people are about (0-12)."""
    props: tuple[str, ...] = ()
    """English nouns of things the text names here: "letter", "horse", "boat"."""
    card: tuple[str, ...] = ()
    """For cards, credits and slates: their lines of text."""
    action: str = ""
    """What happens, in the author's words, for engines that read prompts."""
    fade_in: bool = False
    fade_out: bool = False
    """True where the shot opens or closes a chapter: it comes out of, or goes into, the dark."""


class Utterance(Part):
    """A stretch of a line that one shot holds, spoken in one breath: at most a few sentences."""

    line: str
    """The line's id."""
    kind: LineKind
    speaker: str | None = None
    text: str
    emotion: Emotion = "neutral"
    begins_line: bool = True
    ends_line: bool = True
    pause_after_ms: int = 300


class Shot(Record):
    """One line of shots.jsonl.

    `hold_ms` is how long it is seen beyond what is heard: for a card, its whole length.
    `reason` says in words why it is this size, this camera and these people.
    """

    SCHEMA: ClassVar[str] = "bookfilm.shot/1"

    id: str
    scene: str | None = None
    """The scene's id; None for title and credits."""
    chapter: int | None = None
    picture: Picture
    opens: Transition = "cut"
    """How it follows the shot before it."""
    heard: tuple[Utterance, ...] = ()
    hold_ms: int = 0
    reason: str = ""
