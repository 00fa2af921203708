"""Whether `bookfilm train` teaches: the tiny model, which knows one style, is shown another.

Then it draws captions that were in no lesson, with the LoRA and without. The shadow theatre draws the very same shots
in both styles: the model's clip is read as the one whose colours it is nearer to.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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
from bookfilm.picture.tiny.clips import STYLE as TRAINED_ON
from bookfilm.picture.tiny.scenes import all_triples, held_out, judged_scene
from bookfilm.records.shots import Picture
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding

STYLE = "midnight"
"""What is taught: all in blue. The model was trained on pictures in the warm light of lanterns."""
LESSONS, STEPS, CAPTIONS = 160, 1200, 60
LEAST, MOST = 90.0, 10.0
"""Percent of the clips in the new style, with the LoRA and without."""


def taught() -> Result:
    """Teach, draw, and read the styles."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        lessons, out = Path(scratch) / "lessons", Path(scratch) / "lora"
        write_lessons(lessons)
        told = _trained(lessons, out)
        asked = [judged_scene(100_000 + number, held_out()) for number in range(CAPTIONS)]
        bare, with_lora = (_drawn(asked, loras) for loras in ([], [{"id": str(out)}]))
    new, old = (theatre_clips(asked, style) for style in (STYLE, TRAINED_ON))
    return Result(
        "taught",
        [
            Figure(f"{STYLE} without the LoRA", 100 * share_nearer(bare, new, old), "%", MOST),
            Figure(f"{STYLE} with the LoRA", 100 * share_nearer(with_lora, new, old), "%", LEAST, "least"),
            Figure("colours off without the LoRA", colours_off(bare, new), "of 255"),
            Figure("colours off with the LoRA", colours_off(with_lora, new), "of 255"),
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


def share_nearer(clips: Clips, to: Clips, than: Clips) -> float:
    """Return which share of `clips` is in colour nearer to the clip of the same shot in `to` than to that in `than`."""
    made, one, other = (colours_of(given) for given in (clips, to, than))
    return float((np.abs(made - one).mean(1) < np.abs(made - other).mean(1)).mean())


def colours_off(clips: Clips, wanted: Clips) -> float:
    """Return how far the clips' colours are from those `wanted`, on average, of 255."""
    return float(np.abs(colours_of(clips) - colours_of(wanted)).mean())


def colours_of(clips: Clips) -> NDArray[np.float64]:
    """Return the mean colour of each clip, shape (clips, 3), RGB."""
    return np.asarray(clips.mean((1, 2, 3)), dtype=np.float64)
