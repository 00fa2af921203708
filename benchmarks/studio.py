"""The studio against strangers: its whole document fuzzed, ids guessed, every route tried without a right to it.

What is guessed and tried is there: a film that was made, its shot, its files, an upload, a clip, users and their team.

schemathesis makes the requests of its OpenAPI document's own shapes, and of shapes that are nearly those.
"""

from __future__ import annotations

import importlib.util
import json
import re
import secrets
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from benchmarks.figures import Figure, Result
from benchmarks.fuzzing import fuzz
from benchmarks.tale import write_tale

if TYPE_CHECKING:
    from bookfilm.studio.studio import Studio

CASES = 2000
GUESSES = 10_000
LIMITS = {"reads_a_minute": 10**7, "writes_a_minute": 10**7, "failures_a_minute": 10**7}
THEIRS = ("films:read", "films:write", "videos")
"""What another team's token may do."""
EACH = 2
"""Of each operation and each way, beside those that the document itself names."""
WORDS = 60
"""Of the tale that is filmed first."""
PATIENCE_S = 3600


def studio() -> Result:
    """Fuzz a studio, guess ids, and try every route without a token, with a revoked one and with another team's."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        data = Path(folder) / "data"
        with _served(data, drivers=1) as (url, opened):
            token = opened.first_token() or ""
            film = _filmed(url, token)
        # Nobody draws what is asked for from here on: it would be measured with.
        with _served(data, drivers=0) as (url, opened):
            team = opened.people.add_tenant("strangers")
            other = opened.people.add_token(team, opened.people.add_user(team, "stranger"), "t", THEIRS).secret
            # First those who may do nothing: what the fuzz leaves behind is not theirs to find.
            figures = [*_guessed(url, film[0], other), *_let_in(url, token, other, film, opened)]
            return Result("studio", [*_fuzzed(url, token, film), *figures])


@contextmanager
def _served(data: Path, drivers: int) -> Iterator[tuple[str, Studio]]:
    """Serve the studio in `data`; give its URL, and itself."""
    import uvicorn

    from bookfilm.studio.serving import server_config
    from bookfilm.studio.settings import StudioSettings
    from bookfilm.studio.studio import open_studio

    settings = StudioSettings.model_validate({"data": data, "drivers": drivers, "spare_bytes": 0, **LIMITS})
    with closing(open_studio(settings)) as opened, closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(opened))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}", opened
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def _fuzzed(url: str, token: str, film: tuple[str, str, int]) -> list[Figure]:
    if importlib.util.find_spec("schemathesis") is None:
        return [Figure("requests made up", None, "", CASES, "least", "pip install schemathesis")]
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        found = fuzz(url, token, film, EACH, Path(folder))
    if found.failures:
        print(found.told[-20_000:], file=sys.stderr)
    return [
        Figure("requests made up", found.cases, "", CASES, "least"),
        Figure("operations that break their word", found.failures, "", 0),
    ]


def _filmed(url: str, token: str) -> tuple[str, str, int]:
    """Have a small film made, so that not all that is asked for is missing; return its id, a shot's and its job's."""
    book = write_tale(WORDS).encode()
    told = {"Upload-Length": str(len(book)), "Authorization": f"Bearer {token}"}
    with urlopen(Request(f"{url}/v1/uploads", b"", told, method="POST")) as answer:
        place = answer.headers["Location"]
    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    urlopen(Request(f"{url}{place}", book, told | piece, method="PATCH")).close()
    asked = {"upload": place.rpartition("/")[2], "right": {"basis": "public domain"}, "size": "256x144", "rate": "6"}
    film = _request("POST", f"{url}/v1/films", token, asked)[1]["id"]
    until = time.monotonic() + PATIENCE_S
    while (made := _request("GET", f"{url}/v1/films/{film}", token)[1])["state"] in ("queued", "running"):
        if time.monotonic() > until:
            break
        time.sleep(1)
    if made["state"] != "done":
        raise SystemExit(f"no film was made to ask for: it is {made['state']}: {made['error']}")
    shots = _request("GET", f"{url}/v1/films/{film}/shots", token)[1]["items"]
    return film, shots[min(2, len(shots) - 1)]["id"], made["job"]


def _guessed(url: str, film: str, other: str) -> list[Figure]:
    """Guess ids: another team's film among ids that nobody has must not stand out, by answer or by clock."""
    answers: set[tuple[int, str]] = set()
    known: list[float] = []
    unknown: list[float] = []
    for number in range(GUESSES):
        theirs = number % 10 == 0
        ident = film if theirs else f"film_{secrets.token_urlsafe(16)}"
        began = time.perf_counter()
        status, body = _request("GET", f"{url}/v1/films/{ident}", other)
        (known if theirs else unknown).append((time.perf_counter() - began) * 1e6)
        answers.add((status, body["detail"]))
    apart = abs(statistics.median(known) - statistics.median(unknown))
    return [
        Figure("ids guessed", GUESSES, "", GUESSES, "least"),
        Figure("kinds of answers to them", len(answers), "", 1),
        Figure("medians of theirs and nobody's apart", apart, "us", 100.0),
    ]


def _let_in(url: str, token: str, other: str, film: tuple[str, str, int], opened: Studio) -> list[Figure]:
    """Try every route at what is there: with no token, wrong ones, a revoked and an expired one, and another team's."""
    ids = _theirs(url, token, film)
    tried, let_in, told_apart = 0, list[str](), list[str]()
    for path, methods in _routes(url):
        place, nobodys = url + _filled(path, ids), url + _filled(path, ids | NOBODYS)
        for method, operation in methods:
            for given in ("", "bkf_0000000000000000_x", token[:-1], *_ended(url, token, opened)):
                tried += 1
                if _request(method, place, given, BODIES.get(operation, {}))[0] != 401:
                    let_in.append(f"{method} {path}")
            if "{" in path:
                tried += 1
                answers = [_request(method, one, other, BODIES.get(operation, {})) for one in (place, nobodys)]
                if answers[0][0] not in (403, 404, 422):
                    let_in.append(f"{method} {path}, as another team")
                if _said(answers[0]) != _said(answers[1]):
                    told_apart.append(f"{method} {path}")
    for one in (*let_in, *told_apart):
        print(one, file=sys.stderr)
    gone = [path for path, status in _still(url, token, film[0]).items() if status != 200]
    return [
        Figure("doors tried", tried, "", 400, "least"),
        Figure("let in", len(let_in), "", 0),
        Figure("doors that tell what is there from what is not", len(told_apart), "", 0),
        Figure("things of another team that are no more", len(gone), "", 0),
    ]


NOBODYS = {"film": "film_" + "A" * 22, "upload": "upl_" + "A" * 22, "video": "video_" + "A" * 22,
           "token_id": "0" * 16, "team": "team_" + "A" * 22, "user": "user_" + "A" * 22}  # fmt: skip
"""Ids that nothing has."""
BODIES: dict[str, Any] = {
    "make_film": {"upload": "upl_none", "right": {"basis": "public domain"}}, "choose_take": {"take": "0" * 40},
    "remix_video": {"prompt": "x"}, "edit_screenplay": {"title": "Mine"}, "edit_shot": {"camera": "push"},
    "approve_keyframes": {"names": ["x"]}, "unlock_keyframes": {"names": ["x"]}, "redraw_keyframes": {"names": ["x"]},
    "make_token": {"label": "x", "scopes": ["films:read"]}, "create_video": {"prompt": "A lamp."},
    "change_team": {"allowance": {"films": 9}}, "change_user": {"disabled": True},
    "add_user": {"name": "x", "scopes": ["films:read"]}, "add_team": {"name": "Mine"},
}  # fmt: skip
"""What would be taken from who may: so that it is the door that refuses."""


def _theirs(url: str, token: str, film: tuple[str, str, int]) -> dict[str, str]:
    """Return one of each thing that the first team has, by the name that paths have for it."""
    told = {"Upload-Length": "3", "Authorization": f"Bearer {token}"}
    with urlopen(Request(f"{url}/v1/uploads", b"", told, method="POST")) as answer:
        upload = str(answer.headers["Location"]).rpartition("/")[2]
    me = _request("GET", f"{url}/v1/me", token)[1]
    clip = _request("POST", f"{url}/v1/videos", token, {"prompt": "A lamp is lit."})[1]["id"]
    return {"film": film[0], "shot": film[1], "job": str(film[2]), "number": "0", "name": "film.mp4", "upload": upload,
            "video": clip, "token_id": me["token"], "team": me["team"], "user": me["user"]}  # fmt: skip


def _filled(path: str, ids: dict[str, str]) -> str:
    place = re.sub(r"\{(\w+)[^}]*\}", lambda found: ids[found[1]], path)
    # Who is let in there would listen for ever.
    return f"{place}?follow=false" if path.endswith("/events") else place


def _routes(url: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each path below the door, with its methods and what these are called."""
    paths: dict[str, dict[str, Any]] = json.loads(urlopen(f"{url}/openapi.json").read())["paths"]
    return [
        (path, [(name.upper(), told["operationId"]) for name, told in methods.items()])
        for path, methods in paths.items()
        if path.startswith("/v1/")
    ]


@cache
def _ended(url: str, token: str, opened: Studio) -> tuple[str, str]:
    """Return a token that was revoked and one that has expired."""
    from sqlalchemy import update

    from bookfilm.studio.tables import tokens

    asked = {"label": "r", "scopes": ["films:read", "films:write", "videos", "tokens", "audit", "operator"], "days": 1}
    revoked, expired = (_request("POST", f"{url}/v1/tokens", token, asked)[1] for _ in range(2))
    _request("DELETE", f"{url}/v1/tokens/{revoked['id']}", token)
    past = update(tokens).where(tokens.c.id == expired["id"]).values(expires_at="2001-01-01T00:00:00.000+00:00")
    opened.database.write(lambda connection: connection.execute(past))
    return revoked["token"], expired["token"]


def _said(answer: tuple[int, Any]) -> tuple[int, Any]:
    status, body = answer
    return status, {**body, "instance": ""} if isinstance(body, dict) else body


def _still(url: str, token: str, film: str) -> dict[str, int]:
    paths = (f"/v1/films/{film}", f"/v1/films/{film}/shots", f"/v1/films/{film}/files/film.mp4", "/v1/me")
    return {path: _request("GET", url + path, token)[0] for path in paths}


def _request(method: str, url: str, token: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content = None if body is None else json.dumps(body).encode()
    request = Request(url, content, {**headers, "Content-Type": "application/json"}, method=method)
    try:
        with urlopen(request) as answer:
            status, said = answer.status, answer.read()
    except HTTPError as error:
        status, said = error.code, error.read()
    try:
        return status, json.loads(said or b"{}")
    except ValueError:
        return status, {}
