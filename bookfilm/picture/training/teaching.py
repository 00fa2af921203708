"""A training from end to end, in one process or in one of several: the model loaded, lessons made ready, all steps."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bookfilm.picture.diffusion.caches import denoisers
from bookfilm.picture.diffusion.loading import load_pipeline
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.switches import require_switches
from bookfilm.picture.training.learning import Learner
from bookfilm.picture.training.lessons import Lesson
from bookfilm.picture.training.plan import TrainingPlan
from bookfilm.picture.training.preparing import prepare_lessons

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Reached:
    """How far a training is: the step to come, the mean error since the last report, and the learner."""

    step: int
    error: float
    learner: Learner


def start_learner(
    plan: TrainingPlan, lessons: Sequence[Lesson], device: str, tell: Tell, worker: int = 0, workers: int = 1
) -> Learner:
    """Load the model of `plan`, make the lessons ready, and return who is to learn. Each worker prepares its own.

    Raises SettingsError, EngineUnavailable.
    """
    profile = plan.loaded_profile()
    require_switches(profile)
    pipe = _loaded(profile, device)
    mine = list(lessons)[worker::workers] or list(lessons)
    ready = list(prepare_lessons(pipe, profile, mine, plan.most_frames, tell))
    models, border = denoisers(pipe), float(pipe.config.get("boundary_ratio") or 1.0)
    pipe.maybe_free_model_hooks()
    pipe.remove_all_hooks()
    del pipe
    _forget_the_rest()
    return Learner(models, ready, plan, device, worker, border)


def _forget_the_rest() -> None:
    """Give back what held text encoder and VAE: accelerate's hooks leave them in rings, which nobody else breaks."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _loaded(profile: Profile, device: str) -> Any:
    """Return the pipeline that clips are made with: of a model that begins with pictures the one that takes them."""
    if device == "cpu":
        loaded = load_pipeline(profile, device)
    else:
        # Text encoder, VAE and model are each there while they are at work: whole they need not fit beside each other.
        offloading = profile.changed(speed=profile.speed.changed(offload="model"))
        loaded = load_pipeline(offloading, device)
    return loaded.of_picture if profile.features.needs_first else loaded.of_text


def teach(plan: TrainingPlan, learner: Learner, begin: int, reached: Callable[[Reached], None]) -> None:
    """Take all steps from `begin`; tell `reached` every `plan.every` steps and at the end."""
    errors: list[float] = []
    for number in range(begin, plan.steps):
        errors.append(learner.step(number))
        if (number + 1) % plan.every == 0 or number + 1 == plan.steps:
            reached(Reached(number + 1, sum(errors) / len(errors), learner))
            errors.clear()
