"""A ticket opens the files of one film, to be read, for a while: nothing else, and for nobody whose token is gone."""

from __future__ import annotations

import string
import time

import pytest

from tests.studio.serving import Served
from tests.studio.test_problems import problem


def ticket_of(studio: Served, film: str, token: str | None = None) -> str:
    client = studio.as_(token or studio.token)
    return str(client.get(f"/v1/films/{film}/ticket").raise_for_status().json()["ticket"])


def test_a_film_is_watched_by_a_ticket(studio: Served, film: str) -> None:
    nobody, ticket = studio.as_(None), ticket_of(studio, film)
    place = f"/v1/films/{film}/files/film.mp4?ticket={ticket}"
    part = nobody.get(place, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert nobody.head(place).status_code == 200
    poster = nobody.get(f"/v1/films/{film}/files/poster.jpg?ticket={ticket}").raise_for_status()
    assert poster.content[:2] == b"\xff\xd8"
    shot = studio.client.get(f"/v1/films/{film}/shots").json()["items"][1]
    assert nobody.get(f"/v1/films/{film}/files/takes/{shot['take']}.jpg?ticket={ticket}").status_code == 200


def test_it_opens_nothing_else(studio: Served, film: str, book: bytes) -> None:
    nobody, ticket = studio.as_(None), ticket_of(studio, film)
    other = studio.filmed(book, start=False)["id"]
    for method, path in [
        ("GET", "/v1/films"), ("GET", "/v1/me"), ("GET", f"/v1/films/{film}"), ("GET", f"/v1/films/{film}/files"),
        ("GET", f"/v1/films/{film}/screenplay"), ("GET", f"/v1/films/{film}/events"),
        ("GET", f"/v1/films/{film}/ticket"), ("GET", f"/v1/films/{other}/files/direction.toml"),
        ("POST", f"/v1/films/{film}/files/film.mp4"), ("DELETE", f"/v1/films/{film}"),
        ("GET", f"/v1/films/{film}/files/../../{other}/files/direction.toml"),
    ]:  # fmt: skip
        answer = nobody.request(method, f"{path}?ticket={ticket}")
        assert answer.status_code == 401, (method, path, answer.text)


def test_no_other_last_letter_will_do(studio: Served, film: str) -> None:
    """The bits that its base64 leaves over are part of a ticket too."""
    nobody, ticket = studio.as_(None), ticket_of(studio, film)
    place = f"/v1/films/{film}/files/film.mp4?ticket="
    letters = string.ascii_letters + string.digits + "-_"
    for last in set(letters) - {ticket[-1]}:
        assert nobody.head(place + ticket[:-1] + last).status_code == 401, (ticket, last)
    assert nobody.head(place + ticket).status_code == 200


def test_one_that_was_changed_is_none(studio: Served, film: str) -> None:
    nobody, ticket = studio.as_(None), ticket_of(studio, film)
    place = f"/v1/films/{film}/files/film.mp4?ticket="
    changed = [ticket[:-1] + ("A" if ticket[-1] != "A" else "B"), ticket[1:], ticket + "A", "", "A" * 80, "%00", "é"]
    changed += [f"{ticket}&ticket={ticket}", ticket[:20] + ("A" if ticket[20] != "A" else "B") + ticket[21:]]
    for wrong in changed:
        problem(nobody.get(place + wrong), "unauthorized")


def test_it_ends_with_its_token(studio: Served, film: str) -> None:
    made = studio.client.post("/v1/tokens", json={"label": "page", "scopes": ["films:read"]}).json()
    place = f"/v1/films/{film}/files/film.vtt?ticket={ticket_of(studio, film, made['token'])}"
    assert studio.as_(None).get(place).status_code == 200
    studio.client.delete(f"/v1/tokens/{made['id']}").raise_for_status()
    problem(studio.as_(None).get(place), "unauthorized")


def test_it_ends_by_itself(studio: Served, film: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = f"/v1/films/{film}/files/film.vtt?ticket={ticket_of(studio, film)}"
    now = time.time
    monkeypatch.setattr("bookfilm.studio.tickets.time.time", lambda: now() + 6 * 3600 - 60)
    assert studio.as_(None).get(place).status_code == 200
    monkeypatch.setattr("bookfilm.studio.tickets.time.time", lambda: now() + 6 * 3600 + 1)
    problem(studio.as_(None).get(place), "unauthorized")


def test_who_may_not_read_gets_none(studio: Served, film: str) -> None:
    blind = studio.client.post("/v1/tokens", json={"label": "blind", "scopes": ["videos"]}).json()["token"]
    problem(studio.as_(blind).get(f"/v1/films/{film}/ticket"), "forbidden")
    problem(studio.as_(studio.newcomer()).get(f"/v1/films/{film}/ticket"), "not-found")


def test_wrong_ones_are_counted_as_wrong_tokens_are(studio: Served, film: str) -> None:
    before = len(studio.client.get("/v1/audit?limit=100").json()["items"])
    answer = studio.as_(None).get(f"/v1/films/{film}/files/film.mp4?ticket=wrong")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert len(studio.client.get("/v1/audit?limit=100").json()["items"]) == before, "it is nobody's of this team"
