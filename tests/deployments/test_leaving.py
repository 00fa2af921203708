"""When a replica leaves: it fails at everything, or only at what is itself at fault."""

from __future__ import annotations

import asyncio
import time

import pytest

from bookfilm.errors import EngineError, SettingsError
from deployments.leaving import LEAVE_S, Leaving
from deployments.replies import Reply, reply_done, reply_failed


def failed(key: str) -> Reply:
    return reply_failed(key, time.monotonic(), EngineError("CUDA error"))


def left_after(*replies: Reply) -> int:
    """Return how often it has left once all of `replies` were told."""
    left = []

    async def tell() -> None:
        leaving = Leaving(lambda: left.append(1))
        for reply in replies:
            assert leaving.noted(reply) is reply
        assert not left, "its last answer was not on its way yet"
        await asyncio.sleep(2 * LEAVE_S)

    asyncio.run(tell())
    return len(left)


def test_three_tries_that_fail_one_after_the_other_are_enough() -> None:
    assert left_after(failed("a"), failed("b"), failed("c"), failed("d")) == 1
    assert left_after(failed("a"), failed("a"), failed("a")) == 1
    assert left_after(failed("a"), failed("b")) == 0


def test_one_that_leaves_takes_up_nothing_any_more() -> None:
    async def come() -> None:
        leaving = Leaving(lambda: None)
        await asyncio.wait_for(leaving.admitted(), 1)
        for key in "abc":
            leaving.noted(failed(key))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(leaving.admitted(), 0.1)

    asyncio.run(come())


def test_whoever_gets_something_done_stays() -> None:
    done = reply_done("d", time.monotonic())
    assert left_after(failed("a"), failed("b"), done, failed("c"), failed("e"), done) == 0


def test_what_is_nobodys_fault_here_does_not_count() -> None:
    hopeless = [reply_failed(key, time.monotonic(), SettingsError("no such profile")) for key in "abcd"]
    assert left_after(*hopeless) == 0
