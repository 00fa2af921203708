"""What is missing before a server can be asked for shots: for `bookfilm doctor`."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

from bookfilm.errors import EngineUnavailable
from bookfilm.picture.diffusion.needs import lacks_of_judges
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.remote.engine import upscaler_of
from bookfilm.picture.remote.settings import MODEL_ENV, asked_profile, fault_of_address, read_settings

LOOK_S = 5.0


def lacks_of_server(told: dict[str, Any]) -> tuple[str, list[str]]:
    """Return what the engine `remote` with the settings `told` would ask, in words, and what it lacks for that.

    The server is looked at, for some seconds; nothing is asked of it that costs. Raises SettingsError.
    """
    settings = read_settings(told)
    profile = asked_profile(settings)
    model, key = profile.remote.model, os.environ.get(settings.key_env)
    asked = f"{model} as profile {profile.name}"
    lacks = []
    bare = importlib.util.find_spec("httpx2") is None
    if bare:
        lacks.append("needs httpx2: pip install 'bookfilm[remote]'")
    fault = fault_of_address(settings)
    if fault:
        lacks.append(fault)
    lacks += _lacks_here(profile)
    if bare or fault:
        return asked, lacks
    from bookfilm.picture.remote.server import CallFailed, VideoServer

    server = VideoServer(settings.base_url, key, LOOK_S, LOOK_S)
    try:
        models = server.models()
    except CallFailed as error:
        lacks.append(f"no server answers at {server.named}: {error.reason}")
    except EngineUnavailable as error:
        which = f"the one in {settings.key_env}" if key else f"none is set: {settings.key_env}"
        lacks.append(f"{error}; {which}")
    else:
        if models and model not in models:
            has = ", ".join(models[:8])
            lacks.append(f"{server.named} has no model {model}; it has {has}: model in the preset, or {MODEL_ENV}")
    finally:
        server.close()
    return f"{asked} at {server.named}", lacks


def _lacks_here(profile: Profile) -> list[str]:
    """Return what is missing of what works on this machine whoever draws: takes are judged here, and made larger.

    Files are looked for, and nothing is loaded or fetched.
    """
    lacks = lacks_of_judges(profile)
    if profile.identity.id or profile.adherence.id:
        bare = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
        lacks += [f"needs {name}: pip install 'bookfilm[diffusion]'" for name in bare]
    try:
        upscaler_of(profile)
    except EngineUnavailable as error:
        lacks.append(str(error))
    return lacks
