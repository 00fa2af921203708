"""Whatever goes wrong is a problem (RFC 9457) that says what to do next, and shows nothing of the machine."""

from __future__ import annotations

import http.client
import json
from typing import Any, get_args

import pytest

from bookfilm.studio.problems import KINDS, KindName
from bookfilm.studio.shields import SECURE_HEADERS
from tests.studio.serving import Served


def problem(answer: Any, kind: str) -> dict[str, Any]:
    """Return the problem in `answer`, which must be of this kind."""
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert body["type"] == f"/problems/{kind}", body
    assert body["status"] == answer.status_code
    assert body["next"] and body["detail"]
    assert body["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    return body


def raw(studio: Served, request: bytes, method: str | None = None) -> http.client.HTTPResponse:
    """Send `request` as it is, and return the answer's status and headers; its body is read."""
    connection = http.client.HTTPConnection(studio.url.removeprefix("http://"), timeout=20)
    connection.connect()
    assert connection.sock is not None
    connection.sock.sendall(request)
    answer = http.client.HTTPResponse(connection.sock, method=method)
    answer.begin()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_each_kind_is_explained(studio: Served) -> None:
    assert set(KINDS) == set(get_args(KindName))
    for kind, known in KINDS.items():
        told = studio.as_(None).get(f"/problems/{kind}").raise_for_status().json()
        assert (told["status"], told["title"], told["next"]) == (known.status, known.title, known.next)
    problem(studio.as_(None).get("/problems/none"), "not-found")


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1/nothing", "/v1/films/film_x", "/v1/films/%00", "/v1/films/..%2f..%2f"]
)
def test_what_is_not_there(studio: Served, path: str) -> None:
    problem(studio.client.get(path), "not-found")


def test_a_method_that_is_not_known(studio: Served) -> None:
    answer = studio.client.put("/v1/films")
    problem(answer, "method-not-allowed")
    assert answer.headers["allow"]


def test_a_body_that_is_wrong_is_told_field_by_field_and_not_shown_again(studio: Served) -> None:
    told = problem(
        studio.client.post("/v1/films", json={"upload": 3, "right": {"basis": "<script>"}, "colour": "red"}), "invalid"
    )
    wheres = {fault["where"] for fault in told["errors"]}
    assert wheres == {"body.upload", "body.right.basis", "body.colour"}
    assert "<script>" not in json.dumps(told)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 5000, b"null"])
def test_a_body_that_is_no_json(studio: Served, body: bytes) -> None:
    answer = studio.client.post("/v1/films", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_large_body_is_refused_unread(studio: Served) -> None:
    head = f"POST /v1/films HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {studio.token}\r\n"
    answer = raw(studio, (head + "Content-Length: 5368709120\r\n\r\n{").encode())
    assert answer.status == 413
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_large_body_without_a_length_is_refused_as_it_comes(studio: Served, key: str | None) -> None:
    def pieces() -> Any:
        for _ in range(40):
            yield b"x" * 100_000

    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    problem(studio.client.post("/v1/films", content=pieces(), headers=headers), "too-large")


@pytest.mark.parametrize("length", ["-1", "1e9", "0x10", "१"])
def test_a_length_that_is_no_number(studio: Served, length: str) -> None:
    head = f"POST /v1/films HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {studio.token}\r\n"
    answer = raw(studio, (head + f"Content-Length: {length}\r\n\r\n{{}}").encode())
    assert answer.status == 400


def test_headers_of_any_size_are_not_taken(studio: Served) -> None:
    head = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "".join(f"X-{n}: {'a' * 1000}\r\n" for n in range(60))
    assert raw(studio, (head + "\r\n").encode()).status == 431


def test_a_compressed_body_is_not_unpacked(studio: Served) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    problem(studio.client.post("/v1/films", content=b"\x1f\x8b", headers=headers), "unsupported-media-type")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "[::1", "localhost."]
)
def test_another_host_gets_nothing(studio: Served, host: str) -> None:
    problem(studio.client.get("/v1/me", headers={"Host": host}), "wrong-host")


@pytest.mark.parametrize("path", ["/health", "/v1/me", "/v1/films/x", "/nothing", "/openapi.json"])
def test_secure_headers_are_on_every_answer(studio: Served, path: str) -> None:
    headers = studio.client.get(path).headers
    for name, value in SECURE_HEADERS.items():
        assert headers[name] == value
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_a_failure_shows_nothing(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("/secret/path and a key")

    monkeypatch.setattr(type(studio.studio.films), "page", fails)
    told = problem(studio.client.get("/v1/films"), "failed")
    assert "secret" not in json.dumps(told)


def test_the_document_says_what_errors_are(studio: Served) -> None:
    document = studio.client.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(document)
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            for status, response in told["responses"].items():
                if status.startswith(("4", "5")):
                    assert list(response["content"]) == ["application/problem+json"], (path, method, status)
