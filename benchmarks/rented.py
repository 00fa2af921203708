"""Other people's programs to be measured beside: each in an environment of its own under `build/`, made once with pip.

They are no dependencies: what they ask for need not go together with ours. Where one cannot be had, nothing is
measured, and the reason is told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bookfilm.store.ffmpeg import program

BUILD = Path(__file__).parent.parent / "build"
MOST_S = 3600


class NotMeasured(Exception):
    """A program cannot be had, or failed; says why in one line."""


def environment_of(requirement: str) -> Path:
    """Return where the environment of `requirement`, such as ``moviepy==2.2.1``, lies or will lie."""
    return BUILD / requirement.replace("==", "-")


def rented_python(requirement: str, *also: str, environment: Path | None = None) -> Path:
    """Return the interpreter that has `requirement` and what `also` must be there, made ready if it is not there.

    Raises NotMeasured.
    """
    environment = environment or environment_of(requirement)
    python, ready = environment / "bin" / "python", environment / "ready"
    if ready.exists() and python.exists():
        return python
    name = requirement.partition("==")[0]
    shutil.rmtree(environment, ignore_errors=True)
    run_rented([sys.executable, "-m", "venv", str(environment)], f"no environment for {name} in {environment}")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement, *also]
    run_rented(install, f"{requirement} cannot be installed")
    ready.touch()
    return python


def run_rented(command: list[str], failing: str) -> str:
    """Run `command`; return what it printed. Raises NotMeasured, which begins with `failing`."""
    # Our own ffmpeg, so that both are encoded by the same x264; none of our packages.
    apart = {name: told for name, told in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=MOST_S,
            env={**apart, "FFMPEG_BINARY": program()},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasured(f"{failing}: {error}") from None
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise NotMeasured(f"{failing}: {last}")
    return done.stdout
