"""What a preset's video engine needs of the others, looked at before anything is begun."""

from __future__ import annotations

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.engine import capabilities_of, profile_of
from bookfilm.picture.remote.settings import asked_profile, read_settings
from bookfilm.pipeline.order import FilmOrder
from bookfilm.settings import EngineChoice, Preset


def lack_of_keyframes(named: bool, video: VideoCapabilities) -> str:
    """Return what is said where the model needs keyframes and nobody is `named` who draws them; else nothing."""
    needed = [name for name, needs in (("first", video.needs_first), ("last", video.needs_last)) if needs]
    if named or not needed:
        return ""
    return f"the model needs the {' and the '.join(needed)} frame of each shot: name who draws them under [keyframes]"


def check_keyframes(named: bool, video: VideoCapabilities, order: FilmOrder) -> None:
    """Raise SettingsError where each shot that `order` asks for would fail for want of its keyframes."""
    if order.goes_to("keyframes") and (lack := lack_of_keyframes(named, video)):
        raise SettingsError(lack, subject=f"preset {order.preset}")


def needs_of(video: EngineChoice) -> VideoCapabilities:
    """Return what the engine `video` can do, as far as a model's profile tells. Raises SettingsError."""
    if video.engine == "diffusers":
        return capabilities_of(profile_of(video.settings), "cpu", {})
    if video.engine == "remote":
        return VideoCapabilities(needs_first=asked_profile(read_settings(video.settings)).features.needs_first)
    return VideoCapabilities()


def check_profile(preset: Preset, order: FilmOrder) -> None:
    """Raise SettingsError likewise, by the model's profile alone: before a cluster starts and weights are loaded."""
    try:
        video = needs_of(preset.video)
    except SettingsError:
        # It may lie where the replicas are, and they tell of it.
        return
    check_keyframes(preset.keyframes is not None, video, order)
