"""MoviePy is measured from an environment of its own, or told as not measured; it is never a dependency."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.figures import Figure, Result
from benchmarks.picture import Spent, cut_sets_s, figures_of
from benchmarks.rented import NotMeasured, rented_python
from benchmarks.stills import ENVIRONMENT, moviepy_python, seconds_by_moviepy
from bookfilm.engines.protocols import RenderRequest
from bookfilm.picture.shadow import backdrop
from bookfilm.picture.shadow.sets.index import build_set
from bookfilm.picture.shadow.sets.scenery import Scenery
from bookfilm.records.shots import Picture, Setting
from bookfilm.records.time import FILM_RATE
from bookfilm.settings import Encoding

ROOT = Path(__file__).parents[2]
STILL = np.full((36, 64, 4), 90, np.uint8), 5


def test_what_was_not_measured_has_not_passed() -> None:
    result = Result("picture", [Figure("stills", None, "frames / s", why="no network")])
    assert not result.ok
    assert "not measured: no network" in result.table()
    row = json.loads(json.dumps(result.body()))["figures"][0]
    assert row["value"] is None
    assert row["why"] == "no network"


def test_the_figures_with_moviepy_and_without() -> None:
    spent = Spent(frames=240, made_s=6.0, x264_s=4.0, drawing_cpu_s=3.0, set_s=0.24, moviepy_s=12.0)
    told = {figure.name: figure for figure in figures_of("720p", 0.45, spent, "")}
    assert told["720p stills by MoviePy"].value == pytest.approx(20)
    assert told["720p finished over MoviePy"].value == pytest.approx(2)
    assert told["720p of that, sets"].value == pytest.approx(1)
    without = {figure.name: figure for figure in figures_of("720p", 0.45, Spent(240, 6.0, 4.0), "no pip")}
    assert without["720p stills by MoviePy"].value is None
    assert not without["720p finished over MoviePy"].ok
    assert without["720p finished over x264 alone"].ok


def test_an_environment_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(NotMeasured, match=r"^no environment for moviepy in .*") as raised:
        rented_python("moviepy==0", environment=in_the_way / "moviepy")
    assert "\n" not in str(raised.value)


def test_what_moviepy_says_when_it_fails_is_told(tmp_path: Path) -> None:
    # This interpreter has no MoviePy: the project does not depend on it.
    with pytest.raises(NotMeasured, match="MoviePy failed: ModuleNotFoundError: No module named 'moviepy'"):
        seconds_by_moviepy(Path(sys.executable), [STILL], 24, Encoding(), tmp_path)


def test_moviepy_is_no_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    assert not [one for one in asked if one.startswith("moviepy")]
    assert "moviepy" not in (ROOT / "constraints.txt").read_text(encoding="utf8")


@pytest.mark.skipif(not (ENVIRONMENT / "ready").exists(), reason="python -m benchmarks picture has not been run here")
def test_moviepy_pans_over_stills(tmp_path: Path) -> None:
    assert 0 < seconds_by_moviepy(moviepy_python(), [STILL, STILL], 24, Encoding(), tmp_path) < 60


def test_each_renderer_pays_for_a_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []

    def counted(setting: Setting, *rest: Any) -> Scenery:
        cut.append(setting.kind)
        return build_set(setting, *rest)

    monkeypatch.setattr(backdrop, "build_set", counted)
    for renderers, sets in ((1, 2), (2, 4)):
        cut.clear()
        film = [_request(kind) for kind in ("forest", "forest", "street", "street") * 3]
        assert cut_sets_s(film, renderers) > 0
        assert len(cut) == sets


def _request(kind: str) -> RenderRequest:
    setting = Setting.model_validate({"kind": kind, "hour": "noon"})
    picture = Picture(setting=setting)
    return RenderRequest(picture=picture, width=320, height=180, rate=FILM_RATE, frames=24, style="lantern")
