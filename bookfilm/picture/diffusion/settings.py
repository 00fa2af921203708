"""What a preset may say of the engine `diffusers`: which profile, and what is otherwise here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.tables import Dtype, Longer, Taught
from bookfilm.records.base import Part, first_fault


class DiffusionSettings(Part):
    """The keywords of the engine `diffusers`. What is set here stands instead of what the profile says."""

    profile: str
    """A profile's name (`bookfilm models` lists them), or the path of a .toml file of your own."""
    model: str = ""
    """A folder with the model's weights, in diffusers' form."""
    size: str = ""
    """Such as "832x480": the model draws at this size, whatever the film's."""
    most_frames: Annotated[int, Field(ge=1)] | None = None
    """The model's clips are no longer than this."""
    steps: Annotated[int, Field(ge=1)] | None = None
    longer: Longer | None = None
    """How a shot longer than the model's clip is made: chain, fill, loop."""
    dtype: Dtype | None = None
    call: dict[str, Any] = Field(default={})
    """Keywords of the pipeline's call, over the profile's."""
    speed: dict[str, Any] = Field(default={})
    """Switches of the profile's table [speed]."""
    identity: dict[str, Any] = Field(default={})
    """Of the profile's table [identity]: how takes are held to their portraits."""
    adherence: dict[str, Any] = Field(default={})
    """Of the profile's table [adherence]: how takes are held to their prompts."""
    loras: tuple[Taught, ...] = ()
    """Beside the profile's own: what `bookfilm train` wrote, or others did."""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1…"""
    threads: Annotated[int, Field(ge=1)] | None = None
    """CPU threads; None leaves torch's own choice."""
    text_cache_mib: Annotated[int, Field(ge=0)] = 256
    """How much encoded text is kept in the CPU's memory."""

    def over(self, profile: Profile) -> Profile:
        """Return `profile` with these settings over it. Raises SettingsError that names the fault."""
        body = profile.model_dump()
        if self.model:
            folder = Path(self.model).expanduser()
            if not folder.is_dir():
                raise SettingsError("model: no such folder", subject=self.model)
            body["model"] |= {"id": str(folder.absolute()), "revision": ""}
        if self.size:
            body["clip"]["sizes"] = [self.size]
        if self.dtype:
            body["model"] |= {"dtype": self.dtype, "dtypes": {}}
        if self.steps:
            body["sampling"]["steps"] = self.steps
        if self.most_frames:
            body["clip"]["frames"] = profile.clip.frames.capped(self.most_frames).model_dump()
        if self.longer:
            body["clip"]["longer"] = self.longer
        body["speed"] |= self.speed
        body["identity"] |= self.identity
        body["adherence"] |= self.adherence
        body["loras"] = [*body["loras"], *(one.model_dump() for one in self.loras)]
        body["sampling"]["call"] |= self.call
        try:
            return Profile.model_validate(body)
        except ValidationError as error:
            raise SettingsError(first_fault(error), subject=f"profile {profile.name} as the preset has it") from None
