"""A film is edited between its runs: what is said beforehand is what is made again, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bookfilm.errors import FolderBusy, SettingsError
from bookfilm.pipeline.word import read_direction
from bookfilm.records.screenplay import Screenplay
from bookfilm.store.folder import held_folder
from bookfilm.studio import editing
from bookfilm.studio.conditions import matches
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served
from tests.studio.test_problems import problem


def line_with(studio: Served, film: str, words: str) -> dict[str, Any]:
    screenplay = studio.client.get(f"/v1/films/{film}/screenplay").json()
    lines = [line for scene in screenplay["scenes"] for beat in scene["beats"] for line in beat["lines"]]
    return next(line for line in lines if words in line["text"])


def test_a_line_is_edited_and_only_its_shots_are_made_again(studio: Served, film: str) -> None:
    place = f"/v1/films/{film}"
    line = line_with(studio, film, "You are late")
    edit = {"lines": {line["id"]: {"text": "You are early today, and it is raining."}}}
    told = studio.client.patch(f"{place}/screenplay?only_tell=true", json=edit).raise_for_status().json()
    assert line_with(studio, film, "You are late") == line
    assert studio.client.patch(f"{place}/screenplay", json=edit).json() == told
    heard = {shot["id"] for shot in studio.client.get(f"{place}/shots?limit=100").json()["items"]
             if any(one["line"] == line["id"] for one in shot["heard"])}  # fmt: skip
    assert heard and heard <= set(told["shots"])
    studio.client.post(f"{place}/make").raise_for_status()
    run = carry_out(studio, film)
    assert set(run.crew.tally.rendered) <= set(told["shots"]), "more was rendered than was told"
    assert run.crew.tally.rendered
    direction = read_direction(film_of(studio, film).folder)
    assert [(edit.was, edit.text) for edit in direction.line] == [(line["text"], edit["lines"][line["id"]]["text"])]


def test_shots_whose_own_edits_do_not_go_with_an_edit_are_named(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    place = f"/v1/films/{film}"
    shots = studio.client.get(f"{place}/shots?limit=100").json()["items"]
    late, over = line_with(studio, film, "You are late"), line_with(studio, film, "over the wall")
    first, second = (next(one for one in shots if any(said["line"] == line["id"] for said in one["heard"]))
                     for line in (late, over))  # fmt: skip
    for shot in (first, second):
        camera = {"camera": "push" if shot["camera"] != "push" else "pull"}
        assert studio.client.patch(f"{place}/shots/{shot['id']}", json=camera).json()["shots"] == [shot["id"]]

    def told(edit: dict[str, Any], query: str = "?only_tell=true") -> list[str]:
        answer = studio.client.patch(f"{place}/screenplay{query}", json=edit).raise_for_status().json()
        return list(answer["laid_aside"])

    assert told({"lines": {over["id"]: {"text": "It will rain tonight."}}}) == []
    assert told({"title": "Another"}) == []
    assert told({"lines": {late["id"]: {"cut": True}}}) == [first["id"]]
    assert told({"lines": {late["id"]: {"cut": True}, over["id"]: {"cut": True}}}) == [first["id"], second["id"]]
    assert told({"lines": {late["id"]: {"cut": True}}}, "") == [first["id"]]
    studio.client.post(f"{place}/make").raise_for_status()
    run = carry_out(studio, film)
    assert [warning for warning in run.notes.warnings if first["id"] in warning]
    after = studio.client.get(f"{place}/shots?limit=100").json()["items"]
    kept = next(one for one in after if any(said["text"] in over["text"] for said in one["heard"]))
    assert kept["camera"] == ("push" if second["camera"] != "push" else "pull")


def test_everything_that_a_script_can_say_can_be_said(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book, until="shots")["id"])
    carry_out(studio, film)
    screenplay = Screenplay.model_validate(
        {k: v for k, v in studio.client.get(f"/v1/films/{film}/screenplay").json().items() if k != "schema"}
    )
    anna = next(one for one in screenplay.characters if "Anna" in one.name)
    late, tide = line_with(studio, film, "You are late"), line_with(studio, film, "I only follow it")
    edit = {
        "title": "The <script>alert(1)</script> Wall",
        "names": {anna.id: "Anna <b>P</b>"},
        "lines": {late["id"]: {"emotion": "anger", "seen": "She points at the clock."}, tide["id"]: {"cut": True}},
        "scenes": {screenplay.scenes[0].id: {"weather": "snow", "hour": "night"}},
        "new": [{"after": late["id"], "text": "Very late.", "speaker": "Anna Pell"}],
        "characters": [{"name": "Mr. Tolland", "hat": "officer"}],
    }
    told = studio.client.patch(f"/v1/films/{film}/screenplay", json=edit).raise_for_status().json()
    assert told["everything"] is True and told["shots"]
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    carry_out(studio, film)
    after = studio.client.get(f"/v1/films/{film}/screenplay").json()
    assert after["title"] == edit["title"]
    assert after["scenes"][0]["weather"] == "snow"
    assert line_with(studio, film, "Very late.")
    assert "I only follow it" not in json.dumps(after["scenes"])
    direction = read_direction(film_of(studio, film).folder)
    assert {row.name: row.hat for row in direction.character}["Mr. Tolland"] == "officer"
    report = studio.client.get(f"/v1/films/{film}/files/report.html")
    if report.status_code == 200:
        assert "<script>alert" not in report.text


@pytest.mark.parametrize(
    "edit",
    [{"new": [{"text": "x"}]}, {"lines": {"x": {"text": ""}}}, {"scenes": {"c01-s01": {"place": "moon"}}},
     {"title": ""}, {"title": "a\u0000b"}, {"lines": []}, {"nothing": 1},
     {"characters": [{"name": "Nobody", "hat": "crown"}]}],
)  # fmt: skip
def test_an_edit_that_says_what_cannot_be_is_refused(studio: Served, film: str, edit: dict[str, Any]) -> None:
    before = studio.client.get(f"/v1/films/{film}/screenplay").content
    problem(studio.client.patch(f"/v1/films/{film}/screenplay", json=edit), "invalid")
    assert studio.client.get(f"/v1/films/{film}/screenplay").content == before


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        ({"lines": {"c99-s99-l999": {"text": "x"}}}, "lines"), ({"scenes": {"none": {"hour": "noon"}}}, "scenes"),
        ({"names": {"nobody": "X"}}, "names"), ({"new": [{"after": "none", "text": "x"}]}, "lines"),
        ({"characters": [{"name": "Nobody", "hat": "fur"}]}, "characters.name"),
        ({"characters": [{"name": "Anna Pell", "voice": "caruso"}]}, "characters.voice"),
    ],
)  # fmt: skip
def test_an_edit_of_what_is_not_there_is_told_from_one_that_cannot_be(
    studio: Served, film: str, edit: dict[str, Any], where: str
) -> None:
    before = studio.client.get(f"/v1/films/{film}/screenplay").content
    told = problem(studio.client.patch(f"/v1/films/{film}/screenplay", json=edit), "unknown")
    assert [fault["where"] for fault in told["errors"]] == [f"body.{where}"]
    assert studio.client.get(f"/v1/films/{film}/screenplay").content == before


def test_who_edits_what_has_changed_since_is_told(studio: Served, film: str) -> None:
    place = f"/v1/films/{film}/screenplay"
    tag = studio.client.get(place).headers["etag"]
    assert studio.client.patch(place, json={}, headers={"If-Match": tag}).status_code == 200
    # As RFC 9110 has it (13.1.1): any of a list, anything that is there, and no weak tag.
    for holds in ("*", f'"other", {tag}', f'"a,b" ,{tag},'):
        assert studio.client.patch(place, json={}, headers={"If-Match": holds}).status_code == 200, holds
    for fails in ('"other"', f"W/{tag}", tag.strip('"'), f'"{tag}"', "", '"*"'):
        problem(studio.client.patch(place, json={}, headers={"If-Match": fails}), "version-conflict")


def test_who_edits_at_the_same_time_is_told_too(studio: Served, film: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's edit comes between the look at what is edited and the edit."""
    place = f"/v1/films/{film}/screenplay"
    before = studio.client.get(place)

    def matched(if_match: str, tag: str) -> bool:
        monkeypatch.undo()
        studio.as_(studio.token).patch(place, json={"title": "Theirs"}).raise_for_status()
        return matches(if_match, tag)

    monkeypatch.setattr("bookfilm.studio.shot_routes.matches", matched)
    mine = studio.client.patch(place, json={"title": "Mine"}, headers={"If-Match": before.headers["etag"]})
    problem(mine, "version-conflict")
    now = studio.client.get(place)
    assert now.json()["title"] == "Theirs" and mine.headers["etag"] == now.headers["etag"]
    studio.client.patch(place, json={"title": before.json()["title"]}).raise_for_status()


def test_nothing_is_edited_while_a_driver_is_at_work(studio: Served, film: str) -> None:
    place, folder = f"/v1/films/{film}", film_of(studio, film).folder
    shot = studio.client.get(f"{place}/shots").json()["items"][1]["id"]
    with held_folder(folder, sweep=False):
        for method, path, body in [
            ("PATCH", "/screenplay", {"title": "X"}),
            ("PATCH", f"/shots/{shot}", {"camera": "push"}),
            ("POST", f"/shots/{shot}/lock", None),
        ]:
            problem(studio.client.request(method, place + path, json=body), "busy")


def test_a_shot_is_seen_otherwise_and_the_earlier_take_is_chosen_again(studio: Served, film: str) -> None:
    place = f"/v1/films/{film}"
    shots = studio.client.get(f"{place}/shots?limit=100").json()["items"]
    shot = next(one for one in shots if one["kind"] == "scene" and one["size"] != "insert")
    path, first = f"{place}/shots/{shot['id']}", shot["take"]
    problem(studio.client.post(f"{path}/retake"), "conflict")
    size = "close_up" if shot["size"] != "close_up" else "wide"
    assert studio.client.post(f"{path}/retake", json={"size": size}).json()["size"] == size
    studio.client.post(f"{place}/make").raise_for_status()
    assert carry_out(studio, film).crew.tally.rendered == [shot["id"]]
    second = studio.client.get(path).json()
    assert (second["size"], second["locked"]) == (size, False)
    assert second["take"] != first
    takes = studio.client.get(f"{path}/takes").json()
    assert [(take["key"], take["chosen"]) for take in takes] == [(first, False), (second["take"], True)]
    chosen = studio.client.post(f"{path}/choose", json={"take": first}).json()
    assert (chosen["take"], chosen["locked"]) == (first, True)
    studio.client.post(f"{place}/make").raise_for_status()
    assert carry_out(studio, film).crew.tally.rendered == []
    assert studio.client.get(path).json()["take"] == first
    assert studio.client.post(f"{path}/unlock").json()["locked"] is False
    problem(studio.client.post(f"{path}/choose", json={"take": "0" * 40}), "not-found")
    problem(studio.client.post(f"{path}/choose", json={"take": "../../x"}), "invalid")


def test_a_retake_of_a_shot_that_is_so_already_changes_nothing(studio: Served, film: str) -> None:
    """It was said to be taken again, lost its lock, and came out as it was."""
    place = f"/v1/films/{film}/shots"
    shot = next(one for one in studio.client.get(f"{place}?limit=100").json()["items"] if one["kind"] == "scene")
    path = f"{place}/{shot['id']}"
    studio.client.post(f"{path}/lock").raise_for_status()
    same = {name: shot[name] for name in ("size", "camera", "hold_ms")}
    assert problem(studio.client.post(f"{path}/retake", json=same), "conflict")["code"] == "nothing-otherwise"
    assert studio.client.get(path).json()["locked"] is True
    otherwise = {"camera": "push" if shot["camera"] != "push" else "pull"}
    told = studio.client.post(f"{path}/retake", json={**same, **otherwise})
    assert (told.status_code, told.json()["locked"]) == (202, False)
    studio.client.patch(path, json={"camera": shot["camera"]}).raise_for_status()


def test_an_edit_is_carried_out_whole_or_not_at_all(studio: Served, film: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver began between the screenplay and the look: one was edited, and the other refused."""
    place, folder = f"/v1/films/{film}", film_of(studio, film).folder
    before = studio.client.get(f"{place}/screenplay").json()
    busy = []

    def began(*_: Any, **told: Any) -> str:
        with pytest.raises(FolderBusy), held_folder(folder, sweep=False):
            pass
        busy.append(told)
        raise SettingsError("what it says cannot be")

    monkeypatch.setattr(editing, "directed", began)
    edit = {"title": "Half", "characters": [{"name": "Mr. Tolland", "hat": "officer"}]}
    problem(studio.client.patch(f"{place}/screenplay", json=edit), "refused")
    assert busy and studio.client.get(f"{place}/screenplay").json() == before


def test_a_shot_that_was_given_up_is_made_again(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film, failing={"c01-s01-h001"})
    path = f"/v1/films/{film}/shots/c01-s01-h001"
    told = studio.client.get(f"/v1/films/{film}").json()
    assert (told["state"], told["film"]) == ("slates", True)
    assert studio.client.get(path).json()["slate"] is True
    assert studio.client.post(f"{path}/retake").status_code == 202
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    carry_out(studio, film)
    assert studio.client.get(path).json()["slate"] is False


def test_what_is_not_made_yet_is_told_so(studio: Served, book: bytes) -> None:
    film = f"/v1/films/{studio.filmed(book)['id']}"
    for path in ("/screenplay", "/shots", "/shots/c01-s01-h001", "/files/film.mp4"):
        assert problem(studio.client.get(film + path), "not-found")["detail"]
    assert {one["name"] for one in studio.client.get(f"{film}/files").json()} == {"direction.toml"}


def test_the_film_is_given_whole_and_in_ranges(studio: Served, film: str) -> None:
    place = f"/v1/films/{film}/files/film.mp4"
    listed = {one["name"]: one for one in studio.client.get(f"/v1/films/{film}/files").json()}
    whole = studio.client.get(place)
    assert len(whole.content) == listed["film.mp4"]["bytes"]
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in whole.headers["content-security-policy"]
    head = studio.client.head(place)
    assert (head.headers["content-length"], head.content) == (str(len(whole.content)), b"")
    for asked, expected in (
        ("bytes=0-99", slice(0, 100)),
        ("bytes=-50", slice(-50, None)),
        ("bytes=100-", slice(100, None)),
    ):
        part = studio.client.get(place, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, whole.content[expected])
    several = studio.client.get(place, headers={"Range": "bytes=0-1,5-6"})
    assert several.status_code == 206 and several.headers["content-type"].startswith("multipart/byteranges")
    for none in ("bytes=a-b", "pages=1-2", "bytes=", "bytes=5-1-3", "bytes=0-1" * 50):
        assert studio.client.get(place, headers={"Range": none}).status_code == 200
    beyond = studio.client.get(place, headers={"Range": f"bytes={len(whole.content)}-"})
    problem(beyond, "range-not-satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"
    assert studio.client.get(place, headers={"Range": "bytes=0-1", "If-Range": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["../book/book.txt", "..%2f..%2fstudio.sqlite", "%2e%2e/driver.log", ".lock", "ledger.sqlite", "takes", "takes/",
     "takes/%2e%2e/film.mp4", "speech/x.wav", "%2fetc%2fpasswd", "film.mp4/", "film.mp4%00", "FILM.MP4", "takes/*.mp4",
     "film-..mp4", "stems/%2e%2e/%2e%2e/x.flac", ".work/takes.ffconcat", "film%0a.mp4"],
)  # fmt: skip
def test_no_other_file_is_given(studio: Served, film: str, name: str) -> None:
    answer = studio.client.get(f"/v1/films/{film}/files/{name}")
    assert answer.status_code in (404, 400), answer.status_code
