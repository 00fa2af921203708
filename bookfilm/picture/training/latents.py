"""A clip as latents, in the form in which each kind of pipeline asks its model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bookfilm.errors import SettingsError
from bookfilm.picture.training.lessons import Frames


def latents_of(pipe: Any, frames: Frames) -> Any:
    """Return the latents of `frames` (uint8, shape (n, height, width, 3)) as `pipe` would have its model clean them up:
    float32, on the CPU. Raises SettingsError for a kind of pipeline that is not known here.
    """
    import torch

    make = check_kind(type(pipe))
    clip = torch.from_numpy(np.ascontiguousarray(frames)).to(pipe._execution_device).float() / 255
    with torch.no_grad():
        return make(pipe, clip).float().cpu()


def check_kind(pipeline: type[Any]) -> Callable[[Any, Any], Any]:
    """Return who makes latents for pipelines of this class. Raises SettingsError where nobody is known."""
    name = pipeline.__name__
    made = next((make for begins, make in _KINDS.items() if name.startswith(begins)), None)
    if made is None:
        known = ", ".join(f"{begins}…" for begins in _KINDS)
        raise SettingsError(f"{name} cannot be taught yet; {known} can", subject="model.pipeline")
    return made


def _encoded(pipe: Any, clip: Any) -> Any:
    """Return what the VAE makes of `clip` (0 to 1, shape (n, height, width, 3)): shape (1, channels, n', h', w')."""
    given = (clip.permute(3, 0, 1, 2).unsqueeze(0) * 2 - 1).to(pipe.vae.dtype)
    return pipe.vae.encode(given).latent_dist.mode().float()


def _of_wan(pipe: Any, clip: Any) -> Any:
    import torch

    latents = _encoded(pipe, clip)
    mean, deviation = (
        torch.tensor(told).view(1, -1, 1, 1, 1).to(latents)
        for told in (pipe.vae.config.latents_mean, pipe.vae.config.latents_std)
    )
    return (latents - mean) / deviation


def _of_hunyuan(pipe: Any, clip: Any) -> Any:
    return _encoded(pipe, clip) * pipe.vae.config.scaling_factor


def _of_cogvideo(pipe: Any, clip: Any) -> Any:
    import torch

    latents = (_encoded(pipe, clip) * pipe.vae.config.scaling_factor).permute(0, 2, 1, 3, 4)
    # CogVideoX 1.5 sees frames in twos: what is missing stands before the first.
    missing = -latents.shape[1] % (pipe.transformer.config.patch_size_t or 1)
    return torch.cat([latents[:, :1]] * missing + [latents], dim=1)


def _of_ltx(pipe: Any, clip: Any) -> Any:
    vae = pipe.vae
    latents = pipe._normalize_latents(_encoded(pipe, clip), vae.latents_mean, vae.latents_std)
    return pipe._pack_latents(latents, pipe.transformer_spatial_patch_size, pipe.transformer_temporal_patch_size)


def _of_tiny(pipe: Any, clip: Any) -> Any:
    return pipe.vae.encode(clip.unsqueeze(0))


_KINDS = {
    "Wan": _of_wan,
    "HunyuanVideo15": _of_hunyuan,
    "CogVideoX": _of_cogvideo,
    "LTX2": _of_ltx,
    "Tiny": _of_tiny,
}
"""By how the pipeline's class begins."""
