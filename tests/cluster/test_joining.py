"""How a driver leaves its cluster."""

from __future__ import annotations

import os
import signal
import time

import pytest
import ray
from ray.exceptions import RaySystemError

from cluster.joining import end_on_sigterm


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
