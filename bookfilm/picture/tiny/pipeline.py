"""TinyPipeline: the tiny model as a pipeline of diffusers, saved and loaded as any other is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import transformers
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.utils import BaseOutput
from diffusers.utils.torch_utils import randn_tensor

from bookfilm.picture.tiny.codec import BLOCK, BlockCodec
from bookfilm.picture.tiny.denoiser import TinyDenoiser
from bookfilm.picture.tiny.text import CaptionEncoder, tokens_of

Still = Any
"""A picture of PIL, RGB, of the model's size."""
OnStep = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]


@dataclass
class TinyOutput(BaseOutput):  # type: ignore[misc]
    """`frames`: float of 0 to 1, shape (clips, frames, 3, height, width)."""

    frames: torch.Tensor


class TinyPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Captions become clips of the one size and length that the model was trained on."""

    model_cpu_offload_seq = "text_encoder->transformer->vae"
    _callback_tensor_inputs = ("latents",)

    def __init__(
        self,
        tokenizer: transformers.PreTrainedTokenizerFast,
        text_encoder: CaptionEncoder,
        transformer: TinyDenoiser,
        vae: BlockCodec,
        scheduler: FlowMatchEulerDiscreteScheduler,
    ) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, transformer=transformer, vae=vae, scheduler=scheduler
        )

    @torch.no_grad()
    def encode_prompt(
        self, prompt: str | list[str], device: torch.device | str | None = None
    ) -> tuple[torch.Tensor, None]:
        """Return the words' vectors of captions, shape (n, words, width), and, as others do, a second thing: None."""
        captions = [prompt] if isinstance(prompt, str) else prompt
        tokens = tokens_of(self.tokenizer, captions).to(device or self._execution_device)
        return self.text_encoder(tokens), None

    @torch.no_grad()
    def __call__(
        self,
        prompt: str | list[str] | None = None,
        negative_prompt: str | list[str] | None = None,
        width: int | None = None,
        height: int | None = None,
        num_frames: int | None = None,
        num_inference_steps: int = 16,
        guidance_scale: float = 2.5,
        generator: torch.Generator | list[torch.Generator] | None = None,
        prompt_embeds: torch.Tensor | None = None,
        negative_prompt_embeds: torch.Tensor | None = None,
        image: Still | None = None,
        last_image: Still | None = None,
        output_type: str = "pt",
        callback_on_step_end: OnStep | None = None,
    ) -> TinyOutput:
        """Return a clip for each caption, beginning with `image` and ending on `last_image` where they are given.

        The model was not trained to begin with a picture. What it foretells at each step is moved so that the frames
        given are in it, and it goes on from there (after Song et al. 2023, "Pseudoinverse-guided diffusion models for
        inverse problems"). Raises ValueError for a size or length that is not the model's own.
        """
        rows, columns = self.transformer.config.rows, self.transformer.config.columns
        self._check(width, height, num_frames, output_type)
        if prompt_embeds is None:
            prompt_embeds, _ = self.encode_prompt(prompt if prompt is not None else "")
        if negative_prompt_embeds is None:
            negative_prompt_embeds, _ = self.encode_prompt(negative_prompt or "")
        clips = len(prompt_embeds)
        bare = negative_prompt_embeds.expand(clips, -1, -1)
        shape = (clips, self.transformer.config.channels, rows, columns)
        device, dtype = self._execution_device, self.transformer.dtype
        given = self._given(image, last_image, device, dtype)
        latents = randn_tensor(shape, generator=generator, device=torch.device("cpu")).to(device, dtype)
        self.scheduler.set_timesteps(num_inference_steps, device=device)
        for step, moment in enumerate(self.progress_bar(self.scheduler.timesteps)):
            sigma = self.scheduler.sigmas[step].to(device, dtype).expand(clips)
            here = {"step_index": step, "num_inference_steps": num_inference_steps, "sigma": float(sigma[0])}
            with self.transformer.cache_context("cond", **here):
                velocity = self.transformer(latents, sigma, prompt_embeds)
            if guidance_scale > 1:
                with self.transformer.cache_context("uncond", **here):
                    without = self.transformer(latents, sigma, bare)
                velocity = without + guidance_scale * (velocity - without)
            if given:
                foretold = self.vae.through(latents - sigma.view(-1, 1, 1, 1) * velocity, given)
                velocity = (latents - foretold) / sigma.view(-1, 1, 1, 1)
            latents = self.scheduler.step(velocity, moment, latents).prev_sample
            if callback_on_step_end is not None:
                latents = callback_on_step_end(self, step, moment, {"latents": latents}).get("latents", latents)
        frames = self.vae.decode(latents).clamp(0, 1).permute(0, 1, 4, 2, 3)
        self.maybe_free_model_hooks()
        return TinyOutput(frames=frames)

    def _given(
        self, image: Still | None, last_image: Still | None, device: Any, dtype: torch.dtype
    ) -> dict[int, torch.Tensor]:
        """Return the frames that are given, by number, 0 to 1: shape (1, height, width, 3)."""
        stills = {0: image, self.vae.config.frames - 1: last_image}
        return {
            at: torch.from_numpy(np.array(still)).to(device, dtype).unsqueeze(0) / 255
            for at, still in stills.items()
            if still is not None
        }

    def _check(self, width: int | None, height: int | None, frames: int | None, output_type: str) -> None:
        rows, columns = self.transformer.config.rows, self.transformer.config.columns
        made = (columns * BLOCK, rows * BLOCK, self.vae.config.frames)
        wanted = (width or made[0], height or made[1], frames or made[2])
        if wanted != made:
            raise ValueError(f"the model makes {made[0]}x{made[1]} in {made[2]} frames, not {wanted}")
        if output_type != "pt":
            raise ValueError(f"output_type is pt, not {output_type}")
