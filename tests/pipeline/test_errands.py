"""A film whose shots a server draws: each submission is in the ledger, and none is paid twice."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bookfilm.records.cut import Cut
from bookfilm.records.errands import Errand
from bookfilm.store.folder import existing_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import DeskCrew, Killed, make_at_desk
from tests.picture.remote.conftest import MakeRemote, remote_of
from tests.picture.remote.video_server import Fault, VideosServer
from tests.pipeline.folders import Source

__all__ = ["remote_of"]


def in_the_ledger(path: Path) -> list[Errand]:
    with closing(Ledger(path / "ledger.sqlite")) as ledger:
        return ledger.errands()


def crew_of(engine: Any, **more: Any) -> DeskCrew:
    return DeskCrew(engine=engine, **more)


def test_a_film_is_drawn_by_a_server_that_misbehaves(remote_of: MakeRemote, story: Source, tmp_path: Path) -> None:
    path = tmp_path / "film"
    faults = {
        "POST": [Fault(429, {"retry-after": "0"}), Fault(after=True), Fault(503), *[Fault(400)] * 3],
        "POLL": [Fault(500), Fault()],
        "CONTENT": [Fault(500)],
    }
    with VideosServer(faults, fates=["fails"], contents=["half", "small"], polls=1) as server:
        crew = crew_of(remote_of(server))
        run = make_at_desk(path, story, crew)
        assert len(run.made.slates) == 1, "the one that was refused"
        assert (path / "film.mp4").exists()
        known, paid = in_the_ledger(path), server.paid
        assert {e.job for e in known if e.job} == set(server.jobs)
        states = Counter(e.state for e in known)
        assert (states["failed"], states["refused"]) == (1, 3), "the desk asks three times"
        assert states["fetched"] == paid - 1
        assert {e.take for e in known} <= {order.key for order in crew.orders}
        # Later the server is well: only the slate is asked for.
        healed = make_at_desk(path, story, crew_of(remote_of(server)))
        assert healed.made.slates == ()
        assert server.paid == paid + 1
        assert len(in_the_ledger(path)) == len(known) + 1
        assert not any(choice.slate for choice in Cut.read(path / "cut.json").choices)
        assert make_at_desk(path, story, crew_of(remote_of(server))).crew.tally.nothing
        assert server.paid == paid + 1


def test_a_driver_that_dies_has_its_errands_noted_by_the_next(
    remote_of: MakeRemote, story: Source, tmp_path: Path
) -> None:
    path = tmp_path / "film"
    with VideosServer(polls=1) as server:
        with pytest.raises(Killed):
            make_at_desk(path, story, crew_of(remote_of(server), kill_at=("picture", 2)))
        (path / "ledger.sqlite").unlink()
        run = make_at_desk(path, story, crew_of(remote_of(server)))
        assert run.made.slates == ()
        known = in_the_ledger(path)
        assert sorted(e.job for e in known) == sorted(server.jobs)
        assert len({e.take for e in known}) == server.paid, "one for each take"


def test_what_failed_is_asked_for_anew_by_the_next_run_only(
    remote_of: MakeRemote, story: Source, tmp_path: Path
) -> None:
    path = tmp_path / "film"
    with VideosServer(fates=["fails"] * 500, polls=0) as server:
        run = make_at_desk(path, story, crew_of(remote_of(server)))
        scenes = server.paid / 3
        assert run.made.slates and scenes == int(scenes), "three seeds each, though each take was tried three times"
        server.fates.clear()
        assert make_at_desk(path, story, crew_of(remote_of(server))).made.slates == ()
        assert server.paid == 4 * scenes
    states = Counter((e.state, e.past) for e in in_the_ledger(path))
    assert states == {("failed", True): 3 * scenes, ("fetched", False): scenes}


def test_a_film_without_a_server_has_no_errands(film_made: Path) -> None:
    assert not existing_folder(film_made).errands().folder.exists()
    assert in_the_ledger(film_made) == []
