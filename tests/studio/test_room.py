"""What a team may have holds for all that it makes, and the disk is asked before anything is made."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bookfilm.studio import films as films_module
from bookfilm.studio import room, runner
from bookfilm.studio.films import bytes_below
from bookfilm.studio.runner import Runner
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import PUBLIC, Served, served
from tests.studio.test_problems import problem
from tests.studio.test_turns import turning

CLIP = {"prompt": "A lamp is lit."}


def used(running: Served) -> int:
    return int(running.client.get("/v1/me").json()["used"]["stored_bytes"])


def test_bytes_that_are_used_up_stop_all_that_makes_more(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data", allowance={"stored_bytes": 3 * len(book)}) as running:
        film = str(running.filmed(book, start=False)["id"])
        other = running.uploaded(book)
        root = film_of(running, film).root
        (root / "film" / "film.mp4").write_bytes(b"x" * 2 * len(book))
        running.studio.films.note_size(film_of(running, film))
        assert used(running) > 3 * len(book)
        for path, asked in (
            (f"/v1/films/{film}/make", None), ("/v1/videos", CLIP),
            ("/v1/films", {"upload": other, "right": PUBLIC, "start": False}),
        ):  # fmt: skip
            assert problem(running.client.post(path, json=asked), "quota")["code"] == "bytes-used-up", path
        (root / "film" / "film.mp4").unlink()
        running.studio.films.note_size(film_of(running, film))
        assert running.client.post(f"/v1/films/{film}/make").status_code == 202


def test_a_disk_that_is_full_is_told_before_anything_is_made(tmp_path: Path, book: bytes) -> None:
    with served(tmp_path / "data") as running:
        film = str(running.filmed(book, start=False)["id"])
    with served(tmp_path / "data", spare_bytes=10**15) as again:
        again.client.headers["Authorization"] = f"Bearer {running.token}"
        for path, asked in ((f"/v1/films/{film}/make", None), ("/v1/videos", CLIP)):
            assert problem(again.client.post(path, json=asked), "disk-full")["code"] == "no-space-to-make"


def test_half_of_what_uploads_leave_is_enough_to_begin(
    tmp_path: Path, book: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what uploads leave for the films could never be used by one."""
    with served(tmp_path / "data", spare_bytes=1000) as running:
        film = str(running.filmed(book, start=False)["id"])
        for free, status in ((499, 507), (501, 202)):
            monkeypatch.setattr(room.shutil, "disk_usage", lambda _, free=free: type("Usage", (), {"free": free}))
            assert running.client.post(f"/v1/films/{film}/make").status_code == status


def test_a_clip_is_no_larger_than_the_team_may_have(tmp_path: Path) -> None:
    with served(tmp_path / "data", allowance={"picture_pixels": 640 * 360}) as running:
        told = problem(running.client.post("/v1/videos", json={**CLIP, "size": "640x362"}), "too-much")
        assert told["params"] == {"width": "640", "height": "362", "most": str(640 * 360)}
        made = running.client.post("/v1/videos", json={**CLIP, "size": "640x360"}).raise_for_status().json()["id"]
        assert running.client.post(f"/v1/videos/{made}/remix", json=CLIP).status_code == 200


def test_a_film_is_measured_while_it_is_made_and_when_it_is(
    tmp_path: Path, book: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "data") as running:
        film = str(running.filmed(book)["id"])
        monkeypatch.setattr(runner, "SIZE_S", 0.0)
        turns, _ = turning(running, monkeypatch, 1)
        row = film_of(running, film)
        (row.root / "part").write_bytes(b"x" * 5_000_000)
        turns.turn()
        assert film_of(running, film).stored_bytes > 5_000_000
        (row.root / "part").unlink()
        carry_out(running, film)
        for _ in range(3):
            turns.turn()
        assert film_of(running, film).stored_bytes == bytes_below(row.root) > len(book)


def test_a_service_that_begins_measures_nothing_before_it_makes_something(
    tmp_path: Path, book: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It walked through the folders of all films there are before it started the first driver."""
    with served(tmp_path / "data") as running:
        done = [str(running.filmed(book, until="screenplay")["id"]) for _ in range(3)]
        for film in done:
            carry_out(running, film)
        patience = time.monotonic() + 60
        rows = [film_of(running, film) for film in done]
        while any(film_of(running, row.id).stored_bytes != bytes_below(row.root) for row in rows):
            assert time.monotonic() < patience
            time.sleep(0.1)
        waits = str(running.filmed(book)["id"])
        fresh, begun = turning(running, monkeypatch, 1)
        walked: list[Path] = []
        monkeypatch.setattr(films_module, "bytes_below", lambda root: walked.append(root) or 0)
        fresh.turn()
        assert list(begun) == [waits] and not walked
        for _ in range(3):
            Runner.turn(fresh)
        assert walked == [], "what was at rest, and has been told of, is as large as it was"
