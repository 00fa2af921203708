"""Step caches: a model's work at one step stands in for the next, where little changes; and how they forget.

first_block   the first block is worked out and the rest is skipped while it hardly changes
taylor_seer   attention is foretold by its Taylor series (Liu et al. 2025, arXiv:2503.06923)
mag           steps are skipped by magnitudes measured for the model (Ma et al. 2025, MagCache)
sea           steps are skipped by how the spectrum grows (arXiv:2602.18993)
pyramid       attention is used again over some steps (Zhao et al. 2024, PAB)
faster        the same, and the unguided half of guidance too (Lv et al. 2024, FasterCache)

What a cache holds belongs to one clip. A pipeline forgets it at the end of a call that succeeds, and only then: so
it is forgotten here before each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.tables import StepCache

_READ: dict[str, tuple[str, ...]] = {
    "none": (),
    "first_block": ("threshold",),
    "taylor_seer": ("interval", "warm_up", "order"),
    "mag": ("threshold", "ratios"),
    "sea": ("threshold", "warm_up", "order"),
    "pyramid": ("interval",),
    "faster": ("interval",),
}
"""Which values each kind reads; another that is set is a mistake."""

TWO_EXPERTS = "mag counts a model's steps, and each of two experts makes a part of them: another cache"

SEES_THE_WHOLE_CALL: frozenset[str] = frozenset({"first_block", "sea"})
"""Which caches skip by what they see of all clips of a call at once; the others skip by the step's number alone."""

_CONFIGS = {
    "first_block": "FirstBlockCacheConfig",
    "taylor_seer": "TaylorSeerCacheConfig",
    "mag": "MagCacheConfig",
    "sea": "SeaCacheConfig",
    "pyramid": "PyramidAttentionBroadcastConfig",
    "faster": "FasterCacheConfig",
}


_ATTENTIONS = r"(\w+_)?blocks\.\d+\.\w*attn\d*"
"""The attentions of a block, as Wan, LTX, CogVideoX and HunyuanVideo name them."""
_BLOCKS = r"(\w+_)?blocks\.\d+"
"""Whole blocks: what is foretold of a model whose attention is no part of its own."""


@dataclass
class AtWork:
    """Which pipeline makes the clip under way: of two that share a model only that one knows at which step it is."""

    pipe: Any = None

    def moment(self) -> int:
        """Return the moment that it is at, as its scheduler counts: from 1000 down to 0."""
        return int(self.pipe.current_timestep)


def check_cache(profile: Profile) -> str:
    """Return what is wrong with the profile's cache by itself, in a line, or nothing."""
    cache = profile.speed.cache
    told = {"threshold", "interval", "warm_up", "order", "ratios"} & {
        name for name in cache.model_fields_set if getattr(cache, name) not in (None, ())
    }
    foreign = sorted(told - set(_READ[cache.kind]))
    if foreign:
        return f"speed.cache.{foreign[0]}: {cache.kind} does not read it"
    if cache.kind == "mag" and not cache.ratios:
        return "speed.cache.ratios: mag needs the model's magnitudes; diffusers prints them with calibrate=True"
    if cache.kind == "none":
        return ""
    import diffusers

    if not hasattr(diffusers, _CONFIGS[cache.kind]):
        return f"speed.cache.kind: diffusers {diffusers.__version__} has no {_CONFIGS[cache.kind]}"
    return ""


def denoisers(pipe: Any) -> list[Any]:
    """Return the parts of `pipe` that are asked at each step: one transformer or two, or a UNet."""
    parts = (getattr(pipe, name, None) for name in ("transformer", "transformer_2", "unet"))
    return [part for part in parts if part is not None]


def enable_cache(pipe: Any, profile: Profile, at_work: AtWork) -> None:
    """Put the profile's cache into the model of `pipe`, which others may share: `at_work` says who asks it.

    Raises SettingsError that names it where the model cannot have it.
    """
    cache = profile.speed.cache
    if cache.kind == "none":
        return
    if cache.kind == "mag" and len(denoisers(pipe)) > 1:
        raise SettingsError(f"speed.cache: {TWO_EXPERTS}", subject=f"profile {profile.name}")
    for denoiser in denoisers(pipe):
        try:
            denoiser.enable_cache(_config(cache, pipe, denoiser, profile, at_work))
            if not any(
                getattr(part, "_diffusers_hook", None) and part._diffusers_hook.hooks for part in denoiser.modules()
            ):
                raise ValueError("it finds nothing in this model to keep")
        except (AttributeError, ValueError, LookupError, TypeError, NotImplementedError) as error:
            raise SettingsError(
                f"speed.cache: {type(denoiser).__name__} cannot have {cache.kind}: {error}",
                subject=f"profile {profile.name}",
            ) from error


def forget_cache(pipe: Any) -> None:
    """Have every cache in `pipe` forget what it holds: the next clip is another."""
    for denoiser in denoisers(pipe):
        if hasattr(denoiser, "_reset_stateful_cache"):
            denoiser._reset_stateful_cache()


def _config(cache: StepCache, pipe: Any, denoiser: Any, profile: Profile, at_work: AtWork) -> Any:
    import diffusers
    import torch

    made: Any = getattr(diffusers, _CONFIGS[cache.kind])

    match cache.kind:
        case "first_block":
            return made(**_told(threshold=cache.threshold))
        case "taylor_seer":
            return made(
                **_told(cache_interval=cache.interval, disable_cache_before_step=cache.warm_up, max_order=cache.order),
                taylor_factors_dtype=torch.float32,
                # What diffusers takes by itself matches no block that has two attentions, and then saves nothing.
                cache_identifiers=[_ATTENTIONS if _has(denoiser, _ATTENTIONS) else _BLOCKS],
            )
        case "mag":
            return made(
                **_told(threshold=cache.threshold), num_inference_steps=profile.steps, mag_ratios=list(cache.ratios)
            )
        case "sea":
            return made(**_told(threshold=cache.threshold, retention_steps=cache.warm_up, residual_order=cache.order))
        case "pyramid":
            return made(
                spatial_attention_block_skip_range=cache.interval or 2, current_timestep_callback=at_work.moment
            )
        case _:
            return made(
                spatial_attention_block_skip_range=cache.interval or 2,
                current_timestep_callback=at_work.moment,
                attention_weight_callback=lambda _module: 0.3,
                tensor_format="BFCHW" if type(pipe).__name__.startswith("CogVideoX") else "BCFHW",
            )


def _has(denoiser: Any, pattern: str) -> bool:
    return any(re.fullmatch(pattern, name) for name, _ in denoiser.named_modules())


def _told(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
