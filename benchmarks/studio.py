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
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from benchmarks.figures import Figure, Result

CASES = 2000
GUESSES = 10_000
LIMITS = {"reads_a_minute": 10**7, "writes_a_minute": 10**7, "failures_a_minute": 10**7}
_GENERATED = re.compile(r"([\d,]+) generated")


def studio() -> Result:
    """Fuzz a studio, guess ids, and try every route without a token, with a revoked one and with another team's."""
    with (
        tempfile.TemporaryDirectory(prefix="bookfilm-") as folder,
        _served(Path(folder) / "data") as (url, token, other),
    ):
        return Result("studio", [*_fuzzed(url, token), *_guessed(url, token, other), *_let_in(url, token, other)])


@contextmanager
def _served(data: Path) -> Iterator[tuple[str, str, str]]:
    """Serve a studio; give its URL, a token that may do everything but ask for films, and another team's."""
    import uvicorn

    from bookfilm.studio.people import SCOPES
    from bookfilm.studio.serving import server_config
    from bookfilm.studio.settings import StudioSettings
    from bookfilm.studio.studio import open_studio

    settings = StudioSettings.model_validate({"data": data, "drivers": 0, "spare_bytes": 0, **LIMITS})
    with closing(open_studio(settings)) as opened, closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(opened))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        token = opened.first_token() or ""
        team = opened.people.add_tenant("strangers")
        other = opened.people.add_token(team, opened.people.add_user(team, "stranger"), "t", SCOPES[:3]).secret
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}", token, other
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def _fuzzed(url: str, token: str) -> list[Figure]:
    if importlib.util.find_spec("schemathesis") is None:
        return [Figure("requests made up", None, "", CASES, "least", "pip install schemathesis")]
    paths = json.loads(urlopen(f"{url}/openapi.json").read())["paths"]
    each = max(5, CASES // sum(len(methods) for methods in paths.values()))
    program = Path(sys.executable).with_name("schemathesis")
    command = [str(program), "run", f"{url}/openapi.json", "--header", f"Authorization: Bearer {token}", "--no-color"]
    command += ["--max-examples", str(each), "--checks", "all", "--continue-on-failure", "--seed", "1"]
    # A stream of events has no end that could be waited for.
    command += ["--exclude-path-regex", "/events$", "--phases", "examples,coverage,fuzzing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    made = sum(int(found.replace(",", "")) for found in _GENERATED.findall(done.stdout)[-1:])
    failures = len(re.findall(r"^_{3,} .* _{3,}$", done.stdout, re.MULTILINE))
    if done.returncode:
        print(done.stdout[-20_000:], file=sys.stderr)
    return [
        Figure("requests made up", made, "", CASES, "least"),
        Figure("operations that break their word", failures if done.returncode else 0, "", 0),
    ]


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
