"""Whose style is shown: the command's, else the author's, else the preset's; an unknown one is refused at once."""

from __future__ import annotations

import pytest

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import SettingsError
from bookfilm.picture.requests import EngineFacts
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.shooting import styled_preset
from bookfilm.records.direction import Direction

ENGINE = EngineFacts(name="shadow", revision="1", capabilities=VideoCapabilities(styles=("lantern", "ink", "sepia")))


@pytest.mark.parametrize(
    ("asked", "directed", "shown"),
    [(None, None, "lantern"), (None, "ink", "ink"), ("sepia", None, "sepia"), ("sepia", "ink", "sepia")],
)
def test_the_command_goes_before_the_author_and_the_author_before_the_preset(
    asked: str | None, directed: str | None, shown: str
) -> None:
    order = FilmOrder(style=asked)
    preset = styled_preset(order.loaded_preset(), order, Direction(style=directed), ENGINE)
    assert preset.picture.style == shown


def test_an_unknown_style_is_refused_with_those_there_are() -> None:
    order = FilmOrder(style="crayon")
    with pytest.raises(SettingsError, match="crayon: no such style; shadow has: lantern, ink, sepia"):
        styled_preset(order.loaded_preset(), order, Direction(), ENGINE)


def test_an_engine_that_names_no_styles_takes_any() -> None:
    order = FilmOrder(style="crayon")
    engine = EngineFacts(name="model", revision="1")
    assert styled_preset(order.loaded_preset(), order, Direction(), engine).picture.style == "crayon"
