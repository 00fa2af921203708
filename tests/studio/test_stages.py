"""The stages of a film are told before they begin: as far as its order reaches, keyframes where somebody draws them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from bookfilm.pipeline.order import FilmOrder
from bookfilm.studio.stages import stages_of

ALL = ["cluster", "screenplay", "speech", "picture", "soundtrack", "film"]


@pytest.mark.parametrize(
    ("until", "stages"),
    [
        ("film", ALL), ("book", []), ("shots", ALL[:2]), ("sound", ["cluster", "screenplay", "speech", "soundtrack"]),
        ("picture", ALL[:-1]),
    ],
)  # fmt: skip
def test_a_job_goes_as_far_as_its_order_says(until: str, stages: list[str]) -> None:
    assert stages_of(FilmOrder.model_validate({"until": until})) == stages


def test_keyframes_are_a_stage_where_the_preset_names_who_draws_them(tmp_path: Path) -> None:
    drawn = with_keyframes(tmp_path / "drawn.toml")
    assert stages_of(FilmOrder(preset=drawn)) == [*ALL[:3], "keyframes", *ALL[3:]]
    assert stages_of(FilmOrder(preset=drawn, until="keyframes"))[-2:] == ["keyframes", "soundtrack"]
    assert stages_of(FilmOrder(preset=drawn, until="sound"))[-1] == "soundtrack"


def test_a_film_of_a_preset_that_has_gone_is_told_of() -> None:
    assert stages_of(FilmOrder(preset="of-long-ago")) == ALL


def with_keyframes(path: Path) -> str:
    """Write a preset whose keyframes are drawn by the shadow theatre to `path`, and return its name."""
    preview = files("bookfilm.presets").joinpath("preview.toml").read_text(encoding="utf8")
    path.write_text(f'{preview}\n[keyframes]\nengine = "shadow"\n', encoding="utf8")
    return str(path)
