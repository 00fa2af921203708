"""Books come in piece by piece, as tus has it: to the byte, whatever breaks, and no more than was announced."""

from __future__ import annotations

import base64
import fcntl
import io
import select
import shutil
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from tusclient.client import TusClient

from bookfilm.studio import uploads
from bookfilm.studio.uploads import LONGEST_NAME_BYTES, safe_name
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem, raw

PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


def begun(studio: Served, length: int, name: str = "book.txt") -> str:
    told = {"Upload-Length": str(length), "Upload-Metadata": "filename " + base64.b64encode(name.encode()).decode()}
    answer = studio.client.post("/v1/uploads", headers={**told, "Tus-Resumable": "1.0.0"})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def offset(studio: Served, place: str) -> int:
    return int(studio.client.head(place).raise_for_status().headers["upload-offset"])


def test_the_client_of_tus_itself_uploads_a_book(studio: Served, book: bytes) -> None:
    client = TusClient(f"{studio.url}/v1/uploads", headers={"Authorization": f"Bearer {studio.token}"})
    uploader = client.uploader(file_stream=io.BytesIO(book), chunk_size=100, metadata={"filename": "tide.txt"})
    uploader.upload_chunk()
    assert uploader.offset == 100
    # Another client goes on where that one stopped.
    again = client.uploader(file_stream=io.BytesIO(book), chunk_size=300, url=uploader.url)
    assert again.offset == 100
    again.upload()
    ident = uploader.url.rpartition("/")[2]
    film = studio.client.post("/v1/films", json={"upload": ident, "right": {"basis": "public domain"}, "start": False})
    assert film.json()["title"] == "The Tide Table", film.text


def test_what_tus_asks_of_a_server(studio: Served) -> None:
    told = studio.client.options("/v1/uploads")
    assert told.status_code == 204
    assert told.headers["tus-version"] == "1.0.0"
    assert set(told.headers["tus-extension"].split(",")) == {"creation", "termination", "expiration"}
    place = begun(studio, 10)
    asked = studio.client.head(place)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("0", "10")
    assert asked.headers["cache-control"] == "no-store"
    assert asked.headers["upload-expires"].endswith("GMT")
    other = studio.client.head(place, headers={"Tus-Resumable": "0.2.2"})
    assert (other.status_code, other.headers["tus-version"]) == (412, "1.0.0")
    answer = studio.client.patch(place, headers={**PIECE, "Upload-Offset": "3"}, content=b"x")
    assert problem(answer, "offset-conflict") and answer.headers["upload-offset"] == "0"
    wrong = {"Upload-Offset": "0", "Content-Type": "text/plain"}
    problem(studio.client.patch(place, headers=wrong, content=b"x"), "unsupported-media-type")
    assert studio.client.delete(place).status_code == 204
    assert studio.client.head(place).status_code == 404


def test_what_came_before_the_line_broke_stays(studio: Served) -> None:
    place = begun(studio, 1_000_000)
    host, _, port = studio.url.removeprefix("http://").partition(":")
    head = f"PATCH {place} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {studio.token}\r\n"
    head += "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 1000000\r\n\r\n"
    until, held = time.monotonic() + 60, False
    while not held and time.monotonic() < until:
        with socket.create_connection((host, int(port))) as line:
            line.sendall(head.encode() + b"a" * 300_000)
            # As long as the line stands nobody else may write. One that is answered came while the other was asking.
            while not held and not select.select([line], [], [], 0.2)[0] and time.monotonic() < until:
                other = studio.client.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=b"")
                held = other.status_code == 409 and "another request" in other.json()["detail"]
    assert held
    until = time.monotonic() + 30
    while (came := offset(studio, place)) != 300_000 and time.monotonic() < until:
        pass
    assert came == 300_000
    rest = studio.client.patch(place, headers={**PIECE, "Upload-Offset": str(came)}, content=b"b" * 700_000)
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, "1000000")


def test_who_goes_on_at_once_waits_until_the_broken_line_has_let_go(studio: Served) -> None:
    """What came is there before it is noticed that no more will; who reads so far and goes on is not refused."""
    folder = studio.studio.settings.data / "uploads"
    before = set(folder.iterdir())
    place = begun(studio, 10)
    (part,) = set(folder.iterdir()) - before
    with part.open("ab") as earlier:
        fcntl.flock(earlier, fcntl.LOCK_EX)
        letting_go = threading.Timer(0.5, fcntl.flock, (earlier, fcntl.LOCK_UN))
        letting_go.start()
        came = studio.client.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=b"b" * 10)
        letting_go.join()
    assert (came.status_code, came.headers["upload-offset"]) == (204, "10")


def test_five_gigabytes_are_refused_without_filling_anything(studio: Served) -> None:
    told = problem(studio.client.post("/v1/uploads", headers={"Upload-Length": str(5 * 1024**3)}), "too-large")
    assert "209715200" in told["detail"]
    place = begun(studio, 1000)
    head = f"PATCH {place} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {studio.token}\r\n"
    head += "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 5368709120\r\n\r\n"
    assert raw(studio, head.encode() + b"x" * 2000).status == 413
    assert offset(studio, place) == 0


def test_more_than_was_announced_is_not_kept(studio: Served) -> None:
    place = begun(studio, 3_000_000)
    free, sent = shutil.disk_usage("/tmp").free, 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(400):
            sent += 1_000_000
            yield b"x" * 1_000_000

    tracemalloc.start()
    try:
        studio.client.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=pieces())
    except Exception as error:  # noqa: BLE001 - hung up on while it sends: which error that is depends on the moment
        assert "reset" in str(error).lower() or "broken" in str(error).lower() or "closed" in str(error).lower(), error
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert offset(studio, place) <= 3_000_000
    assert sent < 100_000_000
    assert peak < 40_000_000
    assert free - shutil.disk_usage("/tmp").free < 100_000_000


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "0"},
        {"Upload-Length": "-5"},
        {"Upload-Length": "many"},
        {"Upload-Defer-Length": "1"},
        {"Upload-Length": "9" * 400},
        {"Upload-Length": "5", "Upload-Metadata": "filename !!!"},
        {"Upload-Length": "5", "Upload-Metadata": "filename " + base64.b64encode(b"\xff\xfe").decode()},
    ],
)
def test_a_beginning_that_makes_no_sense(studio: Served, headers: dict[str, str]) -> None:
    answer = studio.client.post("/v1/uploads", headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..\\..\\x.epub", "a/../../b.txt", "..", ".", "", "\0", ".bashrc", "x" * 5000,
     "книга.fb2", "a\nb.txt", "‮gpj.epub", "con", "-rf", "~", "$(id)", "x.txt/", "é" * 300 + ".epub"],
)  # fmt: skip
def test_a_name_is_only_a_name(studio: Served, name: str) -> None:
    """Wherever the book is moved to, it lies in its film's own folder."""
    place = begun(studio, 10, name) if name else begun(studio, 10, " ")
    team = studio.client.get("/v1/me").json()["team"]
    upload = studio.studio.uploads.find(team, place.rpartition("/")[2])
    root = studio.studio.films.root_of(team, "film_x")
    assert (root / "book" / upload.name).resolve().parent == (root / "book").resolve()
    assert upload.name and upload.name.isprintable() and not upload.name.startswith(".")


@given(some.text(max_size=300))
@example("0000" + "𝐀" * 28 + " " + "𝐀" * 9)
def test_any_name_becomes_one_that_a_disk_takes(name: str) -> None:
    safe = safe_name(name)
    assert safe and "/" not in safe and "\\" not in safe and not safe.startswith(".")
    assert safe.isprintable() and len(safe.encode()) <= LONGEST_NAME_BYTES + 40
    assert safe_name(safe) == safe


def test_an_upload_of_another_team_is_not_there(studio: Served, book: bytes) -> None:
    place = begun(studio, 10)
    theirs = studio.as_(studio.newcomer())
    for answer in (
        theirs.head(place),
        theirs.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=b"x"),
        theirs.delete(place),
        theirs.post("/v1/films", json={"upload": studio.uploaded(book), "right": {"basis": "public domain"}}),
    ):
        assert answer.status_code == 404
    assert offset(studio, place) == 0


def test_a_team_has_its_allowance(tmp_path: Path) -> None:
    with served(tmp_path / "data", allowance={"stored_bytes": 1000, "films": 1, "jobs": 1}) as running:
        begun(running, 600)
        told = problem(running.client.post("/v1/uploads", headers={"Upload-Length": "600"}), "quota")
        assert "1000" in told["detail"]


def test_a_full_disk_is_told_before_a_byte_comes(tmp_path: Path) -> None:
    with served(tmp_path / "data", spare_bytes=10**15) as running:
        problem(running.client.post("/v1/uploads", headers={"Upload-Length": "600"}), "disk-full")


def free(monkeypatch: pytest.MonkeyPatch, bytes_: int) -> None:
    monkeypatch.setattr(uploads.Uploads, "_free_bytes", lambda _: bytes_)


def test_what_was_announced_is_not_promised_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each was held against the whole disk, though others had been promised room there."""
    with served(tmp_path / "data", spare_bytes=1000) as running:
        free(monkeypatch, 2000)
        place, theirs = begun(running, 600), running.as_(running.newcomer())
        problem(theirs.post("/v1/uploads", headers={"Upload-Length": "600"}), "disk-full")
        running.client.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=b"x" * 600).raise_for_status()
        # What has come is no longer outstanding: by now the disk itself has it.
        free(monkeypatch, 1600)
        assert theirs.post("/v1/uploads", headers={"Upload-Length": "600"}).status_code == 201


def test_a_disk_that_fills_up_meanwhile_is_left_its_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "data", spare_bytes=1000) as running:
        place = begun(running, 3_000_000)
        first = b"x" * 1_100_000
        running.client.patch(place, headers={**PIECE, "Upload-Offset": "0"}, content=first).raise_for_status()
        free(monkeypatch, 1000)
        more = {**PIECE, "Upload-Offset": str(len(first))}
        told = running.client.patch(place, headers=more, content=b"y" * 1_900_000)
        assert problem(told, "disk-full") and told.headers["upload-offset"] == str(len(first))
        monkeypatch.undo()
        assert offset(running, place) == len(first)


def test_an_upload_that_nobody_goes_on_with_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "data") as running:
        place = begun(running, 600)
        monkeypatch.setattr("bookfilm.studio.uploads.now", lambda: "2001-01-01T00:00:00.000+00:00")
        old = begun(running, 600)
        monkeypatch.undo()
        running.studio.uploads.sweep()
        assert running.client.head(old).status_code == 404
        assert running.client.head(place).status_code == 200
        assert len(list((tmp_path / "data" / "uploads").iterdir())) == 1
