"""Requests, and what came of them, for the tests of diffusion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest, VideoEngine, never_cancelled, no_progress
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame, Picture, Setting
from bookfilm.records.time import FrameRate
from bookfilm.store.media import sha256_of

WALKER = InFrame(name="anna", look=Look(sex="female", age="old", dress="bell_skirt"), mark=30, stance="walk")
QUAY = Picture(setting=Setting(kind="harbour", hour="dusk"), cast=(WALKER,), action="Anna walks along the quay.")
WOOD = Picture(setting=Setting(kind="forest", hour="night", weather="rain"), size="wide", camera="push")


def asked(picture: Picture = QUAY, frames: int = 10, seed: int = 7, rate: int = 24, **more: Any) -> RenderRequest:
    told = {"width": 128, "height": 128, "rate": FrameRate(num=rate), "style": "cinematic"} | more
    return RenderRequest(picture=picture, frames=frames, seed=seed, **told)


def drawn(engine: VideoEngine, request: RenderRequest) -> NDArray[np.uint8]:
    clip = engine.render(request, no_progress, never_cancelled)
    return np.stack([frame.copy() for frame in clip.pixels])


def keyframe(folder: Path, seed: int = 0) -> tuple[str, str]:
    """Write a picture of coloured fields and return its path and SHA-256."""
    fields = np.random.default_rng(seed).integers(0, 256, (4, 8, 3), dtype=np.uint8)
    path = folder / f"keyframe{seed}.png"
    cv2.imwrite(str(path), cv2.resize(fields, (128, 64), interpolation=cv2.INTER_NEAREST))
    return str(path), sha256_of(path)
