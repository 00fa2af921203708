"""How fast a preset draws, and what its takes weigh, before it has drawn any: from its engine's profile."""

from __future__ import annotations

from bookfilm.engines.registry import build_video
from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.jobs.estimate import Making, Speed
from bookfilm.picture.diffusion.engine import profile_of, revision_of
from bookfilm.picture.diffusion.profile import Profile, load_profile
from bookfilm.picture.diffusion.switches import missing_packages
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.settings import Encoding, PictureSettings, Preset

SAY = "say --seconds-per-second, or name a film that it has made with --measured"
BYTES_A_SECOND = 1e6
"""Of a take at 1280x720, 24 frames a second and crf 18; measured on this project's films."""
CRF_HALVES = 6
"""So much more of x264's crf is half the bytes, about (its documentation)."""


def making_of(preset: Preset) -> Making:
    """Return how the preset's takes are made.

    The engine's revision is left out where it cannot be known here: a model's libraries may lie on the cluster alone.
    """
    video, picture = preset.video, preset.picture
    size = {"width": picture.width, "height": picture.height, "rate": picture.rate}
    if video.engine == "diffusers":
        profile = profile_of(dict(video.settings))
        revision = "" if missing_packages() else revision_of(profile, ShadowEngine.revision)
        return Making(engine=video.engine, revision=revision, **size)
    try:
        engine = build_video(video.engine, dict(video.settings))
    except EngineUnavailable:
        return Making(engine=video.engine, **size)
    return Making(engine=engine.name, revision=engine.revision, **size)


def published_speed(preset: Preset) -> Speed:
    """Return how fast others say that the preset's model is, fitted to its size, steps and GPUs: in proportion.

    Raises SettingsError, which says what to give, where the engine has no profile or its profile no figure.
    """
    if preset.video.engine != "diffusers":
        raise SettingsError(f"nobody has published how fast it draws here: {SAY}", subject=preset.video.engine)
    profile = profile_of(dict(preset.video.settings))
    named, times = load_profile(str(preset.video.settings.get("profile", ""))), profile.times
    if not times.clip_s:
        raise SettingsError(f"its profile has no figure under [times]: {SAY}", subject=profile.name)
    width, height = profile.clip.size_for(preset.picture.width, preset.picture.height)
    first = named.clip.sizes[0]
    work = width * height / (first[0] * first[1]) * profile.steps / named.sampling.steps / profile.speed.together
    of_s = float(profile.clip.rate.seconds(times.frames or named.clip.frames.most))
    return Speed(
        fixed_s=0.0,
        per_s=times.clip_s * work / of_s,
        longest_s=float(profile.clip_s()) if _loops(profile) else 0.0,
        source=f"{times.source}, on {times.gpu}",
        low=times.low,
        high=times.high,
    )


def take_bytes_per_s(picture: PictureSettings, encoding: Encoding) -> float:
    """Return about how many bytes a second of takes has: in proportion to the pixels, half for each six of crf more."""
    pixels = picture.width * picture.height * float(picture.rate.per_second) / (1280 * 720 * 24)
    return BYTES_A_SECOND * pixels * float(0.5 ** ((encoding.crf - 18) / CRF_HALVES))


def _loops(profile: Profile) -> bool:
    longer = profile.clip.longer
    return longer == "loop" or (longer == "auto" and not profile.features.first_frame)
