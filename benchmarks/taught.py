"""Whether `bookfilm train` teaches: the tiny model, which knows one style, is shown another in forty clips.

Then it draws captions that were in none of them, with the LoRA and without. Which of the shadow theatre's styles a clip
is in is read from its colours: the nearest mean of what the theatre itself draws in each style, which is first tried on
clips of the theatre's that it has not seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Result
from bookfilm.engines.protocols import Clip
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.picture.tiny.clips import FRAMES, HEIGHT, RATE, WIDTH, Clips, draw_clip
from bookfilm.picture.tiny.scenes import all_triples, held_out, judged_scene
from bookfilm.records.shots import Picture
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding

STYLE = "woodcut"
"""What is taught: of all styles the least like the one that the model was trained on."""
LESSONS, STEPS, CAPTIONS, KNOWN = 40, 800, 60, 60
READS, LEAST = 95.0, 80.0
_BINS = 6
"""Shades of each colour."""


def taught() -> Result:
    """Teach, draw, and read the styles."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        lessons, out = Path(scratch) / "lessons", Path(scratch) / "lora"
        write_lessons(lessons)
        told = _trained(lessons, out)
        asked = [judged_scene(100_000 + number, held_out()) for number in range(CAPTIONS)]
        bare, with_lora = (_drawn(asked, loras) for loras in ([], [{"id": str(out)}]))
    reader = StyleReader()
    unseen = [judged_scene(300_000 + number, all_triples()) for number in range(CAPTIONS)]
    real = theatre_clips(unseen, STYLE)
    return Result(
        "taught",
        [
            Figure("the theatre's own clips read right", 100 * reader.share(real, STYLE), "%", READS, "least"),
            Figure(f"{STYLE} without the LoRA", 100 * reader.share(bare, STYLE), "%"),
            Figure(f"{STYLE} with the LoRA", 100 * reader.share(with_lora, STYLE), "%", LEAST, "least"),
            Figure("error of the answers before", told["error_before"], ""),
            Figure("error of the answers after", told["error_after"], ""),
            Figure(f"{STEPS} steps of training", told["seconds"], "s"),
        ],
    )


def write_lessons(folder: Path) -> None:
    """Write LESSONS clips in STYLE, with their captions, as `bookfilm train` reads them."""
    folder.mkdir()
    for number in range(LESSONS):
        scene = judged_scene(400_000 + number, all_triples())
        (frames,) = theatre_clips([scene], STYLE)
        clip = Clip(WIDTH, HEIGHT, FrameRate(num=RATE), FRAMES, iter(frames))
        encode_clip(clip, folder / f"{number:03}.mp4", Encoding(crf=8))
        (folder / f"{number:03}.txt").write_text(write_caption(scene), encoding="utf8")


def _trained(lessons: Path, out: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bookfilm", "train", str(lessons), "--profile", "tiny", "--out", str(out)]
    command += [
        "--right",
        "drawn here",
        "--steps",
        str(STEPS),
        "--learning-rate",
        "0.001",
        "--gpus-each",
        "0",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"not taught: {(done.stderr.strip() or 'no message').splitlines()[-1]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _drawn(pictures: Sequence[Picture], loras: list[dict[str, str]]) -> Clips:
    import torch

    from bookfilm.picture.diffusion.engine import DiffusersEngine

    torch.set_num_threads(1)
    engine = DiffusersEngine(profile="tiny", device="cpu", threads=1, loras=loras)
    return np.stack([draw_clip(picture, engine, seed) for seed, picture in enumerate(pictures)])


def theatre_clips(pictures: Sequence[Picture], style: str) -> Clips:
    """Return the shadow theatre's clips of `pictures` in `style`, shape (clips, FRAMES, HEIGHT, WIDTH, 3)."""
    engine = ShadowEngine()
    return np.stack([draw_clip(picture, engine, style=style) for picture in pictures])


class StyleReader:
    """Reads which of the shadow theatre's styles a clip is in: by the mean of the colours that each has."""

    def __init__(self) -> None:
        known = [judged_scene(500_000 + number, all_triples()) for number in range(KNOWN)]
        names = sorted(path.name.removesuffix(".toml") for path in files("bookfilm.picture.shadow.styles").iterdir()
                       if path.name.endswith(".toml"))  # fmt: skip
        self._means = {name: colours_of(theatre_clips(known, name)).mean(0) for name in names}

    def share(self, clips: Clips, style: str) -> float:
        """Return which share of `clips` is read as `style`."""
        read = [
            min(self._means, key=lambda name: float(np.abs(one - self._means[name]).sum())) for one in colours_of(clips)
        ]
        return read.count(style) / len(read)


def colours_of(clips: Clips) -> NDArray[np.float64]:
    """Return how often each of _BINS³ colours is seen in each clip, shape (clips, _BINS³)."""
    shades = clips.astype(np.int64) * _BINS // 256
    cells = (shades[..., 0] * _BINS + shades[..., 1]) * _BINS + shades[..., 2]
    return np.stack([np.bincount(one.ravel(), minlength=_BINS**3) / one.size for one in cells])
