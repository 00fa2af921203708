"""Keyframes and portraits over HTTP: looked at before anything moves, approved, drawn anew; the film is of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bookfilm.picture.shadow import ShadowEngine
from bookfilm.store.folder import held_folder
from tests.doubles import DeskRun
from tests.pipeline.test_portraits import Knowing
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem
from tests.studio.test_stages import with_keyframes

LOOSE = {"reads_a_minute": 10**6, "writes_a_minute": 10**6}


def drawn_by(studio: Served, film: str, **crew: Any) -> DeskRun:
    """Carry a film's job out with engines that take keyframes and hold people to portraits."""
    return carry_out(studio, film, artist=ShadowEngine(), engine=Knowing(first_frame=True, last_frame=True), **crew)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose one preset has keyframes drawn."""
    folder = tmp_path_factory.mktemp("studio")
    with served(folder / "data", presets=(with_keyframes(folder / "drawn.toml"),), **LOOSE) as running:
        yield running


@pytest.fixture
def film(studio: Served, book: bytes) -> str:
    """A film that stopped at its keyframes."""
    ident = str(studio.filmed(book, until="keyframes", style="lantern")["id"])
    assert drawn_by(studio, ident).crew.tally.rendered == []
    return ident


def boards(studio: Served, film: str) -> dict[str, dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = {"next": ""}
    while page["next"] is not None:
        after = {"after": page["next"]} if page["next"] else {}
        page = studio.client.get(f"/v1/films/{film}/keyframes", params={"limit": 3, **after}).raise_for_status().json()
        found += page["items"]  # type: ignore[arg-type]
    return {one["shot"]: one for one in found}


def portraits(studio: Served, film: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = studio.client.get(f"/v1/films/{film}/portraits").raise_for_status().json()
    return found


def ask(studio: Served, film: str, verb: str, *names: str, query: str = "") -> dict[str, Any]:
    answer = studio.client.post(f"/v1/films/{film}/keyframes/{verb}{query}", json={"names": list(names)})
    told: dict[str, Any] = answer.raise_for_status().json()
    return told


def test_keyframes_are_listed_in_the_order_of_the_film_and_can_be_seen(studio: Served, film: str) -> None:
    told = studio.client.get(f"/v1/films/{film}").json()
    assert (told["state"], told["film"], told["order"]["until"]) == ("done", False, "keyframes")
    assert "keyframes" in told["made"]
    shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    found = boards(studio, film)
    assert list(found) == [one["id"] for one in shots if one["kind"] == "scene"]
    people = portraits(studio, film)
    assert {one["name"] for one in people} >= {"Anna Pell", "Mr. Tolland"}
    for key in [key for one in found.values() for key in (one["first"], one["last"])] + [one["key"] for one in people]:
        still = studio.client.get(f"/v1/films/{film}/files/keyframes/{key}.png").raise_for_status()
        assert still.headers["content-type"] == "image/png"
        assert still.content[:4] == b"\x89PNG"
    assert not any("keyframes/" in one["name"] for one in studio.client.get(f"/v1/films/{film}/files").json())


def test_what_is_approved_stays_and_the_rest_is_drawn_as_it_changes(studio: Served, film: str) -> None:
    before = boards(studio, film)
    kept, other = list(before)[:2]
    told = ask(studio, film, "approve", kept)
    assert told == {"keyframes": [{**before[kept], "locked": True}], "portraits": [], "shots": []}
    studio.client.post(f"/v1/films/{film}/make", json={"style": "noir", "until": "keyframes"}).raise_for_status()
    drawn_by(studio, film)
    after = boards(studio, film)
    assert after[kept] == {**before[kept], "locked": True}
    assert after[other]["first"] != before[other]["first"]
    assert ask(studio, film, "unlock", kept)["keyframes"][0]["locked"] is False


def test_what_is_drawn_anew_is_told_first_and_nothing_else_is(studio: Served, film: str) -> None:
    before, who = boards(studio, film), next(one["who"] for one in portraits(studio, film) if "Anna" in one["name"])
    one = list(before)[1]
    ask(studio, film, "approve", one)
    told = ask(studio, film, "redraw", one, who, query="?only_tell=true")
    assert boards(studio, film)[one] == {**before[one], "locked": True}, "it was only asked"
    assert told["shots"][0] == one or one in told["shots"]
    done = ask(studio, film, "redraw", one, who)
    assert done["shots"] == told["shots"]
    assert [(each["redraw"], each["locked"]) for each in done["keyframes"] + done["portraits"]] == [(1, False)] * (
        1 + len(done["portraits"])
    )
    assert {each["who"] for each in done["portraits"]} == {who}
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    run = drawn_by(studio, film)
    assert {order.shot for order in run.crew.drawn} == {one, who}
    after = boards(studio, film)
    assert {shot for shot in after if after[shot] != before[shot]} == {one}


def test_the_film_is_made_of_what_was_approved(studio: Served, film: str) -> None:
    every = [*boards(studio, film), *{one["who"] for one in portraits(studio, film)}]
    told = ask(studio, film, "approve", *every)
    assert all(one["locked"] for one in told["keyframes"] + told["portraits"])
    made = studio.client.post(f"/v1/films/{film}/make?until=film").raise_for_status().json()
    assert (made["order"]["until"], made["order"]["style"], made["job"]) == ("film", "lantern", 2)
    run = drawn_by(studio, film)
    assert run.crew.drawn == [] and run.crew.tally.rendered
    first = {one["shot"]: one["first"] for one in told["keyframes"]}
    for order in run.crew.orders:
        if order.shot in first and order.request.first_frame is not None:
            assert Path(order.request.first_frame[0]).stem == first[order.shot]
    assert studio.client.get(f"/v1/films/{film}").json()["film"] is True
    again = ask(studio, film, "redraw", next(iter(first)))
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    run = drawn_by(studio, film)
    assert {order.shot for order in run.crew.drawn} == set(again["shots"])
    # The shadow theatre draws the same from any seed: then the take is the same too.
    assert set(run.crew.tally.rendered) <= set(again["shots"])


def test_what_is_not_there_is_named(studio: Served, film: str, book: bytes) -> None:
    before = boards(studio, film)
    for verb in ("approve", "unlock", "redraw"):
        place = f"/v1/films/{film}/keyframes/{verb}"
        told = problem(studio.client.post(place, json={"names": [next(iter(before)), "nobody", "c99"]}), "unknown")
        assert [fault["where"] for fault in told["errors"]] == ["body.names"] * 2
        assert "'nobody'" in told["errors"][0]["what"] and "'c99'" in told["errors"][1]["what"]
        for wrong in ({}, {"names": []}, {"names": "all"}, {"names": [1]}, {"names": [""]}, {"shots": ["x"]}):
            problem(studio.client.post(place, json=wrong), "invalid")
    assert boards(studio, film) == before
    fresh = studio.filmed(book, start=False)["id"]
    for path in ("keyframes", "portraits"):
        assert "preset" in problem(studio.client.get(f"/v1/films/{fresh}/{path}"), "not-found")["detail"]
    problem(studio.client.post(f"/v1/films/{fresh}/keyframes/approve", json={"names": ["x"]}), "not-found")


def test_nothing_is_approved_while_a_driver_is_at_work(studio: Served, film: str) -> None:
    shot = next(iter(boards(studio, film)))
    with held_folder(film_of(studio, film).folder, sweep=False):
        for verb in ("approve", "unlock", "redraw"):
            problem(studio.client.post(f"/v1/films/{film}/keyframes/{verb}", json={"names": [shot]}), "busy")
        assert ask(studio, film, "redraw", shot, query="?only_tell=true")["shots"]


def test_who_may_only_read_approves_nothing_and_it_is_written_down(studio: Served, film: str) -> None:
    shot, team = next(iter(boards(studio, film))), studio.client.get("/v1/me").json()["team"]
    reader = studio.as_(studio.newcomer("films:read", "audit", team=team))
    assert reader.get(f"/v1/films/{film}/keyframes").status_code == 200
    place = f"/v1/films/{film}/keyframes/approve"
    problem(reader.post(place, json={"names": [shot]}), "forbidden")
    ask(studio, film, "approve", shot)
    written = reader.get("/v1/audit?limit=2").json()["items"]
    assert [(one["path"], one["status"]) for one in written] == [(place, 200), (place, 403)]
    stranger = studio.as_(studio.newcomer())
    problem(stranger.post(place, json={"names": [shot]}), "not-found")
    problem(stranger.get(f"/v1/films/{film}/portraits"), "not-found")


def test_a_film_whose_preset_draws_none_cannot_stop_there(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data", presets=("preview", with_keyframes(tmp_path / "drawn.toml"))) as both:
        film = f"/v1/films/{both.filmed(book, start=False)['id']}"
        for asked in ({"json": {"until": "keyframes"}}, {"params": {"until": "keyframes"}}):
            assert "preview" in problem(both.client.post(f"{film}/make", **asked), "refused")["detail"]
        body = {"preset": "drawn", "until": "keyframes"}
        assert both.client.post(f"{film}/make", json=body).json()["order"]["until"] == "keyframes"
        assert "keyframes" in both.client.get("/openapi.json").json()["components"]["schemas"]["Options"]["properties"][
            "until"]["enum"]  # fmt: skip
    with served(tmp_path / "other") as none:
        document = none.client.get("/openapi.json").json()
        asked_of = [document["components"]["schemas"][name]["properties"]["until"] for name in ("Options", "FilmAsked")]
        query = document["paths"]["/v1/films/{film}/make"]["post"]["parameters"]
        asked_of += [one["schema"] for one in query if one["name"] == "until"]
        assert len(asked_of) == 3 and all("keyframes" not in one["enum"] and "film" in one["enum"] for one in asked_of)


def test_a_preset_says_whether_it_draws_keyframes(studio: Served) -> None:
    assert [one["keyframes"] for one in studio.client.get("/v1/offers").json()["presets"]] == [True]
