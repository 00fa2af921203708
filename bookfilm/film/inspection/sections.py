"""What an inspection finds: figures, each with its limit, in sections of one theme each."""

from __future__ import annotations

from collections.abc import Sequence

from bookfilm.records.base import Part
from bookfilm.records.timeline import READING_CHARS_PER_S

MOST_PLACES = 4


class Bounds(Part):
    """The limits that a film is held to, where they can be chosen."""

    loudness_lufs: float = -16.0
    loudness_within_lu: float = 0.5
    true_peak_dbtp: float = -1.0
    chars_per_s: float = float(READING_CHARS_PER_S)
    black_s: float = 4.0
    frozen_s: float = 10.0


class Figure(Part):
    """One thing measured. `value` is what came out, `limit` what was promised, `where` its first places."""

    name: str
    value: str | int | float | None
    """None: it could not be measured, for the reason in `where`."""
    limit: str
    ok: bool
    where: tuple[str, ...] = ()


class Section(Part):
    """The figures of one theme."""

    title: str
    figures: tuple[Figure, ...]

    @property
    def ok(self) -> bool:
        return all(figure.ok for figure in self.figures)


class Inspection(Part):
    """A whole film, inspected."""

    film: str
    sections: tuple[Section, ...]

    @property
    def ok(self) -> bool:
        return all(section.ok for section in self.sections)

    def faults(self) -> list[Figure]:
        """Return the figures that are out of bounds."""
        return [figure for section in self.sections for figure in section.figures if not figure.ok]


def none_of(name: str, places: Sequence[str], of: str = "") -> Figure:
    """Return a figure that counts faults: there may be none. `of` says out of what."""
    count = len(places)
    value = f"{count} of {of}" if of else count
    return Figure(name=name, value=value, limit="none", ok=not count, where=tuple(places[:MOST_PLACES]))


def missing(name: str, why: str) -> Figure:
    """Return a figure that could not be measured, and so is out of bounds."""
    return Figure(name=name, value=None, limit="to be there", ok=False, where=(why,))


def clock(seconds: float) -> str:
    """Write a place in the film as 0:01:02.345."""
    milliseconds = round(max(0.0, seconds) * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
