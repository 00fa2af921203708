"""When a replica leaves: it fails at everything, or only at what is itself at fault."""

from __future__ import annotations

import asyncio
import time

import pytest

from bookfilm.errors import BookfilmError, EngineError, SettingsError, StoreError
from deployments.leaving import LEAVE_S, Leaving
from deployments.replies import Reply, reply_done, reply_failed

Told = tuple[Reply, BookfilmError | None]


def failed(key: str, error: BookfilmError | None = None) -> Told:
    error = error or EngineError("CUDA error")
    return reply_failed(key, time.monotonic(), error), error


def left_after(*told: Told, works_here: bool = True) -> int:
    """Return how often it has left once all was told."""
    left = []

    async def tell() -> None:
        leaving = Leaving(lambda: left.append(1), works_here)
        for reply, error in told:
            assert leaving.noted(reply, error) is reply
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
            leaving.noted(*failed(key))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(leaving.admitted(), 0.1)

    asyncio.run(come())


def test_whoever_gets_something_done_stays() -> None:
    done: Told = reply_done("d", time.monotonic()), None
    assert left_after(failed("a"), failed("b"), done, failed("c"), failed("e"), done) == 0


@pytest.mark.parametrize("error", [SettingsError("no such profile"), StoreError("the mount is stale")])
def test_what_is_not_this_process_fault_does_not_count(error: BookfilmError) -> None:
    assert left_after(*(failed(key, error) for key in "abcd")) == 0


def test_an_outage_of_the_server_that_draws_ends_nobody_who_waits_there() -> None:
    assert left_after(*(failed(key) for key in "abcd"), works_here=False) == 0
