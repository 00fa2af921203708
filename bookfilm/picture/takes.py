"""One take: ask the engine, encode what it gives, keep it under its key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import Cancelled, Clip, Progress, VideoEngine, never_cancelled, no_progress
from bookfilm.errors import BookfilmError, EngineError, TakeRejected
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.requests import TakeOrder
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore, sha256_of

THUMBNAIL_WIDTH = 320


def make_take(
    engine: VideoEngine,
    order: TakeOrder,
    store: MediaStore[Take],
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Take:
    """Return the take of `order`: the one in `store` if it is there, else rendered, encoded and kept.

    Raises EngineError that names the shot, TakeRejected, RenderCancelled, StoreError or StoreFull.
    """
    found = store.find(order.key)
    if found is not None:
        return found
    _check_engine(engine, order)
    started = time.monotonic()
    stills = _Stills(order.request.frames)
    try:
        with store.making(order.key) as path:
            clip = engine.render(order.request, progress, cancelled)
            encode_clip(replace(clip, pixels=stills.watch(clip)), path, order.encoding, order.key_frames)
            stills.judge(order)
            take = _record(order, path, started)
            store.put(take, path, stills.thumbnail())
    except TakeRejected as error:
        raise TakeRejected(error.message, subject=f"shot {order.shot}") from error
    except BookfilmError:
        raise
    except Exception as error:
        raise EngineError(f"{type(error).__name__}: {error}", subject=f"shot {order.shot}") from error
    return take


def _check_engine(engine: VideoEngine, order: TakeOrder) -> None:
    """A replica that lags behind the driver's version must not file its pixels under the new key."""
    if (engine.name, engine.revision) != (order.engine.name, order.engine.revision):
        raise EngineError(
            f"this replica runs {engine.name} {engine.revision}, the job asks for {order.engine.name} "
            f"{order.engine.revision}; redeploy it",
            subject=f"shot {order.shot}",
        )


def _record(order: TakeOrder, path: Path, started: float) -> Take:
    request = order.request
    return Take(
        key=order.key,
        engine=order.engine.name,
        revision=order.engine.revision,
        width=request.width,
        height=request.height,
        rate=request.rate,
        frames=request.frames,
        key_frames=order.key_frames,
        seed=request.seed,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        render_ms=round((time.monotonic() - started) * 1000),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


class _Stills:
    """Watches frames go by: keeps one for the thumbnail and judges whether there was a picture at all."""

    def __init__(self, frames: int) -> None:
        self._middle = frames // 2
        self._still: NDArray[np.uint8] | None = None

    def watch(self, clip: Clip) -> Iterator[NDArray[np.uint8]]:
        for number, pixels in enumerate(clip.pixels):
            if number == self._middle:
                height = round(THUMBNAIL_WIDTH * clip.height / clip.width)
                small = cv2.resize(pixels[..., :3], (THUMBNAIL_WIDTH, height), interpolation=cv2.INTER_AREA)
                self._still = np.asarray(small, dtype=np.uint8)
            yield pixels

    def judge(self, order: TakeOrder) -> None:
        """Raise TakeRejected for a picture of one single colour: no engine is asked for that."""
        if self._still is None or float(self._still.std()) < 0.5:
            raise TakeRejected("the engine's picture is of one colour", subject=f"shot {order.shot}")

    def thumbnail(self) -> bytes:
        assert self._still is not None
        _, encoded = cv2.imencode(".jpg", self._still[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])
        return encoded.tobytes()
