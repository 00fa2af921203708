"""How many replicas the work that is left pays for."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray.serve._private.common import TimeStampedValue
from ray.serve.config import AutoscalingConfig, AutoscalingContext

from deployments.scaling import AT_ONCE, BACKLOG, SECONDS, ByBacklog, replicas_for, scaled_by_backlog


def context(requests: float, **metrics: list[list[float]]) -> AutoscalingContext:
    """What Serve gives a policy: `metrics` are, of each replica, the values that it told."""
    raw: dict[str, dict[Any, Any]] = {
        name: {f"replica-{n}": [TimeStampedValue(float(at), value) for at, value in enumerate(told)]
               for n, told in enumerate(values)}
        for name, values in metrics.items()
    }  # fmt: skip
    facts: dict[str, Any] = dict.fromkeys(
        ("deployment_id", "app_name", "aggregated_metrics", "last_scale_up_time", "last_scale_down_time")
    )
    return AutoscalingContext(
        **facts,
        deployment_name="video",
        current_num_replicas=2,
        target_num_replicas=2,
        running_replicas=[],
        total_num_requests=requests,
        total_queued_requests=0.0,
        raw_metrics=raw,
        capacity_adjusted_min_replicas=0,
        capacity_adjusted_max_replicas=64,
        policy_state={},
        current_time=0.0,
        config=AutoscalingConfig(min_replicas=0, max_replicas=64, target_ongoing_requests=2),
    )


def test_a_long_job_gets_as_many_as_its_work_pays_for_and_the_last_shots_start_nobody() -> None:
    wanted = ByBacklog(worth_s=600)
    # 1,000 shots of 180 s are 300 replicas' ten minutes, however few rows are under way.
    assert wanted(context(4, **{BACKLOG: [[1000], [1000]], SECONDS: [[170], [190]]})) == (300, {})
    # Serve's own rule would have eight.
    assert wanted(context(16, **{BACKLOG: [[6]], SECONDS: [[180]]})) == (2, {})


def test_no_more_than_the_limits_of_the_jobs_let_be_at_work() -> None:
    wanted = ByBacklog(worth_s=10)
    told = {BACKLOG: [[1000], [1000]], SECONDS: [[30], [30]]}
    assert wanted(context(8, **told)) == (1000, {})
    assert wanted(context(8, **told, **{AT_ONCE: [[1000], [4]]})) == (1000, {})
    assert wanted(context(8, **told, **{AT_ONCE: [[4], [4]]})) == (4, {})
    assert wanted(context(8, **told, **{AT_ONCE: [[0]]})) == (1, {})


def test_the_newest_word_counts() -> None:
    assert ByBacklog(10)(context(9, **{BACKLOG: [[90, 80, 20], [30]], SECONDS: [[5, 1.0], []]})) == (3, {})


@pytest.mark.parametrize("metrics", [{}, {BACKLOG: [[40]]}, {SECONDS: [[9]]}, {BACKLOG: [[0]], SECONDS: [[9]]}])
def test_where_nothing_is_known_serves_own_rule_holds(metrics: dict[str, list[list[float]]]) -> None:
    assert ByBacklog(600)(context(9, **metrics)) == (5, {})


@given(st.integers(1, 10**6), st.floats(1e-3, 1e5), st.floats(1e-3, 1e6))
def test_never_more_than_rows_and_one_at_least(left: int, seconds: float, worth_s: float) -> None:
    wanted = replicas_for(left, seconds, worth_s)
    assert 1 <= wanted <= left
    assert wanted <= math.ceil(left * seconds / worth_s)
    assert wanted <= replicas_for(left + 1, seconds, worth_s)


def test_serve_finds_the_policy_by_its_name() -> None:
    policy = scaled_by_backlog(600)
    policy.serialize_policy()
    assert policy.get_policy()(**policy.policy_kwargs)(context(9))[0] == 5
