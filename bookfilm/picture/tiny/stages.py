"""A stage of the training: steps that follow from their number alone, kept every so often, to be gone on with."""

from __future__ import annotations

import io
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from bookfilm.store.files import write_file

Tell = Callable[[str], None]


class Stage(ABC):
    """What is learnt step by step. `step` is how many were made; `recipe` what must be the same to go on; `learnt_by`
    are the entries of it that change in the course of one training: what was learnt by others is learnt anew."""

    name: str
    recipe: dict[str, Any]
    learnt_by: frozenset[str] = frozenset()
    step = 0

    @abstractmethod
    def learn(self) -> float:
        """Make the next step and return its loss."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return all that the next step needs, but for its number."""

    @abstractmethod
    def take_up(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""

    def save(self, path: Path) -> None:
        """Write all that is needed to go on, whole or not at all."""
        packed = io.BytesIO()
        torch.save({"step": self.step, "recipe": self.recipe, **self.state()}, packed)
        write_file(path, packed.getvalue())

    def resume(self, path: Path) -> bool:
        """Go on from what `save` wrote at `path`; False where that has to be learnt anew.

        Raises ValueError where it is of another recipe.
        """
        held = torch.load(path, weights_only=True)
        if self._lasting(held["recipe"]) != self._lasting(self.recipe):
            raise ValueError(f"{path}: it is of another recipe; give another folder, or the same recipe")
        if held["recipe"] != self.recipe:
            return False
        self.take_up(held)
        self.step = held["step"]
        return True

    def _lasting(self, recipe: dict[str, Any]) -> dict[str, Any]:
        return {name: told for name, told in recipe.items() if name not in self.learnt_by}


def run_stage(stage: Stage, folder: Path, steps: int, tell: Tell, kept_every: int = 120) -> None:
    """Bring `stage` to `steps` steps from where `folder` has it; every so many steps what is there is kept."""
    kept = folder / f"{stage.name}.pt"
    if kept.exists():
        goes_on = stage.resume(kept)
        tell(f"{stage.name}: " + (f"goes on from step {stage.step}" if goes_on else "begun anew"))
    losses: list[float] = []
    while stage.step < steps:
        losses.append(stage.learn())
        stage.step += 1
        if stage.step % kept_every == 0 or stage.step == steps:
            stage.save(kept)
            mean, losses, spent_s = sum(losses) / len(losses), [], time.process_time()
            with (folder / f"{stage.name}.tsv").open("a", encoding="utf8") as log:
                log.write(f"{stage.step}\t{mean:.5f}\t{spent_s:.0f}\n")
            tell(f"{stage.name}: step {stage.step} of {steps}, loss {mean:.5f}, {spent_s:.0f} s of CPU")
