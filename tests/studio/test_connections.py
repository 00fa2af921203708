"""Who holds connections and asks nothing keeps nobody out; who is one too many is told so in a problem."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from bookfilm.studio import app, connections
from bookfilm.studio.films import Films
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem


def line_to(studio: Served) -> socket.socket:
    host, _, port = studio.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def is_hung_up(line: socket.socket, within_s: float) -> bool:
    line.settimeout(within_s)
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False


@pytest.mark.parametrize("sent", [b"", b"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"G"])
def test_who_does_not_ask_is_hung_up_on(studio: Served, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ASKS_WITHIN_S", 0.5)
    with line_to(studio) as line:
        line.sendall(sent)
        assert is_hung_up(line, 15)


def test_who_sends_a_letter_at_a_time_has_no_more_time(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ASKS_WITHIN_S", 1.0)
    with line_to(studio) as line, pytest.raises(OSError):
        line.sendall(b"GET /health HTTP/1.1\r\n")
        for _ in range(100):
            line.sendall(b"X-A: b\r\n")
            time.sleep(0.1)


def test_who_asks_again_later_is_answered(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ASKS_WITHIN_S", 1.0)
    with line_to(studio) as line:
        for _ in range(3):
            line.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            said = b""
            while b'"ok"' not in said:
                said += line.recv(4096)
            assert said.startswith(b"HTTP/1.1 200")
            # Longer than a first request may take, shorter than a connection is kept alive.
            time.sleep(1.5)


def test_idle_connections_keep_nobody_out(studio: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_IDLE", 5)
    # None goes because its time is over, however slow this machine is.
    monkeypatch.setattr(connections, "ASKS_WITHIN_S", 600.0)
    with ExitStack() as held:
        lines = []
        for number in range(12):
            # A loop's clock stands still while it takes several at once: the first and the last come apart.
            time.sleep(0.2 if number in (1, 11) else 0.0)
            lines.append(held.enter_context(line_to(studio)))
        assert studio.as_(studio.token).get("/v1/me").status_code == 200
        assert is_hung_up(lines[0], 15), "the one that has waited for longest goes"
        assert not is_hung_up(lines[-1], 0.2)


def test_who_is_one_too_many_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "OTHERS_AT_ONCE", 1)
    began, goes_on = threading.Semaphore(0), threading.Event()
    found = Films.page

    def waits(*args: object, **told: object) -> object:
        began.release()
        goes_on.wait(30)
        return found(*args, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(Films, "page", waits)
    with served(tmp_path / "data", streams=1) as running:
        threads = [threading.Thread(target=running.as_(running.token).get, args=("/v1/films",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert began.acquire(timeout=30)
        try:
            told = running.client.get("/v1/me")
            assert problem(told, "unavailable")["code"] == "too-many-at-once" and told.headers["retry-after"]
            assert running.client.get("/health").status_code == 200
        finally:
            goes_on.set()
            for thread in threads:
                thread.join()
        assert running.client.get("/v1/me").status_code == 200
