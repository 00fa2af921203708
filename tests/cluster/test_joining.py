"""How a driver leaves its cluster."""

from __future__ import annotations

import os
import signal
import time

import pytest
import ray
from ray.exceptions import RaySystemError

from bookfilm.errors import ClusterError, ClusterRefused
from cluster.joining import end_on_sigterm, joined_cluster


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


def test_a_cluster_that_has_gone_is_refused_and_no_fault_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**_: object) -> None:
        raise RuntimeError("Failed to connect to GCS")

    monkeypatch.setattr(ray, "init", gone)
    said = "^auto: no cluster can be joined here: Failed to connect to GCS"
    with pytest.raises(ClusterRefused, match=said), joined_cluster("auto"):
        pass
