"""What a request brings along: keyframes, which the model must be able to take, and cards, which are drawn."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from bookfilm.engines.protocols import RenderRequest
from bookfilm.errors import EngineError, SettingsError
from bookfilm.picture.diffusion.conform import Frame, sized
from bookfilm.picture.diffusion.plan import ShotPlan
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.store.media import sha256_of


def check_pictures(profile: Profile, request: RenderRequest) -> None:
    """Raise SettingsError where the model needs keyframes that `request` has not, or cannot take those that it has."""
    features, subject = profile.features, f"profile {profile.name}"
    lacks = [
        name
        for name, needed, given in (
            ("first", features.needs_first, request.first_frame),
            ("last", features.needs_last, request.last_frame),
        )
        if needed and given is None
    ]
    if lacks:
        raise SettingsError(f"the model needs the {' and the '.join(lacks)} frame of each shot", subject=subject)
    if (request.first_frame and not features.first_frame) or (request.last_frame and not features.last_frame):
        raise SettingsError("the model cannot begin with, or end on, a given frame", subject=subject)


def read_keyframe(given: tuple[str, str] | None, width: int, height: int) -> Frame | None:
    """Return the picture `given` (path, SHA-256) at the model's size. Raises EngineError that names the file."""
    if given is None:
        return None
    path, digest = Path(given[0]), given[1]
    try:
        same = sha256_of(path) == digest
    except OSError as error:
        raise EngineError(f"the keyframe cannot be read: {error.strerror}", subject=path) from None
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR) if same else None
    if picture is None:
        raise EngineError("the keyframe is no picture, or not the one that was asked for", subject=path)
    return sized(np.ascontiguousarray(picture[..., ::-1], dtype=np.uint8), width, height)


def seed_of_clip(seed: int, number: int) -> int:
    """Return the seed of the shot's clip of that `number`, from 0: 31 bits."""
    return (seed + 0x9E3779B1 * number) & 0x7FFFFFFF


def drawable_card(request: RenderRequest, cards: ShadowEngine) -> RenderRequest:
    """Return `request` in a style that the shadow theatre has."""
    if request.sheet is not None or request.style in cards.capabilities.styles:
        return request
    return request.changed(style="midnight")


def told_of_plan(plan: ShotPlan) -> tuple[str, ...]:
    """Return what whoever watches the film should know of how a shot was put together."""
    if plan.join == "blend" and len(plan.lengths) > 1:
        return ("looped: the shot is longer than the model's clip, which is shown again",)
    return ()
