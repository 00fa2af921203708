"""The video deployment: one replica renders one shot at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

from bookfilm.engines.protocols import VideoEngine
from bookfilm.engines.registry import build_video
from bookfilm.errors import BookfilmError
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.picture.takes import make_take
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from deployments.replies import Reply, reply_done, reply_failed


class VideoReplica:
    """Wraps the video engine `engine`.

    It takes two requests and works on one: the next waits inside, behind the lock, so that the GPU
    does not idle for a round trip. The work itself runs in a thread, so that health checks and
    cancellations are answered meanwhile. It is ready once its engine is built, which is when weights are loaded.

    An engine that cannot start here is told to whoever asks, in its own words: an error out of a constructor would
    reach nobody but Serve, which would load again twice and then say only that the app has failed.
    """

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._failed: BookfilmError | None = None
        self._told = False
        try:
            self._engine: VideoEngine = build_video(engine, settings)
        except BookfilmError as error:
            self._failed = error
        self._settings = settings
        self._lock = asyncio.Lock()

    def check_health(self) -> None:
        """Have Serve start a replica without an engine anew, once somebody was told: it may be installed by then."""
        if self._failed is not None and self._told:
            raise self._failed

    async def facts(self) -> EngineFacts:
        self._check()
        return EngineFacts(
            name=self._engine.name,
            revision=self._engine.revision,
            settings=self._settings,
            capabilities=self._engine.capabilities,
        )

    async def render(self, order: TakeOrder, takes: str) -> Reply:
        """Make the take of `order` in the folder `takes`. A cancelled call stops the engine at its next frame."""
        stop = threading.Event()
        started = time.monotonic()
        try:
            self._check()
            async with self._lock:
                started = time.monotonic()
                await asyncio.to_thread(self._make, order, Path(takes), stop)
        except BookfilmError as error:
            return reply_failed(order.key, started, error)
        finally:
            stop.set()
        return reply_done(order.key, started)

    def _check(self) -> None:
        if self._failed is not None:
            self._told = True
            raise self._failed

    def _make(self, order: TakeOrder, takes: Path, stop: threading.Event) -> None:
        make_take(self._engine, order, MediaStore(takes, ".mp4", Take), cancelled=stop.is_set)
