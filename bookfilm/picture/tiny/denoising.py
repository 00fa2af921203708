"""The denoiser's training, with its text encoder's: flow matching (Lipman et al. 2023) on latents and tokens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import nn

from bookfilm.picture.tiny.corpus import Corpus
from bookfilm.picture.tiny.denoiser import LEAST_SIGMA, TinyDenoiser
from bookfilm.picture.tiny.stages import Stage
from bookfilm.picture.tiny.text import CaptionEncoder

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


class DenoiserStage(Stage):
    """The denoiser and the text encoder under way: their weights, and those weights' running average."""

    name = "training"

    def __init__(self, recipe: Recipe, corpus: Corpus, steps: int) -> None:
        torch.manual_seed(SEED)
        self.asked, self.recipe, self.corpus, self.steps = recipe, asdict(recipe), corpus, steps
        self.model, self.average = Model(recipe), Model(recipe)
        self.average.load_state_dict(self.model.state_dict())
        heavy = [part for part in self.model.parameters() if part.ndim > 1]
        light = [part for part in self.model.parameters() if part.ndim < 2]
        groups = [{"params": heavy, "weight_decay": 0.02}, {"params": light, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98), fused=True)

    def learn(self) -> float:
        """Make the next step and return its loss."""
        recipe, chance = self.asked, torch.Generator().manual_seed(SEED * 1_000_003 + self.step)
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
        kept = min(recipe.averaged, (2 + self.step) / (11 + self.step))
        with torch.no_grad():
            for held, now in zip(self.average.parameters(), self.model.parameters(), strict=True):
                held.lerp_(now, 1 - kept)
        return float(loss.detach())

    def _share(self) -> float:
        """Return the share of the learning rate at this step."""
        left = (self.steps - self.step) / (self.asked.cooled * self.steps)
        return min(1.0, (self.step + 1) / self.asked.warm_up) * min(1.0, max(0.05, left))

    def state(self) -> dict[str, Any]:
        """Return the weights, their average and the optimiser's state."""
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }

    def take_up(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
