"""The keyframe deployment: one replica draws one still at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

from bookfilm.engines.protocols import KeyframeEngine, PortraitEngine
from bookfilm.engines.registry import build_keyframe
from bookfilm.errors import BookfilmError
from bookfilm.logs import Fact, about
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder, make_keyframe
from bookfilm.records.takes import Keyframe
from bookfilm.store.media import MediaStore
from bookfilm.tracing import span
from deployments.leaving import Leaving
from deployments.metering import Worked
from deployments.replies import Reply, reply_done, reply_failed
from deployments.starting import Started
from deployments.threads import WorkThreads


class KeyframeReplica:
    """Wraps the image engine `engine`. The next still waits inside, behind the lock; health is answered meanwhile."""

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._started: Started[KeyframeEngine] = Started(lambda: build_keyframe(engine, settings))
        self._worked = Worked("keyframe", engine)
        self._lock = asyncio.Lock()
        # One thread: a cancelled call lets go of the lock before its still is broken off.
        self._threads = WorkThreads()
        self._leaving = Leaving()

    def check_health(self) -> None:
        self._worked.tell_gpus()
        self._started.check_health()

    async def facts(self) -> KeyframeFacts:
        engine = self._started.engine()
        portraits = isinstance(engine, PortraitEngine)
        return KeyframeFacts(name=engine.name, revision=engine.revision, portraits=portraits)

    async def draw(
        self, order: KeyframeOrder, keyframes: str, trace: str = "", told: dict[str, Fact] | None = None
    ) -> Reply:
        """Draw the keyframe of `order` into the folder `keyframes`, within the span `trace`; log lines say what is
        `told`. A cancelled call stops the engine."""
        stop, started = threading.Event(), time.monotonic()
        try:
            engine = self._started.engine()
            async with self._lock:
                await self._leaving.admitted()
                started = time.monotonic()
                store = MediaStore(Path(keyframes), ".png", Keyframe)
                with about(told), self._worked.at_work(), span("draw", trace, "server", shot=order.shot):
                    await self._threads.run(make_keyframe, engine, order, store, stop.is_set)
        except BookfilmError as error:
            return self._leaving.noted(reply_failed(order.key, started, error), error)
        finally:
            stop.set()
        return self._leaving.noted(reply_done(order.key, started))
