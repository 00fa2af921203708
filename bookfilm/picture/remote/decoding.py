"""A clip that came back: is it whole, of which size, rate and length; and its frames.

Nothing is taken from the server's word: the file is decoded from end to end.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from bookfilm.errors import EngineError, TakeRejected
from bookfilm.picture.diffusion.conform import Frame
from bookfilm.store.ffmpeg import QUIETLY, program

LOOK_S = 600
"""No clip takes so long to be looked through; a file made to mislead a decoder might."""
LARGEST_PX = 8192


@dataclass(frozen=True)
class ClipFacts:
    """Width and height in pixels, frames a second, number of frames."""

    width: int
    height: int
    rate: Fraction
    frames: int


def look_at_clip(path: Path) -> ClipFacts:
    """Decode the file at `path` from end to end and return what it is.

    Raises TakeRejected that says what is wrong with it: cut, unreadable, without frames.
    """
    arguments = ["-xerror", "-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framecrc", "-"]
    try:
        done = subprocess.run(
            [program(), *QUIETLY, *arguments], capture_output=True, text=True, check=False, timeout=LOOK_S
        )
    except subprocess.TimeoutExpired:
        raise TakeRejected("it takes too long to decode", subject="clip") from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise TakeRejected(f"it is cut or no video: {said[-1][-120:] if said else 'no message'}", subject="clip")
    return _facts(done.stdout.splitlines())


def _facts(lines: list[str]) -> ClipFacts:
    """Return what the muxer framecrc wrote: a header, then a line a frame with its time and its length."""
    base, size = Fraction(1), (0, 0)
    times: list[int] = []
    lengths: list[int] = []
    for line in lines:
        if line.startswith("#tb"):
            base = Fraction(line.split()[-1])
        elif line.startswith("#dimensions"):
            width, _, height = line.split()[-1].partition("x")
            size = int(width), int(height)
        elif not line.startswith("#"):
            fields = line.split(",")
            times.append(int(fields[2]))
            lengths.append(int(fields[3]))
    if not times or not 0 < max(size) <= LARGEST_PX:
        raise TakeRejected("it holds no picture", subject="clip")
    span = max(times) - min(times)
    rate = Fraction(len(times) - 1) / (span * base) if span > 0 else 1 / (max(lengths[0], 1) * base)
    return ClipFacts(*size, rate.limit_denominator(1001), len(times))


def decoded_frames(path: Path, facts: ClipFacts) -> Iterator[Frame]:
    """Yield the frames of a clip that was looked at: uint8, shape (height, width, 3), RGB. Raises EngineError."""
    arguments = ["-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command = [program(), *QUIETLY, *arguments, "-"]
    size = facts.width * facts.height * 3
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            for number in range(facts.frames):
                content = process.stdout.read(size)
                if len(content) != size:
                    raise EngineError(f"the clip ended at frame {number} of {facts.frames}", subject=path.name)
                yield np.frombuffer(content, np.uint8).reshape(facts.height, facts.width, 3)
        finally:
            process.kill()
