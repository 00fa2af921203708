"""Lessons: a folder of pictures and clips, each with a caption, and their frames as a model has them.

A caption is a text file beside the picture, of the same name, or a line of ``metadata.jsonl``: ``{"file_name": …,
"text": …}``, as the imagefolder format of the datasets library has it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.tables import ClipShape, FrameRule
from bookfilm.store.ffmpeg import QUIETLY, program
from bookfilm.store.media import sha256_of

STILLS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
CLIPS = frozenset({".mp4", ".mov", ".mkv", ".webm"})
METADATA = "metadata.jsonl"
MOST_CAPTION = 2000
"""Letters: no text encoder reads more."""
Frames = NDArray[np.uint8]


@dataclass(frozen=True)
class Lesson:
    """A picture or a clip, and what is to be seen in it."""

    path: Path
    caption: str

    @property
    def still(self) -> bool:
        return self.path.suffix.lower() in STILLS


def read_lessons(folder: Path) -> tuple[Lesson, ...]:
    """Return the lessons in `folder`, by name. Raises SettingsError that names the file and the fault."""
    if not folder.is_dir():
        raise SettingsError("no such folder of lessons", subject=folder)
    listed = dict(_listed(folder / METADATA))
    seen = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in STILLS | CLIPS]
    if missing := sorted(set(listed) - {path.name for path in seen}):
        raise SettingsError(f"names {missing[0]}, which is no picture or clip there", subject=folder / METADATA)
    lessons = tuple(Lesson(path, _caption(path, listed.get(path.name))) for path in seen)
    if not lessons:
        kinds = ", ".join(sorted(STILLS | CLIPS))
        raise SettingsError(f"no pictures or clips in it ({kinds})", subject=folder)
    return lessons


def _listed(path: Path) -> Iterator[tuple[str, str]]:
    if not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            name, text = told["file_name"], told["text"]
        except (ValueError, KeyError, TypeError):
            raise SettingsError(f'line {number} is not {{"file_name": …, "text": …}}', subject=path) from None
        if not isinstance(name, str) or not isinstance(text, str):
            raise SettingsError(f"line {number}: file_name and text are words", subject=path)
        yield name, text


def _caption(path: Path, listed: str | None) -> str:
    beside = path.with_suffix(".txt")
    try:
        told = beside.read_text(encoding="utf8") if listed is None else listed
    except FileNotFoundError:
        raise SettingsError(f"no caption: write what is to be seen into {beside.name}", subject=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the caption cannot be read: {error}", subject=beside) from None
    caption = " ".join(told.split())
    if not caption:
        raise SettingsError("the caption is empty: write what is to be seen", subject=path)
    if len(caption) > MOST_CAPTION:
        raise SettingsError(f"the caption has {len(caption)} letters, {MOST_CAPTION} at most", subject=path)
    return caption


def lessons_digest(lessons: tuple[Lesson, ...]) -> str:
    """Return the SHA-256 of all pictures, clips and captions, whatever the files' names."""
    parts = sorted(sha256_of(lesson.path) + lesson.caption for lesson in lessons)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def frames_of(lesson: Lesson, profile: Profile, most_frames: int | None = None) -> Frames:
    """Return the frames of `lesson` at the model's size and rate, from its beginning: uint8, (n, height, width, 3).

    What is too wide or too high is cut off, nothing is stretched. Of a length that the model can have: a still is one
    frame, where there is such a length, and stands still else. Raises SettingsError that names the file.
    """
    shape = profile.clip
    frames = _still(lesson.path, shape) if lesson.still else _clip(lesson.path, shape, most_frames)
    length = _length(shape.frames, len(frames), least=2 if profile.features.needs_last else 1)
    held = np.repeat(frames[-1:], max(0, length - len(frames)), axis=0)
    return np.concatenate((frames[:length], held))


def _length(rule: FrameRule, there: int, least: int) -> int:
    """Return the longest legal length of so many frames, or the shortest from `least` on.

    The rule's own `least` is where a model begins to make good clips; it can be taught by shorter ones, unless it knows
    one length only.
    """
    if rule.least == rule.most:
        return rule.most
    shortest = next(length for length in range(rule.first, rule.most + 1, rule.step) if length >= least)
    return max(shortest, rule.first + (there - rule.first) // rule.step * rule.step)


def _still(path: Path, shape: ClipShape) -> Frames:
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as file:
            # A telephone's picture lies on its side, and says so.
            picture = ImageOps.exif_transpose(file).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise SettingsError("no picture that can be read", subject=path) from None
    size = shape.size_for(picture.width, picture.height)
    return np.asarray(ImageOps.fit(picture, size, Image.Resampling.LANCZOS), dtype=np.uint8)[None]


def _clip(path: Path, shape: ClipShape, most_frames: int | None) -> Frames:
    width, height = shape.size_for(*_size_of_clip(path))
    most = min(shape.frames.most, most_frames or shape.frames.most)
    fitted = f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=lanczos,crop={width}:{height}"
    told = [program(), *QUIETLY, "-i", str(path), "-vf", f"fps={shape.rate.per_second},{fitted}"]
    told += ["-frames:v", str(most), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(told, capture_output=True, check=False)
    count = len(done.stdout) // (width * height * 3)
    if not count:
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["it has no picture"])[-1]
        raise SettingsError(f"cannot be read: {said}", subject=path)
    return np.frombuffer(done.stdout, np.uint8, count * width * height * 3).reshape(count, height, width, 3)


def _size_of_clip(path: Path) -> tuple[int, int]:
    """Return width and height as it is shown."""
    import cv2

    video = cv2.VideoCapture(str(path))
    try:
        size = int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
    finally:
        video.release()
    if not all(size):
        raise SettingsError("no clip that can be read", subject=path)
    return size
