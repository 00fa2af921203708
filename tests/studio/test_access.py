"""Who may come in, how far, and that nothing secret is kept or told."""

from __future__ import annotations

import logging
import socket
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bookfilm.errors import SettingsError
from bookfilm.studio import door, people
from bookfilm.studio.people import FIRST_TOKEN, SCOPES
from bookfilm.studio.serving import _bound, _greet, let_in
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.studio import open_studio
from bookfilm.studio.tables import audit, tokens
from bookfilm.studio.throttle import TEAM_TIMES
from tests.conftest import STORY
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem

WRONG = ["x", "bkf_", "bkf_0000000000000000_x", "bkf__", "bkf_é_é", "bkf_0000000000000000_" + "x" * 5000]


def guarded(studio: Served) -> list[tuple[str, str]]:
    """Return every method and path that needs a token, by the service's own document."""
    paths: dict[str, dict[str, Any]] = studio.client.get("/openapi.json").json()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods if path.startswith("/v1/")]


def test_nothing_is_reached_without_a_token(studio: Served) -> None:
    routes = guarded(studio)
    assert len(routes) > 15
    for method, path in routes:
        answer = studio.as_(None).request(method, path, content=b"{")
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        if method != "head":
            problem(answer, "unauthorized")


@pytest.mark.parametrize("token", WRONG)
def test_a_wrong_token_opens_nothing(studio: Served, token: str) -> None:
    given = {"Authorization": f"Bearer {token}".encode()}
    assert studio.as_(None).get("/v1/me", headers=given).status_code == 401


def test_a_token_is_wrong_where_a_letter_is(studio: Served) -> None:
    for other in (studio.token[:-1], studio.token + "x", studio.token.swapcase(), studio.token[:-1] + "!"):
        assert studio.as_(other).get("/v1/me").status_code == 401
    for scheme in ("Basic", "bearer:", "Token"):
        assert studio.as_(None).get("/v1/me", headers={"Authorization": f"{scheme} {studio.token}"}).status_code == 401
    assert studio.as_(None).get("/v1/me", headers={"Cookie": f"token={studio.token}"}).status_code == 401
    assert studio.as_(None).get(f"/v1/me?token={studio.token}").status_code == 401
    assert studio.as_(studio.token).get("/v1/me").status_code == 200


def test_a_revoked_token_opens_nothing_any_more(studio: Served) -> None:
    made = studio.client.post("/v1/tokens", json={"label": "farm", "scopes": ["films:read"]}).json()
    theirs = studio.as_(made["token"])
    assert theirs.get("/v1/films").status_code == 200
    assert studio.client.delete(f"/v1/tokens/{made['id']}").status_code == 204
    assert theirs.get("/v1/films").status_code == 401
    problem(studio.client.delete(f"/v1/tokens/{made['id']}"), "not-found")


def test_an_expired_token_opens_nothing(studio: Served) -> None:
    made = studio.client.post("/v1/tokens", json={"label": "day", "scopes": ["films:read"], "days": 1}).json()
    assert studio.as_(made["token"]).get("/v1/films").status_code == 200
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds")
    change = update(tokens).where(tokens.c.id == made["id"]).values(expires_at=past)
    studio.studio.database.write(lambda connection: connection.execute(change))
    assert studio.as_(made["token"]).get("/v1/films").status_code == 401


def test_a_token_does_what_its_scopes_say(studio: Served) -> None:
    reader = studio.as_(studio.newcomer("films:read"))
    assert reader.get("/v1/films").status_code == 200
    for method, path in [
        ("post", "/v1/tokens"), ("get", "/v1/audit"), ("get", "/v1/teams"), ("post", "/v1/films/x/pause"),
        ("delete", "/v1/films/x"), ("get", "/v1/tokens"),
    ]:  # fmt: skip
        body = {"label": "x", "scopes": ["films:read"]} if path == "/v1/tokens" and method == "post" else None
        told = problem(reader.request(method, path, json=body), "forbidden")
        assert "scope" in told["detail"]


def test_nobody_gives_away_what_they_have_not(studio: Served) -> None:
    keeper = studio.as_(studio.newcomer("tokens", "films:read"))
    problem(keeper.post("/v1/tokens", json={"label": "x", "scopes": ["operator"]}), "forbidden")
    assert keeper.post("/v1/tokens", json={"label": "x", "scopes": ["films:read"]}).status_code == 201


def test_tokens_of_another_team_are_not_there(studio: Served) -> None:
    keeper = studio.as_(studio.newcomer("tokens"))
    mine = studio.client.get("/v1/me").json()["token"]
    problem(keeper.delete(f"/v1/tokens/{mine}"), "not-found")
    assert studio.client.get("/v1/me").json()["user"] not in {row["user"] for row in keeper.get("/v1/tokens").json()}
    user = studio.client.get("/v1/me").json()["user"]
    problem(keeper.post("/v1/tokens", json={"label": "x", "scopes": ["tokens"], "user": user}), "not-found")


def test_the_first_token_is_made_once(tmp_path: Path) -> None:
    with served(tmp_path / "data") as first:
        assert set(first.client.get("/v1/me").json()["scopes"]) == set(SCOPES)
        assert first.studio.first_token() is None
    with served(tmp_path / "data") as again:
        assert again.token == ""
        assert again.as_(first.token).get("/v1/me").status_code == 200


def test_who_installs_it_may_draw_the_first_token(tmp_path: Path) -> None:
    drawn = "bkf_0123456789abcdef_" + "s" * 43
    with served(tmp_path / "data", drawn=drawn) as running:
        assert running.token == drawn
        assert set(running.client.get("/v1/me").json()["scopes"]) == set(SCOPES)
        assert running.studio.first_token(drawn.replace("s", "t")) is None


@pytest.mark.parametrize("drawn", ["", *WRONG, "bkf_0123456789ABCDEF_" + "s" * 43, "0123456789abcdef_" + "s" * 43])
def test_what_is_no_token_is_refused_without_a_word_of_it(tmp_path: Path, drawn: str) -> None:
    with closing(open_studio(StudioSettings(data=tmp_path))) as studio:
        with pytest.raises(SettingsError, match="BOOKFILM_STUDIO_TOKEN: a token is bkf_") as said:
            studio.first_token(drawn)
        assert len(drawn) < 5 or drawn not in str(said.value)
        assert studio.people.is_empty()


def test_who_has_lost_the_first_token_is_given_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served(tmp_path / "data") as first:
        pass
    with served(tmp_path / "data") as again:
        _greet(again.studio, "127.0.0.1", 8470, new_token=False)
        assert "token" not in capsys.readouterr().out
        _greet(again.studio, "127.0.0.1", 8470, new_token=True)
        new = capsys.readouterr().out.split()[-1]
        for token in (first.token, new):
            assert set(again.as_(token).get("/v1/me").raise_for_status().json()["scopes"]) == set(SCOPES)
        assert [one["label"] for one in again.as_(new).get("/v1/tokens").json()] == ["first", "made anew"]


def test_who_reads_no_terminal_finds_the_first_token_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drawn = "bkf_0123456789abcdef_" + "s" * 43
    monkeypatch.delenv(FIRST_TOKEN, raising=False)
    with closing(open_studio(StudioSettings(data=tmp_path / "laid"))) as studio:
        let_in(studio)
        laid = tmp_path / "laid" / "first-token"
        token = laid.read_text().strip()
        caller = studio.people.caller(token)
        assert caller is not None and caller.scopes == set(SCOPES)
        assert laid.stat().st_mode & 0o077 == 0
        assert str(laid) in caplog.text and token.split("_", 2)[2] not in caplog.text
        laid.unlink()
        let_in(studio)
        assert not laid.exists(), "somebody can come in by now"
    monkeypatch.setenv(FIRST_TOKEN, drawn)
    with closing(open_studio(StudioSettings(data=tmp_path / "drawn"))) as studio:
        let_in(studio)
        assert studio.people.caller(drawn) is not None
        assert not (tmp_path / "drawn" / "first-token").exists()


def test_an_address_that_is_printed_takes_connections() -> None:
    """Before anybody answers there: who asked at once was refused."""
    with closing(_bound("127.0.0.1", 0)) as bound, socket.create_connection(bound.getsockname(), timeout=5):
        pass


def test_no_team_asks_without_end_by_many_tokens(tmp_path: Path) -> None:
    with served(tmp_path / "data", reads_a_minute=2, writes_a_minute=10**6) as running:
        tokens = [running.newcomer("films:read", team=_me(running)[0]) for _ in range(TEAM_TIMES + 2)]
        told = [running.as_(token).get("/v1/films") for token in tokens for _ in range(2)]
        assert [answer.status_code for answer in told] == [200] * (2 * TEAM_TIMES) + [429] * 4
        assert "team" in problem(told[-1], "too-many-requests")["detail"]
        assert running.as_(running.newcomer("films:read")).get("/v1/films").status_code == 200


def test_a_team_has_only_so_many_tokens(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_TOKENS", 3)
    keeper, asked = studio.as_(studio.newcomer("tokens")), {"label": "x", "scopes": ["tokens"]}
    made = [keeper.post("/v1/tokens", json=asked).raise_for_status().json()["id"] for _ in range(2)]
    assert "revoke" in problem(keeper.post("/v1/tokens", json=asked), "quota")["detail"]
    keeper.delete(f"/v1/tokens/{made[0]}").raise_for_status()
    assert keeper.post("/v1/tokens", json=asked).status_code == 201


def test_no_secret_is_kept_or_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), served(tmp_path / "data") as running:
        made = running.client.post("/v1/tokens", json={"label": "x", "scopes": ["films:read"]}).json()["token"]
        running.as_(made).get("/v1/films?token=" + made)
        running.client.post("/v1/films", json={"upload": made})
        running.client.get("/v1/audit")
    # What is drawn may hold a "_" itself.
    secrets = [token.split("_", 2)[2] for token in (running.token, made)]
    assert all(len(secret) > 40 for secret in secrets)
    # The client that stands in for a stranger's logs too; what it says is not the service's.
    said = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    assert "POST /v1/films" in said
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in kept
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data" / "studio.sqlite").stat().st_mode & 0o077 == 0


def test_what_is_changed_is_written_down(studio: Served) -> None:
    client = studio.as_(studio.newcomer("audit", "tokens", "films:read"))
    client.post("/v1/tokens", json={"label": "x", "scopes": ["audit"]})
    client.get("/v1/films")
    before = len(_audited(studio))
    client.delete("/v1/films/film_other")
    _written(studio, before + 1)
    page = client.get("/v1/audit?limit=1").json()
    assert (page["items"][0]["method"], page["items"][0]["status"]) == ("DELETE", 403)
    rest = client.get(f"/v1/audit?after={page['next']}").json()
    assert [(row["method"], row["path"], row["status"]) for row in rest["items"]] == [("POST", "/v1/tokens", 201)]
    assert rest["next"] is None


def test_who_guesses_waits_and_whose_token_is_right_does_not(tmp_path: Path) -> None:
    """They come from one address, as all do that are behind one proxy."""
    with served(tmp_path / "data", failures_a_minute=5) as running:
        film = f"/v1/films/{running.filmed(STORY.encode(), start=False)['id']}"
        ticket = running.client.get(f"{film}/ticket").json()["ticket"]
        for token in (None, "bkf_0000000000000000_x", running.token[:-1], running.token + "x"):
            with running.as_(token) as stranger:
                told = [stranger.get("/v1/me") for _ in range(7)]
            assert {answer.status_code for answer in told[5:]} == {429}
            problem(told[-1], "too-many-requests")
            assert 1 <= int(told[-1].headers["retry-after"]) <= 60
            assert running.client.get("/v1/me").status_code == 200
            assert running.client.post("/v1/tokens", json={"label": "x", "scopes": ["audit"]}).status_code == 201
            assert running.as_(None).get(f"{film}/files/direction.toml?ticket={ticket}").status_code == 200
        read = running.studio.database.read(
            lambda connection: connection.execute(select(audit.c.status)).scalars().all()
        )
        assert list(read).count(401) == 5, "what a stranger asks without end fills no log"


def test_who_asks_too_often_writes_nothing(tmp_path: Path) -> None:
    """A stranger's POST was written down however often it came, each time under the lock of the database."""
    with served(tmp_path / "data", failures_a_minute=3, writes_a_minute=2) as running:
        stranger = running.as_("bkf_0000000000000000_x")
        for method in ("POST", "PATCH", "DELETE", "BREW"):
            told = [stranger.request(method, "/v1/films").status_code for _ in range(4)]
            assert set(told) <= {401, 429}
        asked = [running.client.post("/v1/films/x/pause").status_code for _ in range(5)]
        assert asked == [404] * 2 + [429] * 3
        _written(running, 5)
        assert _audited(running) == [401] * 3 + [404] * 2


def test_what_is_old_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "data") as running:
        rows = [{"at": (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds"), "tenant": team,
                 "address": "::1", "method": "POST", "path": "/v1/films", "status": days, "request": "r"}
                for team in ("team", None) for days in (500, 300, 70, 1)]  # fmt: skip
        running.studio.database.write(lambda connection: connection.execute(insert(audit), rows))
        monkeypatch.setattr(door, "SWEPT_AT_ONCE", 2)
        for _ in range(3):
            running.studio.audit.sweep()
        assert _audited(running) == [300, 70, 1, 1]


def _written(running: Served, rows: int) -> None:
    """Wait until so many rows are there: who asks is answered before that is written down."""
    patience = time.monotonic() + 20
    while len(_audited(running)) < rows and time.monotonic() < patience:
        time.sleep(0.02)


def _audited(running: Served) -> list[int]:
    query = select(audit.c.status).order_by(audit.c.id)
    return list(running.studio.database.read(lambda connection: connection.execute(query).scalars().all()))


def test_no_token_outlives_the_one_that_made_it(studio: Served) -> None:
    """One of a day that may make tokens made some that held for ever."""
    asked = {"label": "day", "scopes": ["tokens", "operator", "films:read"], "days": 1}
    day = studio.client.post("/v1/tokens", json=asked).raise_for_status().json()
    mine = studio.as_(day["token"])
    child = mine.post("/v1/tokens", json={"label": "x", "scopes": ["films:read"]}).raise_for_status().json()
    assert child["expires_at"] == day["expires_at"]
    told = problem(mine.post("/v1/tokens", json={**asked, "days": 2}), "forbidden")
    assert told["code"] == "longer-than-yours" and "fewer days" in told["next"]
    team = mine.post("/v1/teams", json={"name": f"day {time.monotonic_ns()}"}).raise_for_status().json()["id"]
    for more, code in (({"days": 30}, "longer-than-yours"), ({"scopes": ["films:write"]}, "scope-not-yours")):
        user = {"name": "a", "scopes": ["films:read"], **more}
        assert problem(mine.post(f"/v1/teams/{team}/users", json=user), "forbidden")["code"] == code
    assert mine.get(f"/v1/teams/{team}/users").json() == [], "no user is left without a token"
    mine.post(f"/v1/teams/{team}/users", json={"name": "a", "scopes": ["films:read"]}).raise_for_status()
    (token,) = mine.get(f"/v1/teams/{team}/tokens").json()
    assert token["expires_at"] == day["expires_at"]


def test_a_token_that_asks_too_often_waits(tmp_path: Path) -> None:
    with served(tmp_path / "data", reads_a_minute=5, writes_a_minute=2) as running:
        assert [running.client.get("/v1/films").status_code for _ in range(7)] == [200] * 5 + [429] * 2
        assert [running.client.post("/v1/films/x/pause").status_code for _ in range(4)] == [404] * 2 + [429] * 2
        assert running.as_(running.studio.people.add_token(*_me(running), "x", ("films:read",)).secret).get(
            "/v1/films"
        ).status_code == 200  # fmt: skip


def _me(running: Served) -> tuple[str, str]:
    team = running.studio.people.tenants()[0]["id"]
    return team, running.studio.people.users(team)[0]["id"]


def test_a_token_that_exists_is_not_told_by_the_clock(studio: Served) -> None:
    """Both kinds of wrong token are looked up and compared alike; medians of many tries differ by little."""
    people, ident = studio.studio.people, studio.token.split("_")[1]

    def median_us(token: str) -> float:
        taken = []
        for _ in range(300):
            began = time.perf_counter()
            assert people.caller(token) is None
            taken.append((time.perf_counter() - began) * 1e6)
        return sorted(taken)[150]

    known, unknown = median_us(f"bkf_{ident}_{'x' * 43}"), median_us(f"bkf_{'0' * 16}_{'x' * 43}")
    # The network adds a hundred times as much, at random.
    assert abs(known - unknown) < 200, (known, unknown)


def test_the_database_of_a_newer_bookfilm_is_refused(tmp_path: Path) -> None:
    with served(tmp_path / "data"):
        pass
    with sqlite3.connect(tmp_path / "data" / "studio.sqlite") as connection:
        connection.execute("UPDATE studio_facts SET value = '99' WHERE name = 'version'")
    with pytest.raises(Exception, match="newer bookfilm"), served(tmp_path / "data"):
        pass
