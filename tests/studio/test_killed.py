"""The service is killed in the middle of three films of two teams: all are made, and no event is told twice or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.studio.serving import PUBLIC
from tests.studio.test_events import listening, told

pytestmark = pytest.mark.studio

SMALL = {"size": "256x144", "rate": "6"}
PATIENCE_S = 540


@contextmanager
def service(data: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run `bookfilm serve` as a person does; give its process, its URL and the token that it printed."""
    command = [sys.executable, "-m", "bookfilm", "serve", "--data", str(data), "--port", "0", "--drivers", "2"]
    with (data.parent / "service.log").open("a") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    url, token = process.stdout.readline().split()[-1], ""
    if not (data / "films").exists():
        token = process.stdout.readline().split()[-1]
    try:
        yield process, url, token
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def made(client: httpx2.Client, book: bytes) -> str:
    place = client.post("/v1/uploads", headers={"Upload-Length": str(len(book))}).raise_for_status().headers["location"]
    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    client.patch(place, headers=piece, content=book).raise_for_status()
    asked = {"upload": place.rpartition("/")[2], "right": PUBLIC, **SMALL}
    return str(client.post("/v1/films", json=asked).raise_for_status().json()["id"])


def connected(url: str, token: str) -> httpx2.Client:
    return httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def heard_until_done(client: httpx2.Client, film: str, last: int | None) -> list[dict[str, Any]]:
    heard = []
    with listening(client, film, last) as events:
        for event in events:
            heard.append(event)
            assert event.get("state") not in ("failed", "stopped", "cancelled"), heard
            if event.get("state") in ("done", "slates"):
                return heard
    raise AssertionError(f"the stream ended: {heard}")


@pytest.mark.film
@pytest.mark.timeout(PATIENCE_S * 2)
def test_films_of_two_teams_outlive_their_service(tmp_path: Path, book: bytes) -> None:
    data = tmp_path / "data"
    with service(data) as (process, url, token):
        owner = connected(url, token)
        team = owner.post("/v1/teams", json={"name": "second"}).raise_for_status().json()["id"]
        user = owner.post(f"/v1/teams/{team}/users", json={"name": "a", "scopes": ["films:read", "films:write"]})
        other = str(user.json()["token"])
        films = [(token, made(owner, book)), (token, made(owner, book)), (other, made(connected(url, other), book))]
        before: list[dict[str, Any]] = []
        with listening(owner, films[0][1]) as events:
            for event in events:
                before.append(event)
                if event.get("state") == "running":
                    break
        until = time.monotonic() + PATIENCE_S
        while not list(data.glob("films/*/film/takes/*.mp4")) and time.monotonic() < until:
            time.sleep(0.2)
        os.kill(process.pid, signal.SIGKILL)
    with service(data) as (_, url, printed):
        assert printed == ""
        for known, film in films:
            client = connected(url, known)
            earlier = before if film == films[0][1] else []
            heard = [*earlier, *heard_until_done(client, film, earlier[-1]["id"] if earlier else None)]
            # To the word: what was heard before the kill and after it is all that there is, once each and in order.
            everything = list(told(client.get(f"/v1/films/{film}/events?follow=false").raise_for_status()))
            assert heard == everything
            assert [event["id"] for event in everything] == list(range(1, len(everything) + 1))
            jobs = {event["job"] for event in everything if event["kind"] == "state"}
            assert len(jobs) == 1, "the job was gone on with, not begun anew"
            assert client.get(f"/v1/films/{film}/files/film.mp4").raise_for_status().content[4:8] == b"ftyp"
