"""Films through Ray: real clusters, real Serve, real Ray Data. Each run starts its own, as a user's does."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.kills import Victim, kill_at, stream_digest
from bookfilm.store.ledger import Ledger
from tests.cluster.commands import bookfilm

pytestmark = pytest.mark.film


@dataclass
class Made:
    """A film made by the stripes engine: nobody has disturbed it."""

    book: Path
    options: list[str]
    digest: str
    length_s: float


@pytest.fixture(scope="module")
def made(story: Path, stripes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Made:
    # A title is often a question, and Ray Data reads paths as URLs.
    out = tmp_path_factory.mktemp("made") / "Who goes there? 50 % #1\tof [2]"
    options = ["--preset", str(stripes(frame_ms=12)), "--right", "author"]
    done = bookfilm("make", story, "--out", out, *options, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["reached"] == "film" and said["slates"] == []
    assert "warning" not in done.stderr.lower() and "error" not in done.stderr.lower(), done.stderr
    stages = said["stage_s"]
    length_s = stages["start"] + stages["speech"] + stages["picture"]
    return Made(story, options, stream_digest(out / "film.mp4"), length_s)


@pytest.mark.parametrize("victims", [("driver",), ("replica", "worker")])
def test_a_kill_changes_nothing(victims: tuple[Victim, ...], made: Made, tmp_path: Path) -> None:
    killing = kill_at(victims, 1, made.length_s, made.book, tmp_path / "disturbed", made.options, made.digest)
    assert killing.same
    assert killing.killed == len(victims)
    assert killing.made_twice == []


@pytest.mark.parametrize(
    ("address", "said"),
    [("ray://127.0.0.1:10001", "Ray Client"), ("127.0.0.1:1", "no cluster can be joined")],
)
def test_addresses_that_cannot_be_joined_are_refused(address: str, said: str, story: Path, tmp_path: Path) -> None:
    done = bookfilm("make", story, "--out", tmp_path / "film", "--address", address)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_worker_that_has_broken_takes_no_shot_with_it(
    story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    """The first replica fails at everything at once, and is always free: rows would go there and be given up."""
    mark = tmp_path / "sick"
    out = tmp_path / "film"
    began = time.time()
    options = ["--preset", stripes(40.0, sick=str(mark)), "--right", "author"]
    done = bookfilm("make", story, "--out", out, *options, BOOKFILM_LOG="json")
    assert done.returncode == 0, done.stderr
    ledger = Ledger(out / "ledger.sqlite")
    try:
        job = ledger.last_job()
        assert job is not None and set(job.shots) == {"done"}
        hold_lines(done.stderr, began, out, {shot: take for shot, (_, take, _) in ledger.shot_states(job.id).items()})
        sick = f":{mark.read_text()}"
        failed_there = [worker for worker in ledger.workers() if worker.name.endswith(sick)]
        assert [worker.done for worker in failed_there] == [0]
        assert 3 <= failed_there[0].failed <= 5
    finally:
        ledger.close()


def hold_lines(driver: str, began: float, out: Path, shown: dict[str, str]) -> None:
    """Hold the lines of a driver, its replicas and feeders to JSON that says which job, shot and take they are about.

    Of a cluster that has ended by itself only the folder is left, among those of others.
    """
    of_driver = [json.loads(line) for line in driver.splitlines()]
    assert {(line["film"], line.get("job", 1)) for line in of_driver} == {(str(out), 1)}
    assert {line["stage"] for line in of_driver if "stage" in line} >= {"cluster", "speech", "picture", "film"}
    ray = Path(os.environ.get("RAY_TMPDIR", "/tmp"), "ray")
    sessions = [one for one in ray.glob("session_2*") if one.stat().st_mtime >= began - 1]
    files = [path for one in sessions for path in one.glob("logs/**/*") if path.suffix in (".log", ".err")]
    read = [(path, text) for path in files for text in path.read_text("utf8", "replace").splitlines()]
    lines = [(path, json.loads(text)) for path, text in read if text.startswith("{") and str(out) in text]
    mine = [(path, line) for path, line in lines if line.get("film") == str(out)]
    assert {line["job"] for _, line in mine} == {1}
    takes = [line for path, line in mine if path.name.startswith("replica_") and "take" in line]
    assert Counter(line["take"] for line in takes if line["event"] == "ended") == Counter(set(shown.values()))
    assert all(shown[line["shot"]] == line["take"] and line["ms"] > 0 for line in takes if line["event"] == "ended")
    failed = [line for line in takes if line["event"] == "failed"]
    assert len(failed) >= 3 and {line["error"].partition(":")[0] for line in failed} == {"EngineError"}
    assert {line["recording"] for path, line in mine if path.name.startswith("replica_") and "recording" in line}
    again = [line for path, line in mine if path.name.startswith("worker-") and line.get("event") == "again"]
    assert {line["take"] for line in again} == {line["take"] for line in failed}
    assert all(line["attempt"] >= 1 and line["worker"] and line["feeder"] for line in again)


def test_a_worker_that_has_become_slow_does_not_hold_up_the_film(
    story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    """What it holds in the end is made by another; alone, it would take more than ten minutes over one shot."""
    mark = tmp_path / "slow"
    out = tmp_path / "film"
    done = bookfilm("make", story, "--out", out, "--preset", stripes(5.0, slow=str(mark)), "--right", "author")
    assert done.returncode == 0, done.stderr
    ledger = Ledger(out / "ledger.sqlite")
    try:
        job = ledger.last_job()
        assert job is not None and set(job.shots) == {"done"}
        workers = {worker.name: worker for worker in ledger.workers()}
        slow = [worker for name, worker in workers.items() if name.endswith(f":{mark.read_text()}")]
        assert [worker.done for worker in slow] in ([], [0])
        assert 1 <= workers["raced"].failed <= 2
    finally:
        ledger.close()
