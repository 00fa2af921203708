"""Keyframes: stills that shots begin with and end on, ordered by content, drawn by an image engine, kept as PNG."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256

import cv2
import numpy as np

from bookfilm.engines.protocols import Cancelled, KeyframeEngine, KeyframeRequest, never_cancelled
from bookfilm.errors import BookfilmError, EngineError, TakeRejected
from bookfilm.records.base import Part, content_key, seed_of
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Keyframe
from bookfilm.settings import PictureSettings
from bookfilm.store.media import MediaStore


class KeyframeFacts(Part):
    """What the driver knows of an image engine without building it."""

    name: str
    revision: str


class KeyframeOrder(Part):
    """A keyframe to be drawn: everything a worker needs. `shot` is for logs and errors only, and in no key."""

    key: str
    shot: str
    engine: KeyframeFacts
    request: KeyframeRequest


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
    told = {"engine": engine.model_dump(), "request": request.model_dump(mode="json", exclude={"seed"})}
    key = content_key("keyframe", told | ({"redraw": redraw} if redraw else {}))
    return KeyframeOrder(key=key, shot=shot.id, engine=engine, request=request.changed(seed=seed_of(key)))


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
        return found
    subject = f"keyframe of shot {order.shot}"
    if (engine.name, engine.revision) != (order.engine.name, order.engine.revision):
        raise EngineError("this replica runs another version of its engine; redeploy it", subject=subject)
    try:
        pixels = engine.keyframe(order.request, cancelled)
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
