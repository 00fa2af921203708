"""An operator changes what a team may have, shuts its users out and lets it go; nobody else does."""

from __future__ import annotations

import time
from typing import Any

from tests.studio.serving import Served
from tests.studio.test_problems import problem


def newcomer(studio: Served, **team: Any) -> tuple[str, str, str]:
    """Return the ids of a new team and its user, and their token."""
    named = {"name": f"team {time.monotonic_ns()}", **team}
    ident = studio.client.post("/v1/teams", json=named).raise_for_status().json()["id"]
    asked = {"name": "a", "scopes": ["films:read", "films:write", "videos"]}
    user = studio.client.post(f"/v1/teams/{ident}/users", json=asked).raise_for_status().json()
    return ident, user["id"], user["token"]


def test_an_allowance_is_changed(studio: Served, book: bytes) -> None:
    team, _, token = newcomer(studio, allowance={"films": 0, "jobs": 7})
    theirs = studio.as_(token)
    asked = {"upload": studio.uploaded(book, client=theirs), "right": {"basis": "public domain"}, "start": False}
    problem(theirs.post("/v1/films", json=asked), "quota")
    told = studio.client.patch(f"/v1/teams/{team}", json={"allowance": {"films": 1}}).raise_for_status().json()
    assert told["allowance"] == {"films": 1, "jobs": 7}
    assert theirs.post("/v1/films", json=asked).status_code == 201
    # Null is as the service has it for all; what is left out stays.
    told = studio.client.patch(f"/v1/teams/{team}", json={"name": f"{team} anew", "allowance": {"films": None}}).json()
    assert (told["name"], told["allowance"]) == (f"{team} anew", {"jobs": 7})
    assert studio.client.patch(f"/v1/teams/{team}", json={}).json() == told
    assert theirs.get("/v1/me").json()["allowance"]["films"] == 1000
    other, _, _ = newcomer(studio)
    taken = problem(studio.client.patch(f"/v1/teams/{other}", json={"name": told["name"]}), "conflict")
    assert taken["code"] == "team-name-taken"
    problem(studio.client.patch("/v1/teams/team_none", json={}), "not-found")


def test_a_user_is_shut_out_and_let_in_again(studio: Served) -> None:
    team, user, token = newcomer(studio)
    place, theirs = f"/v1/teams/{team}/users/{user}", studio.as_(token)
    told = studio.client.patch(place, json={"disabled": True, "name": "b"}).raise_for_status().json()
    assert (told["name"], bool(told["disabled_at"])) == ("b", True)
    assert theirs.get("/v1/me").status_code == 401
    assert studio.client.get(f"/v1/teams/{team}/users").json() == [told]
    studio.client.patch(place, json={"disabled": False}).raise_for_status()
    assert theirs.get("/v1/me").status_code == 200
    studio.client.delete(place).raise_for_status()
    assert theirs.get("/v1/me").status_code == 401
    assert studio.client.get(f"/v1/teams/{team}/tokens").json() == []
    for method, body in (("PATCH", {"disabled": True}), ("DELETE", None)):
        problem(studio.client.request(method, place, json=body), "not-found")


def test_a_token_of_another_team_is_revoked(studio: Served) -> None:
    team, user, token = newcomer(studio)
    (told,) = studio.client.get(f"/v1/teams/{team}/tokens").raise_for_status().json()
    assert told["user"] == user and "digest" not in told and token.split("_", 2)[2] not in str(told)
    place = f"/v1/teams/{team}/tokens/{told['id']}"
    studio.client.delete(place).raise_for_status()
    assert studio.as_(token).get("/v1/me").status_code == 401
    problem(studio.client.delete(place), "not-found")


def test_a_team_goes_with_all_that_it_has(studio: Served, book: bytes) -> None:
    team, _, token = newcomer(studio)
    theirs = studio.as_(token)
    film = studio.filmed(book, theirs)["id"]
    upload = studio.uploaded(book, client=theirs)
    theirs.post("/v1/videos", json={"prompt": "A lamp."}).raise_for_status()
    root = studio.studio.films.find(team, film).root
    parts = set((studio.studio.settings.data / "uploads").iterdir())
    studio.client.delete(f"/v1/teams/{team}").raise_for_status()
    assert theirs.get("/v1/me").status_code == 401
    assert not root.exists() and upload
    assert len(parts - set((studio.studio.settings.data / "uploads").iterdir())) == 1
    assert studio.studio.clips.page(team, None, 10, True) == []
    assert team not in {one["id"] for one in studio.client.get("/v1/teams").json()}
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/users")):
        asked = {"name": "x", "scopes": ["films:read"]} if path else {}
        problem(studio.client.request(method, f"/v1/teams/{team}{path}", json=asked), "not-found")


def test_nobody_shuts_themselves_out(studio: Served, book: bytes) -> None:
    me = studio.client.get("/v1/me").json()
    user = f"/v1/teams/{me['team']}/users/{me['user']}"
    for method, path, body, code in (
        ("DELETE", f"/v1/teams/{me['team']}", None, "own-team"), ("DELETE", user, None, "own-user"),
        ("PATCH", user, {"disabled": True}, "own-user"),
    ):  # fmt: skip
        assert problem(studio.client.request(method, path, json=body), "conflict")["code"] == code
    assert studio.client.get("/v1/me").json()["user"] == me["user"]


def test_who_is_no_operator_changes_no_team(studio: Served, book: bytes) -> None:
    team, user, token = newcomer(studio)
    studio.filmed(book, studio.as_(token))
    every = studio.as_(studio.newcomer("films:read", "films:write", "videos", "tokens", "audit"))
    before = studio.client.get("/v1/teams").json(), studio.client.get(f"/v1/teams/{team}/users").json()
    for method, path, body in (
        ("PATCH", "", {"allowance": {"films": 10**6}}), ("DELETE", "", None), ("GET", "/users", None),
        ("GET", "/tokens", None), ("DELETE", f"/tokens/{token.split('_')[1]}", None),
        ("PATCH", f"/users/{user}", {"disabled": True}), ("DELETE", f"/users/{user}", None),
        ("POST", "/users", {"name": "x", "scopes": ["films:read"]}),
    ):  # fmt: skip
        for client in (every, studio.as_(token)):
            problem(client.request(method, f"/v1/teams/{team}{path}", json=body), "forbidden")
    assert before == (studio.client.get("/v1/teams").json(), studio.client.get(f"/v1/teams/{team}/users").json())
    assert studio.as_(token).get("/v1/me").status_code == 200
