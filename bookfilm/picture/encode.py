"""Frames become an H.264 clip that joins others by stream copy."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import Clip
from bookfilm.errors import TakeRejected
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding
from bookfilm.store.ffmpeg import QUIETLY, ffmpeg_fault, program


def encode_clip(clip: Clip, path: Path, encoding: Encoding, key_frames: Sequence[int] = ()) -> None:
    """Write `clip` to `path` as MP4: H.264 High, yuv420p, BT.709 limited range, closed GOPs.

    It begins with a key frame, and has one at each of `key_frames`, so that it can be cut there.
    All clips of equal size, rate and `encoding` share their parameter sets, which is what lets them be
    joined without re-encoding. No B-frames: every clip then starts at zero with decode order equal to
    display order, and joins keep the exact frame times.
    Raises TakeRejected if the engine yields another number or shape of frames, FilmError if ffmpeg fails.
    """
    shapes = [(clip.height, clip.width, channels) for channels in (3, 4)]
    process: subprocess.Popen[bytes] | None = None
    errors = _Said()
    count = 0
    try:
        for pixels in clip.pixels:
            if pixels.shape not in shapes or pixels.dtype != np.uint8:
                raise TakeRejected(f"frame {count} has shape {pixels.shape} and type {pixels.dtype}", subject=path.name)
            if process is None:
                shapes = [pixels.shape]
                process = _started(clip, pixels.shape[2], path, h264(clip.rate, encoding, key_frames))
                errors.listen_to(process.stderr)
            count += 1
            if count <= clip.frames:
                _write(process, pixels, errors, path)
        if count != clip.frames or process is None:
            raise TakeRejected(f"the engine gave {count} frames, {clip.frames} were asked for", subject=path.name)
        _finish(process, errors, path)
    finally:
        if process is not None:
            _ended(process)
            errors.text()


def _started(clip: Clip, channels: int, path: Path, options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    source = ffmpeg.input(
        "pipe:",
        format="rawvideo",
        pix_fmt="rgba" if channels == 4 else "rgb24",
        s=f"{clip.width}x{clip.height}",
        r=str(clip.rate),
    )
    converted = source.filter("scale", out_color_matrix="bt709", out_range="tv", flags="area+accurate_rnd")
    stream = tagged(converted).output(str(path), format="mp4", **options)
    process: subprocess.Popen[bytes] = stream.global_args(*QUIETLY, "-filter_threads", "1").run_async(
        cmd=program(), pipe_stdin=True, pipe_stderr=True
    )
    return process


def tagged(stream: Any) -> Any:
    """Return ffmpeg-python's `stream` with BT.709 said of its frames: the encoder takes its tags from them, and
    would else leave two of three unsaid."""
    return stream.filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")


def h264(rate: FrameRate, encoding: Encoding, key_frames: Sequence[int] = ()) -> dict[str, Any]:
    """Return ffmpeg's output options for a clip of the film."""
    forced = {"force_key_frames": "expr:" + "+".join(f"eq(n,{frame})" for frame in key_frames)} if key_frames else {}
    return forced | {
        "vcodec": "libx264",
        "preset": encoding.preset,
        "crf": encoding.crf,
        "profile:v": "high",
        "pix_fmt": "yuv420p",
        "bf": 0,
        "g": 10 * round(rate.per_second),
        "threads": encoding.threads,
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "colorspace": "bt709",
        "color_range": "tv",
        "x264-params": "open-gop=0:scenecut=0:repeat-headers=0:stitchable=1",
        "video_track_timescale": rate.num * 512,
        "fflags": "+bitexact",
        "flags:v": "+bitexact",
        "map_metadata": -1,
    }


class _Said:
    """ffmpeg's messages, read beside the writing: a full pipe would stop it, and us with it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._reader: threading.Thread | None = None

    def listen_to(self, pipe: IO[bytes] | None) -> None:
        def read() -> None:
            if pipe is not None:
                with pipe:
                    self._parts.append(pipe.read())

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()

    def text(self) -> str:
        """Return all that was said, once ffmpeg has ended."""
        if self._reader is not None:
            self._reader.join()
        return b"".join(self._parts).decode(errors="replace").strip()


def _ended(process: subprocess.Popen[bytes]) -> None:
    """See that `process` runs no more and that its pipe is closed, however the encoding ended."""
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _write(process: subprocess.Popen[bytes], pixels: NDArray[np.uint8], errors: _Said, path: Path) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(np.ascontiguousarray(pixels).data)
    except (BrokenPipeError, ConnectionResetError):
        process.wait()
        raise ffmpeg_fault(errors.text(), "the clip", path) from None


def _finish(process: subprocess.Popen[bytes], errors: _Said, path: Path) -> None:
    assert process.stdin is not None
    try:
        process.stdin.close()
    except BrokenPipeError:
        process.wait()
        raise ffmpeg_fault(errors.text(), "the clip", path) from None
    if process.wait() != 0:
        raise ffmpeg_fault(errors.text(), "the clip", path)
