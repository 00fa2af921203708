"""Stills under pan and zoom, as people make films with MoviePy: for an interpreter that has it and nothing of ours.

`python panning.py ORDER.json` prints a JSON object with the seconds that the film took. The order names `stills` (each
a picture's path and its length in frames), `width`, `height`, `rate`, the `preset`, `crf` and `threads` of x264, and
where the film goes, `out`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def pan_film(order: dict[str, Any]) -> float:
    """Make the film of the stills; return how many seconds it took, MoviePy's own start apart."""
    import moviepy  # no dependency of this project: it lies in an environment of its own

    width, height, rate = order["width"], order["height"], order["rate"]
    begun = time.monotonic()
    shots: list[Any] = []
    for path, frames in order["stills"]:
        length = frames / rate
        # Every still grows by 8 % and moves by 3 %: no edge of it is ever seen.
        moving = moviepy.ImageClip(path, duration=length).resized(lambda t, s=length: 1.04 + 0.08 * t / s)
        moving = moving.with_position(
            lambda t, s=length: (-0.02 * width - 0.03 * width * t / s, -0.02 * height - 0.03 * height * t / s)
        )
        shots.append(moviepy.CompositeVideoClip([moving], size=(width, height)).with_duration(length))
    film = moviepy.concatenate_videoclips(shots)
    film.write_videofile(
        order["out"], fps=rate, codec="libx264", preset=order["preset"], threads=order["threads"], audio=False,
        logger=None, ffmpeg_params=["-crf", str(order["crf"]), "-bf", "0"],
    )  # fmt: skip
    return time.monotonic() - begun


if __name__ == "__main__":
    print(json.dumps({"taken_s": pan_film(json.loads(Path(sys.argv[1]).read_text(encoding="utf8")))}))
