"""What is asked for: options over a preset, and how sizes and scenes are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import SettingsError
from bookfilm.pipeline.order import STAGES, FilmOrder, default_folder, parse_scenes, parse_size
from bookfilm.records.time import FrameRate
from bookfilm.settings import load_preset


@pytest.mark.parametrize(
    ("text", "size"), [("1280x720", (1280, 720)), ("720p", (1280, 720)), ("1080P", (1920, 1080)), ("4K", (3840, 2160))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "x", "1280", "1280x", "x720", "big", "1x2x3", "1280*720"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(SettingsError, match="a size is such as"):
        parse_size(text)


@given(st.integers(1, 999), st.integers(0, 99))
def test_scenes_read_back(first: int, more: int) -> None:
    assert parse_scenes(f"{first}-{first + more}") == (first, first + more)
    assert parse_scenes(str(first)) == (first, first)


@pytest.mark.parametrize("text", ["", "0", "-1", "5-3", "1-", "a", "1,2", "1-2-3", "1.5"])
def test_what_are_no_scenes(text: str) -> None:
    with pytest.raises(SettingsError, match="scenes"):
        parse_scenes(text)


def test_options_lie_over_the_preset() -> None:
    plain, asked = load_preset("preview"), FilmOrder(width=640, height=360, rate=FrameRate(num=25), style="sepia")
    preset = asked.loaded_preset()
    assert (preset.picture.width, preset.picture.height, preset.picture.rate.num) == (640, 360, 25)
    assert preset.picture.style == "sepia"
    assert preset.encoding == plain.encoding
    assert FilmOrder().loaded_preset() == plain


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"width": 641}, "width"),
        ({"height": 2}, "height"),
        ({"width": 99999}, "width"),
        ({"rate": FrameRate(num=100000)}, "rate"),
        ({"rate": FrameRate(num=1, den=10)}, "rate"),
    ],
)
def test_a_picture_that_cannot_be_is_refused_in_one_line(options: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as fault:
        FilmOrder.model_validate(options).loaded_preset()
    assert "\n" not in str(fault.value)
    assert "type=" not in str(fault.value)


def test_an_order_goes_as_far_as_it_says() -> None:
    assert [FilmOrder(until="shots").goes_to(stage) for stage in STAGES] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert all(FilmOrder().goes_to(stage) for stage in STAGES)


@pytest.mark.parametrize(
    ("book", "folder"),
    [
        ("books/a tale.txt", "a tale.film"),
        ("tale.fb2.zip", "tale.film"),
        ("Dr. No.epub", "Dr. No.film"),
        ("Mr. X. Part 2.txt", "Mr. X. Part 2.film"),
        ("tale", "tale.film"),
        (".txt", ".txt.film"),
    ],
)
def test_the_default_folder_is_named_after_the_book(book: str, folder: str) -> None:
    assert default_folder(Path(book)) == Path(folder)
