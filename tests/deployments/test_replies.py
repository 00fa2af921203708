"""What a replica answers: whether to try again, in words that cross processes."""

from __future__ import annotations

import os
import time

import pytest

from bookfilm.errors import (
    BookfilmError,
    BookRefused,
    EngineError,
    EngineUnavailable,
    FilmError,
    SettingsError,
    StoreError,
    StoreFull,
    TakeDamaged,
    TakeRejected,
    TakesSpent,
)
from deployments.replies import Reply, reply_done, reply_failed, worker_name


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (EngineError, "again"),
        (TakeRejected, "again"),
        (EngineUnavailable, "again"),
        (FilmError, "again"),
        (StoreError, "again"),
        (TakeDamaged, "again"),
        (StoreFull, "stop"),
        (TakesSpent, "never"),
        (SettingsError, "never"),
        (BookRefused, "never"),
    ],
)
def test_an_error_says_whether_to_try_again(kind: type[BookfilmError], verdict: str) -> None:
    reply = reply_failed("k", time.monotonic(), kind("it\nfailed", subject="shot s1"))
    assert reply.verdict == verdict
    assert reply.error == f"{kind.__name__}: shot s1: it failed"
    assert Reply.model_validate_json(reply.model_dump_json()) == reply


def test_what_is_done_says_who_did_it_and_how_long_it_took() -> None:
    reply = reply_done("k", time.monotonic() - 1.5)
    assert (reply.key, reply.verdict, reply.error) == ("k", "done", "")
    assert 1500 <= reply.ms < 2500
    assert reply.worker == worker_name()
    assert worker_name().endswith(f":{os.getpid()}")
