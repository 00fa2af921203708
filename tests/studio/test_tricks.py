"""Tricks with addresses, names of hosts, origins and what bodies may hold: none opens anything, none makes it fail."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bookfilm.studio import intake
from tests.studio.desk import film_of
from tests.studio.serving import PUBLIC, Served, served
from tests.studio.test_problems import problem, raw

EVIL = "https://evil.example"


def asked(studio: Served, target: str, token: str | None = None, method: str = "GET", **headers: str) -> Any:
    """Ask for `target` as it is written, whatever a client would make of it."""
    told = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    told |= {"Authorization": f"Bearer {token}"} if token else {}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "Connection: close"]
    return raw(studio, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), method)


@pytest.mark.parametrize(
    "target",
    ["//v1/me", "/./v1/me", "/%2fv1/me", "/v1%2fme", "/V1/me", "/v1/me/", "/v1//me", "/v1;a=b/me", "/v1/me;a=b",
     "/v1/./me", "/page/../v1/me", "/page/%2e%2e/v1/me", "/health/../v1/me", "/v1/me%00", "/v1/me%20", "/v1/me%0a",
     "/v1/me%0d%0aAuthorization:%20x", "/%76%31/%6d%65", "/%2576%2531/me", "/v1/me#", "/v1/me?%23", "v1/me", "*",
     "/\xef\xbd\x961/me", "/v1/%6De", "/v1%5cme", "/v1\\me", "http://127.0.0.1/v1/me", "/v1/me.json", "/?/v1/me"],
)  # fmt: skip
def test_no_writing_of_a_path_goes_past_the_door(studio: Served, target: str) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND"):
        answer = asked(studio, target, method=method)
        body = answer.body.decode(errors="replace")
        assert '"scopes"' not in body and '"team"' not in body
        assert answer.status in (400, 401, 404, 405) or (target == "/?/v1/me" and answer.status == 200), (method, body)


LONG = "%F0%9D%90%80"
"""A letter of four bytes."""
FILES = [
    "..%2f..%2f..%2fstudio.sqlite", "%2e%2e/%2e%2e/studio.sqlite", "%2e%2e%2f%2e%2e%2fstudio.sqlite", "..%5c..%5cx",
    "%252e%252e%252f%252e%252e%252fstudio.sqlite", "..%c0%af..%c0%afstudio.sqlite", "%c0%ae%c0%ae/x", "..%ef%bc%8fx",
    "....//....//studio.sqlite", "..;/..;/studio.sqlite", "film.mp4%00.vtt", "film.vtt%00", "film.vtt%20", "film.vtt.",
    "film.vtt::$DATA", "film.vtt%0a", "film.vtt/", "/film.vtt", "%2f%2fetc%2fpasswd", "/etc/passwd", "~/x", "%7eroot",
    "takes/..%2f..%2fdriver.log", "takes/%2e%2e%2fledger.sqlite", "stems/../../book/book.txt", "..", ".", "%2e", "",
    "file:%2f%2f%2fetc%2fpasswd", "film.%76tt%2f", "takes/" + LONG * 100 + ".mp4", LONG * 110 + ".vtt",
    "a" * 119, "stems/" + "%D1%8F" * 110 + ".flac", f"film-{LONG * 2}.mp4", "proc/self/environ",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_no_writing_of_a_name_reaches_another_file(studio: Served, film: str, name: str) -> None:
    (film_of(studio, film).folder.path / ".hidden").write_text("hidden")
    ticket = studio.client.get(f"/v1/films/{film}/ticket").json()["ticket"]
    place = f"/v1/films/{film}/files/{name}"
    for answer in (asked(studio, place, studio.token), asked(studio, f"{place}?ticket={ticket}"), asked(studio, place)):
        assert answer.status in (400, 401, 404, 422), answer.status
        assert answer.getheader("content-type") == "application/problem+json"
        assert str(studio.studio.settings.data).encode() not in answer.body


@pytest.mark.parametrize(
    "name",
    ["a" * 300 + ".js", "%D1%8F" * 200 + ".js", "..%2findex.html", "%2e%2e%2fbuilt.json", "x%00.js", "lamp.svg%00",
     "%252e%252e%252fbuilt.json", ".", "%2e%2e", "lamp.svg/", "lamp.svg%0a", "a" * 1900],
)  # fmt: skip
def test_no_writing_of_a_name_reaches_another_part_of_the_page(studio: Served, name: str) -> None:
    assert asked(studio, f"/page/{name}").status == 404


@pytest.mark.parametrize("length", [2100, 60_000, 200_000])
def test_an_overlong_address_is_refused(studio: Served, length: int) -> None:
    for target in ("/v1/films/" + "a" * length, "/" + "a" * length, "/page/" + "a" * length, "/v1/me?" + "a" * length):
        try:
            answer = asked(studio, target)
        except ConnectionError:
            continue
        assert answer.status in (400, 401, 404, 414, 431), (target[:20], answer.status)
    assert studio.client.get("/health").status_code == 200


HOSTS = [
    "evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example:{port}", "0.0.0.0:{port}",
    "127.1:{port}", "2130706433:{port}", "0x7f000001", "017700000001", "[::ffff:127.0.0.1]:{port}", "[::]", "127.0.0.2",
    "anna@127.0.0.1", "127.0.0.1@evil.example", "127.0.0.1, evil.example", "127.0.0.1 evil.example", "127.0.0.1#evil",
    "127.0.0.1/evil", "127.0.0.1:80:80", "127.0.0.1:", "localhost:\xb2", "localhost:80@evil.example", "xn--localhost-",
    "localhost.", "local\xadhost", "127.0.0.1.", "::1", "[::1", "",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_name_that_was_bound_to_this_machine_gets_nothing(studio: Served, host: str) -> None:
    """DNS rebinding: a page's own name leads here, and its browser sends that name."""
    host = host.format(port=studio.url.rpartition(":")[2])
    for target in ("/", "/health", "/openapi.json", "/v1/me", "/page/lamp.svg", "/nothing"):
        answer = asked(studio, target, studio.token, Host=host, Origin=f"http://{host}")
        assert answer.status in (400, 421), (target, answer.status)
        assert b"scopes" not in answer.body and b"<html" not in answer.body


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:3000", "http://127.0.0.1", "file://"])
def test_another_origin_is_allowed_nothing(studio: Served, film: str, origin: str) -> None:
    preflight = {
        "Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true",
        "Access-Control-Request-Headers": "authorization, content-type",
    }  # fmt: skip
    nobody = studio.as_(None)
    for path in ("/v1/films", "/v1/uploads", f"/v1/films/{film}/files/film.mp4", "/", "/health", "/openapi.json"):
        answers = [nobody.options(path, headers=preflight)]
        answers += [client.get(path, headers={"Origin": origin}) for client in (nobody, studio.client)]
        assert answers[0].status_code in (401, 405), path
        for answer in answers:
            assert not [name for name in answer.headers if name.startswith("access-control-")]
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    # What a form of another page can send without asking first.
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        sent = nobody.post("/v1/films", content=b'{"a": 1}', headers={"Origin": origin, "Content-Type": kind})
        problem(sent, "unauthorized")


def test_headers_that_a_proxy_would_add_are_not_believed(tmp_path: Path) -> None:
    with served(tmp_path / "data", failures_a_minute=5) as running:
        stranger = running.as_("bkf_0000000000000000_x")
        told = []
        for number in range(8):
            forged = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.1.{number}", "Client-IP": "1.2.3.4",
                      "Forwarded": f"for=10.0.2.{number};proto=https;host=evil.example", "X-Forwarded-Proto": "https",
                      "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-User": "owner",
                      "X-Remote-User": "owner", "X-Rewrite-URL": "/health", "X-Forwarded-Port": "1"}  # fmt: skip
            told.append(stranger.get("/v1/me", headers=forged))
        assert [answer.status_code for answer in told] == [401] * 5 + [429] * 3
        assert all("strict-transport-security" not in answer.headers for answer in told)
        assert "evil" not in "".join(f"{answer.headers}{answer.text}" for answer in told)


@pytest.mark.parametrize("second", ["Bearer {token}", "Bearer x", "", "Basic eA=="])
def test_two_tokens_are_none(studio: Served, second: str) -> None:
    lines = b"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nauthorization: %s\r\n\r\n"
    token = studio.token.encode()
    assert raw(studio, lines % (token, second.format(token=studio.token).encode())).status == 400


SURROGATE = "\\ud800"
NAMED = ("names", "title", "upload", "name", "label", "prompt", "take", "camera", "size", "user", "preset")
JSON_ROUTES = [
    ("POST", "/v1/films"), ("POST", "/v1/films/{film}/make"), ("PATCH", "/v1/films/{film}/screenplay"),
    ("POST", "/v1/tokens"), ("PATCH", "/v1/films/{film}/shots/{shot}"), ("POST", "/v1/teams"),
    ("POST", "/v1/films/{film}/shots/{shot}/retake"), ("POST", "/v1/films/{film}/keyframes/redraw"),
    ("POST", "/v1/films/{film}/shots/{shot}/choose"), ("POST", "/v1/videos"), ("POST", "/v1/teams/none/users"),
]  # fmt: skip
BODIES = {
    "a field that is no text": f'{{"{SURROGATE}": 1}}',
    "values that are no text": json.dumps(dict.fromkeys(NAMED, "X")).replace('"X"', f'"{SURROGATE}"'),
    "names that are no text": f'{{"names": {{"{SURROGATE}": "x"}}, "lines": {{"{SURROGATE}": {{}}}}}}',
    "a list that is no text": f'{{"scopes": ["{SURROGATE}"], "characters": [{{"name": "{SURROGATE}"}}]}}',
    "a number of any length": f'{{"hold_ms": {"9" * 5000}, "seconds": {"9" * 5000}, "days": {"9" * 400}}}',
    "numbers beyond all": '{"hold_ms": 1e999, "loudness_lufs": NaN, "allowance": {"films": 1e400}}',
    "a depth without end": '{"a":' * 20_000,
    "a name given twice": '{"upload": "a", "upload": {}, "prompt": "x", "prompt": null, "label": 1, "label": ""}',
    "other letters": '\ufeff{"colour": "x"}',
}  # fmt: skip


@pytest.mark.parametrize("kind", BODIES)
def test_no_body_makes_it_fail(studio: Served, film: str, kind: str) -> None:
    shot = studio.client.get(f"/v1/films/{film}/shots").json()["items"][1]["id"]
    for method, path in JSON_ROUTES:
        place = path.format(film=film, shot=shot)
        answer = studio.client.request(
            method, place, content=BODIES[kind].encode(), headers={"Content-Type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, (place, answer.status_code, answer.text[:300])
        assert answer.headers["content-type"] == "application/problem+json"


FORM = "multipart/form-data; boundary=x"


def part(value: bytes, name: bytes = b'; name="prompt"') -> bytes:
    return b"--x\r\nContent-Disposition: form-data" + name + b"\r\n\r\n" + value + b"\r\n"


FORMS = {
    "no boundary": ("multipart/form-data", b"x"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n"),
    "no such letters": (f"{FORM}; charset=none", part(b"\xff") + b"--x--"),
    "no name": (FORM, part(b"a", b"") + b"--x--"),
    "no end": (FORM, part(b"a")),
    "many fields": (FORM, part(b"a", b'; name="a"') * 500 + b"--x--"),
    "long headers": (FORM, b"--x\r\n" + b"A: b\r\n" * 50_000 + b"\r\n\r\n--x--"),
    "a null in a field": (FORM, part(b"a\0b") + b"--x--"),
    "a file": (FORM, part(b"<svg/>", b'; name="prompt"; filename="../../x.svg"') + b"--x--"),
}


@pytest.mark.parametrize("kind", FORMS)
def test_no_form_makes_it_fail(studio: Served, kind: str) -> None:
    media_type, body = FORMS[kind]
    answer = studio.client.post("/v1/videos", content=body, headers={"Content-Type": media_type})
    if kind == "no such letters":
        # Read as Latin letters, which are letters too.
        assert (answer.status_code, answer.json()["prompt"]) == (200, "ÿ")
        return
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"


@contextmanager
def statements(studio: Served) -> Iterator[list[str]]:
    """Give what is asked of the service's database meanwhile."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # What the service does by itself, and what it writes down of every request once that is answered, apart.
        if threading.current_thread().name != "runner" and not re.match("BEGIN|INSERT INTO studio_audit", statement):
            told.append(statement)

    engine = studio.studio.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_who_asks_for_anothers_thing_has_the_very_same_done(studio: Served, film: str, book: bytes) -> None:
    """What no clock can tell apart, because it is no different: not one question more or less is asked."""
    upload = studio.uploaded(book)
    video = studio.client.post("/v1/videos", json={"prompt": "A lamp."}).json()["id"]
    theirs = studio.as_(studio.newcomer("films:read", "films:write", "videos", "tokens"))
    theirs.get("/v1/me").raise_for_status()
    for method, path, ident in [
        ("GET", "/v1/films/{}", film), ("DELETE", "/v1/films/{}", film), ("GET", "/v1/films/{}/files/film.mp4", film),
        ("GET", "/v1/films/{}/events?follow=false", film), ("GET", "/v1/films/{}/ticket", film),
        ("HEAD", "/v1/uploads/{}", upload), ("DELETE", "/v1/uploads/{}", upload), ("GET", "/v1/videos/{}", video),
        ("DELETE", "/v1/videos/{}", video),
        ("DELETE", "/v1/tokens/{}", studio.token.split("_")[1]),
    ]:  # fmt: skip
        said = []
        for one in (ident, ident[:-1] + ("A" if ident[-1] != "A" else "B")):
            with statements(studio) as told:
                assert theirs.request(method, path.format(one)).status_code == 404, (method, path)
            said.append(list(told))
        assert said[0] == said[1] and said[0], (method, path)


def test_who_sends_many_slow_books_keeps_nobody_else_waiting(
    studio: Served, book: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each book that is read holds one of forty threads, which every request needs for a moment."""
    held = threading.Event()

    def slow(*_: Any, **__: Any) -> Any:
        held.wait(60)
        raise intake.subprocess.TimeoutExpired("read", 1)

    monkeypatch.setattr(intake.subprocess, "run", slow)
    sender = studio.newcomer()
    uploads = [studio.uploaded(book, client=studio.as_(sender)) for _ in range(45)]
    answers: list[int] = []

    def ask(upload: str) -> None:
        body = {"upload": upload, "right": PUBLIC}
        answers.append(studio.as_(sender).post("/v1/films", json=body).status_code)

    threads = [threading.Thread(target=ask, args=(upload,)) for upload in uploads]
    try:
        for thread in threads:
            thread.start()
        with studio.as_(studio.token) as other:
            assert other.get("/v1/me", timeout=20).status_code == 200
        until = threading.Event()
        for _ in range(200):
            if len(answers) >= 30:
                break
            until.wait(0.1)
        assert set(answers) == {503}, "who cannot be served soon is told so"
    finally:
        held.set()
        for thread in threads:
            thread.join(timeout=90)
    assert sorted(set(answers)) == [422, 503]


def test_a_method_for_proxies_is_none(studio: Served) -> None:
    host, _, port = studio.url.removeprefix("http://").partition(":")
    for line in (b"CONNECT evil.example:443 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"PRI * HTTP/2.0"):
        with socket.create_connection((host, int(port)), timeout=20) as sock:
            sock.sendall(line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            said = b""
            while piece := sock.recv(65536):
                said += piece
        assert re.match(rb"HTTP/1\.1 4\d\d", said), said[:200]
