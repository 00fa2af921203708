"""Figures and their limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One measured value. Without a limit it is told, not judged; what could not be measured has not passed."""

    name: str
    value: float | None
    """None: not measured, and `why` says the reason."""
    unit: str
    limit: float | None = None
    at: Literal["least", "most"] = "most"
    why: str = ""

    @property
    def ok(self) -> bool:
        if self.value is None:
            return False
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at == "least" else self.value <= self.limit


@dataclass(frozen=True)
class Result:
    """The figures of one benchmark."""

    benchmark: str
    figures: list[Figure] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return all(figure.ok for figure in self.figures)

    def body(self) -> dict[str, Any]:
        """Return the result in the form that ``--json`` prints."""
        rows = [
            {"name": f.name, "value": None if f.value is None else round(f.value, 4), "unit": f.unit, "limit": f.limit}
            | {"at": f.at}
            | ({"why": f.why} if f.why else {})
            for f in self.figures
        ]
        return {"benchmark": self.benchmark, "ok": self.ok, "figures": rows}

    def table(self) -> str:
        """Return the result as lines for a person."""
        lines = []
        for figure in self.figures:
            if figure.value is None:
                lines.append(f"{figure.name:34} not measured: {figure.why}")
                continue
            limit = (
                "" if figure.limit is None else f"  {'ok ' if figure.ok else 'MISS'} at {figure.at} {figure.limit:g}"
            )
            lines.append(f"{figure.name:34} {figure.value:10.3f} {figure.unit:14}{limit}")
        return "\n".join(lines)
