"""Worker groups with labels and fractions of GPUs, as the values say, on real Ray with fake GPUs."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ray._private import ray_constants
from ray.cluster_utils import Cluster

from tests.helm.charts import render
from tests.helm.farms import (
    START_S,
    Farm,
    bookfilm,
    elastic_farm,
    ended_with_all_it_started,
    groups_of,
    laid_presets,
    node_arguments,
    pre_stop,
)

pytestmark = [pytest.mark.chart, pytest.mark.timeout(1500), pytest.mark.usefixtures("stripes_installed")]

LABELS = '{ "bookfilm/group" = "%s" }'
PRESET = """\
[screenwriter]
engine = "rules"
replicas = { num_cpus = 0.05, min_replicas = 0, labels = { "bookfilm/group" = "cpu" } }
[voice]
engine = "packaged"
replicas = { num_cpus = 0.05, min_replicas = 0, max_replicas = 2, labels = { "bookfilm/group" = "cpu" } }
[video]
engine = "stripes"
settings = { frame_ms = %s }
replicas = { num_cpus = 0.25, num_gpus = %s, min_replicas = %s, max_replicas = %s, idle_s = 3, labels = %s }
[score]
engine = "chamber"
[picture]
width = 256
height = 144
"""


def values(least: int) -> dict[str, Any]:
    """Two models on GPUs, one of them two to a GPU, and CPUs; `least` replicas and nodes of each stay."""
    group = {"memory": "4Gi", "cpu": 2}
    return {
        "presets": {
            "whole": PRESET % (12, 1, least, 2, LABELS % "whole"),
            "halves": PRESET % (0, 0.5, 2 * least, 2, LABELS % "halves"),
        },
        "apps": [{"preset": "whole"}, {"preset": "halves"}],
        "autoscaler": {"idleSeconds": 6},
        "workerGroups": [
            {**group, "name": "cpu", "gpu": 0, "minReplicas": 1, "maxReplicas": 1},
            {**group, "name": "whole", "gpu": 1, "minReplicas": least, "maxReplicas": 2},
            {**group, "name": "halves", "gpu": 1, "minReplicas": least, "maxReplicas": 1, "spot": True},
        ],
    }


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, stripes_installed: None) -> Iterator[tuple[Cluster, Farm]]:
    """The chart's head and every node that its groups may have."""
    # Ray read the variable of that name when it was imported.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray_constants, "RAY_DASHBOARD_STARTUP_TIMEOUT_S", START_S)
        yield from _standing(tmp_path_factory)


def _standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, Farm]]:
    manifest, folder = render(values(1)), tmp_path_factory.mktemp("standing")
    laid_presets(manifest, folder)
    started = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": True, "dashboard_port": 0}
    )
    try:
        for group in groups_of(manifest).values():
            for _ in range(group["maxReplicas"]):
                added(started, node_arguments(group))
        farm = Farm(started.address, f"http://{started.webui_url}", folder, manifest, {})
        farm.deploy()
        yield started, farm
    finally:
        started.shutdown()


def added(started: Cluster, node: dict[str, Any]) -> None:
    """Start a node. Ray gives it thirty seconds, which a busy machine may miss: it has another try."""
    try:
        started.add_node(**node)
    except Exception as error:
        if "timed out during startup" not in str(error):
            raise
        started.add_node(**node)


def labels_of(started: Cluster) -> dict[str, str]:
    """Return each node's worker group by its id; the head has none."""
    nodes = started.global_state.node_table()
    return {node["NodeID"]: node["Labels"].get("bookfilm/group", "") for node in nodes if node["Alive"]}


def test_replicas_are_where_the_values_say(standing: tuple[Cluster, Farm]) -> None:
    started, farm = standing
    groups = labels_of(started)
    assert sorted(groups.values()) == ["", "cpu", "halves", "whole", "whole"]
    halves = farm.replicas("bookfilm-halves", "video")
    assert [groups[replica["node_id"]] for replica in halves] == ["halves", "halves"], "two share the one GPU there"
    assert [groups[r["node_id"]] for r in farm.replicas("bookfilm-whole", "video")] == ["whole"]


def test_a_drained_node_loses_no_take(standing: tuple[Cluster, Farm], story_file: Path, tmp_path: Path) -> None:
    _, farm = standing
    out = tmp_path / "film"
    made: list[subprocess.CompletedProcess[str]] = []
    options = ("--preset", farm.preset("whole"), "--address", farm.gcs, "--json")
    driver = threading.Thread(
        target=lambda: made.append(bookfilm("make", story_file, "--out", out, *options, **farm.guarded))
    )
    driver.start()
    _wait(lambda: len(list((out / "takes").glob("*.json"))) >= 2, 300, "no takes came")
    (victim,) = {replica["node_id"] for replica in farm.replicas("bookfilm-whole", "video")[:1]}
    before = farm.replicas("bookfilm-whole", "video")
    # What the chart has a worker's pod do before it ends; of several nodes on one machine it is said which.
    ray, node = f"ray drain-node --address {farm.gcs}", f" --node-id {victim} "
    before_it_ends = pre_stop(groups_of(farm.manifest)["whole"]).replace("ray drain-node ", ray + node)
    with ended_with_all_it_started(["sh", "-c", before_it_ends], tmp_path / "drained.log", farm.guarded) as ending:
        driver.join(timeout=1000)
        # It stays until the raylet has ended, and the container with it; a drain that was refused would be over.
        assert ending.poll() is None, (tmp_path / "drained.log").read_text(encoding="utf8")
    assert made and made[0].returncode == 0, made and made[0].stderr
    assert json.loads(made[0].stdout)["slates"] == []
    after = farm.replicas("bookfilm-whole", "video")
    assert before and after and victim not in {replica["node_id"] for replica in after}
    with sqlite3.connect(out / "ledger.sqlite") as ledger:
        tries = ledger.execute("select key, outcome, error from attempts where kind = 'take'").fetchall()
    # Of the last shots one that is late is sent a second time, and one of the two is stopped: no drain has done that.
    cut_off = [error for _, outcome, error in tries if outcome != "done" and not error.startswith("Raced")]
    assert cut_off == [], "a shot under way was cut off"
    made_of = [key for key, outcome, _ in tries if outcome == "done"]
    assert len(set(made_of)) == len(made_of), "a take was made twice"


def test_a_group_at_0_comes_back_on_demand(story_file: Path, tmp_path: Path) -> None:
    with elastic_farm(values(0), tmp_path) as farm:
        farm.deploy()
        _wait(lambda: nodes_by_group(farm) == {"": 1, "cpu": 1}, 120, "the group of CPUs did not come")
        out = tmp_path / "film"
        done = bookfilm(
            "make", story_file, "--out", out, "--preset", farm.preset("halves"), "--address", farm.gcs, **farm.guarded
        )
        assert done.returncode == 0, done.stderr
        assert nodes_by_group(farm).get("whole", 0) == 0, "a group that nobody asked for came up"
        _wait(lambda: nodes_by_group(farm) == {"": 1, "cpu": 1}, 120, "the group did not go back to 0")


def nodes_by_group(farm: Farm) -> dict[str, int]:
    """Return how many nodes of each worker group are alive; the head is of none."""
    return dict(Counter(node["Labels"].get("bookfilm/group", "") for node in farm.nodes()))


def _wait(true: Any, seconds: float, otherwise: str) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, otherwise
        time.sleep(1)
