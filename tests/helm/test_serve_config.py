"""The Serve config of the RayService for a laptop, applied to a Ray here with `serve deploy`: it makes a film."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bookfilm.film.inspection import inspect_film
from bookfilm.settings import load_preset
from deployments.apps import built_from
from tests.helm.charts import FILM, ROOT, objects_of, values_of
from tests.helm.farms import BIN, Farm, bookfilm, elastic_farm, ended_with_all_it_started, run

pytestmark = [pytest.mark.chart, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    with elastic_farm(values_of("laptop"), tmp_path_factory.mktemp("farm")) as started:
        started.deploy()
        yield started


def test_it_answers(farm: Farm) -> None:
    for place, said in (("-/healthz", "success"), ("preview", built_from(load_preset("preview")))):
        with urllib.request.urlopen(f"http://127.0.0.1:{farm.http}/{place}", timeout=20) as answer:
            assert answer.read().decode() == said
    status = run(BIN / "serve", "status", "--address", farm.board, **farm.guarded)
    assert "bookfilm-preview" in status.stdout and "RUNNING" in status.stdout
    assert set(farm.applications()["bookfilm-preview"]["deployments"]) == {"slate", "screenwriter", "voice", "video"}


def test_the_jobs_command_makes_a_film_there(farm: Farm, story_file: Path, tmp_path: Path) -> None:
    """What the Job runs, with this machine's folder for its mount: a node that lends nothing joins, and drives."""
    (job,) = (found for found in objects_of(farm.manifest) if found["kind"] == "Job")
    container = job["spec"]["template"]["spec"]["containers"][0]
    places = {
        f"/films/{FILM['book']}": str(story_file),
        "/films/lamp": str(tmp_path / "lamp"),
        "bookfilm-head-svc:6379": farm.gcs,
        "bookfilm-once": str(ROOT / "helm" / "images" / "bookfilm-once"),
        "bookfilm-join": str(ROOT / "helm" / "images" / "bookfilm-join"),
        # Several clusters may run on this machine; in its pod there is one.
        "auto": farm.gcs,
    }
    waits = {e["name"]: e["value"] for e in container["env"] if e["name"] == "BOOKFILM_APP_WAIT_S"}
    assert waits
    command = [places.get(word, word) for word in container["command"]]
    assert command[6:8] == ["bookfilm", "make"] and set(places) <= set(container["command"])
    command[6:7] = [str(BIN / "python"), "-m", "bookfilm"]
    with ended_with_all_it_started(
        [*command, "--size", "640x360", "--json"], tmp_path / "driver.log", farm.guarded | waits
    ) as driver:
        code = driver.wait(timeout=1000)
    told = (tmp_path / "driver.log").read_text(encoding="utf8")
    assert code == 0, told
    (said,) = (json.loads(line) for line in told.splitlines() if line.startswith("{"))
    assert said["slates"] == []
    assert inspect_film(tmp_path / "lamp" / "film.mp4").ok


def test_a_driver_does_not_deploy_where_apps_are_declared(farm: Farm, story_file: Path, tmp_path: Path) -> None:
    options = ("--out", tmp_path / "film", "--preset", "tiny", "--address", farm.gcs)
    done = bookfilm("make", story_file, *options, **farm.guarded, BOOKFILM_APP_WAIT_S="2")
    assert done.returncode == 1
    assert "bookfilm-tiny: no app of this preset and this version came up here" in done.stderr
    assert set(farm.applications()) == {"bookfilm-preview"}


def test_who_waits_for_a_cluster_that_does_not_come_is_told(tmp_path: Path) -> None:
    join = ROOT / "helm" / "images" / "bookfilm-join"
    done = run(join, "127.0.0.1:1", "true", BOOKFILM_JOIN_S="1")
    assert (done.returncode, done.stderr) == (1, "bookfilm-join: no Ray cluster answers at 127.0.0.1:1\n")


def test_who_has_no_token_is_turned_away(farm: Farm) -> None:
    with pytest.raises(HTTPError, match="401"):
        urllib.request.urlopen(f"{farm.board}/api/serve/applications/", timeout=20)
