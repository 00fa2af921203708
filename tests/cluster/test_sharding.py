"""How a list is cut into shards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.sharding import LONGEST_SHARD, cut_shards


@given(st.integers(0, 5000), st.integers(1, 80))
def test_shards_hold_every_row_once_and_in_order(count: int, tasks: int) -> None:
    rows = [(str(number), "{}") for number in range(count)]
    shards = cut_shards(rows, tasks)
    assert [row for shard in shards for row in shard] == rows
    assert all(shards)


@given(st.integers(1, 5000), st.integers(2, 80))
def test_no_task_stands_idle_while_there_are_rows_and_no_shard_is_long(count: int, tasks: int) -> None:
    shards = cut_shards([(str(number), "{}") for number in range(count)], tasks)
    assert len(shards) >= min(tasks, count)
    assert max(map(len, shards)) <= LONGEST_SHARD


def test_a_laptop_has_one_shard() -> None:
    assert [len(shard) for shard in cut_shards([("a", "{}")] * 3000, 1)] == [3000]
