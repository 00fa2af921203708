"""The video deployment: one replica renders one shot at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

from bookfilm.engines.protocols import ErrandEngine, VideoEngine
from bookfilm.engines.registry import build_video
from bookfilm.errors import BookfilmError
from bookfilm.logs import Fact, about
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.picture.takes import made_or_found
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from bookfilm.tracing import span
from deployments.leaving import Leaving
from deployments.metering import Worked
from deployments.replies import Reply, replica_id, reply_busy, reply_done, reply_failed, reply_found
from deployments.scaling import Measured
from deployments.starting import Started
from deployments.threads import WorkThreads
from deployments.time_shares import Spent, TimeShares


class VideoReplica:
    """Wraps the video engine `engine`.

    It takes two requests and works on one (or as many as the engine says it can): the next waits inside, behind the
    lock, so that the GPU does not idle for a round trip. The work itself runs in a thread, so that health checks and
    cancellations are answered meanwhile. It is ready once its engine is built, which is when weights are loaded.
    """

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._started: Started[VideoEngine] = Started(lambda: build_video(engine, settings))
        self._settings = settings
        self._worked = Worked("video", engine)
        at_once = self._started.ask(lambda engine: engine.capabilities.at_once, 1)
        self._at_once, self._held = at_once, 0
        self._lock = asyncio.Semaphore(at_once)
        self._threads = WorkThreads(at_once)
        self._shares = TimeShares()
        works_here = self._started.ask(lambda engine: not isinstance(engine, ErrandEngine), True)
        self._leaving, self._works_here = Leaving(works_here=works_here), works_here
        self._measured = Measured()

    async def record_autoscaling_stats(self) -> dict[str, float]:
        """Return what Serve scales by; it asks every few seconds."""
        return await self._measured.told()

    def check_health(self) -> None:
        self._worked.tell_gpus()
        self._started.check_health()

    async def facts(self) -> EngineFacts:
        engine = self._started.engine()
        return EngineFacts(
            name=engine.name,
            revision=engine.revision,
            settings=self._settings,
            capabilities=engine.capabilities,
            errands=isinstance(engine, ErrandEngine),
        )

    async def render(
        self,
        order: TakeOrder,
        takes: MediaStore[Take],
        trace: str = "",
        told: dict[str, Fact] | None = None,
        at_once: bool = False,
    ) -> Reply:
        """Make the take of `order` in `takes`, which bears the bucket's address, if it has one.

        It is told of within the span `trace`; log lines say what is `told`. `at_once`: it is begun now, or not here. A
        cancelled call stops the engine at its next frame.
        """
        if at_once and self._held >= self._at_once:
            return reply_busy(order.key)
        self._held += 1
        try:
            with about(told):
                reply = await self._rendered(order, takes, trace)
            return reply.changed(free=replica_id() if self._held <= self._at_once else "")
        finally:
            self._held -= 1

    async def _rendered(self, order: TakeOrder, takes: MediaStore[Take], trace: str) -> Reply:
        stop, spent = threading.Event(), Spent()
        started = time.monotonic()

        def began() -> float:
            # Who only waits for a server keeps nothing busy: each row's time is its own.
            return time.monotonic() - spent.seconds if self._works_here else started

        try:
            engine = self._started.engine()
            async with self._lock:
                await self._leaving.admitted()
                started = time.monotonic()
                with (
                    self._worked.at_work(),
                    self._shares.at_work(spent),
                    span("render", trace, "server", shot=order.shot),
                ):
                    ms, found = await self._threads.run(self._make, engine, order, takes, stop)
            if found:
                return self._leaving.noted(reply_found(order.key, ms))
            self._measured.note(ms / 1000)
        except BookfilmError as error:
            return self._leaving.noted(reply_failed(order.key, began(), error), error)
        finally:
            stop.set()
        return self._leaving.noted(reply_done(order.key, began()))

    def _make(
        self, engine: VideoEngine, order: TakeOrder, takes: MediaStore[Take], stop: threading.Event
    ) -> tuple[int, bool]:
        """Return how long making it took, ms, of several in a call its share; and whether that was before."""
        take, found = made_or_found(engine, order, takes, cancelled=stop.is_set, built_with=self._settings)
        return round(take.render_ms / take.batch), found
