"""How much noise a lesson is given at, and what the model is to answer: as its scheduler will ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bookfilm.errors import SettingsError


@dataclass(frozen=True)
class Draw:
    """Latents with noise, the scheduler's timestep, and the right answer."""

    latents: Any
    timestep: float
    answer: Any


class Noising:
    """Draws noise for the model of a pipeline whose scheduler has been set to its steps.

    Where latents flow to noise along a straight line (Lipman et al. 2023, flow matching) how much there is is drawn
    between the steps at which clips are made, so that the scheduler's own shift is taught; else (Ho et al. 2020, DDPM)
    among all steps of the training, and the answer is the noise, or the velocity of Salimans and Ho 2022.
    """

    def __init__(self, scheduler: Any) -> None:
        import torch

        self._scheduler = scheduler
        told = str(getattr(scheduler.config, "prediction_type", ""))
        self.flows = "FlowMatch" in type(scheduler).__name__ or told == "flow_prediction"
        self._trained = int(scheduler.config.num_train_timesteps)
        if self.flows:
            sigmas = torch.as_tensor(scheduler.sigmas, dtype=torch.float64).cpu()
            self._sigmas = sigmas if float(sigmas[-1]) == 0 else torch.cat([sigmas, torch.zeros(1).double()])
        elif told not in ("epsilon", "v_prediction") or not hasattr(scheduler, "alphas_cumprod"):
            raise SettingsError(
                f"{type(scheduler).__name__} with prediction_type {told or 'none'} cannot be taught yet",
                subject="scheduler",
            )
        self._answer = told

    def draw(self, latents: Any, random: Any, parts: tuple[float, float] = (0.0, 1.0)) -> Draw:
        """Return `latents` with noise by the torch.Generator `random`.

        `parts`: from which to which share of the training's timesteps, (0, 1) for all. Of a model of two experts each
        has its own.
        """
        import torch

        noise = torch.randn(latents.shape, generator=random)
        share = float(torch.rand((), generator=random, dtype=torch.float64))
        low, high = (part * self._trained for part in parts)
        if self.flows:
            sigma = self._sigma(share, low, high)
            return Draw((1 - sigma) * latents + sigma * noise, sigma * self._trained, noise - latents)
        at = min(int(high) - 1, int(low + share * (high - low)))
        kept = float(self._scheduler.alphas_cumprod[at])
        signal, spread = kept**0.5, (1 - kept) ** 0.5
        answer = noise if self._answer == "epsilon" else signal * noise - spread * latents
        return Draw(signal * latents + spread * noise, float(at), answer)

    def _sigma(self, share: float, low: float, high: float) -> float:
        """Return how much noise there is that `share` of the way down, along the scheduler's steps."""
        import numpy as np

        falling = self._sigmas.numpy() * self._trained
        places = np.arange(len(falling))
        # Along the steps, where the sigmas fall: from the place of the most noise that is wanted to that of the least.
        begins, ends = (float(np.interp(-at, -falling, places)) for at in (high, low))
        return float(np.interp(begins + share * (ends - begins), places, falling)) / self._trained
