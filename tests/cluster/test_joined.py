"""A cluster that was there before us: two nodes, joined by address, one of them with another view of the disk.

An app takes seconds to start, so one film is made once and several tests go on with it, in order.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from ray.cluster_utils import Cluster

from benchmarks.kills import stream_digest
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Screenplay
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from tests.cluster.commands import bookfilm, takes_of

pytestmark = pytest.mark.film


@dataclass
class Made:
    """A film made on the cluster that runs, and the options it was made with."""

    book: Path
    out: Path
    options: list[str]
    digest: str
    starts_s: tuple[float, ...]
    """How long the film's run took to start, and that of another one after it."""


@pytest.fixture(scope="module")
def made(running: Cluster, story: Path, stripes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two films, one after the other: the first one's app is up when the second begins."""
    running.add_node(num_cpus=1)
    out = tmp_path_factory.mktemp("joined") / "first"
    options = ["--preset", str(stripes()), "--address", running.address, "--right", "author", "--json"]
    first = bookfilm("make", story, "--out", out, *options)
    assert first.returncode == 0, first.stderr
    assert "2 nodes" in first.stderr
    second = bookfilm("make", story, "--out", out.with_name("second"), *options)
    assert second.returncode == 0, second.stderr
    starts_s = tuple(json.loads(done.stdout)["stage_s"]["start"] for done in (first, second))
    return Made(story, out, options, stream_digest(out / "film.mp4"), starts_s)


def test_an_app_that_is_up_is_used_and_makes_the_same_film(made: Made) -> None:
    first, second = made.starts_s
    assert second < first * 0.8, "the app that was up was not used"
    assert stream_digest(made.out.with_name("second") / "film.mp4") == made.digest


def test_the_same_command_again_makes_nothing(made: Made) -> None:
    before = takes_of(made.out)
    again = bookfilm("make", made.book, "--out", made.out, *made.options)
    assert again.returncode == 0, again.stderr
    assert takes_of(made.out) == before
    assert stream_digest(made.out / "film.mp4") == made.digest


def test_an_edited_line_renders_its_own_shots_only(made: Made) -> None:
    out, before = made.out, takes_of(made.out)
    body = json.loads((out / "screenplay.json").read_text(encoding="utf8"))
    lines = [line for scene in body["scenes"] for beat in scene["beats"] for line in beat["lines"]]
    line = next(line for line in lines if line["kind"] == "dialogue")
    holding = _shots_that_hold(out, line["id"])
    line["text"] = "Which of these two is the older one, would you say, Mr. Pell?"
    (out / "screenplay.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf8")
    edited = bookfilm("make", made.book, "--out", out, *made.options)
    assert edited.returncode == 0, edited.stderr
    new = set(takes_of(out)) - set(before)
    shown = {choice.take: choice.shot for choice in Cut.read(out / "cut.json").choices}
    assert new and {shown[name.removesuffix(".json")] for name in new} <= holding
    assert {name: stamp for name, stamp in takes_of(out).items() if name in before} == before
    assert "the older one, would you say" in (out / "film.srt").read_text(encoding="utf8").replace("\n", " ")
    assert "would you say" in (out / "direction.toml").read_text(encoding="utf8")


def _shots_that_hold(out: Path, line_id: str) -> set[str]:
    shots = [json.loads(row) for row in (out / "shots.jsonl").read_text(encoding="utf8").splitlines()]
    return {shot["id"] for shot in shots if any(said["line"] == line_id for said in shot["heard"])}


def test_chosen_scenes_are_rendered_again_into_the_same_film(
    made: Made, running: Cluster, stripes: Callable[..., Path]
) -> None:
    before = takes_of(made.out)
    scenes = [scene.id for scene in Screenplay.read(made.out / "screenplay.json").scenes]
    done = bookfilm(
        "render", made.out, "--scenes", "1", "--preset", stripes(frame_ms=0.1), "--address", running.address
    )
    assert done.returncode == 0, done.stderr
    locked = {choice.shot for choice in Cut.read(made.out / "cut.json").choices if choice.locked}
    assert locked and all(shot.startswith(scenes[0]) for shot in locked)
    assert len(set(takes_of(made.out)) - set(before)) == len(locked)


def test_a_shot_that_cannot_be_rendered_becomes_a_slate(running: Cluster, story: Path, stripes, tmp_path: Path) -> None:
    out = tmp_path / "film"
    done = bookfilm(
        "make", story, "--out", out, "--preset", stripes(fails_on="The Shop"), "--address", running.address, "--json"
    )
    assert done.returncode == 3, done.stderr
    assert len(json.loads(done.stdout)["slates"]) == 1
    assert (out / "film.mp4").exists()
    told = json.loads(bookfilm("status", out, "--json").stdout)
    assert told["state"] == "slates" and "stripes will not draw this" in told["failures"][0]


def test_a_folder_that_not_every_node_sees_is_refused(
    running: Cluster, story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "film"
    out.mkdir()
    ray = Path(sys.executable).with_name("ray")
    # A node in a mount namespace of its own, where an empty disk lies over the film folder.
    joins = f"{ray} start --address={running.address} --num-cpus=1 --block --disable-usage-stats"
    start = f"mount -t tmpfs tmpfs {out} && exec {joins}"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody make a mount namespace")
    before = _alive(running)
    node = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", start],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=dict(os.environ),
    )
    try:
        _wait_for_nodes(running, before + 1)
        done = bookfilm("make", story, "--out", out, "--preset", stripes(), "--address", running.address)
    finally:
        os.killpg(node.pid, 15)
        node.wait(timeout=30)
    assert done.returncode == 2, done.stderr
    assert "do not see this folder" in done.stderr and "s3://" in done.stderr
    assert not (out / "book.json").exists()


def _alive(running: Cluster) -> int:
    return sum(bool(node["Alive"]) for node in running.global_state.node_table())


def _wait_for_nodes(running: Cluster, count: int) -> None:
    until = time.monotonic() + 120
    while _alive(running) < count:
        assert time.monotonic() < until, "the node did not come up"
        time.sleep(0.2)


def test_a_task_that_dies_leaves_no_shot_unheard_and_nobody_deploys_under_a_job_at_work(
    running: Cluster, story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    """Ray begins the task anew and passes on what it gives back from where the first had come to: not what is new."""
    folder, shots = tmp_path / "many", 120
    command = [sys.executable, "-m", "tests.cluster.farm_job", str(folder), str(stripes(30)), str(shots)]
    with subprocess.Popen([*command, running.address], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as job:
        _wait_done(folder, 20)
        other = ["--preset", str(stripes(31)), "--address", running.address, "--right", "author"]
        refused = bookfilm("make", story, "--out", tmp_path / "other", *other)
        # The cluster is this process's.
        mine = psutil.Process().children(recursive=True)
        tasks = [one for one in mine if one.name().startswith("ray::MapBatches")]
        assert len(tasks) == 1
        tasks[0].kill()
        assert job.wait(timeout=120) == 0
    assert refused.returncode != 0 and "jobs are at work with it" in refused.stderr, refused.stderr
    with closing(Ledger(FilmFolder(folder).ledger)) as ledger:
        found = ledger.last_job()
        assert found is not None and found.shots == {"done": shots}
        made, _ = ledger.take_times()
        assert len(made) == len(ledger.attempt_ms("take")) == shots


def _wait_done(folder: Path, count: int) -> None:
    until = time.monotonic() + 120
    while not FilmFolder(folder).ledger.exists():
        assert time.monotonic() < until
        time.sleep(0.2)
    with closing(Ledger(FilmFolder(folder).ledger, patience_s=10)) as ledger:
        while not ((job := ledger.last_job()) and job.shots.get("done", 0) >= count):
            assert time.monotonic() < until
            time.sleep(0.1)
