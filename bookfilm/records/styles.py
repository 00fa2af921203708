"""Styles: how the colours of a whole film are changed, as a TOML file says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from bookfilm.records.base import Part
from bookfilm.records.bible import Hour

Tone = Literal["top", "mid", "low", "horizon", "far", "near", "ink", "mist", "warm", "glow"]
"""The colours of an hour: the sky from above, sheets from far to near, figures, mist, lamps and what they light."""
Tones = tuple[tuple[Tone, str], ...]
_HEX = re.compile(r"#?[0-9a-fA-F]{6}")


class StyleSheet(Part):
    """A style: what becomes of each colour, and colours that stand for themselves.

    A colour keeps `keep` of its own hue, takes `hue` at `strength` times what that has, and its lightness (OKLab, 0
    to 1) is spread by `contrast` about the middle, moved by `light` and, with `tones`, put on so many steps.
    `colours` stand in every hour, and `hours` in one; they are not changed any more.
    """

    about: str = ""
    hue: str = ""
    """Hex; empty for none."""
    strength: Annotated[float, Field(ge=0, le=3)] = 1.0
    keep: Annotated[float, Field(ge=0, le=2)] = 1.0
    contrast: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    light: Annotated[float, Field(ge=-0.3, le=0.3)] = 0.0
    tones: Annotated[int, Field(ge=0, le=12)] = 0
    """Steps of lightness, at least 2; 0: all there are."""
    lamps: bool = False
    """True: lamps and fires keep their own colour."""
    colours: Tones = ()
    hours: tuple[tuple[Hour, Tones], ...] = ()

    @field_validator("hue", mode="after")
    @classmethod
    def _a_colour(cls, hue: str) -> str:
        return _hex(hue) if hue else ""

    @field_validator("tones", mode="after")
    @classmethod
    def _steps(cls, tones: int) -> int:
        if tones == 1:
            raise ValueError("one tone shows nothing; at least 2, or 0 for all")
        return tones

    @field_validator("colours", mode="before")
    @classmethod
    def _named_colours(cls, value: Any) -> Any:
        return tuple(value.items()) if isinstance(value, Mapping) else value

    @field_validator("hours", mode="before")
    @classmethod
    def _named_hours(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return tuple((hour, tuple(t.items()) if isinstance(t, Mapping) else t) for hour, t in value.items())

    @field_validator("colours", "hours", mode="after")
    @classmethod
    def _colours_are_hex(cls, value: Any) -> Any:
        return tuple((name, _hex(v) if isinstance(v, str) else tuple((t, _hex(c)) for t, c in v)) for name, v in value)


def _hex(text: str) -> str:
    if _HEX.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no colour; write it as #8a6a3a")
    return text.removeprefix("#").lower()
