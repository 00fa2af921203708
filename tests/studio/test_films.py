"""Films: made of a book to which a right is stated, listed, told apart by team, asked once and deleted."""

from __future__ import annotations

import base64
import threading
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bookfilm.pipeline.word import read_direction
from bookfilm.studio import repeats
from bookfilm.studio.films import Film
from tests.studio.serving import PUBLIC, Served, served
from tests.studio.test_problems import problem

LICENCE = {"basis": "licence", "holder": "A. Nonymous", "territory": "the world", "term": "2040"}


def row_of(studio: Served, told: dict[str, Any]) -> Film:
    return studio.studio.films.find(studio.client.get("/v1/me").json()["team"], told["id"])


def test_a_book_becomes_a_film_that_waits(studio: Served, book: bytes) -> None:
    told = studio.filmed(book, runtime="2m", size="640x360", title="The Wall", right=LICENCE)
    assert (told["state"], told["film"]) == ("queued", False)
    assert told["book"]["language"] == "en"
    assert (told["order"]["runtime_s"], told["order"]["width"]) == (120, 640)
    assert studio.client.get(f"/v1/films/{told['id']}").json() == told
    direction = read_direction(row_of(studio, told).folder)
    assert direction.right.model_dump() == LICENCE
    assert direction.title == "The Wall"
    job = studio.studio.films.last_job(row_of(studio, told))
    assert job is not None and (job.state, job.order["until"]) == ("queued", "film")


def test_no_film_without_a_right(studio: Served, book: bytes) -> None:
    upload = studio.uploaded(book)
    for right in (
        None, {}, {"basis": "not stated"}, {"basis": "author"}, {"basis": "author", "holder": " "}, "public domain",
        {"basis": "licence", "holder": "A"}, {"basis": "licence", "holder": "A", "territory": "x"},
    ):  # fmt: skip
        problem(studio.client.post("/v1/films", json={"upload": upload, "right": right}), "invalid")
    # The upload is still there for a request that states it.
    assert studio.client.post("/v1/films", json={"upload": upload, "right": PUBLIC}).status_code == 201


@pytest.mark.parametrize(
    "option",
    [{"preset": "gpu"}, {"preset": "/etc/passwd.toml"}, {"preset": "../x.toml"}, {"style": "x.toml"}, {"style": "../x"},
     {"runtime": "1h50"}, {"runtime": "5s"}, {"size": "7x7"}, {"size": "huge"}, {"rate": "1/0"}, {"rate": "9999"},
     {"style": "crayon"},
     {"loudness_lufs": -99}, {"until": "never"}, {"dub": "de"}, {"stems": "yes"}, {"start": 1}, {"scenes": [1, 2]}],
)  # fmt: skip
def test_options_that_cannot_be(studio: Served, book: bytes, option: dict[str, Any]) -> None:
    answer = studio.client.post("/v1/films", json={"upload": "upl_none", "right": PUBLIC, **option})
    assert answer.status_code == 422, answer.text
    assert str(studio.studio.settings.data) not in answer.text


@cache
def refused_books() -> dict[str, bytes]:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for number in range(4):
            archive.writestr(f"{number}.xhtml", b"\0" * 1_000_000)
            archive.filelist[-1].file_size = 2**30
    climbing = BytesIO()
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../../../tmp/bookfilm-climbed.fb2", b"<FictionBook/>")
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a SYSTEM "file:///etc/passwd">]><FictionBook>&a;</FictionBook>'
    )
    return {
        "bomb.epub": bomb.getvalue(),
        "climbing.fb2.zip": climbing.getvalue(),
        "entity.fb2": entity,
        "nul": b"\0" * 9,
    }


@pytest.mark.parametrize("name", refused_books())
def test_what_is_no_book_is_refused_with_its_fault(studio: Served, name: str) -> None:
    upload = studio.uploaded(refused_books()[name], name)
    answer = studio.client.post("/v1/films", json={"upload": upload, "right": PUBLIC})
    told = problem(answer, "refused")
    assert "the book cannot be read" in told["detail"]
    assert str(studio.studio.settings.data) not in answer.text and "root:" not in answer.text
    assert studio.client.head(f"/v1/uploads/{upload}").status_code == 200


def test_an_upload_that_is_not_whole_makes_no_film(studio: Served) -> None:
    place = studio.client.post("/v1/uploads", headers={"Upload-Length": "10"}).headers["location"]
    asked = {"upload": place.rpartition("/")[2], "right": PUBLIC}
    assert "0 of 10" in problem(studio.client.post("/v1/films", json=asked), "conflict")["detail"]


def test_one_upload_makes_one_film(studio: Served, book: bytes) -> None:
    asked = {"upload": studio.uploaded(book), "right": PUBLIC}
    assert studio.client.post("/v1/films", json=asked).status_code == 201
    problem(studio.client.post("/v1/films", json=asked), "conflict")


def test_an_upload_whose_film_never_came_to_be_makes_one(studio: Served, book: bytes) -> None:
    """Somebody was killed after the book was moved and before the film was written down."""
    team, upload = studio.client.get("/v1/me").json()["team"], studio.uploaded(book)
    ident = "film_AAAAAAAAAAAAAAAAAAAAAA"
    found = studio.studio.uploads.find(team, upload)
    studio.studio.uploads.hand_over(found, studio.studio.films.root_of(team, ident) / "book" / found.name, ident)
    made = studio.client.post("/v1/films", json={"upload": upload, "right": PUBLIC})
    assert (made.status_code, made.json()["id"]) == (201, ident)
    assert studio.client.delete(f"/v1/films/{ident}").status_code == 204
    problem(studio.client.post("/v1/films", json={"upload": upload, "right": PUBLIC}), "not-found")


def test_two_requests_for_one_upload_make_one_film(studio: Served, book: bytes) -> None:
    asked = {"upload": studio.uploaded(book), "right": PUBLIC, "start": False}
    answers: list[int] = []

    def ask() -> None:
        answers.append(studio.as_(studio.token).post("/v1/films", json=asked).status_code)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409]


def test_what_is_sent_twice_is_done_once(studio: Served, book: bytes) -> None:
    asked = {"upload": studio.uploaded(book), "right": PUBLIC}
    key = {"Idempotency-Key": "once"}
    first = studio.client.post("/v1/films", json=asked, headers=key)
    again = studio.client.post("/v1/films", json=asked, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    problem(studio.client.post("/v1/films", json={**asked, "start": False}, headers=key), "repeated-otherwise")
    # Another team's key of the same name is another key.
    theirs = studio.as_(studio.newcomer())
    assert theirs.post("/v1/films", json=asked, headers=key).status_code == 404
    for wrong in ("", "x" * 201):
        problem(studio.client.post("/v1/films", json=asked, headers={"Idempotency-Key": wrong}), "bad-request")


def test_what_is_sent_at_once_by_many_is_done_once(studio: Served, book: bytes) -> None:
    asked = {"upload": studio.uploaded(book), "right": PUBLIC}
    answers: list[Any] = []

    def ask() -> None:
        answers.append(studio.as_(studio.token).post("/v1/films", json=asked, headers={"Idempotency-Key": "many"}))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}


def test_a_request_that_was_killed_midway_is_found_again(studio: Served, book: bytes) -> None:
    """The film was written down, the answer never was: the same request gives the same film."""
    asked, key = {"upload": studio.uploaded(book), "right": PUBLIC}, {"Idempotency-Key": "killed"}
    first = studio.client.post("/v1/films", json=asked, headers=key).json()
    change = "UPDATE studio_requests SET status = NULL, owner = 'a process that was killed' WHERE key = 'killed'"
    studio.studio.database.write(lambda connection: connection.exec_driver_sql(change))
    assert studio.client.post("/v1/films", json=asked, headers=key).json() == first


def test_a_key_gives_no_film_of_another_request(studio: Served, book: bytes) -> None:
    """A day later the answer that was kept is gone and the film is not: it was given for whatever came with its key."""
    key, body = {"Idempotency-Key": "book of the month"}, {"right": PUBLIC, "start": False}
    asked = {"upload": studio.uploaded(book), **body}
    first = studio.client.post("/v1/films", json=asked, headers=key).raise_for_status().json()
    change = "DELETE FROM studio_requests WHERE key = 'book of the month'"
    studio.studio.database.write(lambda connection: connection.exec_driver_sql(change))
    other = {"upload": studio.uploaded(book + b"\n\nMore of it.\n"), **body}
    told = problem(studio.client.post("/v1/films", json=other, headers=key), "repeated-otherwise")
    assert told["code"] == "key-of-another-film"
    studio.studio.database.write(lambda connection: connection.exec_driver_sql(change))
    assert studio.client.post("/v1/films", json=asked, headers=key).json()["id"] == first["id"]
    studio.client.delete(f"/v1/films/{first['id']}").raise_for_status()
    studio.studio.database.write(lambda connection: connection.exec_driver_sql(change))
    assert studio.client.post("/v1/films", json=other, headers=key).status_code == 201


def test_a_request_that_was_killed_is_not_gone_on_with_by_another(studio: Served, book: bytes) -> None:
    asked, key = {"upload": studio.uploaded(book), "right": PUBLIC}, {"Idempotency-Key": "killed too"}
    studio.client.post("/v1/films", json=asked, headers=key).raise_for_status()
    change = "UPDATE studio_requests SET status = NULL, owner = 'a process that was killed' WHERE key = 'killed too'"
    studio.studio.database.write(lambda connection: connection.exec_driver_sql(change))
    other = {"upload": studio.uploaded(book), "right": PUBLIC}
    problem(studio.client.post("/v1/films", json=other, headers=key), "repeated-otherwise")


def test_what_an_allowance_refused_is_asked_anew(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data", allowance={"films": 1}) as running:
        first = running.filmed(book, start=False)["id"]
        asked, key = {"upload": running.uploaded(book), "right": PUBLIC}, {"Idempotency-Key": "k"}
        problem(running.client.post("/v1/films", json=asked, headers=key), "quota")
        running.client.delete(f"/v1/films/{first}").raise_for_status()
        assert running.client.post("/v1/films", json=asked, headers=key).status_code == 201


def test_who_is_refused_is_told_what_helps_there(studio: Served, book: bytes) -> None:
    """Not only what helps against all refusals of that kind."""
    client = studio.client
    fresh = f"/v1/films/{studio.filmed(book, start=False)['id']}"
    for path in ("/screenplay", "/shots", "/shots/c01-s01-h001", "/live/1/film.m3u8", "/live/1/film.vtt"):
        told = client.get(f"{fresh}{path}").json()
        assert "make" in told["next"] or "by which" in told["detail"], (path, told)
    assert "files" in problem(client.get(f"{fresh}/files/film.mp4"), "not-found")["next"]
    for verb in ("pause", "resume", "cancel"):
        assert "make" in problem(client.post(f"{fresh}/{verb}"), "conflict")["next"]
    client.post("/v1/teams", json={"name": "taken"}).raise_for_status()
    assert "name" in problem(client.post("/v1/teams", json={"name": "taken"}), "conflict")["next"]
    upload = studio.uploaded(book)
    asked = {"upload": upload, "right": PUBLIC, "start": False}
    client.post("/v1/films", json=asked).raise_for_status()
    assert "again" in problem(client.post("/v1/films", json=asked), "conflict")["next"]
    assert "film" in problem(client.delete(f"/v1/uploads/{upload}"), "conflict")["next"]
    half = client.post("/v1/uploads", headers={"Upload-Length": "9"}).headers["Location"].rpartition("/")[2]
    assert "PATCH" in problem(client.post("/v1/films", json={**asked, "upload": half}), "conflict")["next"]


def test_a_team_with_enough_under_way_is_told_to_wait(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data", allowance={"jobs": 1}) as running:
        first = f"/v1/films/{running.filmed(book)['id']}"
        asked = {"upload": running.uploaded(book), "right": PUBLIC}
        told = problem(running.client.post("/v1/films", json=asked), "enough-jobs")
        assert "cancel" in told["next"] and "delete" not in told["next"].lower()
        # A book can be looked into all the same.
        waits = {**asked, "upload": running.uploaded(book), "start": False}
        film = running.client.post("/v1/films", json=waits).raise_for_status().json()["id"]
        problem(running.client.post(f"/v1/films/{film}/make"), "enough-jobs")
        running.client.post(f"{first}/cancel").raise_for_status()
        assert running.client.post("/v1/films", json=asked).status_code == 201


def test_no_film_is_longer_or_larger_than_the_team_may_have(tmp_path: Path) -> None:
    """One film of a week would keep all others waiting for as long."""
    limits = {"film_hours": 1, "picture_pixels": 1280 * 720}
    long = ("It was late, and the tide came in over the wall.\n\n" * 1000).encode()
    with served(tmp_path / "data", allowance=limits) as running:
        upload = running.uploaded(long)
        asked = {"upload": upload, "right": PUBLIC, "start": False}
        for more in ({}, {"runtime": "61m"}, {"runtime": "20m", "size": "1080p"}):
            assert (
                "team may have"
                in problem(running.client.post("/v1/films", json={**asked, **more}), "too-much")["detail"]
            )
        film = running.client.post("/v1/films", json={**asked, "runtime": "1h"}).raise_for_status().json()["id"]
        problem(running.client.post(f"/v1/films/{film}/make", json={"runtime": "2h"}), "too-much")
        assert running.client.post(f"/v1/films/{film}/make").status_code == 202
        assert running.client.get("/v1/me").json()["allowance"]["film_hours"] == 1


def test_only_so_many_answers_are_kept_for_repeats(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_KEPT", 6)
    mine = studio.as_(studio.newcomer())
    film = "/v1/films/none/cancel"
    told = [mine.post(film, headers={"Idempotency-Key": f"key {at}"}).headers for at in range(20)]
    assert not any("idempotency-replayed" in headers for headers in told)
    again = [mine.post(film, headers={"Idempotency-Key": f"key {at}"}).headers for at in (19, 18, 0)]
    assert ["idempotency-replayed" in headers for headers in again] == [True, True, False]
    count = "SELECT count(*) FROM studio_requests WHERE key LIKE 'key %'"
    kept = studio.studio.database.read(lambda connection: connection.exec_driver_sql(count).scalar_one())
    assert 0 < kept <= 6


def test_films_are_listed_page_by_page(studio: Served, book: bytes) -> None:
    mine = studio.as_(studio.newcomer())
    made = [studio.filmed(book, mine, start=False)["id"] for _ in range(3)]
    first = mine.get("/v1/films?limit=2").json()
    rest = mine.get(f"/v1/films?limit=2&after={first['next']}").json()
    assert [film["id"] for film in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    for wrong in ("?after=x", "?after=%00", "?limit=0", "?limit=101", "?limit=x", "?after=LTE"):
        problem(mine.get(f"/v1/films{wrong}"), "invalid")


def test_no_cursor_tells_how_much_others_do(studio: Served, book: bytes) -> None:
    """Its number grows over all teams: who reads it off a cursor counts others' films and requests."""
    mine, theirs = (studio.as_(studio.newcomer("films:read", "films:write", "audit")) for _ in range(2))
    for client in (mine, theirs):
        for _ in range(3):
            studio.filmed(book, client, start=False)
    for place in ("/v1/films", "/v1/audit"):
        cursors = [client.get(f"{place}?limit={limit}").json()["next"] for client in (mine, theirs) for limit in (1, 2)]
        assert len(set(cursors)) == 4
        for cursor in cursors:
            raw = base64.urlsafe_b64decode(cursor[1:] + "==")
            numbers = {int.from_bytes(raw[at : at + 8], order) for at in range(9) for order in ("big", "little")}
            assert min(numbers) > 10**9 and not cursor[1:].isdigit(), cursor
        told = problem(theirs.get(place, params={"after": cursors[0]}), "invalid")
        assert [fault["where"] for fault in told["errors"]] == ["query.after"]
    problem(mine.get("/v1/audit", params={"after": mine.get("/v1/films?limit=1").json()["next"]}), "invalid")


def test_a_film_waits_is_paused_and_cancelled(studio: Served, book: bytes) -> None:
    film = f"/v1/films/{studio.filmed(book)['id']}"
    assert studio.client.post(f"{film}/pause").json() == {"state": "paused", "heeded": False}
    assert studio.client.post(f"{film}/resume").json()["state"] == "queued"
    problem(studio.client.post(f"{film}/make"), "busy")
    assert studio.client.post(f"{film}/cancel").json()["state"] == "cancelled"
    problem(studio.client.post(f"{film}/pause"), "conflict")
    again = studio.client.post(f"{film}/make", json={"runtime": "3m"})
    assert (again.status_code, again.json()["state"]) == (202, "queued")


def test_why_a_film_failed_is_told_without_the_machine(studio: Served, book: bytes) -> None:
    told = studio.filmed(book)
    film = row_of(studio, told)
    ledger = studio.studio.films.ledger_of(film)
    job = ledger.claim_job(ledger.film)
    assert job is not None
    said = f"{film.folder.path}/takes/ab.mp4: no space is left; /usr/lib/python3/x.py and /home/anna/key.pem, 1/2 of http://a/b/c"
    ledger.end_job(job.id, "failed", said)
    shown = studio.client.get(f"/v1/films/{told['id']}").json()
    assert (shown["state"], shown["error"]) == (
        "failed",
        "ab.mp4: no space is left; x.py and key.pem, 1/2 of http://a/b/c",
    )


def test_a_deleted_film_is_gone_from_the_disk_too(studio: Served, book: bytes) -> None:
    told = studio.filmed(book)
    film = row_of(studio, told)
    assert film.root.exists()
    assert studio.client.delete(f"/v1/films/{told['id']}").status_code == 204
    assert studio.client.get(f"/v1/films/{told['id']}").status_code == 404
    assert not film.root.exists()
    problem(studio.client.delete(f"/v1/films/{told['id']}"), "not-found")


def test_a_film_of_another_team_is_not_there(studio: Served, book: bytes) -> None:
    told = studio.filmed(book)
    theirs = studio.as_(studio.newcomer())
    paths: dict[str, dict[str, Any]] = studio.client.get("/openapi.json").json()["paths"]
    asked = [(method, path) for path, methods in paths.items() for method in methods if "{film}" in path]
    assert len(asked) >= 6
    unknown = "film_" + "A" * 22
    for method, path in asked:
        answers = []
        for ident in (told["id"], unknown):
            place = path.replace("{film}", ident).replace("{shot}", "c01-s01-h001").replace("{name}", "film.mp4")
            place = place.replace("{job}", "1").replace("{number}", "0")
            answer = theirs.request(method, place)
            assert answer.status_code in (404, 422), (method, path, answer.text)
            answers.append({**answer.json(), "instance": ""} if method != "head" else answer.status_code)
        assert answers[0] == answers[1], "a film of others and one that nobody has are told apart"
    assert studio.client.get(f"/v1/films/{told['id']}").json() == told
    assert told["id"] not in theirs.get("/v1/films").text
