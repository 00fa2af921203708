"""A training on the cluster, by Ray Train: as many workers as are asked for, gone on with when one is lost."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ray
import ray.train
from ray.train import Checkpoint, CheckpointConfig, FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

from bookfilm.errors import BookfilmError, ClusterError, ClusterRefused, FolderBusy, SettingsError
from bookfilm.picture.training.card import Lora, write_card
from bookfilm.picture.training.lessons import lessons_digest, read_lessons
from bookfilm.picture.training.plan import TrainingPlan
from bookfilm.picture.training.teaching import Reached, start_learner, teach
from cluster.joining import joined_cluster
from cluster.sharing import check_shared

STATE, REFUSED = "state.pt", "refused.txt"
LOST_WORKERS = 3
"""So often a training is gone on with after a worker was lost."""
LOOK_S = 0.5


def train_on_cluster(
    plan: TrainingPlan, out: Path, workers: int, gpus_each: float, address: str | None, tell: Callable[[str], None]
) -> Lora:
    """Teach the LoRA of `plan` into the folder `out`, which all nodes see; what was broken off is gone on with.

    `gpus_each` 0: on CPUs. Raises SettingsError, EngineUnavailable, ClusterRefused, ClusterError.
    """
    lessons = read_lessons(Path(plan.lessons))
    profile = plan.loaded_profile()
    folder = out / "training" / plan.digest(lessons_digest(lessons))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REFUSED).unlink(missing_ok=True)
    with _alone(folder), joined_cluster(address):
        _check_room(workers, gpus_each)
        check_shared(out)
        with _overheard(folder / "progress.jsonl", tell):
            _fit(plan, folder, out, workers, gpus_each)
    told = json.loads((folder / "ended.json").read_text(encoding="utf8"))
    return write_card(out, plan, profile, lessons, workers, tuple(told["errors"]), told["seconds"])


def _check_room(workers: int, gpus_each: float) -> None:
    """Raise ClusterRefused where so many are not free: Ray would wait for them without a word."""
    free = ray.available_resources()
    for what, each in (("GPU", gpus_each), ("CPU", 1.0)):
        if workers * each > free.get(what, 0.0):
            raise ClusterRefused(
                f"{workers} workers need {workers * each:g} {what}s, {free.get(what, 0.0):g} are free: "
                "say fewer --workers, or --gpus-each 0 to train on CPUs, slowly",
                subject="train",
            )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold `folder` against another training of the same."""
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderBusy("this very training is under way already", subject=folder) from None
        yield


def _fit(plan: TrainingPlan, folder: Path, out: Path, workers: int, gpus_each: float) -> None:
    resources = {"CPU": 1.0} | ({"GPU": gpus_each} if gpus_each else {})
    # Ray's types are those of its first version.
    failures: Any = FailureConfig
    trainer = TorchTrainer(
        _work,
        train_loop_config={
            "plan": plan.model_dump(mode="json"),
            "out": str(out),
            "folder": str(folder),
            "began_in": str(Path.cwd()),
        },
        scaling_config=ScalingConfig(num_workers=workers, use_gpu=bool(gpus_each), resources_per_worker=resources),
        run_config=RunConfig(
            name="run",
            storage_path=str(folder.absolute()),
            failure_config=failures(max_failures=LOST_WORKERS, controller_failure_limit=LOST_WORKERS),
            checkpoint_config=CheckpointConfig(num_to_keep=2),
        ),
    )
    try:
        trainer.fit()
    except (ray.train.TrainingFailedError, ray.exceptions.RayError) as error:
        # Ray wraps what a worker raised as often as it passed it on.
        raise _root(error) from None


def _root(error: BaseException) -> BookfilmError:
    """Return what a worker meant by `error`."""
    seen: BaseException | None = error
    while seen is not None:
        failures = getattr(seen, "worker_failures", None)
        if isinstance(seen, BookfilmError):
            return seen
        seen = next(iter(failures.values())) if failures else (getattr(seen, "cause", None) or seen.__cause__)
    said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
    return ClusterError(f"the training failed: {said}", subject="train")


def _work(told: dict[str, Any]) -> None:
    """What each worker does. What cannot be is written down: Ray would load the model again, three times more."""
    refused = Path(told["folder"]) / REFUSED
    if refused.exists():
        raise SettingsError(refused.read_text(encoding="utf8"), subject="train")
    # Ray gives each worker a folder of its own; paths in a profile mean those of whoever began.
    with suppress(OSError):
        os.chdir(told["began_in"])
    try:
        _learn(told)
    except BookfilmError as error:
        refused.write_text(str(error), encoding="utf8")
        raise


def _learn(told: dict[str, Any]) -> None:
    import torch

    context = ray.train.get_context()
    worker, workers = context.get_world_rank(), context.get_world_size()
    plan, out, folder = TrainingPlan.model_validate(told["plan"]), Path(told["out"]), Path(told["folder"])
    if (device := ray.train.torch.get_device()).type == "cpu":
        torch.set_num_threads(1)
    say = _Saying(folder / "progress.jsonl", speaks=worker == 0)
    lessons = read_lessons(Path(plan.lessons))
    learner = start_learner(plan, lessons, str(device), say.line, worker, workers)
    state = _last_state()
    begun = state["step"] if state else 0
    before = state["before"] if state else learner.examined()
    spent = state["seconds"] if state else 0.0
    if state:
        learner.restore(state["learner"])
        say.line(f"goes on from step {begun}")
    started = time.monotonic()

    def reached(now: Reached) -> None:
        say.line(f"step {now.step} of {plan.steps}: error {now.error:.4f}")
        seconds = spent + time.monotonic() - started
        kept = {"step": now.step, "before": before, "seconds": seconds, "learner": learner.state()}
        _keep(kept if worker == 0 else None, now)

    teach(plan, learner, begun, reached)
    if worker == 0:
        learner.write(out)
        ended = {"errors": [before, learner.examined()], "seconds": spent + time.monotonic() - started}
        (folder / "ended.json").write_text(json.dumps(ended), encoding="utf8")


def _keep(state: dict[str, Any] | None, now: Reached) -> None:
    """Report to Ray Train how far the training is; one worker gives the state that is kept."""
    import torch

    metrics = {"step": now.step, "error": now.error}
    if state is None:
        ray.train.report(metrics)
        return
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        torch.save(state, Path(scratch) / STATE)
        ray.train.report(metrics, checkpoint=Checkpoint.from_directory(scratch))


def _last_state() -> dict[str, Any] | None:
    import torch

    checkpoint = ray.train.get_checkpoint()
    if checkpoint is None:
        return None
    with checkpoint.as_directory() as folder:
        state: dict[str, Any] = torch.load(Path(folder) / STATE, weights_only=True, map_location="cpu")
    return state


class _Saying:
    """Lines from a worker to whoever started the training, by way of a file in the folder that both see."""

    def __init__(self, path: Path, speaks: bool) -> None:
        self._path, self._speaks = path, speaks

    def line(self, said: str) -> None:
        if self._speaks:
            with self._path.open("a", encoding="utf8") as file:
                file.write(json.dumps({"at": round(time.time(), 3), "said": said}) + "\n")


@contextmanager
def _overheard(path: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Tell what workers write into `path` meanwhile."""
    begun = path.stat().st_size if path.exists() else 0
    ended = threading.Event()

    def listen() -> None:
        at = begun
        while True:
            last = ended.wait(LOOK_S)
            if path.exists():
                with path.open(encoding="utf8") as file:
                    file.seek(at)
                    while line := file.readline():
                        if not line.endswith("\n"):
                            break
                        at = file.tell()
                        tell(json.loads(line)["said"])
            if last:
                return

    thread = threading.Thread(target=listen, name="training", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
