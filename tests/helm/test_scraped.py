"""While a film renders, everything that the dashboard and the alerts name is there to be scraped."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.deployments.test_board import expressions, series_of
from tests.helm.charts import values_of
from tests.helm.farms import Farm, bookfilm, elastic_farm, ended_with_all_it_started
from tests.screenplay.llm.chat_server import ChatServer, good
from tests.serving import free_port

pytestmark = [pytest.mark.chart, pytest.mark.timeout(1500), pytest.mark.usefixtures("stripes_installed")]

PRESET = """\
[screenwriter]
engine = "llm"
replicas = { num_cpus = 0.05, min_replicas = 1 }
[screenwriter.settings]
backend = "openai"
model = "tests"
base_url = "%s"
cache = "%s"
usd_per_million_prompt_tokens = 1.0
[voice]
engine = "packaged"
replicas = { num_cpus = 0.05 }
[video]
engine = "stripes"
settings = { frame_ms = 8, fails_on = "The Shop" }
replicas = { num_cpus = 0.5, num_gpus = 0.5, labels = { "bookfilm/group" = "gpu" } }
[score]
engine = "chamber"
[picture]
width = 256
height = 144
"""


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Farm]:
    """A cluster with a GPU (a fake one), whose film asks a language model, and one of whose shots cannot be drawn."""
    monkeypatch.setenv("BOOKFILM_LLM_KEY", "sk-tests")
    with ChatServer(good) as server:
        preset = PRESET % (server.url, tmp_path / "cache")
        values = {**values_of("laptop"), "presets": {"watched": preset}, "apps": [{"preset": "watched"}], "films": {}}
        values["workerGroups"] = [*values["workerGroups"], {**values["workerGroups"][0], "name": "gpu", "gpu": 1}]
        with elastic_farm(values, tmp_path) as farm:
            farm.deploy()
            yield farm


def scraped(place: str, path: str = "metrics") -> set[str]:
    """Return the names of the series that `place` has; of another path than /metrics, whether it answers."""
    try:
        with urllib.request.urlopen(f"http://{place}/{path}", timeout=5) as answer:
            text = answer.read().decode()
    except OSError:
        return set()
    if path != "metrics":
        return {path}
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


def studio_series(data: Path) -> set[str]:
    """Return the names of the series of a studio that has answered."""
    metrics, port = free_port(), free_port()
    command = [sys.executable, "-m", "bookfilm", "serve", "--data", str(data), "--drivers", "0", "--port", str(port)]
    with ended_with_all_it_started(command, data.with_suffix(".log"), {"BOOKFILM_METRICS": str(metrics)}) as serving:
        until = time.monotonic() + 120
        while not scraped(f"127.0.0.1:{port}", "health"):
            assert serving.poll() is None and time.monotonic() < until, data.with_suffix(".log").read_text()
            time.sleep(0.5)
        return scraped(f"127.0.0.1:{metrics}")


def test_every_panel_and_alert_names_series_that_are_there(watched: Farm, story_file: Path, tmp_path: Path) -> None:
    port, found = free_port(), set[str]()
    places = [
        f"127.0.0.1:{port}",
        *(f"{node['NodeManagerAddress']}:{node['MetricsExportPort']}" for node in watched.nodes()),
    ]
    made: list[subprocess.CompletedProcess[str]] = []

    def make() -> None:
        options = ("--preset", watched.preset("watched"), "--address", watched.gcs, "--json")
        environment = {**watched.guarded, "BOOKFILM_METRICS": str(port)}
        made.append(bookfilm("make", story_file, "--out", tmp_path / "film", *options, **environment))

    driver = threading.Thread(target=make)
    driver.start()
    found |= studio_series(tmp_path / "studio")
    while driver.is_alive():
        found |= {name for place in places for name in scraped(place)}
        time.sleep(1)
    until = time.monotonic() + 30  # Ray's nodes tell what replicas count every ten seconds.
    named = {name for expr in expressions().values() for name in series_of(expr)}
    while not named <= found and time.monotonic() < until:
        found |= {name for place in places[1:] for name in scraped(place)}
        time.sleep(1)
    assert made and made[0].returncode == 3, made and made[0].stderr
    assert named - found == set()
