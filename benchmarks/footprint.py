"""Memory of all processes while the example film is made: proportional set size, sampled."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

import psutil

from benchmarks.figures import Figure, Result
from benchmarks.film import EXAMPLE

LIMIT_GB = 4.5


def footprint() -> Result:
    """Make the example film and sample what all its processes hold, four times a second."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        command = [sys.executable, "-m", "bookfilm", "make", str(EXAMPLE), "--out", f"{folder}/film"]
        made = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most, processes = 0, 0
        while made.poll() is None:
            held, count = _held_bytes(made.pid)
            most, processes = max(most, held), max(processes, count)
            time.sleep(0.25)
    if made.returncode != 0:
        raise SystemExit(f"the film ended with {made.returncode}")
    return Result(
        "footprint",
        [
            Figure("memory at its highest", most / 1e9, "GB", LIMIT_GB, "most"),
            Figure("processes at once", processes, ""),
        ],
    )


def _held_bytes(pid: int) -> tuple[int, int]:
    """Return the proportional set size of `pid` and all its descendants, and how many they are."""
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0, 0
    held = 0
    for process in family:
        try:
            held += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return held, len(family)
