"""What is asked of a video engine for one shot, and the key under which its take is kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from bookfilm.engines.protocols import RenderRequest, VideoCapabilities, Voiced
from bookfilm.picture.identity import PortraitGiven
from bookfilm.records.base import Part, content_key, seed_of
from bookfilm.records.shots import Picture, Shot
from bookfilm.settings import Encoding, PictureSettings

Ends = tuple[tuple[str, str] | None, tuple[str, str] | None]
"""The keyframes of a shot's first and last frame: path and SHA-256, or none."""


class EngineFacts(Part):
    """What the driver knows of a video engine without building it."""

    name: str
    revision: str
    settings: dict[str, Any] = Field(default_factory=dict)
    capabilities: VideoCapabilities = VideoCapabilities()
    errands: bool = False
    """True where somebody else's server does the work, and is paid for each piece of it."""


class TakeOrder(Part):
    """A take to be made: everything a worker needs, and nothing it must look up."""

    key: str
    shot: str
    """The shot's id, for logs and errors only: it is not part of the key."""
    engine: EngineFacts
    request: RenderRequest
    key_frames: tuple[int, ...] = ()
    """Where the clip must be one that can be cut into, in frames from its beginning."""
    encoding: Encoding
    portraits: tuple[PortraitGiven, ...] = ()
    """Of those in it whose faces can be seen, where the engine can say how like them they are."""


def order_take(
    shot: Shot,
    frames: int,
    voices: tuple[Voiced, ...],
    engine: EngineFacts,
    picture: PictureSettings,
    encoding: Encoding,
    key_frames: tuple[int, ...] = (),
    ends: Ends = (None, None),
    portraits: tuple[PortraitGiven, ...] = (),
) -> TakeOrder:
    """Return the order for `shot` at `frames` frames; its key and its seed are made from content alone."""
    wanted = shot.picture if engine.capabilities.reads_words else _without_words(shot)
    request = RenderRequest(
        picture=wanted,
        width=picture.width,
        height=picture.height,
        rate=picture.rate,
        frames=frames,
        style=picture.style,
        sheet=picture.sheet,
        voices=voices if engine.capabilities.moves_lips else (),
        first_frame=ends[0] if engine.capabilities.first_frame else None,
        last_frame=ends[1] if engine.capabilities.last_frame else None,
    )
    taught = {one.name: known for one in wanted.cast if (known := engine.capabilities.taught.get(one.name))}
    key = content_key(
        "take",
        {
            "engine": engine.name,
            "revision": engine.revision,
            "settings": {} if engine.capabilities.told_by_revision else engine.settings,
            "request": _content(request),
            "encoding": encoding.model_dump(mode="json"),
            **({"key_frames": key_frames} if key_frames else {}),
            **({"taught": taught} if taught else {}),
            # They decide which try is kept.
            **({"portraits": [(one.who, one.sha256) for one in portraits]} if portraits else {}),
        },
    )
    return TakeOrder(
        key=key,
        shot=shot.id,
        engine=engine,
        request=request.changed(seed=seed_of(key)),
        key_frames=key_frames,
        encoding=encoding,
        portraits=portraits,
    )


def _content(request: RenderRequest) -> dict[str, Any]:
    """Return what of `request` decides pixels: of a keyframe its SHA-256, wherever it lies."""
    told = request.model_dump(mode="json", exclude={"seed"} if request.sheet else {"seed", "sheet"})
    for name in ("first_frame", "last_frame"):
        if told[name] is not None:
            told[name] = told[name][1]
    return told


def _without_words(shot: Shot) -> Picture:
    """Return the picture without what only a prompt-reading engine sees, so that a new word makes no new take."""
    picture = shot.picture
    cast = tuple(person.changed(look=person.look.changed(words="")) for person in picture.cast)
    return picture.changed(action="", cast=cast, setting=picture.setting.changed(name=""))
