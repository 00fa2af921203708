"""`bookfilm train` through Ray Train: what is taught, and that a lost worker changes nothing of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bookfilm.picture.diffusion.loras import WEIGHTS
from bookfilm.picture.training.card import CARD, Lora
from bookfilm.picture.training.lessons import read_lessons
from bookfilm.picture.training.plan import TrainingPlan
from tests.cluster.commands import bookfilm
from tests.picture.diffusion.conftest import checkpoint
from tests.picture.training.conftest import lessons

pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
pytest.importorskip("peft", reason="the extra train is not installed")
torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")

__all__ = ["checkpoint", "lessons"]

STEPS = 600
PATIENCE_S = 250


WORKERS, RANK, RATE = 2, 4, 0.003


def command(folder: Path, lessons: Path, out: Path) -> list[str]:
    asked = {"--profile": "tiny", "--model": folder, "--right": "ours", "--out": out, "--steps": STEPS, "--every": 50}
    asked |= {"--rank": RANK, "--workers": WORKERS, "--gpus-each": 0, "--learning-rate": RATE}
    options = (str(part) for pair in asked.items() for part in pair)
    return [sys.executable, "-m", "bookfilm", "train", str(lessons), *options, "--json"]


def taught_bare(worker: int, plan: TrainingPlan, meeting: Path, out: Path) -> None:
    """What each of two processes does that were started by hand: the same steps without Ray."""
    import torch.distributed as group

    from bookfilm.picture.training.teaching import start_learner, teach

    torch.set_num_threads(1)
    group.init_process_group("gloo", init_method=f"file://{meeting}", rank=worker, world_size=WORKERS)
    learner = start_learner(plan, read_lessons(Path(plan.lessons)), "cpu", lambda _: None, worker, WORKERS)
    teach(plan, learner, 0, lambda _: None)
    if worker == 0:
        learner.write(out)
    group.destroy_process_group()


def test_workers_teach_what_two_bare_processes_do_though_one_is_lost(
    checkpoint: Callable[[str], Path], lessons: Path, tmp_path: Path
) -> None:
    folder, bare, out = checkpoint("tiny"), tmp_path / "bare", tmp_path / "lora"
    bare.mkdir()
    told = {"lessons": str(lessons), "right": "ours", "profile": "tiny", "model": str(folder), "rank": RANK}
    plan = TrainingPlan.model_validate({**told, "steps": STEPS, "learning_rate": RATE})
    torch.multiprocessing.spawn(taught_bare, (plan, tmp_path / "meeting", bare), nprocs=WORKERS)

    running = subprocess.Popen(command(folder, lessons, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        _kill_a_worker(running.pid, out)
        printed, error = running.communicate(timeout=PATIENCE_S)
    finally:
        running.kill()
    assert running.returncode == 0, error
    assert "goes on from step" in error
    assert f"step {STEPS} of {STEPS}" in error
    assert (out / WEIGHTS).read_bytes() == (bare / WEIGHTS).read_bytes()
    card, said = Lora.read(out / "lora.json"), json.loads(printed)
    assert (card.workers, card.lessons, card.right) == (WORKERS, 3, "ours")
    assert said["error_after"] < said["error_before"]
    assert f'id = "{out}"' in (out / CARD).read_text(encoding="utf8")


def _kill_a_worker(pid: int, out: Path) -> None:
    """Kill -9 a worker once some states have been kept. Who that is was found before: to look takes many steps."""
    until, workers = time.monotonic() + PATIENCE_S, list[psutil.Process]()
    while time.monotonic() < until:
        if len(workers) < WORKERS:
            kin = {one.pid for one in psutil.Process(pid).children(recursive=True)}
            there = [one for one in psutil.process_iter(["cmdline"]) if one.pid in kin]
            workers = [one for one in there if "TrainWorker" in " ".join(one.info["cmdline"] or ())]
        elif any("step 100 " in path.read_text(encoding="utf8") for path in out.glob("training/*/progress.jsonl")):
            workers[-1].kill()
            return
        time.sleep(0.02)
    raise AssertionError("no step was told")


def test_what_cannot_be_taught_is_refused_in_a_line(lessons: Path, tmp_path: Path) -> None:
    (lessons / "red.txt").unlink()
    told = ("train", lessons, "--profile", "tiny", "--out", tmp_path / "out")
    for more, said in (
        (("--right", "ours"), "red.png: no caption"),
        (("--right", " "), "right"),
        (("--right", "ours", "--steps", "0"), "steps"),
        (("--right", "ours", "--workers", "0"), "--workers"),
    ):
        done = bookfilm(*told, *more)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
