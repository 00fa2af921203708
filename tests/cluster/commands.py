"""The command line in a process of its own, and what it leaves in a film folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def bookfilm(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does; `environment` is laid over this process's."""
    command = [sys.executable, "-m", "bookfilm", *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
        env={**os.environ, **environment},
    )


def takes_of(folder: Path) -> dict[str, int]:
    """Return the takes in a film folder, each with its time of change."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "takes").glob("*.json")}
