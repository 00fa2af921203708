"""An inspection as a person reads it: a line a figure, its limit beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookfilm.film.inspection.sections import Inspection


def told(inspection: Inspection) -> Iterator[str]:
    """Yield the lines of `inspection`."""
    for section in inspection.sections:
        yield section.title
        for figure in section.figures:
            value = "not measured" if figure.value is None else str(figure.value)
            yield f"  {'ok  ' if figure.ok else 'OUT '}  {figure.name:40} {value:>16}   ({figure.limit})"
            yield from (f"          {place}" for place in figure.where)
    faults = inspection.faults()
    said = f"out of bounds: {', '.join(figure.name for figure in faults)}" if faults else "all within bounds"
    yield f"{inspection.film}: {said}"
