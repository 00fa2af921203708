"""How long a replica has been at work is told while it is, not only afterwards."""

from __future__ import annotations

import time

import pytest

from bookfilm.metrics import Metric
from deployments import metering
from deployments.metering import Worked


def test_a_long_shot_is_counted_as_it_goes_on_and_two_at_once_no_more_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[float] = []
    monkeypatch.setattr(Metric, "inc", lambda _self, value, **_labels: counted.append(value))
    monkeypatch.setattr(metering.ray, "is_initialized", lambda: True)
    monkeypatch.setattr(metering, "count_with", lambda _meter: None)
    worked = Worked("video", "stripes")
    began = time.monotonic()
    with worked.at_work():
        time.sleep(0.05)
        worked._count(0)
        assert 0.05 <= sum(counted) <= time.monotonic() - began
        with worked.at_work():
            time.sleep(0.05)
    ended = time.monotonic() - began
    time.sleep(0.05)
    worked._count(0)
    assert 0.1 <= sum(counted) <= ended
