"""How like their portraits those in a clip are, as a profile's table [identity] says it is to be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.errors import EngineUnavailable
from bookfilm.picture.diffusion.conform import Frame
from bookfilm.picture.diffusion.loading import folder_digest, seeing_model
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.tables import Identity
from bookfilm.picture.identity import figure_of, outline_likeness

Descriptor = Callable[[Sequence[Frame], Frame], float]
"""Says how like a portrait somebody in frames is, 0 to 1."""
_SQUARES = 3
"""A frame is looked at in so many squares, which overlap."""
_PORTRAITS = 64
"""So many portraits' patches are kept."""


def descriptor_of(profile: Profile, device: str) -> Descriptor | None:
    """Return the descriptor of `profile`, its weights loaded onto `device`; None where it names none.

    Raises EngineUnavailable with what to type where the weights are not here.
    """
    match profile.identity.descriptor:
        case "none":
            return None
        case "outline":
            return outline_likeness
        case "model":
            if lacks := [name for name in ("torch", "transformers") if find_spec(name) is None]:
                raise EngineUnavailable(
                    f"identity.descriptor: model needs {', '.join(lacks)}", subject=f"profile {profile.name}"
                )
            return PatchDescriptor(profile.identity, profile.name, device).likeness


def identity_floor(profile: Profile) -> float | None:
    """Return from where on a take of `profile` is bad; None where nobody says who is in it."""
    return None if profile.identity.descriptor == "none" else profile.identity.floor


def identity_revision(profile: Profile) -> str:
    """Return what changes with the weights of a descriptor that are a folder; those of a hub are pinned."""
    identity = profile.identity
    return folder_digest(Path(identity.place)) if identity.id and identity.is_folder else ""


class PatchDescriptor:
    """A vision transformer (DINOv2, CLIP, SigLIP…): each patch of the portrait's figure looks for its like.

    The mean of the best cosines over the portrait's patches (late interaction: Khattab and Zaharia 2020) hangs neither
    on where somebody stands nor on how large; the frame's own subject, which one vector a frame would tell of, is left
    out of it.
    """

    def __init__(self, identity: Identity, profile: str, device: str) -> None:
        self._processor, model = seeing_model(identity, "identity.id", profile)
        # Of a model of words and pictures only the half that sees.
        seeing = getattr(model, "vision_model", model)
        self._model: Any = seeing.to(device).eval()
        self._weights: Any = next(self._model.parameters())
        self._patch = int(seeing.config.patch_size)
        self._kept: dict[bytes, Any] = {}

    def likeness(self, frames: Sequence[Frame], portrait: Frame) -> float:
        """Return how like `portrait` somebody in `frames` is, 0 to 1, in the middle of all frames."""
        sought = self._figure(portrait)
        scores = [float((sought @ self._patches(squares_of(frame)).T).max(dim=1).values.mean()) for frame in frames]
        return min(1.0, max(0.0, float(np.median(scores))))

    def _figure(self, portrait: Frame) -> Any:
        """Return the patches of the portrait's figure, (n, width), each of length 1; kept by what it shows."""
        import torch

        key = portrait.tobytes()
        if key not in self._kept:
            patches, rows, columns = self._seen([_squared(portrait)])
            inked = cv2.resize(
                figure_of(_squared(portrait)).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA
            )
            chosen = torch.from_numpy(inked.reshape(-1) > 0.5).to(patches.device)
            figure = patches[0][chosen] if bool(chosen.any()) else patches[0]
            while len(self._kept) >= _PORTRAITS:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[key] = figure
        return self._kept[key]

    def _patches(self, pictures: Sequence[Frame]) -> Any:
        patches, _, _ = self._seen(pictures)
        return patches.reshape(-1, patches.shape[-1])

    def _seen(self, pictures: Sequence[Frame]) -> tuple[Any, int, int]:
        """Return each picture's patches, (pictures, rows × columns, width), of length 1; and rows and columns."""
        import torch
        from PIL import Image

        given = self._processor(images=[Image.fromarray(picture) for picture in pictures], return_tensors="pt")
        pixels = given["pixel_values"].to(self._weights.device, self._weights.dtype)
        rows, columns = pixels.shape[-2] // self._patch, pixels.shape[-1] // self._patch
        with torch.no_grad():
            told = self._model(pixel_values=pixels).last_hidden_state.float()
        # What tells of the whole picture, and registers, stand before the patches.
        return torch.nn.functional.normalize(told[:, -rows * columns :], dim=-1), rows, columns


def squares_of(frame: Frame) -> list[Frame]:
    """Return the squares of `frame` from one end to the other, as high as its shorter side."""
    height, width = frame.shape[:2]
    side, spare = min(height, width), abs(width - height)
    starts = sorted({round(spare * at / (_SQUARES - 1)) for at in range(_SQUARES)})
    upright = height > width
    cut = (frame[at : at + side] if upright else frame[:, at : at + side] for at in starts)
    return [np.ascontiguousarray(square) for square in cut]


def _squared(portrait: NDArray[np.uint8]) -> Frame:
    """Return the middle of `portrait` as a square."""
    height, width = portrait.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return np.ascontiguousarray(portrait[top : top + side, left : left + side])
