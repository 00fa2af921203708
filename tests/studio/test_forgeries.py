"""What opens something holds as it was given out and in no other writing: each letter changed, lost, or put in."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest

from tests.studio.serving import Served
from tests.studio.test_problems import problem, raw

LETTERS = string.ascii_letters + string.digits + "-_"
STRANGE = "+/=.~ %\0é\u2028"


def rewritten(told: str, letters: str = LETTERS) -> Iterator[str]:
    """Yield every writing that is one letter away from `told`, and every one in which two neighbours change places."""
    for at in range(len(told)):
        yield told[:at] + told[at + 1 :]
        for letter in letters:
            yield told[:at] + letter + told[at + 1 :]
    for at in range(len(told) + 1):
        for letter in letters[-1] + STRANGE:
            yield told[:at] + letter + told[at:]
    for at in range(len(told) - 1):
        yield told[:at] + told[at + 1] + told[at] + told[at + 2 :]


def test_no_other_writing_of_a_token_opens_anything(studio: Served) -> None:
    people = studio.studio.people
    tried = {token for token in rewritten(studio.token) if token != studio.token}
    assert len(tried) > 4000
    assert [token for token in tried if people.caller(token) is not None] == []
    assert people.caller(studio.token) is not None


@pytest.mark.parametrize(
    "header",
    ["Bearer {token}\xa0", "Bearer \xa0{token}", "Bearer {token}\x85", "Bearer {token} {token}", "Bearer {token},",
     'Bearer "{token}"', "Bearer={token}", "Bearer\t{token}", "Bearer\xa0{token}", "{token}", "Bearer {token}; a=b",
     "Bearer <{token}>", "Basic {token}", "Bearer Bearer {token}"],
)  # fmt: skip
def test_no_other_writing_of_its_header_does(studio: Served, header: str) -> None:
    told = header.format(token=studio.token).encode("latin-1")
    answer = raw(studio, b"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " + told + b"\r\n\r\n")
    assert answer.status in (400, 401), header


def test_no_other_writing_of_a_ticket_opens_anything(studio: Served, film: str) -> None:
    ticket = str(studio.client.get(f"/v1/films/{film}/ticket").json()["ticket"])
    path = f"/v1/films/{film}/files/film.mp4"

    def opens(given: str, path: str = path, method: str = "GET") -> bool:
        asked = {
            "type": "http",
            "path": path,
            "method": method,
            "query_string": f"ticket={given}".encode(),
            "headers": [],
        }
        return studio.studio.tickets.caller(asked) is not None

    tried = {other for other in rewritten(ticket) if other != ticket}
    assert len(tried) > 5000
    assert [other for other in tried if opens(other)] == []
    assert [other for other in rewritten(film) if other != film and opens(ticket, path.replace(film, other))] == []
    for other in (
        ticket + "=",
        ticket + "==",
        ticket * 2,
        ticket.swapcase(),
        f"\n{ticket}",
        ticket + "%0a",
        "%" + ticket,
    ):
        assert not opens(other), other
    assert [
        method for method in ("POST", "PATCH", "DELETE", "PUT", "OPTIONS", "get") if opens(ticket, method=method)
    ] == []
    assert opens(ticket) and opens(ticket, method="HEAD")


@pytest.mark.parametrize("more", ["&a" * 9, "&a=b" * 400, "&ticket", "&ticket=", "&Ticket=x" * 20, "&%00=%ff" * 9])
def test_whatever_stands_beside_a_ticket_is_no_failure(studio: Served, film: str, more: str) -> None:
    place = f"/v1/films/{film}/files/film.vtt?ticket="
    assert studio.as_(None).get(f"{place}wrong{more}").status_code == 401
    ticket = str(studio.client.get(f"/v1/films/{film}/ticket").json()["ticket"])
    assert studio.as_(None).get(f"{place}{ticket}{more}").status_code in (200, 401)


def test_no_other_writing_of_an_id_is_found(studio: Served, film: str, book: bytes) -> None:
    team = studio.client.get("/v1/me").json()["team"]
    upload = studio.uploaded(book)
    video = studio.client.post("/v1/videos", json={"prompt": "A lamp."}).json()["id"]
    for ident, exists in (
        (film, lambda one: studio.studio.films.exists(team, one)),
        (upload, lambda one: _found(studio.studio.uploads.find, team, one)),
        (video, lambda one: _found(studio.studio.clips.find, team, one)),
    ):
        assert exists(ident)
        assert [one for one in rewritten(ident) if one != ident and exists(one)] == []


def _found(find: object, team: str, ident: str) -> bool:
    from bookfilm.studio.problems import Refusal

    try:
        find(team, ident)  # type: ignore[operator]
    except Refusal:
        return False
    return True


def test_a_cursor_that_was_changed_shows_nobody_elses(studio: Served, book: bytes) -> None:
    mine = studio.as_(studio.newcomer("films:read", "films:write", "audit"))
    user = mine.get("/v1/me").json()["user"]
    made = set()
    for _ in range(2):
        made.add(studio.filmed(book, mine, start=False)["id"])
        studio.filmed(book, start=False)
    for place, own in (("/v1/films", made), ("/v1/audit", {user})):
        cursor = mine.get(f"{place}?limit=1").json()["next"]
        rest = mine.get(place, params={"after": cursor, "limit": 100}).raise_for_status().json()["items"]
        assert {one.get("user", one.get("id")) for one in rest} <= own
        for other in set(rewritten(cursor, string.digits + "abcdefx")) - {cursor}:
            problem(mine.get(place, params={"after": other, "limit": 100}), "invalid")


def test_another_key_is_another_request(studio: Served) -> None:
    asked, key = {"prompt": "A lamp is lit."}, "Lamp-0001-é".encode().hex()[:16]
    first = (
        studio.client.post("/v1/videos", json=asked, headers={"Idempotency-Key": key}).raise_for_status().json()["id"]
    )
    others = {key[:at] + letter + key[at + 1 :] for at, letter in enumerate("zyxwvutsrqponmlk")}
    others |= {key.upper(), key + "0", key[:-1], f"{key},{key}", f'"{key}"'} - {key}
    for other in others:
        answer = studio.client.post("/v1/videos", json=asked, headers={"Idempotency-Key": other}).raise_for_status()
        assert "idempotency-replayed" not in answer.headers and answer.json()["id"] != first, other
    again = studio.client.post("/v1/videos", json=asked, headers={"Idempotency-Key": key})
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (first, "true")


def test_a_key_opens_no_answer_to_who_might_not_have_asked(studio: Served) -> None:
    """Within a team too: a key is no token, and what was answered to one is for that one."""
    team = studio.client.get("/v1/me").json()["team"]
    writer, reader, other = (studio.as_(studio.newcomer(*scopes, team=team)) for scopes in (
        ("videos",), ("films:read",), ("videos",)))  # fmt: skip
    asked = {"json": {"prompt": "A lamp is lit."}, "headers": {"Idempotency-Key": "mine alone"}}
    made = writer.post("/v1/videos", **asked).raise_for_status()
    told = reader.post("/v1/videos", **asked)
    assert told.status_code in (403, 422) and made.json()["id"] not in told.text
    problem(other.post("/v1/videos", **asked), "repeated-otherwise")
    assert writer.post("/v1/videos", **asked).json() == made.json()


def test_a_secret_that_is_shown_once_is_not_kept_for_a_repeat(studio: Served) -> None:
    team = studio.client.post("/v1/teams", json={"name": "kept nowhere"}).json()["id"]
    key = {"Idempotency-Key": "a user"}
    asked = {"name": "Anna", "scopes": ["films:read"]}
    made = studio.client.post(f"/v1/teams/{team}/users", json=asked, headers=key)
    secret = made.raise_for_status().json()["token"].split("_", 2)[2]
    again = studio.client.post(f"/v1/teams/{team}/users", json=asked, headers=key)
    assert secret not in again.text
    data = studio.studio.settings.data
    assert [path.name for path in data.iterdir() if path.is_file() and secret.encode() in path.read_bytes()] == []
