"""How soon the command line answers `--help`, and how soon it refuses what is no book."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, Result


def start() -> Result:
    """Time `--help` and a refusal, the median of five each."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        picture = Path(folder) / "picture.epub"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
        refused = ["make", str(picture), "--out", f"{folder}/film"]
        return Result(
            "start",
            [
                Figure("bookfilm --help", _seconds(["--help"], 0), "s", 0.5, "most"),
                Figure("refusal of a picture", _seconds(refused, 2), "s", 5.0, "most"),
            ],
        )


def _seconds(arguments: list[str], expected: int) -> float:
    taken = []
    for _ in range(5):
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "bookfilm", *arguments], capture_output=True, check=False)
        taken.append(time.monotonic() - began)
        if done.returncode != expected:
            raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr.decode()}")
    return statistics.median(taken)
