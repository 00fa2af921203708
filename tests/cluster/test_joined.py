"""A cluster that was there before us: two nodes, joined by address, one of them with another view of the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ray.cluster_utils import Cluster

from tests.cluster.test_through_ray import bookfilm

pytestmark = pytest.mark.film


@pytest.fixture(scope="module")
def cluster(stripes: Callable[..., Path]) -> Iterator[Cluster]:
    # After `stripes`: the nodes' workers inherit the PYTHONPATH on which the engine is found.
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    yield cluster
    cluster.shutdown()


def test_a_film_is_made_on_a_cluster_that_runs_and_its_app_is_used_again(
    cluster: Cluster, story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    cluster.add_node(num_cpus=1)
    options = ["--preset", stripes(), "--address", cluster.address, "--right", "author", "--json"]
    first = bookfilm("make", story, "--out", tmp_path / "first", *options)
    assert first.returncode == 0, first.stderr
    assert "2 nodes" in first.stderr
    second = bookfilm("make", story, "--out", tmp_path / "second", *options)
    assert second.returncode == 0, second.stderr
    starts = [json.loads(done.stdout)["stage_s"]["start"] for done in (first, second)]
    assert starts[1] < starts[0] * 0.8, "the app that was up was not used"


def test_a_folder_that_not_every_node_sees_is_refused(
    cluster: Cluster, story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "film"
    out.mkdir()
    ray = Path(sys.executable).with_name("ray")
    # A node in a mount namespace of its own, where an empty disk lies over the film folder.
    joins = f"{ray} start --address={cluster.address} --num-cpus=1 --block --disable-usage-stats"
    start = f"mount -t tmpfs tmpfs {out} && exec {joins}"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody make a mount namespace")
    before = _alive(cluster)
    node = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", start],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=dict(os.environ),
    )
    try:
        _wait_for_nodes(cluster, before + 1)
        done = bookfilm("make", story, "--out", out, "--preset", stripes(), "--address", cluster.address)
    finally:
        os.killpg(node.pid, 15)
        node.wait(timeout=30)
    assert done.returncode == 2, done.stderr
    assert "do not see this folder" in done.stderr and "s3://" in done.stderr
    assert not (out / "book.json").exists()


def _alive(cluster: Cluster) -> int:
    return sum(bool(node["Alive"]) for node in cluster.global_state.node_table())


def _wait_for_nodes(cluster: Cluster, count: int) -> None:
    until = time.monotonic() + 120
    while _alive(cluster) < count:
        assert time.monotonic() < until, "the node did not come up"
        time.sleep(0.2)
