"""The codec: a clip as a small grid of numbers and back, by principal components of its blocks.

Eight frames of eight by eight pixels are a block; each becomes its coordinates on the axes along which blocks of the
training clips differ most (Hotelling 1933). It is what a VAE is to a large model: the denoiser works on 84 places of a
clip instead of 129,024 values. On the way back a few convolutions close the seams between blocks.
"""

from __future__ import annotations

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import nn

BLOCK = 8
"""Pixels along a block's side."""
SPREAD = 0.5
"""Of the components' own spread, the exponent that latents keep: 0 makes all alike, 1 leaves them as they are."""
RMS = 0.5
"""The latents' root mean square, over all of them."""

UNSURE = 4e-4
"""How far a frame that is given may be off, squared, against how far clips spread: the codec is so far off."""


class _Seams(nn.Module):
    """What is to be added to a clip's planes so that its blocks fit; it knows how near a block's edge each pixel is."""

    def __init__(self, planes: int, width: int = 48) -> None:
        super().__init__()
        self.into = nn.Conv2d(planes + 2, width, 3, padding=1)
        # Together they see a little further than a block.
        self.inner = nn.ModuleList(nn.Conv2d(width, width, 3, padding=apart, dilation=apart) for apart in (1, 2, 4))
        self.out = nn.Conv2d(width, planes, 3, padding=1)
        # Untaught, it adds nothing.
        for part in self.out.parameters():
            nn.init.zeros_(part)

    def forward(self, planes: torch.Tensor) -> torch.Tensor:
        n, _, height, width = planes.shape
        rows, columns = (_from_the_middle(size, planes) for size in (height, width))
        edges = torch.stack((rows.unsqueeze(1).expand(height, width), columns.expand(height, width)))
        inner = torch.relu(self.into(torch.cat((planes, edges.expand(n, -1, -1, -1)), 1)))
        for layer in self.inner:
            inner = inner + torch.relu(layer(inner))
        added: torch.Tensor = self.out(inner)
        return added


def _from_the_middle(size: int, like: torch.Tensor) -> torch.Tensor:
    """Return for each of `size` pixels in a row how far it is from its block's middle, 0 to 1."""
    at = torch.arange(size, device=like.device) % BLOCK
    return ((at - (BLOCK - 1) / 2).abs() / ((BLOCK - 1) / 2)).to(like.dtype)


class BlockCodec(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Blocks of `frames` by BLOCK by BLOCK pixels as `channels` numbers each."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, frames: int = 8, channels: int = 96) -> None:
        super().__init__()
        values = frames * BLOCK * BLOCK * 3
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("axes", torch.zeros(channels, values))
        self.register_buffer("scale", torch.ones(channels))
        self.seams = _Seams(frames * 3)

    @torch.no_grad()
    def fit(self, clips: torch.Tensor) -> None:
        """Find the axes of `clips`: float of 0 to 1, shape (n, frames, height, width, 3)."""
        blocks = self._blocks(clips).flatten(0, 2)
        self.mean.copy_(blocks.mean(0))
        centred = blocks - self.mean
        spread, axes = torch.linalg.eigh(centred.T @ centred / len(centred))
        kept = self.axes.shape[0]
        self.axes.copy_(axes.flip(1)[:, :kept].T)
        deviation = spread.flip(0)[:kept].clamp(min=1e-12).sqrt()
        scale = deviation ** (SPREAD - 1)
        self.scale.copy_(scale * RMS / (scale * deviation).pow(2).mean().sqrt())

    def encode(self, clips: torch.Tensor) -> torch.Tensor:
        """Return the latents, shape (n, channels, rows, columns), of clips as `fit` takes them."""
        coordinates: torch.Tensor = (self._blocks(clips) - self.mean) @ self.axes.T * self.scale
        return coordinates.permute(0, 3, 1, 2)

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Return the clips, shape (n, frames, height, width, 3), about 0 to 1, of latents as `encode` gives them."""
        return self.close_seams(self.decode_blocks(latents))

    def decode_blocks(self, latents: torch.Tensor) -> torch.Tensor:
        """Return the clips of latents as `decode` does, each block by itself."""
        blocks: torch.Tensor = (latents.permute(0, 2, 3, 1) / self.scale) @ self.axes + self.mean
        n, rows, columns, _ = blocks.shape
        parts = blocks.view(n, rows, columns, self.config.frames, BLOCK, BLOCK, 3)
        return parts.permute(0, 3, 1, 4, 2, 5, 6).reshape(n, self.config.frames, rows * BLOCK, columns * BLOCK, 3)

    def close_seams(self, clips: torch.Tensor) -> torch.Tensor:
        """Return `clips`, as `decode_blocks` gives them, with their blocks fitted to each other."""
        n, frames, height, width, _ = clips.shape
        planes = clips.permute(0, 1, 4, 2, 3).reshape(n, frames * 3, height, width)
        fitted: torch.Tensor = planes + self.seams(planes)
        return fitted.view(n, frames, 3, height, width).permute(0, 1, 3, 4, 2)

    def through(self, latents: torch.Tensor, given: dict[int, torch.Tensor]) -> torch.Tensor:
        """Return `latents` moved so that the frames of those numbers look as `given`, shape (n, height, width, 3).

        Of all ways there the likeliest is gone, as the clips of the training spread along the axes: so what moves with
        a frame in them, its neighbours, moves with it (a linear Gaussian observation, as in Kalman 1960).
        """
        frame_values = BLOCK * BLOCK * 3
        seen = torch.cat([torch.arange(at * frame_values, (at + 1) * frame_values) for at in sorted(given)])
        frames = torch.stack([given[at] for at in sorted(given)], 1)
        n, count, height, width, _ = frames.shape
        parts = frames.view(n, count, height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
        wanted = parts.permute(0, 2, 4, 1, 3, 5, 6).reshape(n, height // BLOCK, width // BLOCK, -1)
        shows = self.axes[:, seen].T / self.scale
        spread = self.scale.pow(-2) * (RMS**2 / self.scale.pow(-2).mean())
        gain = torch.linalg.solve(torch.diag(UNSURE / spread) + shows.T @ shows, shows.T)
        at_places = latents.permute(0, 2, 3, 1)
        missed = wanted - self.mean[seen] - at_places @ shows.T
        moved: torch.Tensor = at_places + missed @ gain.T
        return moved.permute(0, 3, 1, 2)

    def _blocks(self, clips: torch.Tensor) -> torch.Tensor:
        n, frames, height, width, _ = clips.shape
        parts = clips.view(n, frames, height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
        return parts.permute(0, 2, 4, 1, 3, 5, 6).reshape(n, height // BLOCK, width // BLOCK, -1)
