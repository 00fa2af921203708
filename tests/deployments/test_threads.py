"""Where a replica works, and what it leaves behind."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from deployments.threads import WorkThreads


@pytest.mark.parametrize("at_once", [1, 2])
def test_all_work_is_done_in_as_many_threads_as_there_are_pieces_at_once(at_once: int) -> None:
    async def worked() -> list[int]:
        threads = WorkThreads(at_once)
        return list(await asyncio.gather(*(threads.run(threading.get_ident) for _ in range(8))))

    idents = set(asyncio.run(worked()))
    assert len(idents) <= at_once
    assert threading.get_ident() not in idents


def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(WorkThreads().run(divmod, 1, 0))


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc that keeps what was freed")
def test_what_was_freed_is_given_back() -> None:
    def held_mb() -> int:
        status = Path("/proc/self/statm").read_text(encoding="ascii")
        return int(status.split()[1]) * 4 // 1024

    last: list[bytes] = []

    def work() -> int:
        pieces = [b"x" * (60_000 + number) for number in range(4_000)]
        last.append(pieces[-1])  # What is still held at the top keeps all below it, unless it is asked for.
        return held_mb()

    threads = WorkThreads()
    before = held_mb()
    while_at_work = asyncio.run(threads.run(work))
    assert while_at_work > before + 150
    assert held_mb() < before + 60
