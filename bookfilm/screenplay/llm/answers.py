"""Answers: what a model says of one window. `questions.answer_schema` is its schema, fitted to the window."""

from __future__ import annotations

from typing import Literal

from bookfilm.records.base import Part
from bookfilm.records.bible import Hour, PlaceKind, Weather
from bookfilm.records.screenplay import Emotion

NOBODY = "nobody"


class SaidSetting(Part):
    """Where and when it plays from beat `begins` (from 1) on; `words` are the book's that say so."""

    begins: int
    place: PlaceKind
    hour: Hour
    weather: Weather
    words: str = ""


class SaidBeat(Part):
    """What is seen in a beat, in the author's words; who is on stage; how much the story needs it."""

    seen: str = ""
    present: tuple[str, ...] = ()
    weight: Literal[0, 1, 2, 3] | None = None


class SaidChange(Part):
    """A lasting change of a character's look, such as "hat:bonnet", and the words of the book that tell it."""

    who: str
    what: str
    words: str


class SaidOfWindow(Part):
    """A whole answer. Where something was not asked for, it is missing."""

    goes_on: bool = False
    settings: tuple[SaidSetting, ...]
    beats: tuple[SaidBeat, ...]
    emotions: tuple[Emotion, ...] = ()
    speakers: tuple[str, ...] = ()
    changes: tuple[SaidChange, ...] = ()
