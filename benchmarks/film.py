"""How fast the example film is made, by stage, and what orchestration by Ray adds.

The same film is made twice each way, each time in a fresh folder and a fresh process: through Ray (Serve's replicas fed
by Ray Data) and by a plain pool of as many processes. The order is plain, Ray, Ray, plain, so that a machine that gets
slower or faster meanwhile favours neither. Start-up of either is told apart and is not part of the comparison.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.figures import Figure, Result

EXAMPLE = Path(__file__).parent.parent / "examples" / "the_eleventh_lamp.txt"
ORDER = ("plain", "ray", "ray", "plain")

Made = dict[str, Any]


def film() -> Result:
    """Make the example film both ways, twice, and compare."""
    made: dict[str, list[Made]] = {"plain": [], "ray": []}
    for way in ORDER:
        with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
            made[way].append(_made([sys.executable, "-m", *_command(way, f"{folder}/film")]))
    ray, plain = made["ray"], made["plain"]
    film_s, begin = ray[0]["film_s"], mean(one["stage_s"]["start"] for one in ray)
    work, plain_work = mean(map(_work, ray)), mean(map(_work, plain))
    figures = [
        Figure("film", film_s, "s"),
        Figure("speed, start included", film_s / (begin + work), "film s / s", 1.0, "least"),
        Figure("speed, plain pool", film_s / plain_work, "film s / s"),
        Figure("start of Ray and Serve", begin, "s"),
        *(Figure(f"speed of {name}", film_s / taken, "film s / s") for name, taken in _stages(ray)),
        *(Figure(f"plain speed of {name}", film_s / taken, "film s / s") for name, taken in _stages(plain)),
        *(
            Figure(f"orchestration, pair {number}", _work(one) / _work(other) - 1, "of plain")
            for number, (one, other) in enumerate(zip(ray, plain, strict=True), 1)
        ),
        Figure("orchestration", work / plain_work - 1, "of plain", 0.15, "most"),
    ]
    return Result("film", figures)


def _command(way: str, out: str) -> list[str]:
    if way == "plain":
        return ["benchmarks.plainly", str(EXAMPLE), out]
    return ["bookfilm", "make", str(EXAMPLE), "--out", out, "--json"]


def _made(command: list[str]) -> Made:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    made: Made = json.loads(done.stdout.splitlines()[-1])
    return made


def _stages(made: list[Made]) -> list[tuple[str, float]]:
    """Return the mean seconds of each stage that takes any, start apart."""
    means = [(name, mean(one["stage_s"][name] for one in made)) for name in made[0]["stage_s"] if name != "start"]
    return [(name, taken) for name, taken in means if taken > 0.01]


def _work(made: Made) -> float:
    return sum(float(taken) for stage, taken in made["stage_s"].items() if stage != "start")
