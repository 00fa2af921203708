"""storyboard.json: the keyframes that each shot begins with and ends on, for a person to approve or have redrawn."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from bookfilm.records.base import Part, Record
from bookfilm.records.bible import Look


class Board(Part):
    """One shot's keyframes, by their keys in keyframes/. None: there is none, or it could not be drawn."""

    shot: str
    first: str | None = None
    last: str | None = None
    redraw: Annotated[int, Field(ge=0)] = 0
    """Raise it by one, and both are drawn anew from another seed."""
    locked: bool = False
    """Approved: they stay, whatever is drawn later, as long as their files are there."""


class Portrait(Part):
    """One character in one state, by its key in keyframes/: what those who are seen are held to. None: it could not be
    drawn."""

    who: str
    """The character's id."""
    look: Look
    """The state: how they look then."""
    key: str | None = None
    redraw: Annotated[int, Field(ge=0)] = 0
    locked: bool = False


class Storyboard(Record):
    """storyboard.json: one board a shot that is drawn by a model, in film order; and the portraits, by first sight."""

    SCHEMA: ClassVar[str] = "bookfilm.storyboard/1"

    boards: tuple[Board, ...] = ()
    portraits: tuple[Portrait, ...] = ()
