"""Memory of all processes while the example film is made: proportional set size, sampled."""

from __future__ import annotations

import sys
import tempfile

from benchmarks.figures import Figure, Result
from benchmarks.film import EXAMPLE
from benchmarks.watching import watch

LIMIT_GB = 4.5


def footprint() -> Result:
    """Make the example film and sample what all its processes hold, four times a second."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        held = watch([sys.executable, "-m", "bookfilm", "make", str(EXAMPLE), "--out", f"{folder}/film"])
    return Result(
        "footprint",
        [
            Figure("memory at its highest", held.most / 1e9, "GB", LIMIT_GB, "most"),
            Figure("processes at once", held.processes, ""),
        ],
    )
