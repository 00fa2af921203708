"""The farm's verbs on jobs that run: real Ray, real Serve, real ledger. Each act has two seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from ray.cluster_utils import Cluster

from bookfilm.jobs.farm import Answer, Farm
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import JobRow, Ledger
from cluster.joining import HOUSEKEEPING
from tests.cluster.commands import bookfilm
from tests.cluster.farm_job import named

pytestmark = pytest.mark.farm

ACT_S = 2.0
SHOTS = 5_000
FRAME_S = 0.5
SHOT_S = 2 * FRAME_S

PRESET = """
[screenwriter]
engine = "rules"
replicas = { num_cpus = 0.05 }
[voice]
engine = "packaged"
replicas = { num_cpus = 0.05, min_replicas = 0 }
[video]
engine = "stripes"
settings = { frame_ms = %s, fails_on = "%s" }
replicas = { num_cpus = %s, num_gpus = %s, min_replicas = %s, max_replicas = %s, worth_s = %s }
[score]
engine = "chamber"
[picture]
width = 128
height = 128
[encoding]
preset = "ultrafast"
"""


@dataclass
class Running:
    """A job that runs in a process of its own, and the ledger to ask it through."""

    process: subprocess.Popen[str]
    folder: Path
    ledger: Ledger

    @property
    def farm(self) -> Farm:
        return Farm(self.ledger)

    def job(self) -> JobRow | None:
        return self.ledger.last_job()

    def done(self) -> int:
        job = self.job()
        return job.shots.get("done", 0) if job else 0

    def wait_done(self, count: int, timeout_s: float = 240) -> int:
        until = time.monotonic() + timeout_s
        while (done := self.done()) < count:
            assert self.process.poll() is None, "the job has ended"
            assert time.monotonic() < until, f"{done} takes in {timeout_s} s"
            time.sleep(0.1)
        return done

    def wait_listed(self, timeout_s: float = 240) -> None:
        until = time.monotonic() + timeout_s
        while not ((found := self.job()) and self.ledger.shot_states(found.id)):
            assert self.process.poll() is None and time.monotonic() < until, "no shots were listed"
            time.sleep(0.05)

    def end(self, timeout_s: float = 60) -> tuple[int, dict[str, object]]:
        said, _ = self.process.communicate(timeout=timeout_s)
        return self.process.returncode, json.loads(said.splitlines()[-1])


@contextmanager
def running(folder: Path, preset: Path, shots: int, address: str | None = None) -> Iterator[Running]:
    command = [sys.executable, "-m", "tests.cluster.farm_job", str(folder), str(preset), str(shots)]
    with (folder.with_suffix(".log")).open("w") as log:
        process = subprocess.Popen(
            [*command, *([address] if address else [])],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=Path(__file__).parents[2],
        )
    try:
        until = time.monotonic() + 120
        while not FilmFolder(folder).ledger.exists():
            assert time.monotonic() < until and process.poll() is None, folder.with_suffix(".log").read_text()
            time.sleep(0.1)
        with closing(Ledger(FilmFolder(folder).ledger, patience_s=10)) as ledger:
            yield Running(process, folder, ledger)
    finally:
        process.kill()
        process.wait()


def written(
    path: Path,
    fails_on: str = "",
    cpus: float = 0.75,
    gpus: int = 0,
    replicas: int = 2,
    least: int = 1,
    frame_s: float = FRAME_S,
    worth_s: float = 1,
) -> Path:
    path.write_text(PRESET % (frame_s * 1000, fails_on, cpus, gpus, least, replicas, worth_s), encoding="utf8")
    return path


def in_time(answer: Answer) -> float:
    assert answer.heeded, f"{answer.verb} was not heeded"
    assert answer.waited_s < ACT_S, f"{answer.verb} took {answer.waited_s} s"
    print(f"{answer.verb}: {answer.waited_s:.2f} s")
    return answer.waited_s


def test_every_verb_acts_on_a_job_of_5000_shots_within_two_seconds(
    tmp_path: Path, stripes: Callable[..., Path]
) -> None:
    preset = written(tmp_path / "farm.toml")
    with running(tmp_path / "film", preset, SHOTS) as job:
        job.wait_done(4)
        number, farm = job.farm.live_job(), job.farm

        in_time(farm.pause(number))
        # What the replicas hold, two each, is finished; nothing is begun any more.
        time.sleep(3 * SHOT_S + ACT_S)
        paused = job.done()
        time.sleep(3 * SHOT_S)
        assert job.done() == paused

        in_time(farm.resume(number))
        job.wait_done(paused + 4)

        in_time(farm.limit(number, at_most=1))
        time.sleep(3 * SHOT_S)
        before = job.done()
        time.sleep(5 * SHOT_S)
        assert 1 <= job.done() - before <= 6, "one take at once, a second each"
        in_time(farm.limit(number))

        in_time(farm.prioritise(number, 20))
        in_time(farm.hold(number, named(SHOTS - 1)))
        in_time(farm.release(number, named(SHOTS - 1)))
        in_time(farm.skip(number, *(named(at) for at in range(1000, SHOTS))))
        said = json.loads(bookfilm("jobs", job.folder, "--json").stdout)[-1]
        assert (said["state"], said["priority"], said["at_most"]) == ("running", 20, None)

        # No GPU is held here: the replicas' time is what is spent, in the budget as in the status.
        spent_s = job.ledger.spent()[0]
        assert spent_s > 0.8 * SHOT_S * job.done()
        in_time(farm.budget(number, gpu_h=(spent_s + 6 * SHOT_S) / 3600))
        job.wait_done(job.done() + 2)
        code, ended = job.end()
        assert 6 * SHOT_S <= job.ledger.spent()[0] - spent_s < 14 * SHOT_S, "what the replicas held was finished"
        assert code == 1
        assert "the budget is spent" in str(ended["error"])
        last = job.job()
        assert last is not None and last.state == "failed" and last.shots["queued"] > 0

        finished = last.shots["done"]
        farm.budget(number)
    with running(tmp_path / "film", preset, SHOTS) as job:
        job.wait_done(finished + 3)
        done = bookfilm("cancel", job.folder, "--json")
        answer = Answer.model_validate_json(done.stdout)
        in_time(answer)
        code, ended = job.end()
        assert code == 130
        last = job.job()
        assert last is not None and last.state == "cancelled"


def test_shots_that_are_skipped_held_and_retried_come_to_their_end(
    tmp_path: Path, stripes: Callable[..., Path]
) -> None:
    preset = written(tmp_path / "farm.toml", fails_on=named(7), frame_s=0.25)
    with running(tmp_path / "film", preset, 16) as job:
        job.wait_listed()
        number, farm = job.farm.live_job(), job.farm
        in_time(farm.hold(number, named(14)))
        in_time(farm.skip(number, named(12), named(15)))
        job.wait_done(12)
        time.sleep(2)
        assert job.process.poll() is None, "it waits for the held shot"
        in_time(farm.retry(number, named(12)))
        in_time(farm.release(number, named(14)))
        code, ended = job.end(120)
        states = job.ledger.shot_states(number)
        assert (code, ended) == (3, {"slates": [named(7), named(15)]})
        assert {shot: state for shot, (state, _, _) in states.items() if state != "done"} == {
            named(7): "slate",
            named(15): "skipped",
        }
        assert "stripes will not draw this" in str(states[named(7)][2])


@pytest.fixture
def six_gpus(stripes: Callable[..., Path]) -> Iterator[Cluster]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HOUSEKEEPING.items():
            patch.setenv(name, value)
        started = Cluster(
            initialize_head=True, head_node_args={"num_cpus": 4, "num_gpus": 6, "include_dashboard": False}
        )
    yield started
    started.shutdown()


def test_two_jobs_of_priority_two_to_one_get_gpus_two_to_one(tmp_path: Path, six_gpus: Cluster) -> None:
    preset = written(tmp_path / "farm.toml", cpus=0, gpus=1, replicas=6, least=6, frame_s=1.5)
    os.environ.pop("BOOKFILM_LEDGER", None)
    with (
        running(tmp_path / "one", preset, 2000, six_gpus.address) as one,
        running(tmp_path / "two", preset, 2000, six_gpus.address) as two,
    ):
        for job in (one, two):
            job.wait_done(1)
        in_time(one.farm.prioritise(one.farm.live_job(), 20))
        # What was handed out before is through after two shots' time.
        time.sleep(9)
        before = one.done(), two.done()
        time.sleep(60)
        ratio = (one.done() - before[0]) / (two.done() - before[1])
        print(f"takes {one.done() - before[0]} : {two.done() - before[1]} = {ratio:.2f}")
        assert 1.8 <= ratio <= 2.2


def test_a_farm_has_as_many_replicas_as_the_work_that_is_left_pays_for(tmp_path: Path, six_gpus: Cluster) -> None:
    """Thirty seconds of work at fifteen a replica are worth two, of six that there is room for."""
    preset = written(tmp_path / "farm.toml", gpus=1, cpus=0, replicas=6, worth_s=15)
    seen = 0
    with running(tmp_path / "film", preset, 30, six_gpus.address) as job:
        while job.process.poll() is None:
            seen = max(seen, replicas_up())
            time.sleep(0.5)
        assert job.end()[0] == 0
    assert seen == 2


def replicas_up() -> int:
    """Return how many replicas draw, on whatever cluster: by their processes' names."""
    named_so = "ray::ServeReplica:bookfilm-farm:video"
    return sum(" ".join(one.info["cmdline"] or ()).startswith(named_so) for one in psutil.process_iter(["cmdline"]))
