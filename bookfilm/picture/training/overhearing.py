"""With what a pipeline asks its model, listened to: the words encoded, positions, masks, whatever each kind needs.

A pipeline's call is begun as for a clip, and broken off when it first asks its model. So each model is taught with what
it will be asked with, and no pipeline's preparations are written a second time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bookfilm.picture.diffusion.batching import ClipAsked
from bookfilm.picture.diffusion.caches import denoisers
from bookfilm.picture.diffusion.calling import call_keywords
from bookfilm.picture.diffusion.embedding import TextKept
from bookfilm.picture.diffusion.profile import Profile

_SAMPLES = ("hidden_states", "latents", "sample")
"""By which keyword a model takes the latents with noise."""
_TIMES = ("timestep", "sigma")
"""And how much noise there is, in one or both."""


class _Overheard(Exception):
    def __init__(self, asked: dict[str, Any]) -> None:
        super().__init__()
        self.asked = asked


@dataclass(frozen=True)
class Question:
    """What a model is asked at the first step: all of its keywords, on the CPU; and which are latents and times.

    `scales` has for each time by how much it is the scheduler's timestep.
    """

    keywords: dict[str, Any]
    sample: str
    scales: dict[str, float]

    def at(self, latents: Any, timestep: Any, device: Any) -> dict[str, Any]:
        """Return the keywords on `device` for other latents and another timestep (a number of the scheduler's)."""
        import torch

        told = {name: _each(value, lambda held: held.to(device)) for name, value in self.keywords.items()}
        for name, scale in self.scales.items():
            told[name] = torch.full_like(told[name], float(timestep) * scale)
        held = told[self.sample]
        if held.shape != latents.shape:
            # The latents stand first of the channels; what the clip begins and ends with is behind them.
            latents = torch.cat([latents.to(held.dtype), held[:, latents.shape[1] :]], dim=1)
        return told | {self.sample: latents.to(held.dtype)}


def overhear(pipe: Any, profile: Profile, asked: ClipAsked) -> Question:
    """Return what `pipe` asks its model at the first step of the clip `asked`."""
    import torch

    # With guidance the model would be asked twice in one: that of sound has a strength of its own.
    plainly = {name: 1.0 for name in inspect.signature(pipe.__call__).parameters if name.endswith("guidance_scale")}
    hooks = [part.register_forward_pre_hook(_listen, with_kwargs=True) for part in denoisers(pipe)]
    try:
        pipe(**call_keywords(pipe, profile, TextKept(0), [asked]) | plainly)
        raise ValueError(f"{type(pipe).__name__} asked its model nothing")
    except _Overheard as heard:
        told = heard.asked
    finally:
        for hook in hooks:
            hook.remove()
        pipe.maybe_free_model_hooks()
    sample = next(name for name in _SAMPLES if name in told)
    first = float(pipe.scheduler.timesteps[0])
    times = [name for name in _TIMES if isinstance(told.get(name), torch.Tensor)]
    scales = {name: float(told[name].max()) / first for name in times}
    if "isolate_modalities" in told:
        # Of a model that makes sound too, the picture alone is taught.
        told["isolate_modalities"] = True
    return Question({name: _kept(value) for name, value in told.items()}, sample, scales)


def _listen(model: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    bound = inspect.signature(type(model).forward).bind_partial(model, *given, **named)
    raise _Overheard({name: value for name, value in bound.arguments.items() if name != "self"})


def _kept(value: Any) -> Any:
    return _each(value, lambda held: held.detach().to("cpu", copy=True))


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return `value` with each tensor in it changed; it may be one, or several in a tuple."""
    import torch

    if isinstance(value, torch.Tensor):
        return change(value)
    return type(value)(_each(part, change) for part in value) if isinstance(value, tuple | list) else value
