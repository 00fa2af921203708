"""What goes over the wire is strict: fields that nobody knows, and values of another type, are refused by name."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

T = TypeVar("T")
MOST_A_PAGE = 100
CURSOR_LETTER = "c"
"""With what a cursor begins."""


class Given(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Told(BaseModel):
    """What a client is told."""

    model_config = ConfigDict(frozen=True)


def _whole(number: Any) -> Any:
    return int(number) if isinstance(number, float) and number.is_integer() else number


WHOLE = BeforeValidator(_whole)
"""After the bounds of an integer: a whole number. JSON has one kind of number: 3.0 is 3."""

# Control characters, breaks of lines and paragraphs, and what turns the direction of writing round: a name with these
# would be shown as another one. Written so that JSON Schema's regular expressions and Python's read it alike.
_UNSEEN = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff"
_SPACES = r"\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
ONE_LINE = f"^[^{_UNSEEN}]*$"
SOMETHING = f"^[^{_UNSEEN}]*[^{_UNSEEN}{_SPACES}][^{_UNSEEN}]*$"
SOME_LINES = f"^([^{_UNSEEN}]|\\n)*$"

Name = Annotated[str, StringConstraints(max_length=120, pattern=SOMETHING), AfterValidator(str.strip)]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=ONE_LINE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=SOME_LINES)]

Runtime = Annotated[
    str,
    StringConstraints(
        pattern="^([1-9][0-9]{0,2}h([0-9]{1,3}m)?([0-9]{1,2}s)?|[1-9][0-9]{0,3}m([0-9]{1,2}s)?|[1-9][0-9]{1,5}s?"
        "|[1-9][0-9]?:[0-5][0-9]:[0-5][0-9])$"
    ),
]
"""A film's length: 20m, 1h50m, 90s or 1:50:00; ten seconds at least."""
_SIDE = "(128|1[3-9][02468]|[2-9][0-9][02468]|[1-6][0-9]{2}[02468]|7[0-5][0-9][02468]|76[0-7][02468]|7680)"
Size = Annotated[str, StringConstraints(pattern=f"^(360p|720p|1080p|4k|{_SIDE}x{_SIDE})$")]
"""Width and height in pixels: even, 128 to 7680 each."""
Rate = Annotated[
    str,
    StringConstraints(
        pattern="^([1-9][0-9]?|1[0-9]{2}|2[0-3][0-9]|240|23[.]976|23[.]98|29[.]97|59[.]94|(24|30|48|60|120)000/1001)$"
    ),
]
"""Frames a second: 1 to 240, or as NTSC counts."""

Limit = Annotated[int, Query(ge=1, le=MOST_A_PAGE, description="How many there are on a page, at most.")]
Cursor = Annotated[str, StringConstraints(pattern=f"^{CURSOR_LETTER}[A-Za-z0-9_-]{{22}}$")]
After = Annotated[
    # The bounds of what may be absent stand inside: of a union they would be left out of the document.
    Cursor | SkipJsonSchema[None],
    Query(description="`next` of the page before; absent: from the beginning."),
]


class Page(Told, Generic[T]):
    """A stretch of a list. `next` is what `after` has to be for the next one; null: there is none."""

    items: list[T]
    next: str | None = Field(default=None, examples=["c3rAz9xV0b2kXo7QmWc1d8g"])
