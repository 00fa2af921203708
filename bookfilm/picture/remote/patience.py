"""Who waits for a server, and how long: between two polls, while it is full, and after something went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from bookfilm.engines.protocols import Cancelled
from bookfilm.errors import RenderCancelled
from bookfilm.picture.remote.decoding import ClipFacts, look_at_clip
from bookfilm.picture.remote.server import CallFailed, MaybeTaken, NotTaken
from bookfilm.picture.remote.settings import RemoteSettings

SLICE_S = 0.1
"""How often a wait is interrupted to see whether it is still wanted."""
T = TypeVar("T")
_jitter = wait_random_exponential(multiplier=0.5, max=20)


@dataclass(frozen=True)
class Watcher:
    """Who waits for a clip: is told of its progress (0 to 100), says whether it is still wanted, and raises
    TakeRejected where what came is not what was asked for."""

    progress: Callable[[int], None]
    cancelled: Cancelled
    fits: Callable[[ClipFacts], None]

    def looked_at(self, path: Path) -> ClipFacts:
        """Return what the file at `path` is. Raises TakeRejected where it is no whole clip, or not the one wanted."""
        facts = look_at_clip(path)
        self.fits(facts)
        return facts

    def check(self, subject: str) -> None:
        """Raise RenderCancelled if the clip is no longer wanted."""
        if self.cancelled():
            raise RenderCancelled("asked to stop", subject=subject)

    def sleep(self, seconds: float, subject: str) -> None:
        """Wait, and raise RenderCancelled soon after the clip is no longer wanted."""
        ends = time.monotonic() + seconds
        while True:
            self.check(subject)
            left = ends - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(SLICE_S, left))


class Patience:
    """How long is waited for a server that is polled every `poll_s` seconds."""

    def __init__(self, settings: RemoteSettings, poll_s: float) -> None:
        self._settings, self._poll_s = settings, poll_s

    def called(self, call: Callable[[], T], watcher: Watcher, subject: str, unless_maybe: bool = False) -> T:
        """Return what `call` gives; while the server is full or not there, it is waited for and called again.

        With `unless_maybe` a call that may have been taken all the same is not made again: MaybeTaken is raised.
        """
        retrying = Retrying(
            retry=retry_if_exception(
                lambda error: isinstance(error, NotTaken) and not (unless_maybe and isinstance(error, MaybeTaken))
            ),
            stop=stop_after_delay(self._settings.patience_s),
            wait=self._wait_s,
            sleep=lambda seconds: watcher.sleep(seconds, subject),
            reraise=True,
        )
        return retrying(call)

    def _wait_s(self, state: RetryCallState) -> float:
        """Return what the server asked for and a little more, so that not all come back at once; else only that."""
        error = state.outcome.exception() if state.outcome is not None else None
        told = error.wait_s if isinstance(error, CallFailed) else None
        jitter = float(_jitter(state))
        return min(jitter if told is None else told + min(jitter, 1.0), self._settings.longest_wait_s)

    def pause_s(self, times: int, fault: CallFailed | str) -> float:
        """Return how long is waited after the same thing went wrong so many `times`."""
        told = fault.wait_s if isinstance(fault, CallFailed) else None
        pause_s = self._poll_s * 2 ** min(times - 1, 8) if told is None else told
        return min(pause_s, self._settings.longest_wait_s)
