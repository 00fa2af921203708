"""How a list is cut into shards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.sharding import WINDOW, cut_shards, feeders_for


@given(st.integers(0, 5000), st.integers(1, 80))
def test_shards_hold_every_row_once_and_in_order(count: int, tasks: int) -> None:
    rows = [(str(number), "{}") for number in range(count)]
    shards = cut_shards(rows, tasks)
    assert [row for shard in shards for row in shard] == rows
    assert all(shards)


@given(st.integers(1, 5000), st.integers(1, 80))
def test_no_task_stands_idle_while_there_are_rows_and_all_have_as_many(count: int, tasks: int) -> None:
    lengths = [len(shard) for shard in cut_shards([(str(number), "{}") for number in range(count)], tasks)]
    assert len(lengths) == min(tasks, count)
    assert max(lengths) - min(lengths) <= 1


@given(st.integers(1, 10_000))
def test_a_task_waits_for_no_more_rows_than_its_window_also_when_half_of_them_are_through(in_flight: int) -> None:
    feeders = feeders_for(in_flight)
    assert feeders * WINDOW >= in_flight
    assert feeders == 1 or feeders // 2 * WINDOW >= in_flight


def test_a_laptop_has_one_shard() -> None:
    assert feeders_for(4) == 1
    assert [len(shard) for shard in cut_shards([("a", "{}")] * 3000, 1)] == [3000]
