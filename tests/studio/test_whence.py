"""From where a request comes: a proxy is believed that the operator trusts, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from anyio import run
from starlette.types import Message, Receive, Scope, Send

from bookfilm.errors import SettingsError
from bookfilm.studio.whence import Whence, household_of
from tests.studio.serving import served

PROXIES = ("10.0.0.0/8", "127.0.0.1", "fd00::/8")


def seen(peer: str, *told: str, trusted: tuple[str, ...] = PROXIES) -> str:
    """Return from where a request of `peer` is said to come that tells X-Forwarded-For so, header by header."""
    found: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(scope["client"][0])

    async def receive() -> Message:
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    headers = [(b"x-forwarded-for", one.encode("latin-1")) for one in told]
    run(Whence(app, trusted), {"type": "http", "client": (peer, 1), "headers": headers}, receive, send)
    return found[0]


@pytest.mark.parametrize(
    ("peer", "told", "from_"),
    [
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.7, 10.2.3.4"], "203.0.113.7"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("fd00::1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("10.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("::ffff:10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["10.9.9.9"], "10.9.9.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7, <script>"], "10.0.0.1"),
        ("10.0.0.1", ["", ",,,"], "10.0.0.1"),
        ("203.0.113.9", ["1.1.1.1"], "203.0.113.9"),
        ("203.0.113.9", ["10.0.0.1"], "203.0.113.9"),
        ("testclient", ["1.1.1.1"], "testclient"),
    ],
)
def test_the_first_who_is_not_trusted_is_who_asks(peer: str, told: list[str], from_: str) -> None:
    assert seen(peer, *told) == from_


def test_nobody_is_believed_where_no_proxy_is_named() -> None:
    assert seen("127.0.0.1", "1.1.1.1", trusted=()) == "127.0.0.1"


def test_a_list_without_end_is_read_from_its_end() -> None:
    assert seen("10.0.0.1", ", ".join(["1.1.1.1"] * 5000 + ["203.0.113.7"])) == "203.0.113.7"


def test_who_chooses_addresses_of_one_network_is_counted_as_one() -> None:
    assert household_of("2001:db8::1") == household_of("2001:db8::ffff:1") != household_of("2001:db8:0:1::1")
    assert household_of("203.0.113.7") != household_of("203.0.113.8")
    assert household_of("unknown") == "unknown"


def test_strangers_behind_a_trusted_proxy_are_told_apart(tmp_path: Path) -> None:
    with served(tmp_path / "data", failures_a_minute=3, proxies=("127.0.0.1",)) as running:
        nobody = running.as_(None)

        def ask(address: str, count: int) -> list[int]:
            return [nobody.get("/v1/me", headers={"X-Forwarded-For": address}).status_code for _ in range(count)]

        assert ask("203.0.113.7", 5) == [401] * 3 + [429] * 2
        assert ask("203.0.113.8", 3) == [401] * 3
        # What the stranger wrote themselves stands before what the proxy wrote.
        assert ask("203.0.113.9, 203.0.113.7", 1) == [429]
        client = running.as_(running.token)
        client.post("/v1/films/none/pause", headers={"X-Forwarded-For": "203.0.113.20"})
        assert client.get("/v1/audit").json()["items"][0]["address"] == "203.0.113.20"


@pytest.mark.parametrize("wrong", ["proxy.example", "10.0.0.0/99", "", "10.0.0.1:80"])
def test_a_proxy_that_is_no_address_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    from bookfilm.studio.settings import read_settings

    path = tmp_path / "studio.toml"
    path.write_text(f'proxies = ["{wrong}"]\n')
    with pytest.raises(SettingsError, match="proxies") as caught:
        read_settings(path, {"data": tmp_path})
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)
