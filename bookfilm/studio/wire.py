"""What goes over the wire is strict: fields that nobody knows, and values of another type, are refused by name."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bookfilm.studio.problems import Fault, Refusal

T = TypeVar("T")
MOST_A_PAGE = 100


class Given(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Told(BaseModel):
    """What a client is told."""

    model_config = ConfigDict(frozen=True)


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be printed")
    return text


def _some_lines(text: str) -> str:
    if not text.replace("\n", "").isprintable():
        raise ValueError("it holds characters that cannot be printed")
    return text


Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True), AfterValidator(_one_line)]
Words = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(_some_lines)]

Limit = Annotated[int, Query(ge=1, le=MOST_A_PAGE, description="How many there are on a page, at most.")]
After = Annotated[
    str | None, Query(max_length=40, description="`next` of the page before; absent: from the beginning.")
]


class Page(Told, Generic[T]):
    """A stretch of a list. `next` is what `after` has to be for the next one; null: there is none."""

    items: list[T]
    next: str | None = Field(default=None, examples=["NDE"])


def cursor_of(number: int) -> str:
    """Return the cursor that stands for the row `number`."""
    return base64.urlsafe_b64encode(str(number).encode()).rstrip(b"=").decode()


def number_of(cursor: str | None) -> int | None:
    """Return the row that `cursor` stands for. Raises Refusal for one that nobody gave out."""
    if cursor is None:
        return None
    try:
        said = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True).decode(
            "ascii"
        )
        if said.isdigit() and len(said) < 19:
            return int(said)
    except (binascii.Error, UnicodeError, ValueError):
        pass
    raise Refusal("invalid", "`after` is no cursor", errors=[Fault(where="query.after", what="no cursor of this list")])
