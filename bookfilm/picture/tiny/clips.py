"""The clips of the training data: drawn by the shadow engine, kept in shards of compressed bytes.

A shard that is there is not drawn again, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest, VideoEngine, never_cancelled, no_progress
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.picture.tiny.scenes import training_scene
from bookfilm.records.shots import Picture
from bookfilm.records.time import FrameRate
from bookfilm.store.files import write_file

WIDTH, HEIGHT, FRAMES, RATE = 96, 56, 8, 4
"""Of a clip: pixels, frames, frames a second."""
STYLE = "lantern"
SHARD = 200
"""Clips in a shard."""

Clips = NDArray[np.uint8]
"""Of shape (clips, frames, height, width, 3), RGB."""


def draw_clip(picture: Picture, engine: VideoEngine, seed: int = 0, style: str = STYLE) -> Clips:
    """Return the clip of `picture` by `engine`: uint8 of shape (FRAMES, HEIGHT, WIDTH, 3), RGB."""
    request = RenderRequest(
        picture=picture,
        width=WIDTH,
        height=HEIGHT,
        rate=FrameRate(num=RATE),
        frames=FRAMES,
        style=style,
        seed=seed,
    )
    frames = engine.render(request, no_progress, never_cancelled).pixels
    return np.stack([frame[..., :3].copy() for frame in frames])


def draw_clips(pictures: Iterable[Picture]) -> Clips:
    """Return the clips of `pictures`, in order."""
    engine = ShadowEngine()
    return np.stack([draw_clip(picture, engine) for picture in pictures])


def captions_of(clips: int) -> list[str]:
    """Return the captions of the first `clips` training clips."""
    return [write_caption(training_scene(number)) for number in range(clips)]


def training_clips(folder: Path, clips: int, told: Callable[[str], None], shard: int = SHARD) -> Clips:
    """Return the first `clips` training clips; what is not in `folder` yet is drawn and kept there.

    `told` hears of each shard that was drawn. Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = []
    for begin in range(0, clips, shard):
        end = min(begin + shard, clips)
        path = folder / f"clips-{begin:06d}-{end:06d}.npz"
        if not path.exists():
            drawn = draw_clips(training_scene(number) for number in range(begin, end))
            packed = io.BytesIO()
            np.savez_compressed(packed, clips=drawn)
            write_file(path, packed.getvalue())
            told(f"drawn {end} of {clips} clips")
        with np.load(path) as kept:
            held.append(kept["clips"])
    return np.concatenate(held)
