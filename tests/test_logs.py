"""Logs are JSON where that is asked for: each line says what it is about, and is written before anything is done."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookfilm import logs
from bookfilm.errors import SettingsError
from bookfilm.logs import LOG, JsonLines, about, about_all, begin_logs, check_log_asked, making, note_found, told
from deployments.threads import WorkThreads

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Have this process write JSON, and give what it has written."""
    monkeypatch.setenv(LOG, "json")
    monkeypatch.setattr(logs, "_here", {})
    root, text = logging.getLogger(), io.StringIO()
    before, levels = list(root.handlers), {name: logging.getLogger(name).level for name in logs.OURS}
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    assert begin_logs([handler], worker="here:1") and begin_logs()
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    root.handlers = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_nobody_asks_and_nothing_is_written_or_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(LOG, raising=False)
    with caplog.at_level(logging.INFO, "bookfilm.logs"), about(job=7), making("take", "k"):
        assert told() == {} and not begin_logs()
        note_found("take", "k")
    assert caplog.records == []


def test_it_costs_nothing_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LOG, raising=False)
    began = time.perf_counter()
    for _ in range(10_000):
        with about(job=7), making("take", "k"):
            pass
    assert time.perf_counter() - began < 0.5


def test_what_else_is_asked_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for right in ("", "text", "json"):
        monkeypatch.setenv(LOG, right)
        check_log_asked()
    monkeypatch.setenv(LOG, "xml")
    with pytest.raises(SettingsError, match="BOOKFILM_LOG=xml: logs are written as json or as text"):
        check_log_asked()


def test_a_line_says_what_it_is_about(lines: Lines) -> None:
    log = logging.getLogger("bookfilm.some.room")
    with about(film="/films/one", job=7):
        sent = told()
        with about(shot="c01-s02-h003"):
            log.info("%d frames", 12, extra={"attempt": 2})
        log.warning("no picture")
    log.info("of no job")
    first, second, third = lines()
    assert list(first)[:4] == ["time", "level", "logger", "message"]
    written = datetime.fromisoformat(first.pop("time"))
    assert written.utcoffset() == timedelta(0) and abs((datetime.now(UTC) - written).total_seconds()) < 60
    assert first == {
        "level": "INFO", "logger": "bookfilm.some.room", "message": "12 frames", "worker": "here:1",
        "film": "/films/one", "job": 7, "shot": "c01-s02-h003", "attempt": 2,
    }  # fmt: skip
    assert (second["level"], second["job"]) == ("WARNING", 7) and "shot" not in second
    assert "job" not in third
    assert sent == {"film": "/films/one", "job": 7}


def test_threads_of_others_say_it_too_where_all_is_about_it(lines: Lines) -> None:
    log, asked, done = logging.getLogger("cluster.joining"), threading.Event(), threading.Event()

    def tell() -> None:
        asked.wait(10)
        log.info("Ray: a worker died")
        done.set()

    thread = threading.Thread(target=tell)
    thread.start()
    with about_all(job=7):
        assert told() == {"job": 7}
        asked.set()
        assert done.wait(10)
    thread.join()
    log.info("later", extra={"_mark": 1})
    first, second = lines()
    assert first["job"] == 7 and first["worker"] == "here:1"
    assert "job" not in second and "_mark" not in second and second["worker"] == "here:1"


def test_what_libraries_say_is_there_from_warnings_on(lines: Lines) -> None:
    other = logging.getLogger("some.library")
    other.info("chatter")
    try:
        raise ValueError("it broke\nin two")
    except ValueError:
        other.exception("told")
    (line,) = lines()
    assert line["message"] == "told" and "ValueError: it broke\nin two" in line["exception"]


def test_making_is_told_when_it_begins_and_when_it_ends_with_all_between(lines: Lines) -> None:
    def made() -> None:
        with making("take", "abc", shot="s1"):
            logging.getLogger("bookfilm.picture").info("a thing")
            time.sleep(0.02)

    async def asked() -> None:
        with about(job=7, attempt=1):
            await WorkThreads().run(made)

    asyncio.run(asked())
    begun, between, ended = lines()
    assert (begun["event"], ended["event"]) == ("begun", "ended") and 20 <= ended["ms"] < 5000
    for line in (begun, between, ended):
        assert (line["job"], line["attempt"], line["shot"], line["take"]) == (7, 1, "s1", "abc")


def test_one_that_fails_and_one_that_was_there_are_told(lines: Lines) -> None:
    with pytest.raises(ValueError, match="no"), making("keyframe", "abc"):
        raise ValueError("no")
    note_found("recording", "def")
    _, failed, found = lines()
    assert (failed["event"], failed["error"], failed["keyframe"]) == ("failed", "ValueError: no", "abc")
    assert (found["event"], found["recording"]) == ("found", "def")


def test_a_kill_leaves_every_line_that_was_written() -> None:
    killed = (
        "import os; from bookfilm.logs import begin_logs, making\n"
        "begin_logs()\n"
        "for key in 'abc':\n"
        "    with making('take', key):\n"
        "        if key == 'c': os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", killed], capture_output=True, text=True, check=False, env={**os.environ, LOG: "json"}
    )
    events = [(line["take"], line["event"]) for line in map(json.loads, done.stderr.splitlines())]
    assert done.returncode == -9
    assert events == [("a", "begun"), ("a", "ended"), ("b", "begun"), ("b", "ended"), ("c", "begun")]
