"""What a preset's video engine needs of the others, looked at before anything is begun."""

from __future__ import annotations

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.engine import capabilities_of
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.pipeline.order import FilmOrder
from bookfilm.settings import Preset


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


def check_profile(preset: Preset, order: FilmOrder) -> None:
    """Raise SettingsError likewise, by the model's profile alone: before a cluster starts and weights are loaded."""
    if preset.video.engine != "diffusers":
        return
    try:
        profile = load_profile(str(preset.video.settings.get("profile", "")))
    except SettingsError:
        # It may lie where the replicas are, and they tell of it.
        return
    check_keyframes(preset.keyframes is not None, capabilities_of(profile, "cpu", {}), order)
