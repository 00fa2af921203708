"""MoviePy (MIT) beside us: stills of the same shots under pan and zoom, made by it as people make such films.

It asks for a Pillow older than ours, so it is no dependency (`benchmarks.rented`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.rented import environment_of, rented_python, run_rented
from bookfilm.settings import Encoding

MOVIEPY = "moviepy==2.2.1"
ENVIRONMENT = environment_of(MOVIEPY)

Still = tuple[NDArray[np.uint8], int]
"""A picture, RGB or RGBA of shape (height, width, channels), and for how many frames it is seen."""


def moviepy_python() -> Path:
    """Return the interpreter that has MoviePy. Raises NotMeasured."""
    return rented_python(MOVIEPY)


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
    said = run_rented([str(python), str(script), str(order)], "MoviePy failed")
    return float(json.loads(said.splitlines()[-1])["taken_s"])
