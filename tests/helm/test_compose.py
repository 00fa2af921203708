"""The compose file: its commands, run as plain processes, make a film; and it says what chart and images say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bookfilm import __version__
from bookfilm.film.inspection import inspect_film
from tests.helm.charts import objects_of, only, render, values_of
from tests.helm.composed import COMPOSE, Composition, read_compose

TOKEN = {"RAY_TOKEN": "t" * 40}


@pytest.mark.chart
@pytest.mark.timeout(1500)
def test_its_commands_make_a_film(tmp_path: Path, story_file: Path) -> None:
    composition = Composition(tmp_path)
    (tmp_path / "films" / "books").mkdir(parents=True)
    shutil.copy(story_file, tmp_path / "films" / "books" / "book.txt")
    composition.services["film"]["command"] += ["--size", "640x360"]
    with composition.up():
        code, told = composition.run("film")
    assert code == 0, told
    assert inspect_film(tmp_path / "films" / "film" / "film.mp4").ok


def test_without_a_token_nothing_starts() -> None:
    with pytest.raises(KeyError, match="RAY_TOKEN"):
        read_compose({})


def test_the_serve_config_is_the_charts() -> None:
    kept = yaml.safe_load((COMPOSE.parent / "serve.yaml").read_text(encoding="utf8"))
    rendered = only(objects_of(render(values_of("laptop"))), "RayService")["spec"]["serveConfigV2"]
    assert kept == yaml.safe_load(rendered)


@pytest.mark.parametrize("name", read_compose(TOKEN))
def test_no_service_may_more_than_it_needs(name: str) -> None:
    service = read_compose(TOKEN)[name]
    assert service["image"] == f"bookfilm:{__version__}-cpu"
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "healthcheck" in service
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
