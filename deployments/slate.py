"""The app's ingress: it holds the three posts together, and knows which jobs share them, and how."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from ray.serve.handle import DeploymentHandle

from bookfilm.jobs.gate import Opening
from deployments.allotting import Allotment, Allotter, Backlog, Places
from deployments.lines import begin_lines

INGRESS = "slate"
"""Its name in every app."""
LONGEST_S = 5.0
"""How long a feeder is kept waiting for news: it is heard of at least so often."""


class Slate:
    """Answers what the app was built from, and, to those who hand out rows, how many they may have under way."""

    def __init__(self, built_from: str, **_posts: DeploymentHandle[Any]) -> None:
        begin_lines()
        self._built_from = built_from
        self._allotter = Allotter()
        self._news = asyncio.Event()

    async def built_from(self) -> str:
        return self._built_from

    async def __call__(self, _request: Any) -> str:
        """Answer over HTTP, where the app has a route: Serve's proxy counts as well only once it has one."""
        return self._built_from

    async def tell(self, job: str, opening: Opening, places: Places, left: int) -> None:
        """Note how far the gate of `job` is open, and what is left of it; its driver says so at every change, and every
        few seconds."""
        told = self._allotter.tell(job, opening, places, time.monotonic(), left)
        if self._allotter.forget_silent(time.monotonic()) or told:
            self._wake()

    async def backlog(self) -> Backlog:
        """Return what is left of all jobs at this app."""
        self._allotter.forget_silent(time.monotonic())
        return self._allotter.backlog()

    async def jobs(self) -> int:
        """Return how many jobs are at work with this app, paused ones too."""
        self._allotter.forget_silent(time.monotonic())
        return self._allotter.jobs()

    async def heed(self, job: str, feeder: str, seen: int, wants: int, left: int) -> tuple[int, Allotment] | None:
        """Return what `feeder`, which has so many rows `left`, may do, with a number, once that is another than it has
        `seen`; None after a while."""
        if self._allotter.want(job, feeder, wants, time.monotonic(), left):
            self._wake()
        until = time.monotonic() + LONGEST_S
        while (news := self._allotter.news(job, feeder, seen)) is None:
            wait_s = until - time.monotonic()
            if wait_s <= 0:
                return None
            try:
                await asyncio.wait_for(self._news.wait(), wait_s)
            except TimeoutError:
                return None
        return news

    async def leave(self, job: str, feeder: str | None = None) -> None:
        """Forget a feeder whose rows are through, or a job that has ended."""
        self._allotter.leave(job, feeder)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
