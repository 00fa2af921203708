"""The studio against strangers: its whole document fuzzed, ids guessed, every route tried without a right to it.

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
            return Result(
                "studio", [*_fuzzed(url, token, film), *_guessed(url, token, other), *_let_in(url, token, other)]
            )


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


def _guessed(url: str, token: str, other: str) -> list[Figure]:
    """Guess ids: another team's film among ids that nobody has must not stand out, by answer or by clock."""
    film = _request("POST", f"{url}/v1/videos", token, {"prompt": "A lamp is lit."})[1]["id"]
    answers: set[tuple[int, str]] = set()
    known: list[float] = []
    unknown: list[float] = []
    for number in range(GUESSES):
        theirs = number % 10 == 0
        ident = film if theirs else f"video_{secrets.token_urlsafe(16)}"
        began = time.perf_counter()
        status, body = _request("GET", f"{url}/v1/videos/{ident}", other)
        (known if theirs else unknown).append((time.perf_counter() - began) * 1e6)
        answers.add((status, body["detail"]))
    apart = abs(statistics.median(known) - statistics.median(unknown))
    return [
        Figure("ids guessed", GUESSES, "", GUESSES, "least"),
        Figure("kinds of answers to them", len(answers), "", 1),
        Figure("medians of theirs and nobody's apart", apart, "us", 100.0),
    ]


def _let_in(url: str, token: str, other: str) -> list[Figure]:
    """Try every route with no token, a wrong one, a revoked one, and every film's route with another team's."""
    revoked = _request("POST", f"{url}/v1/tokens", token, {"label": "r", "scopes": ["films:read"]})[1]
    _request("DELETE", f"{url}/v1/tokens/{revoked['id']}", token)
    film = _request("POST", f"{url}/v1/videos", token, {"prompt": "A lamp is lit."})[1]["id"]
    paths: dict[str, dict[str, Any]] = json.loads(urlopen(f"{url}/openapi.json").read())["paths"]
    tried = let_in = 0
    for path, methods in paths.items():
        if not path.startswith("/v1/"):
            continue
        place = url + re.sub(r"\{[^}]+\}", film, path)
        for method in (name.upper() for name in methods):
            for given in ("", "bkf_0000000000000000_x", revoked["token"], token[:-1]):
                tried += 1
                let_in += _request(method, place, given)[0] != 401
            if "{video}" in path:
                tried += 1
                let_in += _request(method, place, other, {"prompt": "x"} if method == "POST" else None)[0] != 404
    return [Figure("doors tried", tried, "", 100, "least"), Figure("let in", let_in, "", 0)]


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
