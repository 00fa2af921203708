"""How fast finished frames are made of the example films' shots, beside x264 alone on the same frames.

Every 14th shot is drawn and encoded as a take is, whole, at two sizes; then the same frames, already yuv420p and in
memory's cache, are encoded by x264 alone: both at veryfast, crf 20, 2 threads. A set is cut once a scene, not once a
shot, so cutting is timed apart and charged at the share that it has in the whole film. Where MoviePy is installed
(MIT; `pip install moviepy`), it pans and zooms over a still of each shot, encoded alike.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Result
from benchmarks.orders import ENCODING, EXAMPLES, order_film, resized
from bookfilm.engines.protocols import Clip, RenderRequest, never_cancelled, no_progress
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.requests import TakeOrder
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.store.ffmpeg import program

STEP = 14
SIZES = {"720p": (1280, 720, 0.45), "1080p": (1920, 1080, 0.35)}
"""Width, height, and the least share of x264's own rate."""


@dataclass
class Spent:
    """What a sample took, in seconds; `set_s` is charged for the sets, and already in `made_s`."""

    frames: int = 0
    made_s: float = 0.0
    x264_s: float = 0.0
    drawing_cpu_s: float = 0.0
    set_s: float = 0.0
    moviepy_s: float = 0.0


def picture() -> Result:
    """Draw and encode a sample of both example films at both sizes."""
    films = [order_film(book, 1280, 720) for book in EXAMPLES]
    figures = []
    for name, (width, height, limit) in SIZES.items():
        spent = Spent()
        for orders in films:
            film = [resized(order, width, height) for order in orders]
            _measure(film, spent)
        figures += _figures(name, limit, spent)
    return Result("picture", figures)


def _figures(name: str, limit: float, spent: Spent) -> list[Figure]:
    made, alone = spent.frames / spent.made_s, spent.frames / spent.x264_s
    figures = [
        Figure(f"{name} finished", made, "frames / s"),
        Figure(f"{name} x264 alone", alone, "frames / s"),
        Figure(f"{name} finished over x264 alone", made / alone, "", limit, "least"),
        Figure(f"{name} drawing", 1000 * spent.drawing_cpu_s / spent.frames, "CPU ms / frame"),
        Figure(f"{name} of that, sets", 1000 * spent.set_s / spent.frames, "CPU ms / frame"),
    ]
    if name == "720p":
        figures.append(Figure(f"{name} against playing", made / 24, "film s / s", 1.0, "least"))
    if spent.moviepy_s:
        figures.append(Figure(f"{name} stills by MoviePy", spent.frames / spent.moviepy_s, "frames / s"))
    return figures


def _measure(film: list[TakeOrder], spent: Spent) -> None:
    engine = ShadowEngine()
    whole = sum(order.request.frames for order in film)
    sets = len({order.request.picture.setting for order in film})
    cutting: list[float] = []
    sample = film[STEP // 2 :: STEP]
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        for order in sample:
            request, out = order.request, Path(scratch) / "take.mp4"
            first = request.changed(frames=1)
            next(_clip(engine, first).pixels)
            # Cut anew by an engine that has no sets yet, so that it is not the one lying ready that is timed.
            begun = time.process_time()
            next(_clip(ShadowEngine(), first).pixels)
            cutting.append(time.process_time() - begun)
            wall, cpu = time.monotonic(), time.process_time()
            encode_clip(_clip(engine, request), out, ENCODING, order.key_frames)
            spent.made_s += time.monotonic() - wall
            # ffmpeg is another process: what this one spent is drawing, and handing over the pixels.
            spent.drawing_cpu_s += time.process_time() - cpu
            spent.frames += request.frames
            spent.x264_s += _x264_alone(engine, request, Path(scratch))
            if importlib.util.find_spec("moviepy"):
                spent.moviepy_s += _moviepy(engine, request, Path(scratch))
            print(f"{request.height} {order.shot} {request.frames} frames", file=sys.stderr, flush=True)
    share = sum(order.request.frames for order in sample) / whole
    charged = share * sets * sum(cutting) / len(cutting)
    spent.set_s += charged
    spent.made_s += charged
    spent.drawing_cpu_s += charged


def _clip(engine: ShadowEngine, request: RenderRequest) -> Clip:
    return engine.render(request, no_progress, never_cancelled)


def _x264_alone(engine: ShadowEngine, request: RenderRequest, scratch: Path) -> float:
    """Return how many seconds x264 takes for the frames of `request` when they lie ready for it."""
    raw = scratch / "frames.yuv"
    size = ["-f", "rawvideo", "-s", f"{request.width}x{request.height}", "-r", str(request.rate)]
    ffmpeg = [program(), "-y", "-loglevel", "error"]
    convert = [*ffmpeg, *size, "-pix_fmt", "rgba", "-i", "pipe:", "-f", "rawvideo", "-pix_fmt", "yuv420p", str(raw)]
    with subprocess.Popen(convert, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for pixels in _clip(engine, request).pixels:
            process.stdin.write(pixels.data)
        process.stdin.close()
    options = ["-c:v", "libx264", "-preset", ENCODING.preset, "-crf", str(ENCODING.crf)]
    options += ["-threads", str(ENCODING.threads), "-bf", "0", str(scratch / "alone.mp4")]
    begun = time.monotonic()
    subprocess.run([*ffmpeg, *size, "-pix_fmt", "yuv420p", "-i", str(raw), *options], check=True)
    taken = time.monotonic() - begun
    raw.unlink()
    return taken


def _moviepy(engine: ShadowEngine, request: RenderRequest, scratch: Path) -> float:
    """Return how many seconds MoviePy takes to zoom by 8% and pan over a still as long as the shot."""
    import moviepy  # no dependency: measured where it is installed

    os.environ.setdefault("FFMPEG_BINARY", program())
    still: NDArray[np.uint8] = next(_clip(engine, request).pixels)[:, :, :3].copy()
    length = request.frames / float(request.rate.per_second)
    w, h = request.width, request.height
    moving: Any = moviepy.ImageClip(still, duration=length).resized(lambda t: 1.04 + 0.08 * t / length)
    moving = moving.with_position(lambda t: (-0.03 * w * t / length, -0.03 * h * t / length))
    whole = moviepy.CompositeVideoClip([moving], size=(w, h))
    begun = time.monotonic()
    whole.write_videofile(
        str(scratch / "still.mp4"), fps=24, codec="libx264", preset=ENCODING.preset, audio=False, logger=None,
        threads=ENCODING.threads, ffmpeg_params=["-crf", str(ENCODING.crf)],
    )  # fmt: skip
    return time.monotonic() - begun
