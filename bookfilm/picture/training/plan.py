"""What is asked of a training."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.loading import folder_digest
from bookfilm.picture.diffusion.loras import takes_loras
from bookfilm.picture.diffusion.profile import Profile, load_profile
from bookfilm.picture.diffusion.settings import DiffusionSettings
from bookfilm.picture.diffusion.switches import pipeline_class, require_switches
from bookfilm.picture.diffusion.tables import Speed
from bookfilm.picture.training.latents import check_kind
from bookfilm.records.base import Part, content_key

Positive = Annotated[int, Field(ge=1)]


class TrainingPlan(Part):
    """A LoRA that is to be taught: to which model, by which lessons, how long, how fast."""

    lessons: str
    """The folder."""
    right: Annotated[str, Field(min_length=1)]
    """By what right its pictures are used: it stands in the card."""
    profile: str
    model: str = ""
    """A folder with the model's weights instead of the profile's own."""
    size: str = ""
    most_frames: Annotated[int, Field(ge=1)] | None = None
    """Of each clip no more than so many, at the model's rate."""
    dtype: str = ""
    character: str = ""
    """The id of who is to be known; empty: a style, or whatever the captions say."""
    rank: Annotated[int, Field(ge=1, le=256)] = 16
    steps: Positive = 1000
    learning_rate: Annotated[float, Field(gt=0, lt=1)] = 1e-4
    unsaid: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """So many of the lessons are given without their caption, for classifier-free guidance."""
    seed: Annotated[int, Field(ge=0)] = 0
    every: Positive = 100
    """So many steps apart the state is kept, from which a training that is broken off goes on."""

    def loaded_profile(self) -> Profile:
        """Return the profile as it is trained: without switches for speed, without guidance. Raises SettingsError."""
        told = {"size": self.size, "dtype": self.dtype or None}
        profile = DiffusionSettings.model_validate({"profile": self.profile, "model": self.model, **told}).over(
            load_profile(self.profile)
        )
        sampling = profile.sampling.changed(guidance=1.0)
        # A VAE that makes clips in tiles takes them apart in tiles as well, or not at all.
        speed = Speed(vae_tiling=profile.speed.vae_tiling, vae_slicing=profile.speed.vae_slicing)
        return profile.changed(speed=speed, sampling=sampling, loras=())

    def check(self) -> None:
        """Raise SettingsError or EngineUnavailable where it cannot be carried out, before anything is loaded."""
        profile = self.loaded_profile()
        require_switches(profile)
        if missing := [name for name in ("peft", "safetensors") if find_spec(name) is None]:
            raise EngineUnavailable(f"needs {', '.join(missing)}: pip install 'bookfilm[train]'", subject="train")
        if not takes_loras(pipeline_class(profile.model.pipeline)):
            raise SettingsError(f"{profile.model.pipeline} takes no LoRA", subject=f"profile {profile.name}")
        check_kind(pipeline_class(profile.model.pipeline))

    def digest(self, lessons: str) -> str:
        """Return eight digits that change with all that decides what is learnt; `lessons` is the lessons' digest."""
        told = self.model_dump(mode="json", exclude={"lessons", "right", "character", "every", "profile", "model"})
        profile = self.loaded_profile()
        weights = folder_digest(Path(profile.model.id).expanduser()) if profile.is_folder else ""
        return content_key("training", {**told, "lessons": lessons, "profile": profile.digest(), "weights": weights})[
            :8
        ]
