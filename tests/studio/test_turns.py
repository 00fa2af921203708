"""What is heavy is done team by team: who has asked for much keeps nobody waiting who asks for little."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bookfilm.studio.clips import Clips
from bookfilm.studio.problems import Refusal
from bookfilm.studio.runner import Runner
from bookfilm.studio.turns import Turns
from tests.studio.serving import Served, served


class Process:
    """Stands in for a process that a test ends."""

    returncode = 0
    over = False

    def poll(self) -> int | None:
        return 0 if self.over else None

    def kill(self) -> None:
        self.over = True

    def wait(self) -> int:
        return 0


def test_places_are_kept_for_teams_that_have_none() -> None:
    turns = Turns(4, spare=1)
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(turns.held("a", 0, "full"))
        with pytest.raises(Refusal) as caught, turns.held("a", 0, "full"):
            pass
        assert (caught.value.kind, caught.value.detail, caught.value.headers) == (
            "unavailable", "full", {"Retry-After": "10"})  # fmt: skip
        held.enter_context(turns.held("b", 0, "full"))
        with pytest.raises(Refusal), turns.held("c", 0, "full"):
            pass
    with turns.held("a", 0, "full"):
        pass


def test_who_waits_goes_in_before_who_has_one() -> None:
    turns, order = Turns(2), list[str]()
    gone = [threading.Event() for _ in range(2)]
    began = threading.Barrier(3)

    def first(at: int) -> None:
        with turns.held("a", 5, "full"):
            began.wait(5)
            assert gone[at].wait(5)

    def later(team: str) -> None:
        with turns.held(team, 5, "full"):
            order.append(team)

    threads = [threading.Thread(target=first, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    began.wait(5)
    for team in ("a", "a", "b"):
        threads.append(threading.Thread(target=later, args=(team,)))
        threads[-1].start()
        while len(turns._waiting) < len(threads) - 2:
            time.sleep(0.01)
    gone[0].set()
    patience = time.monotonic() + 5
    while not order and time.monotonic() < patience:
        time.sleep(0.01)
    gone[1].set()
    for thread in threads:
        thread.join(5)
    assert order[0] == "b" and len(order) == 3


@pytest.fixture
def studio(tmp_path: Path) -> Any:
    with served(tmp_path / "data", allowance={"jobs": 100}) as running:
        yield running


def turning(studio: Served, monkeypatch: pytest.MonkeyPatch, drivers: int) -> tuple[Runner, dict[str, Process]]:
    """Give a runner of the studio's films whose drivers do nothing, and these, by the film's folder."""
    begun: dict[str, Process] = {}
    held = studio.studio
    settings = held.settings.model_copy(update={"drivers": drivers})
    runner = Runner(settings, held.ledger, held.films, held.runner._watch, held.clips)

    def started(_runner: Runner, film: Any) -> Process:
        begun[film.id] = Process()
        return begun[film.id]

    monkeypatch.setattr(Runner, "_started", started)
    monkeypatch.setattr(Clips, "turn", lambda _: None)
    return runner, begun


def ended(studio: Served, begun: dict[str, Process], film: str) -> None:
    """End a film's driver, and its job."""
    begun[film].over = True
    row = next(one for one in studio.studio.films.everything() if one.id == film)
    job = studio.studio.films.last_job(row)
    assert job is not None
    studio.studio.ledger.end_job(job.id, "done")


@pytest.mark.parametrize("drivers", [1, 2])
def test_no_team_waits_for_all_films_of_another(
    studio: Served, book: bytes, monkeypatch: pytest.MonkeyPatch, drivers: int
) -> None:
    theirs = studio.as_(studio.newcomer())
    many = [str(studio.filmed(book)["id"]) for _ in range(5)]
    few = [str(studio.filmed(book, theirs)["id"]) for _ in range(2)]
    runner, begun = turning(studio, monkeypatch, drivers)
    runner.turn()
    order = list(begun)
    while len(order) < 7:
        ended(studio, begun, next(one for one in order if not begun[one].over))
        runner.turn()
        order = list(begun)
    assert order[:4] == [many[0], few[0], many[1], few[1]]
    assert order[4:] == many[2:]


def test_no_team_waits_for_all_clips_of_another(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(client: Any) -> str:
        return str(client.post("/v1/videos", json={"prompt": "A lamp is lit."}).raise_for_status().json()["id"])

    theirs = studio.as_(studio.newcomer())
    many = [asked(studio.client) for _ in range(4)]
    few = [asked(theirs) for _ in range(2)]
    clips, order, begun = studio.studio.clips, list[str](), list[Process]()

    def begin(_clips: Clips, clip: Any) -> Process:
        order.append(clip.id)
        begun.append(Process())
        return begun[-1]

    monkeypatch.setattr(Clips, "_begun", begin)
    for _ in range(6):
        clips.turn()
        begun[-1].over = True
    clips.turn()
    assert order == [many[0], few[0], many[1], few[1], many[2], many[3]]
