"""direction.toml: the author's word. It lies over every adaptation and no run ever overwrites it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bookfilm.records.bible import Age, Beard, Build, Carries, Creature, Dress, Hair, Hat, Hour, PlaceKind, Sex, Weather
from bookfilm.records.book import Span
from bookfilm.records.screenplay import Emotion, LineKind


class Word(BaseModel):
    """A table of direction.toml. Unknown keys are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Right(Word):
    """By what right the book is filmed. Credited in the film and in the report."""

    basis: Literal["public domain", "author", "licence", "not stated"] = "not stated"
    holder: str = ""
    territory: str = ""
    term: str = ""


class Casting(Word):
    """What the author wants of one character: found by `name` or any alias."""

    name: str
    show_as: str | None = None
    voice: str | None = None
    sex: Sex | None = None
    age: Age | None = None
    build: Build | None = None
    hair: Hair | None = None
    beard: Beard | None = None
    hat: Hat | None = None
    dress: Dress | None = None
    carries: Carries | None = None
    creature: Creature | None = None
    words: str | None = None

    def look_fields(self) -> dict[str, Any]:
        """Return the look fields that the author has set."""
        return self.model_dump(exclude={"name", "show_as", "voice"}, exclude_none=True)


class LineEdit(Word):
    """A line as the author wants it. Found by the words it had (`was`), so that it survives a new adaptation."""

    was: str
    text: str | None = None
    speaker: str | None = None
    """A character's name; empty for nobody."""
    kind: LineKind | None = None
    emotion: Emotion | None = None
    seen: str | None = None
    """What is seen in the beat that holds the line."""
    cut: bool = False
    near: int | None = None
    """Where the line stood in book.txt: told apart from others with the same words by what is nearest."""


class NewLineEdit(Word):
    """A line that the book does not have: it stands after the line whose words are `after`, or before `before`.

    Both are the words that the line has in the book, or those of another new line. `near` is where in book.txt that
    line stands; if it is not in the film, the new one takes its place there. Once cut, it stays out.
    """

    after: str | None = None
    before: str | None = None
    near: int | None = None
    text: str
    kind: LineKind = "dialogue"
    speaker: str = ""
    """A character's name; empty for nobody."""
    emotion: Emotion = "neutral"
    cut: bool = False


class SceneEdit(Word):
    """A scene as the author wants it, found by the first words of its first line."""

    begins: str
    place: PlaceKind | None = None
    hour: Hour | None = None
    weather: Weather | None = None


class Direction(Word):
    """The whole of direction.toml.

    `keep` and `cut` are passages of book.txt, [start, end) in code points, or chapter titles.
    """

    title: str | None = None
    author: str | None = None
    style: str | None = None
    credits: tuple[str, ...] = ()
    right: Right = Right()
    character: tuple[Casting, ...] = ()
    line: tuple[LineEdit, ...] = ()
    insert: tuple[NewLineEdit, ...] = ()
    scene: tuple[SceneEdit, ...] = ()
    keep: tuple[Annotated[Span | str, Field(union_mode="left_to_right")], ...] = ()
    cut: tuple[Annotated[Span | str, Field(union_mode="left_to_right")], ...] = ()
