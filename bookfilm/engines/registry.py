"""Finds engines by name among the installed packages' entry points.

A package adds an engine without a change here::

    [project.entry-points."bookfilm.video"]
    my_engine = "my_package:MyEngine"

The group is one of KINDS; the object is called with the preset's settings for it as keywords.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any, Literal, cast

from bookfilm.engines.protocols import Composer, KeyframeEngine, Screenwriter, VideoEngine, Voice
from bookfilm.errors import EngineUnavailable, SettingsError

EngineKind = Literal["screenwriter", "voice", "video", "keyframe", "composer"]


def installed_engines(kind: EngineKind) -> tuple[str, ...]:
    """Return the names of the engines of `kind` that are installed."""
    return tuple(sorted(point.name for point in entry_points(group=f"bookfilm.{kind}")))


def build_engine(kind: EngineKind, name: str, settings: dict[str, Any]) -> Any:
    """Build the engine `name`. Raises SettingsError for an unknown one, EngineUnavailable if it cannot load."""
    found = [point for point in entry_points(group=f"bookfilm.{kind}") if point.name == name]
    if not found:
        known = ", ".join(installed_engines(kind)) or "none"
        raise SettingsError(f"no {kind} engine has this name; installed: {known}", subject=name)
    try:
        factory = found[0].load()
    except ImportError as error:
        raise EngineUnavailable(f"cannot be loaded: {error}", subject=f"{kind} engine {name}") from error
    try:
        return factory(**settings)
    except TypeError as error:
        raise SettingsError(f"its settings do not fit: {error}", subject=f"{kind} engine {name}") from error


def styles_of(name: str) -> tuple[str, ...]:
    """Return the styles that the video engine `name` says it has before it is built (`STYLES` of its class); none where
    it does not say, cannot be loaded here, or is not installed."""
    for point in entry_points(group="bookfilm.video"):
        if point.name == name:
            try:
                return tuple(getattr(point.load(), "STYLES", ()))
            except ImportError:
                return ()
    return ()


def build_screenwriter(name: str, settings: dict[str, Any]) -> Screenwriter:
    """Build the screenwriter engine `name`. Raises as `build_engine` does."""
    return cast(Screenwriter, build_engine("screenwriter", name, settings))


def build_voice(name: str, settings: dict[str, Any]) -> Voice:
    """Build the voice engine `name`. Raises as `build_engine` does."""
    return cast(Voice, build_engine("voice", name, settings))


def build_video(name: str, settings: dict[str, Any]) -> VideoEngine:
    """Build the video engine `name`. Raises as `build_engine` does."""
    return cast(VideoEngine, build_engine("video", name, settings))


def build_keyframe(name: str, settings: dict[str, Any]) -> KeyframeEngine:
    """Build the image engine `name`. Raises as `build_engine` does."""
    return cast(KeyframeEngine, build_engine("keyframe", name, settings))


def build_composer(name: str, settings: dict[str, Any]) -> Composer:
    """Build the composer engine `name`. Raises as `build_engine` does."""
    return cast(Composer, build_engine("composer", name, settings))
