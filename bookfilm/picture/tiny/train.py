"""Trains the tiny model: ``python -m bookfilm.picture.tiny.train --work FOLDER --out FOLDER``.

Draws the clips, fits the codec, trains the denoiser with its text encoder by flow matching (Lipman et al. 2023), and
writes the pipeline in diffusers' form. All of it goes on where it was broken off; one thread of a CPU is enough.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from bookfilm.picture.tiny.corpus import Corpus, load_corpus
from bookfilm.picture.tiny.denoiser import LEAST_SIGMA, TinyDenoiser
from bookfilm.picture.tiny.export import export_pipeline
from bookfilm.picture.tiny.text import CaptionEncoder
from bookfilm.store.files import write_file

SEED = 20
_SHIFT, _WIDTH = 0.6, 1.2
"""Noise levels are drawn logit-normal: more of them high, where place, hour and count are decided."""


@dataclass(frozen=True)
class Recipe:
    """All that decides what comes out of a training, but for its length."""

    clips: int = 5000
    channels: int = 96
    width: int = 256
    layers: int = 6
    heads: int = 8
    batch: int = 16
    rate: float = 7e-4
    warm_up: int = 200
    cooled: float = 0.3
    """The last share of the steps, in which the rate falls to a twentieth."""
    unguided: float = 0.1
    """Share of clips whose caption is hidden: for classifier-free guidance (Ho and Salimans 2022)."""
    averaged: float = 0.999
    """Of the running average that is kept of the weights."""


class Model(nn.Module):
    """What is trained: the text encoder and the denoiser."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.text = CaptionEncoder(width=recipe.width)
        self.denoiser = TinyDenoiser(
            channels=recipe.channels, width=recipe.width, layers=recipe.layers, heads=recipe.heads
        )


class Trainer:
    """A training under way: its weights, their running average, and the step at which it is."""

    def __init__(self, recipe: Recipe, corpus: Corpus, steps: int) -> None:
        torch.manual_seed(SEED)
        self.recipe, self.corpus, self.steps, self.step = recipe, corpus, steps, 0
        self.model, self.average = Model(recipe), Model(recipe)
        self.average.load_state_dict(self.model.state_dict())
        heavy = [part for part in self.model.parameters() if part.ndim > 1]
        light = [part for part in self.model.parameters() if part.ndim < 2]
        groups = [{"params": heavy, "weight_decay": 0.02}, {"params": light, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98), fused=True)

    def learn(self) -> float:
        """Make one step and return its loss. Which clips and which noise it has follows from its number alone."""
        recipe, chance = self.recipe, torch.Generator().manual_seed(SEED * 1_000_003 + self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.rate * self._share()
        chosen = torch.randint(len(self.corpus.latents), (recipe.batch,), generator=chance)
        clip, tokens = self.corpus.latents[chosen].float(), self.corpus.tokens[chosen]
        hidden = torch.rand(recipe.batch, generator=chance) < recipe.unguided
        tokens = tokens.masked_fill(hidden.unsqueeze(1), 0)
        sigma = (torch.randn(recipe.batch, generator=chance) * _WIDTH + _SHIFT).sigmoid()
        at = sigma.view(-1, 1, 1, 1)
        noisy = (1 - at) * clip + at * torch.randn(clip.shape, generator=chance)
        with torch.autocast("cpu", torch.bfloat16):
            foretold = self.model.denoiser.foretell(noisy, sigma, self.model.text(tokens)).float()
        loss = ((foretold - clip).pow(2).mean((1, 2, 3)) / sigma.clamp(min=LEAST_SIGMA).pow(2)).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        kept = min(recipe.averaged, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for held, now in zip(self.average.parameters(), self.model.parameters(), strict=True):
                held.lerp_(now, 1 - kept)
        return float(loss.detach())

    def _share(self) -> float:
        """Return the share of the learning rate at this step."""
        left = (self.steps - self.step) / (self.recipe.cooled * self.steps)
        return min(1.0, (self.step + 1) / self.recipe.warm_up) * min(1.0, max(0.05, left))

    def save(self, path: Path) -> None:
        """Write all that is needed to go on, whole or not at all."""
        held: dict[str, Any] = {"step": self.step, "recipe": asdict(self.recipe)}
        held |= {"model": self.model.state_dict(), "average": self.average.state_dict()}
        packed = io.BytesIO()
        torch.save(held | {"optimiser": self.optimiser.state_dict()}, packed)
        write_file(path, packed.getvalue())

    def resume(self, path: Path) -> None:
        """Go on from what `save` wrote at `path`. Raises ValueError where it is of another recipe."""
        held = torch.load(path, weights_only=True)
        if held["recipe"] != asdict(self.recipe):
            raise ValueError(f"{path}: it is of another recipe; give another folder, or the same recipe")
        self.model.load_state_dict(held["model"])
        self.average.load_state_dict(held["average"])
        self.optimiser.load_state_dict(held["optimiser"])
        self.step = held["step"]


def train(work: Path, steps: int, recipe: Recipe, kept_every: int = 120) -> Trainer:
    """Train in the folder `work` up to `steps` steps, from where it was; every so many steps what is there is kept."""
    corpus = load_corpus(work, recipe.clips, recipe.channels, _tell)
    trainer, kept = Trainer(recipe, corpus, steps), work / "training.pt"
    if kept.exists():
        trainer.resume(kept)
        _tell(f"goes on from step {trainer.step}")
    losses: list[float] = []
    while trainer.step < steps:
        losses.append(trainer.learn())
        if trainer.step % kept_every == 0 or trainer.step == steps:
            trainer.save(kept)
            mean, losses = sum(losses) / len(losses), []
            line = f"{trainer.step}\t{mean:.4f}\t{time.process_time():.0f}"
            with (work / "loss.tsv").open("a", encoding="utf8") as log:
                log.write(line + "\n")
            _tell(f"step {trainer.step} of {steps}: loss {mean:.4f}, {time.process_time():.0f} s of CPU")
    return trainer


def _tell(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Train, and write the pipeline. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bookfilm.picture.tiny.train", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="clips, latents and the state of the training")
    parser.add_argument("--out", type=Path, help="where the pipeline is written; nothing is, without it")
    parser.add_argument("--steps", type=int, default=10_000)
    for name, kind in (
        ("clips", int),
        ("width", int),
        ("layers", int),
        ("heads", int),
        ("batch", int),
        ("rate", float),
    ):
        parser.add_argument(f"--{name}", type=kind, default=getattr(Recipe, name))
    asked = parser.parse_args()
    torch.set_num_threads(1)
    names = ("clips", "width", "layers", "heads", "batch", "rate")
    recipe = Recipe(**{name: getattr(asked, name) for name in names})
    trainer = train(asked.work, asked.steps, recipe)
    if asked.out is not None:
        average = trainer.average
        size = export_pipeline(average.text, average.denoiser, trainer.corpus.codec, asked.out)
        _tell(f"{asked.out}: {size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
