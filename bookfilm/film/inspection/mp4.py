"""The film file through ffmpeg: what it says of itself, its packets, its subtitles, its picture and sound.

There is no ffprobe in what bookfilm installs; ffmpeg's own muxers tell the same: `framecrc` writes one line a packet.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np
import pysubs2
from numpy.typing import NDArray

from bookfilm.errors import FilmRefused
from bookfilm.store.ffmpeg import program

KINDS = {"Video": "picture", "Audio": "sound", "Subtitle": "subtitles", "Data": "data"}
SAMPLE_RATE, CHANNELS = 48_000, 2
_STREAM = re.compile(r"^\s*Stream #0:(\d+)[^:]*: (Video|Audio|Subtitle|Data): (.*)$", re.MULTILINE)
_CHAPTER = re.compile(r"\[CHAPTER\]\nTIMEBASE=(\d+)/(\d+)\nSTART=(-?\d+)\nEND=(-?\d+)\n(?:title=(.*))?")
_READ_SIZE = 1 << 20


@dataclass(frozen=True)
class Stream:
    """One stream: its number, its kind and what ffmpeg says of it, such as ``h264 (High) (avc1 / …), yuv420p(…)``."""

    index: int
    kind: str
    told: str


@dataclass(frozen=True)
class Packet:
    """One packet of a stream; times in seconds, exactly."""

    stream: int
    dts: Fraction
    pts: Fraction
    duration: Fraction
    key: bool


@dataclass(frozen=True)
class Chapter:
    """A chapter as the file has it; times in seconds."""

    title: str
    start: Fraction
    end: Fraction


class Mp4:
    """One film file. Each method reads it through again: nothing of its length is kept."""

    def __init__(self, path: Path, streams: tuple[Stream, ...]) -> None:
        self.path, self.streams = path, streams

    def first(self, kind: str) -> Stream | None:
        """Return the first stream of `kind`: picture, sound, subtitles or data."""
        return next((stream for stream in self.streams if stream.kind == kind), None)

    def packets(self, stream: Stream) -> Iterator[Packet]:
        """Yield the packets of `stream` in the order of decoding, copied, not decoded."""
        base = Fraction(1)
        for line in self._lines("-copyts", "-map", f"0:{stream.index}", "-c", "copy", "-f", "framecrc"):
            if line.startswith("#tb"):
                base = Fraction(line.split()[-1])
            if line.startswith("#"):
                continue
            fields = [field.strip() for field in line.split(",")]
            _, dts, pts, duration = (int(field) for field in fields[:4])
            key = not any(field.startswith("F=") and not int(field[2:], 16) & 1 for field in fields[6:])
            yield Packet(stream.index, dts * base, pts * base, duration * base, key)

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        text = "\n".join(self._lines("-f", "ffmetadata"))
        found = []
        for num, den, start, end, title in _CHAPTER.findall(text):
            base = Fraction(int(num), int(den))
            found.append(Chapter(re.sub(r"\\(.)", r"\1", title), int(start) * base, int(end) * base))
        return tuple(found)

    @cached_property
    def subtitles(self) -> tuple[pysubs2.SSAFile, ...]:
        """The subtitle tracks: that of the spoken words first, those in other languages after it."""
        tracks = [stream for stream in self.streams if stream.kind == "subtitles"]
        texts = ("\n".join(self._lines("-map", f"0:{track.index}", "-f", "srt")) for track in tracks)
        return tuple(
            pysubs2.SSAFile.from_string(text, format_="srt") if text.strip() else pysubs2.SSAFile() for text in texts
        )

    @cached_property
    def key_times(self) -> tuple[float, ...]:
        """Where the picture's key frames are shown, in seconds: clips are joined at these."""
        picture = self.first("picture")
        return tuple(float(one.pts) for one in self.packets(picture) if one.key) if picture else ()

    def frames(self, width: int, height: int) -> Iterator[NDArray[np.uint8]]:
        """Yield every frame of the picture in grey, made small: uint8 of shape (height, width)."""
        size = width * height
        shrunk = f"scale={width}:{height}:flags=area,format=gray"
        for content in self._pieces(size, "-map", "0:v:0", "-vf", shrunk, "-fps_mode", "passthrough", "-f", "rawvideo"):
            if len(content) == size:
                yield np.frombuffer(content, np.uint8).reshape(height, width)

    def sound(self) -> Iterator[NDArray[np.float32]]:
        """Yield the first sound stream as stereo float32 blocks of shape (n, 2), a second each, at 48 kHz."""
        block = SAMPLE_RATE * CHANNELS * 4
        asked = ("-map", "0:a:0", "-ar", str(SAMPLE_RATE), "-ac", str(CHANNELS), "-f", "f32le")
        for content in self._pieces(block, *asked):
            usable = len(content) - len(content) % (4 * CHANNELS)
            yield np.frombuffer(content[:usable], np.float32).reshape(-1, CHANNELS)

    def metered(self) -> Iterator[tuple[str, float]]:
        """Yield what ffmpeg's EBU R 128 meter says of the sound, every tenth of a second: (name, value)."""
        meter = "ebur128=peak=true:metadata=1:framelog=quiet,ametadata=print:file=-"
        for line in self._lines("-map", "0:a:0", "-af", meter, "-f", "null"):
            name, equals, value = line.partition("=")
            if equals and name.startswith("lavfi.r128."):
                yield name.removeprefix("lavfi.r128."), float(value)

    @cached_property
    def boxes(self) -> tuple[str, ...]:
        """The names of the file's top-level boxes, in order (ISO/IEC 14496-12)."""
        found, at, end = [], 0, self.path.stat().st_size
        with self.path.open("rb") as file:
            while at + 8 <= end:
                file.seek(at)
                size, name = struct.unpack(">I4s", file.read(8))
                if size == 1:
                    size = struct.unpack(">Q", file.read(8))[0]
                found.append(name.decode("latin-1"))
                at += size if size >= 8 else end
        return tuple(found)

    @cached_property
    def decoding_errors(self) -> tuple[str, ...]:
        """What ffmpeg complains of when it decodes everything."""
        done = subprocess.run(
            [*_ffmpeg("error"), "-i", str(self.path), "-map", "0:v?", "-map", "0:a?", "-f", "null", "-"],
            capture_output=True,
            check=False,
        )
        lines = done.stderr.decode(errors="replace").splitlines()
        return tuple(" ".join(line.split()) for line in lines if line.strip())

    def _lines(self, *arguments: str) -> Iterator[str]:
        with self._reading(*arguments) as pipe:
            for line in pipe:
                yield line.decode(errors="replace").rstrip("\n")

    def _pieces(self, size: int, *arguments: str) -> Iterator[bytes]:
        with self._reading(*arguments) as pipe:
            while content := pipe.read(size):
                yield content

    def _reading(self, *arguments: str) -> _Pipe:
        return _Pipe([*_ffmpeg("error"), "-i", str(self.path), *arguments, "-"])


class _Pipe:
    """What a running ffmpeg writes; it is ended when nobody reads on."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def __enter__(self) -> IO[bytes]:
        # What it says of broken packets is counted elsewhere, and a pipe that nobody reads would stop it.
        self._said = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said, bufsize=_READ_SIZE
        )
        assert self._process.stdout is not None
        return self._process.stdout

    def __exit__(self, *_: object) -> None:
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()
        self._said.close()


def opened(path: Path) -> Mp4:
    """Return the film at `path`. Raises FilmRefused where there is none."""
    if not path.exists():
        raise FilmRefused("there is no such file", subject=path)
    if path.is_dir():
        hint = f"; inspect {path / 'film.mp4'}" if (path / "film.mp4").exists() else ""
        raise FilmRefused(f"it is a folder{hint}", subject=path)
    done = subprocess.run([*_ffmpeg("info"), "-i", str(path)], capture_output=True, check=False)
    told = done.stderr.decode(errors="replace")
    streams = tuple(Stream(int(number), KINDS[kind], said) for number, kind, said in _STREAM.findall(told))
    heading = re.search(r"^Input #0, (\S+), from", told, re.MULTILINE)
    if heading is None or "mp4" not in heading[1]:
        raise FilmRefused("not a film: it cannot be read as MP4", subject=path)
    if not any(stream.kind in ("picture", "sound") for stream in streams):
        raise FilmRefused("not a film: it has neither picture nor sound", subject=path)
    return Mp4(path, streams)


def _ffmpeg(level: str) -> list[str]:
    return [program(), "-hide_banner", "-loglevel", level, "-nostdin", "-threads", "1"]
