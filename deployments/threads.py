"""The threads in which a replica's engine works, and what they leave behind.

The work itself runs beside the event loop, so that health checks and cancellations are answered meanwhile. The C
library keeps what each thread has freed for that thread's next need: a replica that worked now in this thread and now
in that one would hold several times what it needs, and more the longer the film is.
"""

from __future__ import annotations

import asyncio
import contextvars
import ctypes
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

TIDIED_EVERY_S = 1.0
"""Giving memory back takes some milliseconds, and so does asking for it again: short work is not charged for it."""


class WorkThreads:
    """As many threads as pieces of work are under way at once; always the same."""

    def __init__(self, at_once: int = 1) -> None:
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="work")
        self._tidied_at = 0.0

    async def run(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do `work` in one of the threads and return what it gives. Raises what it raises."""
        call = partial(contextvars.copy_context().run, work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._tidily, call)

    def _tidily(self, call: Callable[[], R]) -> R:
        try:
            return call()
        finally:
            if time.monotonic() - self._tidied_at > TIDIED_EVERY_S:
                give_back_memory()
                self._tidied_at = time.monotonic()


def _found_trim() -> Callable[[int], Any] | None:
    try:
        trim: Callable[[int], Any] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None
    return trim


_TRIM = _found_trim()


def give_back_memory() -> None:
    """Give what was freed back to the system: malloc_trim(3) of glibc. Other C libraries have none."""
    if _TRIM is not None:
        _TRIM(0)
