"""The farm's event simulation, held to what no farm can beat and to what one feeder comes near."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.foretold import Costs, Foretelling
from benchmarks.simulated import drawn_seconds, ideal_s

FREE = Costs(row_s=0.0, way_s=0.0)


@given(st.lists(st.floats(0.5, 60), min_size=1, max_size=120), st.integers(1, 40), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_no_job_is_faster_than_its_gpus_and_none_slower_than_one_of_them(
    seconds: list[float], gpus: int, seed: int
) -> None:
    wall_s = Foretelling(seconds, gpus, Costs(row_s=0.005, way_s=0.01), seed).wall_s()
    assert wall_s >= max(max(seconds), sum(seconds) / gpus) - 1e-6
    assert wall_s <= sum(seconds) + 0.2 * len(seconds)


@pytest.mark.parametrize("gpus", [1, 3, 16, 64])
def test_one_feeder_without_costs_comes_near_the_best(gpus: int) -> None:
    seconds = drawn_seconds(12 * gpus, 10.0, gpus)
    assert Foretelling(seconds, gpus, FREE, 1).wall_s() <= 1.02 * ideal_s(seconds, gpus)


def test_the_same_seed_foretells_the_same() -> None:
    seconds = drawn_seconds(2_000, 10.0, 1)
    costs = Costs(row_s=0.007, way_s=0.014)
    assert Foretelling(seconds, 200, costs, 1).wall_s() == Foretelling(seconds, 200, costs, 1).wall_s()


def test_what_a_row_costs_is_felt_where_a_feeder_cannot_keep_up() -> None:
    seconds = drawn_seconds(1_200, 1.0, 1)
    slow = Foretelling(seconds, 100, Costs(row_s=0.05, way_s=0.0), 1).wall_s()
    assert slow >= 1_200 * 0.05 * 0.99
