"""cut.json: which take of each shot is in the film, and which of them a person has locked."""

from __future__ import annotations

from typing import ClassVar

from bookfilm.records.base import Part, Record


class Choice(Part):
    """The take that a shot is shown with. A locked one stays, whatever is rendered later."""

    shot: str
    take: str
    locked: bool = False
    slate: bool = False
    """True where a slate stands in for a shot that could not be rendered, or is skipped."""
    instead: str | None = None
    """Of a skipped shot: the take that is there, and that it is shown with again once it is retried."""
    transition: str | None = None
    """The transition from the shot before, where it is not cut to. It is made anew when either's take changes."""


class Cut(Record):
    """cut.json: one choice a shot, in film order."""

    SCHEMA: ClassVar[str] = "bookfilm.cut/1"

    choices: tuple[Choice, ...] = ()

    def of(self, shot: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.shot == shot), None)
