"""A replica's lines: in the file that Serve writes of it, as JSON, with the job that asked."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterator
from logging.handlers import MemoryHandler
from pathlib import Path
from typing import Any

import pytest
from ray._common.formatters import JSONFormatter

from bookfilm import logs
from bookfilm.engines.protocols import SpeechRequest
from bookfilm.logs import LOG
from bookfilm.records.takes import Take
from bookfilm.settings import parse_preset
from bookfilm.sound.speech import SpeechTask
from bookfilm.store.media import MediaStore
from deployments.apps import app_of
from deployments.lines import SERVES
from deployments.video import VideoReplica
from deployments.voice import VoiceReplica
from tests.deployments.test_apps import MINE
from tests.deployments.test_video import an_order

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Lines]:
    """Lay out loggers as Serve does in a replica whose LoggingConfig is JSON, and give what its file holds."""
    monkeypatch.setenv(LOG, "json")
    monkeypatch.setattr(logs, "_here", {})
    root, serves = logging.getLogger(), logging.getLogger(SERVES)
    before, of_serve = list(root.handlers), list(serves.handlers)
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    file = logging.FileHandler(tmp_path / "replica.log")
    file.setFormatter(JSONFormatter())
    kept = MemoryHandler(capacity=1, target=file)
    serves.handlers = [logging.NullHandler(), kept]
    yield lambda: [json.loads(line) for line in (tmp_path / "replica.log").read_text("utf8").splitlines()]
    root.handlers, serves.handlers = before, of_serve
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    kept.close()
    file.close()


def test_a_take_is_told_of_with_the_job_that_asked(lines: Lines, tmp_path: Path) -> None:
    replica = VideoReplica("shadow", {})
    order, takes = an_order(asyncio.run(replica.facts())), MediaStore(tmp_path / "takes", ".mp4", Take)
    for attempt in (1, 2):
        told = {"job": 7, "film": "/films/one", "attempt": attempt}
        assert asyncio.run(replica.render(order, takes, "", told)).verdict == "done"
    begun, ended, found = (line for line in lines() if "take" in line)
    assert [line["event"] for line in (begun, ended, found)] == ["begun", "ended", "found"]
    assert ended["ms"] > 0 and found["attempt"] == 2
    for line in (begun, ended, found):
        assert (line["job"], line["film"], line["shot"], line["take"]) == (7, "/films/one", "s1", order.key)
        assert line["worker"].endswith(f":{os.getpid()}") and line["time"].endswith("+00:00")


def test_one_that_fails_is_told_with_its_error(lines: Lines, tmp_path: Path) -> None:
    replica = VideoReplica("shadow", {})
    order = an_order(asyncio.run(replica.facts()))
    (tmp_path / "takes").write_text("no folder can be made here")
    reply = asyncio.run(replica.render(order, MediaStore(tmp_path / "takes", ".mp4", Take), "", {"job": 7}))
    assert reply.verdict != "done"
    failed = lines()[-1]
    assert (failed["event"], failed["job"], failed["level"]) == ("failed", 7, "WARNING") and failed["error"]


def test_a_recording_is_told_of_too(lines: Lines, tmp_path: Path) -> None:
    replica = VoiceReplica("packaged", {})
    _, _, voices = asyncio.run(replica.facts("en"))
    request = SpeechRequest(text="Yes.", language="en", voice=voices[0].id, kind="dialogue")
    for _ in range(2):
        asyncio.run(replica.speak(SpeechTask(key="a" * 40, request=request), str(tmp_path / "speech"), "", {"job": 7}))
    told = [(line["event"], line["recording"], line["job"]) for line in lines() if "recording" in line]
    assert told == [(event, "a" * 40, 7) for event in ("begun", "ended", "found")]


def test_serve_is_asked_for_json_only_where_logs_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> set[str | None]:
        posts = app_of(parse_preset("mine", MINE))._bound_deployment.init_kwargs.values()
        configs = [bound._bound_deployment._deployment_config.logging_config for bound in posts]
        return {config["encoding"] if config else None for config in configs}

    monkeypatch.delenv(LOG, raising=False)
    assert asked() == {None}
    monkeypatch.setenv(LOG, "json")
    assert asked() == {"JSON"}
