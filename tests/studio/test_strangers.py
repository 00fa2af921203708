"""Strangers: who has no right to a thing gets nothing of it, by whatever door, header, archive or guess they come."""

from __future__ import annotations

import os
import re
import secrets
import socket
import statistics
import time
import zipfile
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update

from bookfilm.studio.tables import tokens
from tests.studio.desk import carry_out
from tests.studio.serving import PUBLIC, Served
from tests.studio.test_access import guarded
from tests.studio.test_hostile_books import read_s
from tests.studio.test_problems import problem

GUESSES = int(os.environ.get("BOOKFILM_GUESSES", "1000"))
"""`BOOKFILM_GUESSES=10000` guesses as often as the benchmark does."""
BODIES: dict[str, Any] = {
    "make_film": {"upload": "upl_none", "right": PUBLIC}, "choose_take": {"take": "0" * 40},
    "remix_video": {"prompt": "x"}, "edit_screenplay": {"title": "Mine"}, "edit_shot": {"camera": "push"},
    "approve_keyframes": {"names": ["x"]}, "unlock_keyframes": {"names": ["x"]}, "redraw_keyframes": {"names": ["x"]},
    "make_token": {"label": "x", "scopes": ["films:read"]}, "create_video": {"prompt": "A lamp."},
    "change_team": {"allowance": {"films": 10**6}}, "change_user": {"disabled": True},
    "add_user": {"name": "x", "scopes": ["films:read"]},
}  # fmt: skip
PIECE = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}


@pytest.fixture(scope="module")
def owned(studio: Served, book: bytes) -> dict[str, str]:
    """What the first team has: one of each thing that has an id, by the name that paths have for it."""
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    me = studio.client.get("/v1/me").json()
    told = studio.client.get(f"/v1/films/{film}").json()
    return {
        "film": film,
        "job": str(told["job"]),
        "number": "0",
        "shot": studio.client.get(f"/v1/films/{film}/shots").json()["items"][1]["id"],
        "name": "film.mp4",
        "upload": studio.uploaded(book),
        "video": studio.client.post("/v1/videos", json={"prompt": "A lamp is lit."}).json()["id"],
        "token_id": me["token"],
        "team": me["team"],
        "user": me["user"],
    }


def filled(path: str, ids: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: ids[found[1]], path)


def operations(studio: Served) -> list[tuple[str, str, str]]:
    paths: dict[str, dict[str, Any]] = studio.client.get("/openapi.json").json()["paths"]
    return [(method, path, told["operationId"]) for path, methods in paths.items() for method, told in methods.items()
            if path.startswith("/v1/")]  # fmt: skip


def closed_tokens(studio: Served) -> dict[str, str | None]:
    """Return tokens that open nothing: none, wrong, cut short, another's ending, revoked, expired."""
    made = [studio.client.post("/v1/tokens", json={"label": "x", "scopes": ["films:read", "films:write"], "days": 1})
            .json() for _ in range(2)]  # fmt: skip
    studio.client.delete(f"/v1/tokens/{made[0]['id']}").raise_for_status()
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds")
    change = update(tokens).where(tokens.c.id == made[1]["id"]).values(expires_at=past)
    studio.studio.database.write(lambda connection: connection.execute(change))
    mixed = "_".join((*studio.token.split("_")[:2], made[0]["token"].split("_", 2)[2]))
    return {
        "none": None, "wrong": "bkf_0000000000000000_x", "short": studio.token[:-1], "mixed": mixed,
        "revoked": made[0]["token"], "expired": made[1]["token"],
    }  # fmt: skip


def test_no_route_opens_to_a_token_that_is_none(studio: Served, owned: dict[str, str]) -> None:
    routes = guarded(studio)
    assert len(routes) >= 61
    for kind, token in closed_tokens(studio).items():
        with studio.as_(token) as nobody:
            for method, path in routes:
                answer = nobody.request(method, filled(path, owned), content=b"{}")
                assert answer.status_code == 401, (kind, method, path)
                assert method == "head" or set(answer.json()) == {
                    "type",
                    "title",
                    "status",
                    "detail",
                    "code",
                    "params",
                    "instance",
                    "next",
                }


def test_no_route_tells_another_team_whether_a_thing_is_there(studio: Served, owned: dict[str, str]) -> None:
    nobodys = {"film": "film_" + "A" * 22, "job": owned["job"], "number": "0", "shot": owned["shot"],
               "name": owned["name"], "upload": "upl_" + "A" * 22, "video": "video_" + "A" * 22, "token_id": "0" * 16,
               "team": "team_" + "A" * 22, "user": "user_" + "A" * 22}  # fmt: skip
    film = f"/v1/films/{owned['film']}"
    places = (film, f"{film}/screenplay", f"{film}/shots", f"/v1/videos/{owned['video']}")
    before = {place: studio.client.get(place).json() for place in places}
    theirs = studio.as_(studio.newcomer("films:read", "films:write", "videos", "tokens", "audit"))
    tried = 0
    for method, path, operation in operations(studio):
        if "{" not in path:
            continue
        body = {"json": BODIES[operation]} if operation in BODIES else {}
        headers = PIECE if operation == "send_piece" else {"Upload-Length": "3"}
        answers = [theirs.request(method, filled(path, ids), headers=headers, **body) for ids in (owned, nobodys)]
        assert {answer.status_code for answer in answers} <= {403, 404}, (operation, [one.text for one in answers])
        told = [{**one.json(), "instance": ""} if method != "head" else one.status_code for one in answers]
        assert told[0] == told[1], f"{operation}: what another team has and what nobody has are told apart"
        tried += 1
    assert tried > 40
    assert {place: studio.client.get(place).json() for place in before} == before
    assert studio.client.head(f"/v1/uploads/{owned['upload']}").status_code == 200
    # The audit log is their own: what they asked for stands in it, and nothing of who else asked.
    listed = [theirs.get(place).text for place in ("/v1/films", "/v1/videos", "/v1/tokens", "/v1/me")]
    mine = theirs.get("/v1/me").json()
    assert {row["user"] for row in theirs.get("/v1/audit?limit=100").json()["items"]} == {mine["user"]}
    assert not [ident for name, ident in owned.items() if name not in ("job", "number", "name", "shot")
                for text in listed if ident in text]  # fmt: skip


def test_ids_cannot_be_guessed_nor_told_by_the_clock(studio: Served, owned: dict[str, str]) -> None:
    known: list[float] = []
    unknown: list[float] = []
    answers: set[tuple[int, str]] = set()
    with studio.as_(studio.newcomer("films:read")) as theirs:
        for number in range(GUESSES):
            real = number % 10 == 0
            ident = owned["film"] if real else f"film_{secrets.token_urlsafe(16)}"
            began = time.perf_counter()
            answer = theirs.get(f"/v1/films/{ident}")
            (known if real else unknown).append(time.perf_counter() - began)
            answers.add((answer.status_code, answer.json()["detail"]))
    assert answers == {(404, "there is no such film")}
    # The lookups are the same step for step; what differs is the machine's own noise.
    spread = statistics.median(abs(one - statistics.median(unknown)) for one in unknown)
    assert abs(statistics.median(known) - statistics.median(unknown)) < max(0.001, 4 * spread)


ME, POST = b"GET /v1/me HTTP/1.1\r\n", b"POST /v1/films HTTP/1.1\r\nHost: 127.0.0.1\r\n{auth}"
HERE = b"Host: 127.0.0.1\r\n"
RAW = {
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
    "a length and chunks": POST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + ME
    + HERE
    + b"\r\n",
    "chunks without end": POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
    "two hosts": ME + HERE + b"Host: evil.example\r\n{auth}\r\n",
    "no host": ME + b"{auth}\r\n",
    "two tokens": ME + HERE + b"Authorization: Bearer x\r\n{auth}\r\n",
    "a folded line": ME + HERE + b"X-A: a\r\n b\r\nHost : evil\r\n{auth}\r\n",
    "nothing in a name": ME + HERE + b": x\r\n{auth}\r\n",
    "a null in a value": ME + HERE + b"X-A: a\0b\r\n{auth}\r\n",
    "another address": b"GET http://evil.example/v1/me HTTP/1.1\r\nHost: evil.example\r\n{auth}\r\n",
    "a way out": b"GET /v1/films/../../../etc/passwd HTTP/1.1\r\n" + HERE + b"{auth}\r\n",
    "a way out of the page": b"GET /page/../built.json HTTP/1.1\r\n" + HERE + b"{auth}\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "an older HTTP": b"GET /v1/me HTTP/0.9\r\n" + HERE + b"{auth}\r\n",
}


@pytest.mark.parametrize("kind", RAW)
def test_tricks_with_headers_open_nothing(studio: Served, kind: str) -> None:
    auth = f"Authorization: Bearer {studio.token}\r\n".encode()
    host, _, port = studio.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(RAW[kind].replace(b"{auth}", auth))
        line.shutdown(socket.SHUT_WR)
        said = b""
        while piece := line.recv(65536):
            said += piece
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", said)]
    # One request is answered once, and not with what was asked for.
    assert statuses in ([], [400], [404], [411], [413], [415], [421], [422]), said[:500]
    assert b"root:" not in said and b"Traceback" not in said
    assert studio.client.get("/health").status_code == 200


def test_no_header_makes_another_request_of_it(studio: Served, owned: dict[str, str]) -> None:
    tricks = {"X-HTTP-Method-Override": "DELETE", "X-Forwarded-For": "10.0.0.1", "X-Original-URL": "/v1/me",
              "X-Forwarded-Host": "evil.example", "Forwarded": "for=10.0.0.1;host=evil.example"}  # fmt: skip
    place = f"/v1/films/{owned['film']}"
    assert studio.client.get(place, headers=tricks).json()["id"] == owned["film"]
    assert studio.client.post(f"{place}/unknown", headers=tricks).status_code == 404
    assert studio.client.post(place, headers=tricks).status_code == 405
    assert studio.client.get(place).status_code == 200
    studio.client.post(f"{place}/lock", headers=tricks)
    assert {row["address"] for row in studio.client.get("/v1/audit?limit=100").json()["items"]} == {"127.0.0.1"}


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


@cache
def tricky_books() -> dict[str, bytes]:
    link = zipfile.ZipInfo("book.fb2")
    link.external_attr, link.create_system = 0o120777 << 16, 3
    inner = zipped(("a.fb2", b"\0" * 10_000_000))
    many = BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_500):
            archive.writestr(f"{number}.xhtml", b"")
    whole = zipped(("book.fb2", b"<FictionBook/>" * 100))
    return {
        "link.fb2.zip": zipped((link, b"/etc/passwd")),
        "absolute.fb2.zip": zipped(("/etc/cron.d/x.fb2", b"<FictionBook/>")),
        "drive.fb2.zip": zipped(("C:\\Windows\\x.fb2", b"<FictionBook/>")),
        "backwards.epub": zipped(("mimetype", b"application/epub+zip"), ("..\\..\\x.xhtml", b"<p>x</p>")),
        "nested.fb2.zip": zipped(*((f"{number}.zip", inner) for number in range(20))),
        "many.epub": many.getvalue(),
        "cut.epub": whole[: len(whole) // 2],
        "lies.fb2.zip": whole.replace(b"PK\x01\x02", b"PK\x01\x03"),
        "laughs.fb2": b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "ha">' + b"".join(
            f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">'.encode() for n in range(9)
        ) + b"]><FictionBook>&j;</FictionBook>",
        "points.epub": zipped(("mimetype", b"application/epub+zip"), ("META-INF/container.xml",
            b'<container><rootfiles><rootfile full-path="../../../../etc/passwd"/></rootfiles></container>')),
    }  # fmt: skip


@pytest.mark.parametrize("name", tricky_books())
def test_archives_that_mean_harm_are_refused(studio: Served, name: str) -> None:
    began = read_s()
    upload = studio.uploaded(tricky_books()[name], name)
    told = problem(studio.client.post("/v1/films", json={"upload": upload, "right": PUBLIC}, timeout=400), "refused")
    assert "the book cannot be read" in told["detail"] and "root:" not in told["detail"]
    assert str(studio.studio.settings.data) not in str(told)
    assert read_s() - began < 60
    studio.client.delete(f"/v1/uploads/{upload}").raise_for_status()
