"""What a replica answers. Errors that the caller must tell apart travel as words, not as exceptions:

an exception comes out of Ray wrapped differently at each hop, and a replica's death looks like one too.
"""

from __future__ import annotations

import os
import socket
import time
from typing import Literal

from bookfilm.errors import BookfilmError, BucketError, InputError, OtherEngine, StoreFull, TakesSpent
from bookfilm.records.base import Part

Verdict = Literal["done", "again", "never", "stop", "busy"]
"""done; try again; trying again is useless; the whole job must stop (the disk is full, the bucket away); others are at
work here, and it was to be begun at once or not at all."""


class Reply(Part):
    """A replica's answer for the take or recording `key`. `ms` is its wall time; `error` one line, empty if done;
    `found` says that it lay in the store already, and `ms` is then how long it took when it was made; `free` is the
    replica's unique id in Serve where nothing else waits there, else empty, and `at_work` that of one that is busy."""

    key: str
    verdict: Verdict
    worker: str
    ms: int
    error: str = ""
    found: bool = False
    free: str = ""
    at_work: str = ""


def worker_name() -> str:
    """Return this process's name for the ledger: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def replica_id() -> str:
    """Return the unique id by which Serve's routers know this replica; empty where no Serve has started it."""
    # Not when this is imported: what only reads replies need not have Ray.
    from ray import serve
    from ray.serve.exceptions import RayServeException

    try:
        return str(serve.get_replica_context().replica_id.unique_id)
    except RayServeException:
        return ""


def reply_done(key: str, started: float) -> Reply:
    """Return the reply for `key`, finished; `started` is time.monotonic() at its start."""
    return Reply(key=key, verdict="done", worker=worker_name(), ms=_ms(started))


def reply_found(key: str, ms: int) -> Reply:
    """Return the reply for `key`, which was made before, in `ms`."""
    return Reply(key=key, verdict="done", worker=worker_name(), ms=ms, found=True)


def reply_busy(key: str) -> Reply:
    """Return the reply for `key` of who has no place free."""
    return Reply(key=key, verdict="busy", worker=worker_name(), ms=0, at_work=replica_id())


def reply_failed(key: str, started: float, error: BookfilmError) -> Reply:
    """Return the reply for `key` that failed with `error`."""
    hopeless = isinstance(error, InputError | TakesSpent)
    verdict: Verdict = (
        "stop" if isinstance(error, StoreFull | BucketError | OtherEngine) else "never" if hopeless else "again"
    )
    return Reply(
        key=key, verdict=verdict, worker=worker_name(), ms=_ms(started), error=f"{type(error).__name__}: {error}"
    )


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
