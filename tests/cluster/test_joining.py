"""How a driver leaves its cluster."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import ray
import ray.util
from ray.exceptions import RaySystemError

from bookfilm.errors import ClusterError
from cluster.authenticating import MODE, show_token
from cluster.joining import end_on_sigterm, joined_cluster
from tests.cluster.commands import bookfilm


def test_sigterm_ends_a_run_as_ctrl_c_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    end_on_sigterm()
    try:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_who_asks_ray_outside_a_cluster_does_not_start_one() -> None:
    with pytest.raises(RaySystemError):
        ray.put(1)
    assert not ray.is_initialized()


TOO_LATE = "The current node timed out during startup. This could happen because the GCS has become overloaded."


def test_a_node_that_comes_up_too_late_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def init(**asked: object) -> None:
        tries.append(asked)
        if len(tries) == 1:
            raise Exception(TOO_LATE)

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 2.0})
    monkeypatch.setattr(ray, "nodes", list)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with joined_cluster(None) as joined:
            assert joined.cpus == 2
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert len(tries) == 2


def test_a_node_that_does_not_come_up_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def init(**_asked: object) -> None:
        raise Exception(TOO_LATE + "\nand a page of what else Ray knows")

    monkeypatch.setattr(ray, "init", init)
    starts = r"^Ray did not start: The current node timed out during startup"
    with pytest.raises(ClusterError, match=starts) as told, joined_cluster(None):
        pass
    assert "\n" not in str(told.value)


@pytest.mark.film
def test_a_cluster_that_asks_for_the_token_of_this_machine_is_joined(
    monkeypatch: pytest.MonkeyPatch, story: Path, stripes: Callable[..., Path], tmp_path: Path
) -> None:
    monkeypatch.delenv(MODE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    # Ray notes there which cluster is this machine's; and its sockets' paths must be short.
    notes = tempfile.mkdtemp(prefix="ray-")
    monkeypatch.setenv("RAY_TMPDIR", notes)
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray" / "auth_token").write_text("5" * 32, encoding="ascii")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = [Path(sys.executable).with_name("ray"), "start", "--head", "--block", "--disable-usage-stats"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    head = subprocess.Popen([*start, f"--port={port}", "--num-cpus=4", "--include-dashboard=false"], **quiet)
    try:
        until = time.monotonic() + 90
        while not _answers(port) and time.monotonic() < until:
            time.sleep(0.2)
        address = f"{ray.util.get_node_ip_address()}:{port}"
        options = ["--until", "shots", "--preset", stripes(), "--address", address, "--right", "author"]
        done = bookfilm("make", story, "--out", tmp_path / "film", *options)
    finally:
        head.terminate()
        head.wait(timeout=60)
        shutil.rmtree(notes, ignore_errors=True)
    assert done.returncode == 0, done.stderr


def _answers(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


@pytest.mark.parametrize(
    ("environment", "token", "mode"),
    [
        ({}, True, "token"),
        ({}, False, None),
        ({"RAY_AUTH_TOKEN": "5"}, False, "token"),
        ({MODE: "disabled"}, True, "disabled"),
    ],
)
def test_the_token_is_shown_where_there_is_one_and_nobody_has_said_otherwise(
    environment: dict[str, str], token: bool, mode: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (MODE, "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    if token:
        (tmp_path / ".ray").mkdir()
        (tmp_path / ".ray" / "auth_token").write_text("5", encoding="ascii")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    show_token()
    found = os.environ.get(MODE)
    monkeypatch.setenv(MODE, "")  # so that it is put back
    assert found == mode
