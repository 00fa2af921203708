"""MoviePy (MIT) beside us: stills of the same shots under pan and zoom, made by it as people make such films.

It asks for a Pillow older than ours, so it is no dependency: it is installed with pip into an environment of its own
under `build/`, once. Where that cannot be done, nothing is measured, and the reason is told.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.settings import Encoding
from bookfilm.store.ffmpeg import program

MOVIEPY = "moviepy==2.2.1"
ENVIRONMENT = Path(__file__).parent.parent / "build" / MOVIEPY.replace("==", "-")
MOST_S = 3600

Still = tuple[NDArray[np.uint8], int]
"""A picture, RGB or RGBA of shape (height, width, channels), and for how many frames it is seen."""


class NotMeasured(Exception):
    """MoviePy cannot be had, or failed; says why in one line."""


def moviepy_python(environment: Path = ENVIRONMENT, requirement: str = MOVIEPY) -> Path:
    """Return the interpreter that has MoviePy, made ready if it is not there. Raises NotMeasured."""
    python, ready = environment / "bin" / "python", environment / "ready"
    if ready.exists() and python.exists():
        return python
    shutil.rmtree(environment, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(environment)], f"no environment for MoviePy in {environment}")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
    _run(install, f"{requirement} cannot be installed")
    ready.touch()
    return python


def seconds_by_moviepy(python: Path, stills: Sequence[Still], rate: float, encoding: Encoding, scratch: Path) -> float:
    """Return how many seconds MoviePy takes for a film of `stills` (all of one size). Raises NotMeasured."""
    height, width = stills[0][0].shape[:2]
    listed = []
    for number, (pixels, frames) in enumerate(stills):
        path = scratch / f"still{number:04}.png"
        cv2.imwrite(str(path), cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_RGB2BGR))
        listed.append((str(path), frames))
    order = scratch / "stills.json"
    asked = {"stills": listed, "width": width, "height": height, "rate": rate, "out": str(scratch / "stills.mp4")}
    asked |= {"preset": encoding.preset, "crf": encoding.crf, "threads": encoding.threads}
    order.write_text(json.dumps(asked), encoding="utf8")
    script = Path(__file__).with_name("panning.py")
    said = _run([str(python), str(script), str(order)], "MoviePy failed")
    return float(json.loads(said.splitlines()[-1])["taken_s"])


def _run(command: list[str], failing: str) -> str:
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
