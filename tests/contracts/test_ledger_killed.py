"""Whoever is killed, a writer or the database's server: what was acknowledged is kept, and kept once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.postgres import PostgresServer
from bookfilm.errors import StoreError
from bookfilm.store.ledger import Ledger
from tests.contracts.conftest import Where

WRITER = """
import sys, threading
from pathlib import Path
from bookfilm.store.ledger import Attempt, Ledger
where = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
ledger = Ledger(where, patience_s=60)
job = ledger.begin_job("b", {})
ledger.list_shots(job, [(f"s{n}", f"k{n}", "queued") for n in range(20_000)])
for n in range(20_000):
    ledger.settle(job, [Attempt("take", f"k{n}", "w", n, None, 1.0)], f"k{n}", "done")
    print(n, flush=True)
"""


def _writer(where: Where) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(where)], stdout=subprocess.PIPE, text=True)


def _read_until(writer: subprocess.Popen[str], number: int) -> None:
    assert writer.stdout is not None
    for line in writer.stdout:
        if int(line) >= number:
            return
    raise AssertionError("the writer has ended")


def _end(writer: subprocess.Popen[str]) -> int:
    """Kill -9 the writer; return the last that it was told is kept."""
    os.kill(writer.pid, signal.SIGKILL)
    assert writer.stdout is not None
    said = writer.stdout.read().split()
    writer.wait()
    return int(said[-1]) if said else -1


def _audit(where: Where, last: int) -> None:
    """Assert that all up to `last` is kept, each once, and nothing of a change is kept without the rest of it.

    A server may still be at a dead writer's last change when it is asked first: what is read must be of one moment.
    """
    with closing(Ledger(where)) as ledger:
        before = -1
        while before != (before := len(ledger.attempt_ms("take"))):
            time.sleep(0.3)
        row = ledger.last_job()
        assert row is not None
        kept = ledger.attempt_ms("take")
        assert kept == list(range(len(kept)))
        assert last + 1 <= len(kept) <= last + 2
        assert (row.shots["done"], row.attempts, ledger.spent()[0]) == (len(kept), len(kept), len(kept))


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 60))
def test_a_writer_that_is_killed_loses_nothing_that_was_acknowledged(
    new_where: Callable[[], Where], number: int
) -> None:
    where = new_where()
    with _writer(where) as writer:
        _read_until(writer, number)
        last = max(number, _end(writer))
    _audit(where, last)


def test_a_driver_outlives_a_server_that_is_killed_and_away_for_twenty_seconds(postgres: PostgresServer) -> None:
    where = postgres.new_database()
    with _writer(where) as writer:
        _read_until(writer, 50)
        postgres.kill()
        with pytest.raises(StoreError) as fault:
            Ledger(where)
        assert "\n" not in str(fault.value) and "ledger cannot be used" in str(fault.value)
        back = threading.Timer(20, postgres.start)
        back.start()
        _read_until(writer, 400)
        back.join()
        last = max(400, _end(writer))
    _audit(where, last)


def test_a_server_that_is_killed_again_and_again_doubles_nothing(postgres: PostgresServer) -> None:
    where = postgres.new_database()
    with _writer(where) as writer:
        for number in (30, 90, 150, 210):
            _read_until(writer, number)
            postgres.kill()
            postgres.start()
        _read_until(writer, 300)
        last = max(300, _end(writer))
    _audit(where, last)
