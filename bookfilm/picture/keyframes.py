"""Keyframes, the stills that shots begin with and end on, and portraits: ordered by content, drawn by an image engine,
kept as PNG."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import (
    Cancelled,
    KeyframeEngine,
    KeyframeRequest,
    PortraitEngine,
    PortraitRequest,
    never_cancelled,
)
from bookfilm.errors import BookfilmError, EngineError, OtherEngine, TakeRejected
from bookfilm.logs import making, note_found
from bookfilm.records.base import Part, content_key, seed_of
from bookfilm.records.bible import Look
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Keyframe
from bookfilm.settings import PictureSettings
from bookfilm.store.media import MediaStore


class KeyframeFacts(Part):
    """What the driver knows of an image engine without building it."""

    name: str
    revision: str
    portraits: bool = False
    """It draws portraits too."""


class KeyframeOrder(Part):
    """A keyframe or portrait to be drawn: everything a worker needs. `shot` is for logs and errors only, and in no key:
    of a portrait it is who is seen."""

    key: str
    shot: str
    engine: KeyframeFacts
    request: KeyframeRequest | PortraitRequest


PORTRAIT_PX = 384
"""A portrait's width and height."""


def order_keyframe(
    shot: Shot, at: Fraction, engine: KeyframeFacts, picture: PictureSettings, redraw: int = 0
) -> KeyframeOrder:
    """Return the order for the still of `shot` at `at` (0 its first frame, 1 its last), drawn anew `redraw` times."""
    request = KeyframeRequest(
        picture=shot.picture,
        width=picture.width,
        height=picture.height,
        style=picture.style,
        sheet=picture.sheet,
        at=at,
    )
    return _ordered("keyframe", shot.id, request, engine, redraw)


def order_portrait(
    who: str, look: Look, engine: KeyframeFacts, picture: PictureSettings, redraw: int = 0
) -> KeyframeOrder:
    """Return the order for the portrait of `who` as `look` has it: the same look is the same portrait."""
    request = PortraitRequest(
        look=look, width=PORTRAIT_PX, height=PORTRAIT_PX, style=picture.style, sheet=picture.sheet
    )
    return _ordered("portrait", who, request, engine, redraw)


def _ordered(
    kind: str, shot: str, request: KeyframeRequest | PortraitRequest, engine: KeyframeFacts, redraw: int
) -> KeyframeOrder:
    drawn_by = engine.model_dump(include={"name", "revision"})
    told = {"engine": drawn_by, "request": request.model_dump(mode="json", exclude={"seed"})}
    key = content_key(kind, told | ({"redraw": redraw} if redraw else {}))
    return KeyframeOrder(key=key, shot=shot, engine=engine, request=request.changed(seed=seed_of(key)))


def make_keyframe(
    engine: KeyframeEngine,
    order: KeyframeOrder,
    store: MediaStore[Keyframe],
    cancelled: Cancelled = never_cancelled,
) -> Keyframe:
    """Return the keyframe of `order`: the one in `store` if it is there, else drawn and kept.

    Raises EngineError that names the shot, TakeRejected for what is no picture, RenderCancelled, StoreError, StoreFull.
    """
    found = store.find(order.key)
    if found is not None:
        note_found("keyframe", order.key, shot=order.shot)
        return found
    with making("keyframe", order.key, shot=order.shot):
        return _made(engine, order, store, cancelled)


def _made(engine: KeyframeEngine, order: KeyframeOrder, store: MediaStore[Keyframe], cancelled: Cancelled) -> Keyframe:
    portrait = isinstance(order.request, PortraitRequest)
    subject = f"portrait of {order.shot}" if portrait else f"keyframe of shot {order.shot}"
    if (engine.name, engine.revision) != (order.engine.name, order.engine.revision):
        raise OtherEngine("this replica runs another version of its engine; redeploy it", subject=subject)
    try:
        pixels = _drawn(engine, order.request, cancelled)
    except BookfilmError:
        raise
    except Exception as error:
        raise EngineError(f"{type(error).__name__}: {error}", subject=subject) from error
    wanted = (order.request.height, order.request.width, 3)
    if pixels.shape != wanted or pixels.dtype != np.uint8 or float(pixels.std()) < 0.5:
        raise TakeRejected(f"the engine gave no picture of {wanted[1]}x{wanted[0]} pixels", subject=subject)
    _, packed = cv2.imencode(".png", np.ascontiguousarray(pixels[..., ::-1]))
    content = packed.tobytes()
    keyframe = Keyframe(
        key=order.key,
        engine=engine.name,
        revision=engine.revision,
        width=order.request.width,
        height=order.request.height,
        seed=order.request.seed,
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    store.put_bytes(keyframe, content)
    return keyframe


def _drawn(
    engine: KeyframeEngine, request: KeyframeRequest | PortraitRequest, cancelled: Cancelled
) -> NDArray[np.uint8]:
    if isinstance(request, KeyframeRequest):
        return engine.keyframe(request, cancelled)
    if not isinstance(engine, PortraitEngine):
        raise EngineError("draws no portraits", subject=engine.name)
    return engine.portrait(request, cancelled)
