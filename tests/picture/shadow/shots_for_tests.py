"""Requests and measures that the shadow engine's tests share."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest, Voiced, never_cancelled, no_progress
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame, Picture, Setting
from bookfilm.records.time import FrameRate

OFFICER = Look(sex="male", hat="officer", beard="moustache", dress="uniform", build="broad", features=5)
LADY = Look(sex="female", hair="bun", dress="dome_skirt", features=6)
GIRL = Look(sex="female", age="child", hair="braids", dress="smock", features=4)


def person(name: str = "anna", look: Look = LADY, **fields: object) -> InFrame:
    return InFrame.model_validate({"name": name, "look": look, **fields})


def request(
    picture: Picture, *, width: int = 320, height: int = 180, frames: int = 4, **fields: object
) -> RenderRequest:
    base = {"picture": picture, "width": width, "height": height, "rate": FrameRate(num=24), "frames": frames}
    return RenderRequest.model_validate({**base, "style": "lantern", **fields})


def picture(place: str = "street", hour: str = "dusk", *cast: InFrame, **fields: object) -> Picture:
    weather = fields.pop("weather", "clear")
    setting = Setting.model_validate({"kind": place, "hour": hour, "weather": weather, "features": 7})
    return Picture.model_validate({"setting": setting, "cast": cast, **fields})


def frames_of(engine: ShadowEngine, asked: RenderRequest) -> list[NDArray[np.uint8]]:
    return [frame.copy() for frame in engine.render(asked, no_progress, never_cancelled).pixels]


def digest(frames: list[NDArray[np.uint8]]) -> str:
    return hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest()


def spoken(name: str, *loudness: int) -> Voiced:
    return Voiced(speaker=name, start_frame=0, loudness=loudness)


def lightness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return OKLab lightness, 0 to 1, of RGB(A) pixels."""
    value = pixels[..., :3].astype(np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    return np.asarray(np.cbrt(linear @ cones.T) @ np.array([0.2104542553, 0.7936177850, -0.0040720468]))
