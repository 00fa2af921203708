"""The benchmark that sends strangers to a studio: what it tries is there, and it tells who is let in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import studio as strangers
from tests.conftest import STORY
from tests.studio.desk import carry_out
from tests.studio.serving import Served, served


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("strangers") / "data", **strangers.LIMITS) as studio:
        yield studio


@pytest.fixture(scope="module")
def film(running: Served) -> tuple[str, str, int]:
    ident = str(running.filmed(STORY.encode())["id"])
    carry_out(running, ident)
    shots = running.client.get(f"/v1/films/{ident}/shots").json()["items"]
    return ident, shots[2]["id"], 1


def test_nobody_is_let_in(running: Served, film: tuple[str, str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "GUESSES", 50)
    other = running.newcomer(*strangers.THEIRS)
    guessed = {one.name: one for one in strangers._guessed(running.url, film[0], other)}
    assert guessed["kinds of answers to them"].value == 1
    told = {one.name: one.value for one in strangers._let_in(running.url, running.token, other, film, running.studio)}
    assert told.pop("doors tried") > 350
    assert told == dict.fromkeys(told, 0)


def test_who_is_let_in_is_counted(running: Served, film: tuple[str, str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody of the very team comes in: were what is tried not there, nobody would, and all would look well."""
    same = running.newcomer("films:read", team=running.client.get("/v1/me").json()["team"])
    ids = {**strangers.NOBODYS, "film": film[0], "shot": film[1], "job": "1", "number": "0", "name": "film.mp4"}
    monkeypatch.setattr(strangers, "_theirs", lambda *_: ids)
    told = {one.name: one.value for one in strangers._let_in(running.url, running.token, same, film, running.studio)}
    assert told["let in"] > 5 and told["doors that tell what is there from what is not"] > 5
