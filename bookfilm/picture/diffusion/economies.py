"""What is tried where a GPU's memory does not suffice: what takes less of it, takes longer, and changes no pixel.

A take's key holds the profile, so nothing that would change a pixel is tried unasked: VAE tiling, which blends seams,
is the profile's own choice. Once thrown, a switch stays: the next shot is no smaller. Before that, clips that were to
share a call are made in fewer a call (`batching`). The upscaler, in main memory, cuts its frames (`upscaling`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from bookfilm.picture.diffusion.loading import Loaded
from bookfilm.picture.diffusion.profile import Profile

log = logging.getLogger(__name__)

Economy = tuple[str, Callable[[], None]]
"""A switch as a profile calls it, and what throws it."""


def economies(loaded: Loaded, profile: Profile) -> Iterator[Economy]:
    """Yield what is still left to be tried, the quickest first."""
    pipe, speed = loaded.of_text, profile.speed
    if speed.together > 1:
        # The others would have to throw it as well, in the middle of a clip.
        return
    slicing: Any = getattr(getattr(pipe, "vae", None), "enable_slicing", None)
    if slicing is not None and not speed.vae_slicing and speed.batch == 1:
        yield "vae_slicing = true", slicing
    if not loaded.device.startswith("cuda"):
        return
    if speed.offload == "none":
        yield 'offload = "model"', lambda: pipe.enable_model_cpu_offload(device=loaded.device)
    if speed.offload in ("none", "model"):
        yield 'offload = "sequential"', lambda: _offload_step_by_step(pipe, loaded.device)


class Economising:
    """Throws one switch after the other, as memory asks for them."""

    def __init__(self, loaded: Loaded, profile: Profile) -> None:
        self._left, self._name = economies(loaded, profile), profile.name

    def spared(self) -> bool:
        """Throw the next switch; False where none is left."""
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        for told, throw in self._left:
            log.warning("profile %s: the GPU's memory does not suffice; from here on with speed.%s", self._name, told)
            throw()
            return True
        return False


def _offload_step_by_step(pipe: Any, device: str) -> None:
    # diffusers refuses the one kind of hooks on top of the other.
    pipe.remove_all_hooks()
    pipe.enable_sequential_cpu_offload(device=device)
