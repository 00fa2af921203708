"""The denoiser: a small transformer over the latents' places, told by its norms when it is and what is to be seen.

After Peebles and Xie 2023 (DiT); a depthwise convolution in each block knows what is beside what (Xie et al. 2024,
SANA). It foretells the clip itself, not the noise, and gives the velocity that follows (Li and He 2025).
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as nnf
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.loaders.peft import PeftAdapterMixin
from diffusers.models.cache_utils import CacheMixin
from diffusers.models.modeling_utils import ModelMixin
from torch import nn

LEAST_SIGMA = 0.1
"""Below it, the velocity is that of this much noise: the error of the clip foretold would else be without bounds."""


class _Block(nn.Module):
    """Attention over all places, then a convolution and a mixing of channels; each scaled and gated by the telling."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.told = nn.Linear(width, 6 * width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.beside = nn.Conv2d(width, width, 3, padding=1, groups=width)
        # At the beginning a block adds nothing.
        nn.init.zeros_(self.told.weight)
        nn.init.zeros_(self.told.bias)

    def forward(self, hidden_states: torch.Tensor, told: torch.Tensor, rows: int) -> torch.Tensor:
        """Return the places after this block, shape (n, places, width); diffusers' caches ask for `hidden_states`."""
        x = hidden_states
        n, places, width = x.shape
        shift, scale, gate, shift2, scale2, gate2 = self.told(told).unsqueeze(1).chunk(6, -1)
        q, k, v = self.qkv(_normed(x) * (1 + scale) + shift).view(n, places, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        # Written out: over so few places, the fused form takes a CPU twice as long to go back through.
        weights = (q @ k.transpose(-2, -1) * (width // self.heads) ** -0.5).softmax(-1)
        seen = (weights.to(v.dtype) @ v).transpose(1, 2).reshape(n, places, width)
        x = x + gate * self.out(seen)
        inner = _normed(x) * (1 + scale2) + shift2
        grid = inner.transpose(1, 2).reshape(n, width, rows, places // rows)
        inner = inner + self.beside(grid).flatten(2).transpose(1, 2)
        after: torch.Tensor = x + gate2 * self.narrow(nnf.gelu(self.wide(inner), approximate="tanh"))
        return after


def _normed(x: torch.Tensor) -> torch.Tensor:
    return nnf.layer_norm(x, (x.shape[-1],), eps=1e-6)


class TinyDenoiser(ModelMixin, CacheMixin, ConfigMixin, PeftAdapterMixin):  # type: ignore[misc]
    """Latents with noise, how much of it, and a caption's words: the velocity from the clip to the noise."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self, channels: int = 96, rows: int = 7, columns: int = 12, width: int = 192, layers: int = 8, heads: int = 6
    ) -> None:
        super().__init__()
        self.into = nn.Linear(channels, width)
        self.places = nn.Parameter(0.5 * torch.randn(rows * columns, width))
        self.when = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.what = nn.Sequential(nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))
        self.blocks = nn.ModuleList(_Block(width, heads) for _ in range(layers))
        self.told = nn.Linear(width, 2 * width)
        self.clip = nn.Linear(width, channels)
        for last in (self.told, self.clip):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def enable_cache(self, config: Any) -> None:
        """Put one of diffusers' step caches over the blocks."""
        from diffusers.hooks._helpers import TransformerBlockMetadata, TransformerBlockRegistry

        # Not when this is imported: it makes diffusers import every transformer that it has.
        TransformerBlockRegistry.register(_Block, TransformerBlockMetadata(return_hidden_states_index=0))
        if getattr(config, "raw_vision_callback", self) is None:
            config.raw_vision_callback = _latents_given
        super().enable_cache(config)

    def foretell(self, latents: torch.Tensor, sigma: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Return the clip without noise, shape (n, channels, rows, columns).

        `latents` are (1 - sigma) of a clip and sigma of noise, `sigma` has shape (n,), `words` (n, words, width).
        """
        n, channels, rows, columns = latents.shape
        told = self.when(_waves(sigma, self.config.width)) + self.what(words.sum(1) / math.sqrt(words.shape[1]))
        told = nnf.silu(told)
        x = self.into(latents.flatten(2).transpose(1, 2)) + self.places
        for block in self.blocks:
            x = block(x, told, rows)
        shift, scale = self.told(told).unsqueeze(1).chunk(2, -1)
        clip: torch.Tensor = self.clip(_normed(x) * (1 + scale) + shift)
        return clip.transpose(1, 2).reshape(n, channels, rows, columns)

    def forward(self, latents: torch.Tensor, sigma: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Return the velocity at `sigma`, of the shape of `latents`; arguments as `foretell` has them."""
        clip = self.foretell(latents, sigma, words)
        return (latents - clip) / sigma.clamp(min=LEAST_SIGMA).view(-1, 1, 1, 1)


def _latents_given(_denoiser: Any, given: tuple[Any, ...], _named: dict[str, Any]) -> list[torch.Tensor]:
    """Return what SeaCache compares from step to step: each clip's latents, (channels, 1, rows, columns)."""
    latents: torch.Tensor = given[0]
    return list(latents.unsqueeze(2))


def _waves(sigma: torch.Tensor, width: int) -> torch.Tensor:
    """Return `sigma` as waves of 1 to 1000 turns, shape (n, width)."""
    pace = torch.exp(torch.linspace(0, math.log(1000), width // 2, device=sigma.device, dtype=sigma.dtype))
    angle = sigma.unsqueeze(1) * pace * math.pi
    return torch.cat((angle.sin(), angle.cos()), 1)
