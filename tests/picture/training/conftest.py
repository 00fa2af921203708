"""Lessons, and the tiny checkpoints that they are taught to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bookfilm.store.ffmpeg import program
from tests.picture.diffusion.conftest import checkpoint

__all__ = ["checkpoint"]


def write_still(folder: Path, name: str, colour: tuple[int, int, int], caption: str) -> None:
    """Write a picture of one colour with a white figure in it, and its caption."""
    picture = np.zeros((90, 160, 3), np.uint8) + np.array(colour, np.uint8)
    picture[20:70, 60:90] = 255
    Image.fromarray(picture).save(folder / f"{name}.png")
    (folder / f"{name}.txt").write_text(caption, encoding="utf8")


def write_clip(folder: Path, name: str, caption: str, rate: int = 24, seconds: float = 1.0) -> None:
    """Write a moving test pattern of 160x90 pixels, and its caption."""
    pattern = f"testsrc=size=160x90:rate={rate}:duration={seconds}"
    told = [program(), "-v", "error", "-f", "lavfi", "-i", pattern, str(folder / f"{name}.mp4")]
    subprocess.run(told, check=True)
    (folder / f"{name}.txt").write_text(caption, encoding="utf8")


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A folder of two stills and a clip."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    write_still(folder, "red", (200, 40, 40), "A man with short hair, wearing a long coat.")
    write_still(folder, "blue", (40, 40, 200), "A wide shot of a harbour at dusk.")
    write_clip(folder, "moving", "The camera moves slowly in.")
    return folder
