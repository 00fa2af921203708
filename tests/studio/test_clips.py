"""Clips are drawn once each, whoever is killed and whatever is deleted meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bookfilm.studio.clips import ClipRow, Clips
from bookfilm.studio.drawing import is_drawn
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem
from tests.studio.test_turns import Process

CLIP = {"prompt": "An old man walks along the sea wall.", "seconds": "1", "size": "128x128"}
HOLDS = "import fcntl, os, sys, time; f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); fcntl.flock(f, fcntl.LOCK_EX); "
"""Draws nothing, and holds the folder as who draws does."""


@pytest.fixture
def studio(tmp_path: Path) -> Any:
    with served(tmp_path / "data") as running:
        yield running


def asked(studio: Served, **more: Any) -> ClipRow:
    ident = studio.client.post("/v1/videos", json={**CLIP, **more}).raise_for_status().json()["id"]
    return studio.studio.clips.find(studio.client.get("/v1/me").json()["team"], ident)


def status(studio: Served, clip: ClipRow) -> str:
    return str(studio.client.get(f"/v1/videos/{clip.id}").json()["status"])


def test_the_end_of_a_deleted_clip_is_no_end_of_another(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one had the number of the one that was deleted, and failed with it."""
    child, clips = Process(), studio.studio.clips
    monkeypatch.setattr(Clips, "_begun", lambda *_: child)
    first = asked(studio)
    clips.turn()
    studio.client.delete(f"/v1/videos/{first.id}").raise_for_status()
    second = asked(studio)
    assert child.over and second.number > first.number
    monkeypatch.setattr(Clips, "_begun", lambda *_: Process())
    clips.turn()
    assert status(studio, second) == "in_progress"
    assert not first.folder.exists()


def test_a_clip_that_is_deleted_as_it_begins_is_not_drawn(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    clip, clips, begun = asked(studio), studio.studio.clips, list[ClipRow]()
    monkeypatch.setattr(Clips, "_begun", lambda _, one: begun.append(one) or Process())
    look = clips._all

    def deleted_at_once(_: Clips, query: Any) -> list[ClipRow]:
        found = look(query)
        if "GROUP BY" in str(query):
            clips.drop(clip)
        return found

    monkeypatch.setattr(Clips, "_all", deleted_at_once)
    clips.turn()
    assert begun == []


def test_a_clip_that_is_drawn_still_is_waited_for(studio: Served) -> None:
    """Its service was killed, and the next one began it anew beside it, in the same folder."""
    clip, other, clips = asked(studio), asked(studio), studio.studio.clips
    clip.folder.mkdir(parents=True)
    clips._note(clip, status="in_progress")
    orphan = subprocess.Popen(
        [sys.executable, "-c", HOLDS + "print(1, flush=True); time.sleep(600)", str(clip.folder / ".lock")],
        stdout=subprocess.PIPE,
    )
    try:
        assert orphan.stdout is not None and orphan.stdout.readline()
        assert is_drawn(clip.folder)
        clips.turn()
        assert (status(studio, clip), status(studio, other)) == ("in_progress", "queued")
        assert not (clip.folder / "asked.json").exists()
        clip.video.write_bytes(b"drawn")
    finally:
        orphan.kill()
        orphan.wait()
        orphan.stdout.close()
    assert not is_drawn(clip.folder)
    clips.turn()
    assert status(studio, clip) == "completed"
    assert studio.client.get("/v1/me").json()["used"]["stored_bytes"] == 5


def test_two_never_draw_into_one_folder(studio: Served) -> None:
    clip, clips = asked(studio), studio.studio.clips
    clip.folder.mkdir(parents=True)
    clips._note(clip, status="in_progress")
    first = clips._begun(clip)
    patience = time.monotonic() + 120
    while not is_drawn(clip.folder) and time.monotonic() < patience:
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        assert clips._begun(clip).wait(timeout=120) == 2
        assert not (clip.folder / "error.txt").exists()
    finally:
        os.kill(first.pid, signal.SIGCONT)
    while first.poll() is None and time.monotonic() < patience:
        time.sleep(0.05)
    clips.turn()
    assert status(studio, clip) == "completed"


def test_a_clip_of_a_team_that_may_have_no_more(tmp_path: Path) -> None:
    with served(tmp_path / "data", allowance={"videos": 1}) as running:
        asked(running)
        assert problem(running.client.post("/v1/videos", json=CLIP), "quota")["code"] == "videos-used-up"
