"""Whose style is shown: the command's, else the author's, else the preset's; an unknown one is refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import SettingsError
from bookfilm.picture.requests import EngineFacts
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.stages import check_order
from bookfilm.pipeline.styling import styled_preset
from bookfilm.records.direction import Direction
from bookfilm.settings import load_preset
from bookfilm.store.folder import FilmFolder

ENGINE = EngineFacts(name="shadow", revision="1", capabilities=VideoCapabilities(styles=("lantern", "ink", "sepia")))


@pytest.mark.parametrize(
    ("asked", "directed", "shown"),
    [(None, None, "lantern"), (None, "ink", "ink"), ("sepia", None, "sepia"), ("sepia", "ink", "sepia")],
)
def test_the_command_goes_before_the_author_and_the_author_before_the_preset(
    asked: str | None, directed: str | None, shown: str
) -> None:
    order = FilmOrder(style=asked)
    preset = styled_preset(order.loaded_preset(), order, Direction(style=directed), ENGINE, Path())
    assert preset.picture.style == shown


def test_an_unknown_style_is_refused_with_those_there_are() -> None:
    order = FilmOrder(style="crayon")
    with pytest.raises(SettingsError, match="crayon: no such style; shadow has: lantern, ink, sepia"):
        styled_preset(order.loaded_preset(), order, Direction(), ENGINE, Path())


STYLE = 'about = "Rust"\nhue = "#a04020"\nkeep = 0.2\ntones = 6\n[colours]\nink = "#180804"\n'


def test_a_file_is_a_style(tmp_path: Path) -> None:
    (tmp_path / "rust.toml").write_text(STYLE, encoding="utf8")
    engine = ENGINE.changed(capabilities=ENGINE.capabilities.changed(takes_sheets=True))
    asked, directed = FilmOrder(style=str(tmp_path / "rust.toml")), Direction(style="rust.toml")
    for order, direction in ((asked, Direction()), (FilmOrder(), directed)):
        picture = styled_preset(order.loaded_preset(), order, direction, engine, tmp_path).picture
        assert picture.style == "rust" and picture.sheet is not None
        assert (picture.sheet.hue, picture.sheet.tones, picture.sheet.colours) == ("a04020", 6, (("ink", "180804"),))
    with pytest.raises(SettingsError, match="shadow draws in no style of your own"):
        styled_preset(asked.loaded_preset(), asked, Direction(), ENGINE, tmp_path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("hue = 'blue'", "hue.*'blue' is no colour"),
        ("tones = 1", "tones.*one tone shows nothing"),
        ("shade = 3", "shade"),
        ("[colours]\nsky = '#ffffff'", "colours"),
        ("[hours.midday]\nink = '#ffffff'", "hours"),
        ("contrast = 9", "contrast"),
        ("contrast =", "not TOML"),
    ],
)
def test_a_slip_in_a_style_is_one_line_that_names_it(content: str, fault: str, film_copy: Path) -> None:
    path = film_copy / "mine.toml"
    path.write_text(content, encoding="utf8")
    with pytest.raises(SettingsError, match=fault) as told:
        check_order(FilmFolder(film_copy), FilmOrder(style=str(path)), load_preset("preview"))
    assert str(told.value).startswith(f"{path}: ") and "\n" not in str(told.value)


def test_an_engine_that_names_no_styles_takes_any() -> None:
    order = FilmOrder(style="crayon")
    engine = EngineFacts(name="model", revision="1")
    assert styled_preset(order.loaded_preset(), order, Direction(), engine, Path()).picture.style == "crayon"


@pytest.mark.parametrize("by", ["the command", "the author"])
def test_a_style_that_there_is_not_is_told_before_a_cluster_starts(by: str, film_copy: Path) -> None:
    order = FilmOrder(style="nope" if by == "the command" else None)
    if by == "the author":
        direction = film_copy / "direction.toml"
        direction.write_text('style = "nope"\n' + direction.read_text(encoding="utf8"), encoding="utf8")
    with pytest.raises(SettingsError, match=r"^nope: no such style; shadow has: lantern, "):
        check_order(FilmFolder(film_copy), order, load_preset("preview"))
    check_order(FilmFolder(film_copy), FilmOrder(style="ink"), load_preset("preview"))
