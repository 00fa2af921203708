"""What a preset and the environment may say of the engine `remote`: which server, which profile, how patiently."""

from __future__ import annotations

import os
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.profile import Profile, load_profile
from bookfilm.records.base import Part, content_key, first_fault

SUBJECT = "video engine remote"
URL_ENV, MODEL_ENV, KEY_ENV = "BOOKFILM_VIDEO_URL", "BOOKFILM_VIDEO_MODEL", "BOOKFILM_VIDEO_KEY"
Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


class RemoteSettings(Part):
    """The keywords of the engine `remote`. What is None here is as the profile says in its table [remote]."""

    profile: str
    """A profile's name (`bookfilm models` lists them), or the path of a .toml file of your own."""
    base_url: str = ""
    """Such as http://127.0.0.1:8000/v1; empty: BOOKFILM_VIDEO_URL."""
    model: str = ""
    """The server's name for the model; empty: BOOKFILM_VIDEO_MODEL, else the profile's."""
    key_env: str = KEY_ENV
    """The environment variable that holds the key. The key itself never stands in a preset."""
    size: str = ""
    steps: Positive | None = None
    most_frames: Positive | None = None
    """These three lie over the profile, as in the engine diffusers."""
    fields: dict[str, Any] = Field(default={})
    """Further fields of each request, over the profile's."""
    at_once: Annotated[int, Field(ge=1, le=64)] = 4
    """Shots that one replica has at the server at the same time; `slots` of its replicas says the same."""
    poll_s: Seconds | None = None
    deadline_s: Seconds | None = None
    answer_s: Seconds | None = None
    download_s: Seconds = 600.0
    """How long one download of a clip may take."""
    attempts: Positive = 4
    """How often a lost answer is asked for again, and a file that is not whole."""
    patience_s: Seconds = 600.0
    """How long a server that is full (429, 503), or not there, is waited for."""
    longest_wait_s: Seconds = 60.0
    """The most that is waited between two of its attempts, whatever the server's Retry-After says."""
    lost: Literal["leave", "again"] = "leave"
    """Where nobody heard the answer to a submission and the server cannot say whether it took it. leave: the shot gets
    a slate. again: it is submitted once more, and may be paid twice."""

    def over(self, profile: Profile) -> Profile:
        """Return `profile` with these settings over it. Raises SettingsError that names the fault."""
        body = profile.model_dump()
        if self.size:
            body["clip"]["sizes"] = [self.size]
        if self.steps:
            body["sampling"]["steps"] = self.steps
        if self.most_frames:
            body["clip"]["frames"] = profile.clip.frames.capped(self.most_frames).model_dump()
        given = {name: getattr(self, name) for name in ("model", "poll_s", "deadline_s", "answer_s")}
        body["remote"] |= {name: value for name, value in given.items() if value}
        body["remote"]["model"] = body["remote"]["model"] or profile.model.id
        body["remote"]["fields"] |= self.fields
        try:
            return Profile.model_validate(body)
        except ValidationError as error:
            raise SettingsError(first_fault(error), subject=f"profile {profile.name} as the preset has it") from None


def read_settings(told: dict[str, Any]) -> RemoteSettings:
    """Return the settings in `told`, their gaps filled from the environment. Raises SettingsError."""
    try:
        settings = RemoteSettings.model_validate(told)
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject=SUBJECT) from None
    return settings.changed(
        base_url=(settings.base_url or os.environ.get(URL_ENV, "")).rstrip("/"),
        model=settings.model or os.environ.get(MODEL_ENV, ""),
    )


def fault_of_address(settings: RemoteSettings) -> str:
    """Return what is wrong with the server's address, in a line; empty where nothing is."""
    try:
        address = urlsplit(settings.base_url)
        whole = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        whole = False
    if whole:
        return ""
    return (
        "needs the address of a server that speaks /v1/videos, such as http://127.0.0.1:8000/v1: "
        f"base_url in the preset, or {URL_ENV}"
    )


def asked_profile(settings: RemoteSettings) -> Profile:
    """Return the profile as it is asked for. Raises SettingsError where a server cannot be given what it needs."""
    profile = settings.over(load_profile(settings.profile))
    if profile.features.needs_last:
        raise SettingsError(
            "the model needs the last frame of each shot, and /v1/videos takes a first one only",
            subject=f"profile {profile.name}",
        )
    if profile.loras:
        raise SettingsError(
            "loras: /v1/videos takes none: have the server load them, and leave them out here",
            subject=f"profile {profile.name}",
        )
    # What is filled on GPUs of one's own goes, without a last frame, from one clip to the next.
    longer = "auto" if profile.clip.longer == "fill" else profile.clip.longer
    if profile.clip.frames.most < 2 and profile.features.first_frame and longer != "loop":
        raise SettingsError(
            "clip.frames: where a clip begins with the last frame of the one before, it has 2 at least; most is 1",
            subject=f"profile {profile.name} as the preset has it",
        )
    return profile.changed(
        clip=profile.clip.changed(longer=longer), features=profile.features.changed(last_frame=False)
    )


def asked_digest(profile: Profile) -> str:
    """Return eight digits that change with all of `profile` that can change what the server makes."""
    remote = profile.remote.model_dump(mode="json", include={"model", "length", "seconds", "extensions", "fields"})
    return content_key("remote profile", {"profile": profile.digest(), "remote": remote})[:8]
