"""How near the farm comes to what its GPUs could do at best, on simulated GPUs, and beyond them by events.

At each size the real farm (Ray Data, gate, feeders, Serve) sends shots to replicas that only wait as long as a GPU
would work (`benchmarks.simulated`): twelve waves of shots of at least ten seconds. The best is a greedy list schedule
of the same times. The event simulation (`benchmarks.foretold`) is given what a row costs, measured here with shots
that take no time, and is held against every real run before it is asked for a thousand GPUs. The table and a plot are
written into `benchmarks/results`.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.foretold import Costs, Foretelling
from benchmarks.simulated import Farm, Ran, drawn_seconds, ideal_s, run_apart

SIZES = (1, 2, 4, 8, 16, 32, 64)
FED_BY_SEVERAL, THEIR_WINDOW = 32, 16
"""A thousand GPUs are fed by sixteen feeders, that share the places: so many here by eight, to check that as well."""
WAVES = 12
SHOT_S = 10.0
"""Thirty seconds of a real shot, compressed."""
MOST_GPUS, MOST_SHOTS, MOST_SHOT_S = 1_000, 100_000, 30.0
FEW, MANY = 1_000, 100_000
NOTHING_GPUS = 4
SEED = 1
RUNS = 15
"""So often the event simulation is run."""
RESULTS = Path(__file__).parent / "results"
SIZES_TOLD = "BOOKFILM_FARM_SIZES"
"""Names other sizes, with commas: a quick look need not take twenty minutes. They are judged alike."""


@dataclass(frozen=True)
class Row:
    """One size: walls in seconds, and shares of the best."""

    gpus: int
    shots: int
    ideal_s: float
    wall_s: float
    foretold_s: float
    start_s: float
    window: int | None = None

    @property
    def name(self) -> str:
        return f"{self.gpus} GPUs" + (f", {self.window} rows a feeder" if self.window else "")

    @property
    def share(self) -> float:
        return self.ideal_s / self.wall_s

    @property
    def missed(self) -> float:
        """By how much the event simulation misses the real run, as a share of it."""
        return abs(self.foretold_s - self.wall_s) / self.wall_s


def farm() -> Result:
    """Run every size, the no-op jobs and the event simulation."""
    few, many = (run_apart(Farm(gpus=NOTHING_GPUS, seconds=(0.0,) * count)) for count in (FEW, MANY))
    costs = costs_of(many)
    sizes = [int(size) for size in os.environ.get(SIZES_TOLD, "").split(",") if size] or list(SIZES)
    rows = [measured(gpus, costs) for gpus in sizes]
    several = [measured(FED_BY_SEVERAL, costs, THEIR_WINDOW)] if FED_BY_SEVERAL in sizes else []
    far = drawn_seconds(MOST_SHOTS, MOST_SHOT_S, SEED)
    far_share = ideal_s(far, MOST_GPUS) / foretold_s(far, MOST_GPUS, costs)
    keep(rows, costs)
    return Result("farm", [*_figures([*rows, *several]), *_more(few, many, far_share)])


def measured(gpus: int, costs: Costs, window: int | None = None) -> Row:
    """Run one size for real, and foretell it."""
    seconds = drawn_seconds(WAVES * gpus, SHOT_S, SEED + gpus)
    ran = run_apart(Farm(gpus=gpus, seconds=seconds, window=window))
    if ran.done != len(seconds) or ran.twice:
        raise SystemExit(f"{ran.done} of {len(seconds)} shots were made on {gpus} GPUs, {ran.twice} of them twice")
    foretold = foretold_s(seconds, gpus, costs, window)
    row = Row(gpus, len(seconds), ideal_s(seconds, gpus), ran.wall_s, foretold, ran.start_s, window)
    print(f"{row.name}: {row.share:.4f} of the best, foretold within {row.missed:.4f}", file=sys.stderr, flush=True)
    return row


def foretold_s(seconds: Sequence[float], gpus: int, costs: Costs, window: int | None = None) -> float:
    """Return what the event simulation takes, in seconds: the median of several runs, in which equals are drawn from
    in another order."""
    foretold = (Foretelling(seconds, gpus, costs, seed, window).wall_s() for seed in range(SEED, SEED + RUNS))
    return statistics.median(foretold)


def costs_of(nothing: Ran) -> Costs:
    """Return what a row costs, by a job whose shots take no time: one feeder, which is at work all the time."""
    row_s = nothing.wall_s / nothing.done
    return Costs(row_s=row_s, way_s=2 * row_s)


def keep(rows: Sequence[Row], costs: Costs) -> None:
    """Write the table and the plot."""
    RESULTS.mkdir(exist_ok=True)
    told = {"costs": asdict(costs), "rows": [{**asdict(row), "share": row.share, "missed": row.missed} for row in rows]}
    (RESULTS / "farm.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf8")
    (RESULTS / "farm.svg").write_text(plotted(rows), encoding="utf8")


def plotted(rows: Sequence[Row]) -> str:
    """Return an SVG: the share of the best by GPUs, real (filled) and foretold (rings), from 90 to 100 %."""
    step, high = 520 / max(1, len(rows) - 1), 260
    marks = []
    for n, row in enumerate(rows):
        x = 60 + n * step
        for share, fill in ((row.share, "#1d1512"), (row.ideal_s / row.foretold_s, "none")):
            y = 20 + high * (1 - (max(share, 0.9) - 0.9) / 0.1)
            marks.append(f'<circle cx="{x:.0f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="#1d1512" stroke-width="1.5"/>')
        marks.append(f'<text x="{x:.0f}" y="{high + 42}" text-anchor="middle">{row.gpus}</text>')
    for percent in (90, 92, 94, 96, 97, 98, 100):
        y = 20 + high * (1 - (percent - 90) / 10)
        dash = ' stroke-dasharray="4 3"' if percent == 97 else ""
        marks.append(f'<line x1="50" x2="590" y1="{y:.1f}" y2="{y:.1f}" stroke="#b9a88f"{dash}/>')
        marks.append(f'<text x="44" y="{y + 4:.1f}" text-anchor="end">{percent}</text>')
    title = '<text x="320" y="340" text-anchor="middle">simulated GPUs; % of a greedy list schedule</text>'
    style = '<style>text{font:12px serif;fill:#1d1512}</style><rect width="640" height="350" fill="#f6ead4"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 350">{style}{"".join(marks)}{title}</svg>\n'


def _figures(rows: Sequence[Row]) -> list[Figure]:
    figures = []
    for row in rows:
        figures += [
            # So few with so many feeders is no farm that anybody has: only what is foretold of it is judged.
            Figure(f"{row.name}, of the best", row.share, "share", None if row.window else 0.97, "least"),
            Figure(f"{row.name}, foretold", row.ideal_s / row.foretold_s, "share"),
            Figure(f"{row.name}, until the first shot", row.start_s, "s"),
        ]
    return [*figures, Figure("event simulation misses by, most", max(row.missed for row in rows), "share", 0.02)]


def _more(few: Ran, many: Ran, far_share: float) -> list[Figure]:
    return [
        Figure(f"{MOST_GPUS} GPUs, {MOST_SHOTS} shots, foretold", far_share, "share", 0.95, "least"),
        Figure(f"driver, {FEW} no-op shots", few.peak_bytes / 1e6, "MB"),
        Figure(f"driver, {MANY} no-op shots", many.peak_bytes / 1e6, "MB"),
        Figure("driver's memory, many over few", many.peak_bytes / few.peak_bytes, "ratio", 1.1),
        Figure("no-op shots", many.done / many.wall_s, "a second"),
    ]
