"""What sending a shot costs, side by side: this pipeline, Ray Data alone, a loop over a Serve handle, and Xenna.

Shots that take no time go to the same replicas of one Serve app in these ways (`benchmarks.ways`), ours without and
with its ledger, and through a stage of Xenna's, whose workers make no call at all (`benchmarks.xenna_noop`). Xenna
(Apache-2.0) has requirements that are not ours: it is installed into an environment of its own, with the same Ray
(`benchmarks.rented`). What it takes to start its pipeline is taken off; the others' starts are in their times. Passes
take turns, after one that is not counted.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.rented import NotMeasured, rented_python, run_rented

XENNA = "cosmos-xenna==0.3.0"
ALSO = ("tqdm",)
"""It imports this and does not ask for it."""
SHOTS, GPUS, PASSES = 2_000, 4, 3
MOST_OVER_RAY_DATA = 1.3


def rivals() -> Result:
    """Send the shots every way."""
    ways = _ways()
    try:
        xenna_s, why = _xenna(), ""
    except NotMeasured as error:
        xenna_s, why = None, str(error)
    return Result("rivals", figures_of(ways, xenna_s, why))


def figures_of(ways: dict[str, list[float]], xenna_s: Sequence[float] | None, why: str = "") -> list[Figure]:
    """Return the figures: of each way the median pass, and ours over Ray Data's and Xenna's, pass by pass."""
    ours = ways["pipeline"]
    figures = []
    for name, taken in {**ways, **({"Xenna": list(xenna_s)} if xenna_s else {})}.items():
        middle = statistics.median(taken)
        figures += [
            Figure(name, SHOTS / middle, "shots / s"),
            Figure(f"{name}, a shot", 1000 * middle / SHOTS, "ms"),
        ]
    for name in ("pipeline", "with its ledger"):
        ratios = [mine / theirs for mine, theirs in zip(ways[name], ways["Ray Data"], strict=True)]
        figures.append(Figure(f"{name}, over Ray Data", statistics.median(ratios), "ratio", MOST_OVER_RAY_DATA))
    over_xenna = statistics.median(ours) / statistics.median(xenna_s) if xenna_s else None
    return [*figures, Figure("pipeline, over Xenna", over_xenna, "ratio", 1.0, why=why)]


def _ways() -> dict[str, list[float]]:
    command = [sys.executable, "-m", "benchmarks.ways", str(SHOTS), str(GPUS), str(PASSES)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"the ways ended with {ended.returncode}: {(ended.stderr.strip() or '-').splitlines()[-1]}")
    told: dict[str, list[float]] = json.loads(ended.stdout.splitlines()[-1])
    return told


def _xenna() -> list[float]:
    """Return the seconds of each pass, less those of a start. Raises NotMeasured."""
    python = rented_python(XENNA, *ALSO, f"ray[default]=={version('ray')}")
    script = Path(__file__).with_name("xenna_noop.py")
    told = run_rented([str(python), str(script), str(SHOTS), str(GPUS), str(PASSES)], "Xenna failed")
    return [(whole - start) * SHOTS / (SHOTS - GPUS) for whole, start in json.loads(told.splitlines()[-1])]
