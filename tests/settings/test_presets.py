"""Presets: all that come with bookfilm load, and a mistake in one is said by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.engines.registry import installed_engines
from bookfilm.errors import SettingsError
from bookfilm.records.time import FrameRate
from bookfilm.settings import DEFAULT_PRESET, Preset, load_preset, parse_preset, preset_names

GOOD = """
[screenwriter]
engine = "rules"
[voice]
engine = "packaged"
[video]
engine = "shadow"
[score]
engine = "chamber"
[picture]
rate = "23.976"
"""


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_names_engines_that_are_installed(name: str) -> None:
    preset = load_preset(name)
    assert preset.name == name
    assert preset.about
    assert preset.screenwriter.engine in installed_engines("screenwriter")
    assert preset.voice.engine in installed_engines("voice")
    assert preset.video.engine in installed_engines("video")
    assert preset.score.engine in installed_engines("composer")


def test_the_default_is_one_of_them() -> None:
    assert DEFAULT_PRESET in preset_names()


def test_a_preset_of_ones_own_is_a_path(tmp_path: Path) -> None:
    preset = load_preset(written(tmp_path, GOOD))
    assert isinstance(preset, Preset)
    assert preset.name == "mine"
    assert preset.picture.rate == FrameRate(num=24000, den=1001)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace("[picture]", "[pictures]"), "pictures"),
        (GOOD.replace("rate", "rat"), r"picture\.rat"),
        (GOOD.replace('"23.976"', '"1/0"'), r"picture\.rate"),
        (GOOD.replace('"23.976"', '"0.001"'), r"picture\.rate"),
        (GOOD.replace('"23.976"', '"100000"'), r"picture\.rate"),
        (GOOD + "width = 1281", r"picture\.width"),
        (GOOD + "width = 2", r"picture\.width"),
        (GOOD.replace('[voice]\nengine = "packaged"', ""), "voice"),
        (GOOD + "[video.replicas]\nslots = 0", r"video\.replicas\.slots"),
        (GOOD + "[encoding]\ncrf = 99", r"encoding\.crf"),
        (GOOD + "[[[", "not TOML"),
        ("\x00", "not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(text: str, named: str, tmp_path: Path) -> None:
    name = written(tmp_path, text)
    with pytest.raises(SettingsError, match=named) as fault:
        load_preset(name)
    assert str(fault.value).startswith(f"{name}: ")
    assert "\n" not in str(fault.value)


def test_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"prevue: no such preset; there are: .*preview"):
        load_preset("prevue")
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read"):
        load_preset(str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_preset(written(tmp_path, b"\xff\xfe"))


def written(folder: Path, content: str | bytes) -> str:
    path = folder / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_presets_text_is_a_preset_under_the_name_it_is_given() -> None:
    preset = parse_preset("mine", GOOD + '[video.replicas]\nlabels = { "bookfilm/group" = "wan" }\n')
    assert preset.name == "mine" and preset.video.replicas.labels == {"bookfilm/group": "wan"}
    with pytest.raises(SettingsError, match=r"mine: .*video"):
        parse_preset("mine", GOOD.replace("[video]", "[film]"))
