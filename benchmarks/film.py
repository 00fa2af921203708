"""How fast the example film is made, by stage, and what orchestration by Ray adds.

The same film is made twice in one run, each time in a fresh folder and a fresh process: through Ray
(Serve's replicas fed by Ray Data) and by a plain pool of as many processes. Start-up of either is told
apart and is not part of the comparison.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Result

EXAMPLE = Path(__file__).parent.parent / "examples" / "the_eleventh_lamp.txt"


def film() -> Result:
    """Make the example film both ways and compare."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        plain = _made([sys.executable, "-m", "benchmarks.plainly", str(EXAMPLE), f"{folder}/plain"])
        ray = _made([sys.executable, "-m", "bookfilm", "make", str(EXAMPLE), "--out", f"{folder}/ray", "--json"])
    film_s, stages = ray["film_s"], ray["stage_s"]
    begin, work, plain_work = stages["start"], _work(ray), _work(plain)
    figures = [
        Figure("film", film_s, "s"),
        Figure("speed, start included", film_s / (begin + work), "film s / s", 1.0, "least"),
        Figure("speed, plain pool", film_s / plain_work, "film s / s"),
        Figure("start of Ray and Serve", begin, "s"),
        *(
            Figure(f"speed of {name}", film_s / taken, "film s / s")
            for name, taken in stages.items()
            if taken > 0.01 and name != "start"
        ),
        *(
            Figure(f"plain speed of {name}", film_s / taken, "film s / s")
            for name, taken in plain["stage_s"].items()
            if taken > 0.01 and name != "start"
        ),
        Figure("orchestration", work / plain_work - 1, "of plain", 0.15, "most"),
    ]
    return Result("film", figures)


def _made(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def _work(made: dict[str, Any]) -> float:
    return sum(float(taken) for stage, taken in made["stage_s"].items() if stage != "start")
