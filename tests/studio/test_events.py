"""What happens to a film is told once, in order, and from the last number that was heard, whoever died since."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bookfilm.studio.runner import LOOK_S, Runner
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem


@contextmanager
def listening(client: httpx2.Client, film: str, last: int | None = None) -> Iterator[Iterator[dict[str, Any]]]:
    """Give the events as they come, each with its id and its kind."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    with client.stream("GET", f"/v1/films/{film}/events", headers=headers, timeout=120) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield told(answer)


def told(answer: httpx2.Response) -> Iterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if not line and "data" in event:
            yield {"id": int(event["id"]), "kind": event["event"], **json.loads(event["data"])}
            event = {}
        elif value and name:
            event[name] = value


def until(events: Iterator[dict[str, Any]], state: str) -> list[dict[str, Any]]:
    """Return the events up to the one that says `state`."""
    heard = []
    for event in events:
        heard.append(event)
        if event.get("state") == state:
            return heard
    raise AssertionError(f"never {state}: {heard}")


def test_a_film_is_followed_from_its_beginning_to_its_end(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    worker = threading.Thread(target=carry_out, args=(studio, film))
    with listening(studio.client, film) as events:
        first = until(events, "queued")
        # What a driver says to its log is told too; half a line is not.
        log = film_of(studio, film).log
        log.write_text(
            f"screenplay       1.5 s  2 scenes in {log.parent}/film\nwarning: mind the gap\nshots        0.1"
        )
        worker.start()
        heard = first + until(events, "done")
    worker.join()
    assert [event["id"] for event in heard] == sorted({event["id"] for event in heard})
    stages = [event for event in heard if event["kind"] == "stage"]
    assert [(stage["stage"], stage["seconds"], stage["note"]) for stage in stages] == [
        ("screenplay", 1.5, "2 scenes in /film")
    ]
    assert [event["said"] for event in heard if event["kind"] == "warning"] == ["mind the gap"]
    with listening(studio.client, film, heard[0]["id"]) as events:
        assert until(events, "done") == heard[1:]
    last = heard[-1]["id"]
    with listening(studio.client, film, last - 1) as events:
        assert next(events) == heard[-1]


def test_a_job_is_told_of_before_what_happens_in_it(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book, start=False)["id"])
    # As if its driver had ended a stage before anybody looked.
    film_of(studio, film).log.write_text("cluster          1.0 s  one node\n")
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    with listening(studio.client, film) as events:
        heard = [next(events)["kind"] for _ in range(2)]
    assert heard == ["state", "stage"]


def test_a_job_that_nobody_saw_at_work_is_told_of_all_the_same(
    studio: Served, book: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins and ends between two looks of the runner; who follows the film would wait for its end for ever."""
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    with listening(studio.client, film) as events:
        last = until(events, "done")[-1]["id"]
    # At rest: no look is under way that would find the next job by chance.
    time.sleep(3 * LOOK_S)
    with monkeypatch.context() as blind:
        blind.setattr(Runner, "turn", lambda _: None)
        time.sleep(2 * LOOK_S)
        studio.client.post(f"/v1/films/{film}/make").raise_for_status()
        carry_out(studio, film)
    patience = time.monotonic() + 30
    heard: list[dict[str, Any]] = []
    while not heard and time.monotonic() < patience:
        time.sleep(0.1)
        heard = list(told(studio.client.get(f"/v1/films/{film}/events?follow=false&after={last}")))
    assert [event["state"] for event in heard if event["kind"] == "state"] == ["done"]


def test_who_comes_back_to_a_new_service_misses_nothing(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data") as first:
        film = str(first.filmed(book)["id"])
        with listening(first.client, film) as events:
            last = until(events, "queued")[-1]["id"]
    with served(tmp_path / "data") as again:
        again.token = first.token
        again.client.headers["Authorization"] = f"Bearer {first.token}"
        carry_out(again, film)
        with listening(again.client, film, last) as events:
            heard = until(events, "done")
    assert heard[0]["id"] > last
    assert [event["state"] for event in heard if event["kind"] == "state"][-1] == "done"


def test_what_has_happened_so_far_is_told_to_who_does_not_wait(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    with listening(studio.client, film) as events:
        heard = until(events, "done")
    answer = studio.client.get(f"/v1/films/{film}/events?follow=false")
    assert list(told(answer)) == heard
    assert list(told(studio.client.get(f"/v1/films/{film}/events?follow=false&after={heard[1]['id']}"))) == heard[2:]


def test_no_number_tells_of_anothers_film(studio: Served, book: bytes) -> None:
    """By numbers that all films share, a team would hear when others' films get on."""
    mine = studio.as_(studio.newcomer())
    film = str(studio.filmed(book, mine)["id"])
    with listening(mine, film) as events:
        heard = until(events, "queued")
        for verb, state in (("pause", "paused"), ("resume", "queued"), ("pause", "paused"), ("cancel", "cancelled")):
            with listening(studio.client, str(studio.filmed(book)["id"])) as others:
                until(others, "queued")
            mine.post(f"/v1/films/{film}/{verb}").raise_for_status()
            heard += until(events, state)
    assert [event["id"] for event in heard] == list(range(1, len(heard) + 1))
    # Jobs are counted film by film too: others' were begun between.
    assert {event["job"] for event in heard if event["kind"] == "state"} == {1}
    for last in (0, 1, len(heard) - 1):
        answer = mine.get(f"/v1/films/{film}/events?follow=false", headers={"Last-Event-ID": str(last)})
        assert list(told(answer)) == heard[last:]
    assert mine.post(f"/v1/films/{film}/make").raise_for_status().json()["job"] == 2


def test_who_has_heard_more_than_there_is_hears_what_comes(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    with listening(studio.client, film) as events:
        count = until(events, "queued")[-1]["id"]
    with listening(studio.client, film, 10**15) as events:
        studio.client.post(f"/v1/films/{film}/pause").raise_for_status()
        heard = until(events, "paused")
    assert [event["id"] for event in heard] == [count + 1]


def test_numbers_that_are_none(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    for wrong in ("x", "-1", "1e3", "9" * 30):
        answer = studio.client.get(f"/v1/films/{film}/events", headers={"Last-Event-ID": wrong})
        problem(answer, "invalid")


def test_no_team_keeps_another_from_listening(tmp_path: Path, book: bytes) -> None:
    """Who has taken all places gives some up, and goes on from the last event that was heard once there are more."""
    with served(tmp_path / "data", streams=4) as running, ExitStack() as open_:
        mine, theirs = str(running.filmed(book)["id"]), running.as_(running.newcomer())
        other = str(running.filmed(book, theirs)["id"])
        ours = [open_.enter_context(listening(running.client, mine)) for _ in range(4)]
        last = [next(events)["id"] for events in ours]
        heard = [open_.enter_context(listening(theirs, other)) for _ in range(2)]
        assert [next(events)["state"] for events in heard] == ["queued"] * 2
        for client, film in ((theirs, other), (running.client, mine)):
            refused = client.get(f"/v1/films/{film}/events")
            assert problem(refused, "unavailable") and refused.headers["retry-after"]
            assert client.get(f"/v1/films/{film}/events?follow=false").status_code == 200
        for events in ours[2:]:
            assert list(events) == [], "the newest of those who had too many are told that it is over"
        running.client.post(f"/v1/films/{mine}/pause").raise_for_status()
        assert [next(events)["state"] for events in ours[:2]] == ["paused"] * 2
        theirs.post(f"/v1/films/{other}/pause").raise_for_status()
        assert [next(events)["state"] for events in heard] == ["paused"] * 2
        assert last == [1] * 4


def test_as_many_listen_as_may(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data", streams=1) as running:
        film = str(running.filmed(book)["id"])
        with listening(running.client, film) as events:
            next(events)
            refused = running.client.get(f"/v1/films/{film}/events")
            assert problem(refused, "unavailable") and refused.headers["retry-after"]
        for _ in range(100):
            with running.client.stream("GET", f"/v1/films/{film}/events") as answer:
                if answer.status_code == 200:
                    break
            time.sleep(0.1)
        assert answer.status_code == 200, "who has gone still counts"
