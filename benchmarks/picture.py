"""How fast finished frames are made of the example films' shots, beside x264 alone on the same frames.

Every 14th shot is drawn and encoded as a take is, whole, at two sizes; then the same frames, already yuv420p and in
memory's cache, are encoded by x264 alone: both at veryfast, crf 20, 2 threads. A take's set is laid ready before its
clock starts; what the sets cost is measured over the whole film, as its renderers cut them (see `cut_sets_s`), and
the sample is charged its share. Beside it, a still of each of these shots (its first frame) is panned and zoomed over
for as long by MoviePy, encoded alike.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.orders import ENCODING, EXAMPLES, order_film, resized
from benchmarks.rented import NotMeasured
from benchmarks.stills import Still, moviepy_python, seconds_by_moviepy
from bookfilm.engines.protocols import Clip, RenderRequest, never_cancelled, no_progress
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.requests import TakeOrder
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.shadow.backdrop import SetCache
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.stylesheets import named_style
from bookfilm.store.ffmpeg import program

STEP = 14
SIZES = {"720p": (1280, 720, 0.45), "1080p": (1920, 1080, 0.35)}
"""Width, height, and the least share of x264's own rate."""
RENDERERS = 2
"""As on two cores: each has its own sets, so that a scene's set is cut by both."""


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
    python, why = _moviepy()
    films = [order_film(book, 1280, 720) for book in EXAMPLES]
    figures = []
    for name, (width, height, limit) in SIZES.items():
        spent = Spent()
        for orders in films:
            film = [resized(order, width, height) for order in orders]
            stills = _measure(film, spent)
            if python is not None:
                try:
                    spent.moviepy_s += _pan(python, stills)
                except NotMeasured as error:
                    python, why = None, str(error)
        figures += figures_of(name, limit, spent, why)
    return Result("picture", figures)


def _moviepy() -> tuple[Path | None, str]:
    try:
        return moviepy_python(), ""
    except NotMeasured as error:
        return None, str(error)


def figures_of(name: str, limit: float, spent: Spent, why: str) -> list[Figure]:
    """Return the figures of a size. `why`: for what reason MoviePy was not measured, if it was not."""
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
    stills = None if why else spent.frames / spent.moviepy_s
    figures += [
        Figure(f"{name} stills by MoviePy", stills, "frames / s", why=why),
        Figure(f"{name} finished over MoviePy", None if stills is None else made / stills, "", why=why),
    ]
    return figures


def _measure(film: list[TakeOrder], spent: Spent) -> list[Still]:
    """Measure every STEP-th take of `film`; return the still of each, and for how many frames it is seen."""
    engine, stills = ShadowEngine(), []
    sample = film[STEP // 2 :: STEP]
    share = sum(order.request.frames for order in sample) / sum(order.request.frames for order in film)
    charged = share * cut_sets_s([order.request for order in film])
    spent.set_s += charged
    spent.made_s += charged
    spent.drawing_cpu_s += charged
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        for order in sample:
            request, out = order.request, Path(scratch) / "take.mp4"
            _lay_set(engine, request)
            wall, cpu = time.monotonic(), time.process_time()
            encode_clip(_clip(engine, request), out, ENCODING, order.key_frames)
            spent.made_s += time.monotonic() - wall
            # ffmpeg is another process: what this one spent is drawing, and handing over the pixels.
            spent.drawing_cpu_s += time.process_time() - cpu
            spent.frames += request.frames
            spent.x264_s += _x264_alone(engine, request, Path(scratch))
            stills.append((next(_clip(engine, request).pixels).copy(), request.frames))
            print(f"{request.height} {order.shot} {request.frames} frames", file=sys.stderr, flush=True)
    return stills


def cut_sets_s(requests: Sequence[RenderRequest], renderers: int = RENDERERS) -> float:
    """Return how many seconds of CPU the sets of a whole film take, cut in film order as its renderers do it.

    Takes go to the renderers in turn. Each begins with no set, cuts one when a take needs it and it is not (or no
    longer) among those it keeps, and so pays for it as the take's first frame does. A set that is there costs nothing.
    """
    caches = [SetCache() for _ in range(renderers)]
    begun = time.process_time()
    for number, request in enumerate(requests):
        style = request.sheet or named_style(request.style)
        frame = Frame(request.width, request.height)
        caches[number % renderers].get(request.picture.setting, style, frame)
    return time.process_time() - begun


def _lay_set(engine: ShadowEngine, request: RenderRequest) -> None:
    """Have `engine` cut the set of `request`, and nothing else of it: its figures are still to be made."""
    bare = request.picture.changed(cast=(), crowd=0, props=())
    next(_clip(engine, request.changed(frames=1, picture=bare, voices=())).pixels)


def _pan(python: Path, stills: list[Still]) -> float:
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        return seconds_by_moviepy(python, stills, 24, ENCODING, Path(scratch))


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
