"""How much of its prompt a clip shows, as a profile's table [adherence] says it is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bookfilm.errors import EngineUnavailable
from bookfilm.picture.diffusion.conform import Frame
from bookfilm.picture.diffusion.loading import folder_digest, seeing_model
from bookfilm.picture.diffusion.profile import Profile

_WIDER = 2.5
"""Cosines of words and pictures are small numbers; CLIPScore spreads them so over 0 to 1."""


def adherence_floor(profile: Profile) -> float | None:
    """Return from where on a take of `profile` is bad; None where nobody says how much of the prompt is in it."""
    return profile.adherence.floor if profile.adherence.id else None


def adherence_revision(profile: Profile) -> str:
    """Return what changes with the weights where they are a folder; those of a hub are pinned."""
    told = profile.adherence
    return folder_digest(Path(told.place)) if told.id and told.is_folder else ""


def prompt_reader(profile: Profile, device: str) -> PromptReader | None:
    """Return who reads prompts off frames, as `profile` names it; None where it names nobody.

    Raises EngineUnavailable with what to type where the weights are not here, or cannot read.
    """
    if not profile.adherence.id:
        return None
    if lacks := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        raise EngineUnavailable(f"adherence.id needs {', '.join(lacks)}", subject=f"profile {profile.name}")
    return PromptReader(profile, device)


class PromptReader:
    """CLIPScore (Hessel et al. 2021): 2.5 times the cosine of the words' vector and the frame's, from 0 to 1.

    Of words that are more than the model reads, the first count: a prompt begins with what is to be seen.
    """

    def __init__(self, profile: Profile, device: str) -> None:
        import transformers

        weights, subject = profile.adherence, f"profile {profile.name}"
        self._processor, model = seeing_model(weights, "adherence.id", profile.name)
        if not (hasattr(model, "get_text_features") and hasattr(model, "get_image_features")):
            raise EngineUnavailable(f"adherence.id: {type(model).__name__} reads no words", subject=subject)
        try:
            tokenizers: Any = transformers.AutoTokenizer
            self._tokenizer: Any = tokenizers.from_pretrained(weights.place, **weights.pinned)
        except (OSError, ValueError, ImportError, KeyError, TypeError) as error:
            raise EngineUnavailable(f"adherence.id: {weights.place} has no tokenizer", subject=subject) from error
        self._model: Any = model.to(device)
        self._most = int(model.config.text_config.max_position_embeddings)

    def adherence(self, frames: Sequence[Frame], words: str) -> float:
        """Return how much of `words` is to be seen in `frames`, 0 to 1, in the middle of all frames."""
        import torch
        from PIL import Image

        told = self._tokenizer(
            words, padding="max_length", max_length=self._most, truncation=True, return_tensors="pt"
        ).to(self._model.device)
        seen = self._processor(images=[Image.fromarray(frame) for frame in frames], return_tensors="pt")
        pixels = seen["pixel_values"].to(self._model.device, self._model.dtype)
        with torch.no_grad():
            text = _vectors(self._model.get_text_features(**told))
            pictures = _vectors(self._model.get_image_features(pixel_values=pixels))
        cosines = (pictures @ text.T)[:, 0].cpu().numpy()
        return float(np.clip(_WIDER * np.median(cosines), 0, 1))


def _vectors(made: Any) -> Any:
    """Return vectors of length 1, shape (n, width), whether the model gives them bare or with what led there."""
    import torch

    bare = getattr(made, "pooler_output", made)
    return torch.nn.functional.normalize(bare.float(), dim=-1)
