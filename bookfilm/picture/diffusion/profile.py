"""A profile: all about one video model, in a TOML file. Users add models by writing one."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.tables import (
    Adherence,
    ClipShape,
    Features,
    Identity,
    Memory,
    Model,
    Remote,
    Sampling,
    Speed,
    Taught,
    Times,
)
from bookfilm.records.base import Part, content_key, first_fault


class Profile(Part):
    """A whole profile. `name` is the file's."""

    name: str
    about: str = ""
    model: Model
    clip: ClipShape
    sampling: Sampling
    features: Features = Features()
    memory: Memory = Memory()
    times: Times = Times()
    speed: Speed = Speed()
    remote: Remote = Remote()
    identity: Identity = Identity()
    adherence: Adherence = Adherence()
    loras: tuple[Taught, ...] = ()

    @model_validator(mode="after")
    def _can_be_longer(self) -> Profile:
        longer, features = self.clip.longer, self.features
        if longer == "fill" and not (features.first_frame and features.last_frame):
            raise ValueError("clip.longer: fill needs a model that takes a first and a last frame")
        if longer == "chain" and not features.first_frame:
            raise ValueError("clip.longer: chain needs a model that takes a first frame")
        if self.clip.frames.most < 2 and features.first_frame and longer != "loop":
            raise ValueError(
                "clip.frames: where a clip begins with the last frame of the one before, it has 2 at least; most is 1"
            )
        return self

    @property
    def steps(self) -> int:
        return self.speed.lora.steps if self.speed.lora else self.sampling.steps

    @property
    def guidance(self) -> float:
        return self.speed.lora.guidance if self.speed.lora else self.sampling.guidance

    @property
    def is_folder(self) -> bool:
        """True where the weights are a folder on this machine, not a name on a hub."""
        return self.model.id.startswith((".", "/", "~"))

    def digest(self) -> str:
        """Return eight digits that change with all of it that can change a pixel."""
        untold: dict[str, Any] = {
            "name": True,
            "about": True,
            "memory": True,
            "times": True,
            "remote": True,
            # Told beside it: what those who are in a shot were taught changes no other.
            "loras": True,
            "model": {"licence", "limits"} | ({"id"} if self.is_folder else set()),
            "speed": self._untold_speed(),
            # What is as it always was changes no take that was made before there was a choice.
            "sampling": {"words"} if self.sampling.words == "prompt" else set(),
            "identity": True if self.identity == Identity() else ({"id"} if self.identity.is_folder else set()),
            "adherence": True if self.adherence == Adherence() else ({"id"} if self.adherence.is_folder else set()),
            "clip": {
                name for name, was in (("upscale", "cubic"), ("longer", "auto")) if getattr(self.clip, name) == was
            },
        }
        kept = self.model_dump(mode="json", exclude=untold)
        return content_key("diffusion profile", kept)[:8]

    def _untold_speed(self) -> dict[str, Any]:
        lora = self.speed.lora
        untold: dict[str, Any] = {"offload": True, "vae_slicing": True}
        # Of a folder what lies in it is told beside it.
        return (
            untold
            | ({"batch": True} if self.speed.batch == 1 else {})
            | ({"lora": {"id"}} if lora and lora.is_folder else {})
        )

    def clip_s(self) -> Fraction:
        """Return how long the model's longest clip is, in seconds."""
        return self.clip.rate.seconds(self.clip.frames.most)


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that come with bookfilm."""
    found = (entry.name for entry in files(__package__).joinpath("profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def load_profile(name: str) -> Profile:
    """Load a profile by name, or from a path that ends in .toml. Raises SettingsError that names the fault."""
    if name.endswith(".toml"):
        try:
            text = Path(name).expanduser().read_text(encoding="utf8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"cannot be read: {error}", subject=name) from None
        return _parsed(text, Path(name).stem, name)
    if name not in profile_names():
        raise SettingsError(
            f"no such profile; there are: {', '.join(profile_names())}, or a .toml file of your own", subject=name
        )
    text = files(__package__).joinpath("profiles", f"{name}.toml").read_text(encoding="utf8")
    return _parsed(text, name, name)


def _parsed(text: str, name: str, subject: str) -> Profile:
    try:
        profile = Profile.model_validate({"name": name, **tomllib.loads(text)})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", subject=f"profile {subject}") from None
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject=f"profile {subject}") from None
    if profile.model.pipeline and not profile.model.revision and not profile.is_folder:
        raise SettingsError(
            "model.revision: weights of a hub are pinned by the commit; else the same key would mean other pixels",
            subject=f"profile {subject}",
        )
    return profile
