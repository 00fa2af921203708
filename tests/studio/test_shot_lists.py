"""The list of a film's shots is read once, and who follows it is told what has changed."""

from __future__ import annotations

from typing import Any

import pytest

from bookfilm.pipeline.stages import read_shots, write_shots
from bookfilm.studio import shot_lists
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served
from tests.studio.test_problems import problem


def shots(studio: Served, film: str, **query: Any) -> dict[str, Any]:
    told: dict[str, Any] = studio.client.get(f"/v1/films/{film}/shots", params=query).raise_for_status().json()
    return told


def test_only_what_has_changed_is_told(studio: Served, film: str) -> None:
    place, all_ = f"/v1/films/{film}/shots", shots(studio, film, limit=100)
    assert (all_["anew"], all_["next"]) == (False, None)
    assert shots(studio, film, changed_after=all_["changed"])["items"] == []
    one, other = all_["items"][1]["id"], all_["items"][2]["id"]
    for ident in (other, one):
        studio.client.post(f"{place}/{ident}/lock").raise_for_status()
    first = shots(studio, film, changed_after=all_["changed"], limit=1)
    rest = shots(studio, film, changed_after=first["changed"], limit=1)
    assert [shot["id"] for shot in first["items"] + rest["items"]] == [other, one]
    assert all(shot["locked"] for shot in first["items"] + rest["items"])
    assert shots(studio, film, changed_after=rest["changed"])["items"] == []
    both = shots(studio, film, changed_after=all_["changed"])
    assert (both["changed"], both["next"], both["anew"]) == (rest["changed"], None, False)
    for ident in (one, other):
        studio.client.post(f"{place}/{ident}/unlock").raise_for_status()
    again = shots(studio, film, changed_after=both["changed"])
    assert {shot["id"] for shot in again["items"]} == {one, other}
    assert {shot["id"]: shot for shot in all_["items"]} == {
        shot["id"]: shot for shot in shots(studio, film, limit=100)["items"]
    }


def test_a_list_that_is_another_one_is_told_anew(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    before = shots(studio, film, limit=2)
    path = film_of(studio, film).folder.shots
    planned = read_shots(path)
    write_shots(path, [planned[0], *planned[2:]])
    told = shots(studio, film, limit=2, changed_after=before["changed"])
    assert told["anew"] and told["next"]
    assert [shot["id"] for shot in told["items"]] == [planned[0].id, planned[2].id]
    after = shots(studio, film, limit=2, changed_after=told["changed"])
    assert (after["items"], after["anew"]) == ([], False)
    # As after a new beginning of the service: nobody remembers what the cursor was of.
    studio.studio.shots._kept.clear()
    assert shots(studio, film, changed_after=told["changed"])["anew"]


def test_a_scene_is_read_by_itself(studio: Served, film: str) -> None:
    all_ = shots(studio, film, limit=100)["items"]
    scene = next(shot["scene"] for shot in all_ if shot["scene"])
    mine = [shot for shot in all_ if shot["scene"] == scene]
    assert 1 < len(mine) < len(all_)
    first = shots(studio, film, scene=scene, limit=1)
    rest = shots(studio, film, scene=scene, limit=100, after=first["next"])
    assert first["items"] + rest["items"] == mine
    others = next(shot for shot in all_ if shot["scene"] not in (None, scene))
    for shot in (others, mine[0]):
        studio.client.post(f"/v1/films/{film}/shots/{shot['id']}/lock").raise_for_status()
    changed = shots(studio, film, scene=scene, limit=1, changed_after=first["changed"])
    assert [shot["id"] for shot in changed["items"]] == [mine[0]["id"]]
    for shot in (others, mine[0]):
        studio.client.post(f"/v1/films/{film}/shots/{shot['id']}/unlock").raise_for_status()
    first = shots(studio, film, scene=scene, limit=1)
    assert shots(studio, film, scene="none") == {**first, "items": [], "next": None}


def test_a_take_of_a_job_at_work_is_a_change(studio: Served, book: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    before = shots(studio, film, limit=100)
    monkeypatch.setattr(shot_lists, "LOOK_EVERY_S", 0.0)
    row = film_of(studio, film)
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    ledger = studio.studio.films.ledger_of(row)
    job = ledger.claim_job(ledger.film)
    assert job is not None
    shot, take = before["items"][1]["id"], before["items"][2]["take"]
    monkeypatch.setattr(type(ledger), "shot_states", lambda _, __: {shot: ("done", take, None)})
    told = shots(studio, film, changed_after=before["changed"])["items"]
    assert [(one["id"], one["take"]) for one in told] == [(shot, take)]
    ledger.end_job(job.id, "done")


def test_the_files_are_read_once(studio: Served, film: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shots(studio, film)

    def read(*_: Any) -> Any:
        raise AssertionError("read again")

    monkeypatch.setattr(shot_lists, "read_shots", read)
    monkeypatch.setattr(shot_lists, "_times", read)
    for at in range(3):
        shots(studio, film, limit=at + 1)


def test_cursors_that_are_none_of_these_changes(studio: Served, film: str, book: bytes) -> None:
    place = f"/v1/films/{film}/shots"
    other = str(studio.filmed(book)["id"])
    carry_out(studio, other)
    theirs = shots(studio, other, limit=1)
    for wrong in ("c" + "A" * 22, theirs["changed"], theirs["next"]):
        told = problem(studio.client.get(place, params={"changed_after": wrong}), "invalid")
        assert [fault["where"] for fault in told["errors"]] == ["query.changed_after"]
    mine = shots(studio, film, limit=1)
    both = {"after": mine["next"], "changed_after": mine["changed"]}
    assert "leave `after` out" in problem(studio.client.get(place, params=both), "invalid")["detail"]


def test_what_is_kept_is_bounded(studio: Served, film: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shot_lists, "MOST_KEPT", 3)
    shots(studio, film)
    shots(studio, film)
    assert list(studio.studio.shots._kept) == [film]
