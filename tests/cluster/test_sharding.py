"""How a list is cut into shards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.sharding import WINDOW, _Heard, feeders_for, shard_lengths


@given(st.integers(0, 5000), st.integers(1, 80))
def test_shards_hold_every_row_once(count: int, tasks: int) -> None:
    lengths = shard_lengths(count, tasks)
    assert sum(lengths) == count
    assert all(lengths)


@given(st.integers(1, 5000), st.integers(1, 80))
def test_no_task_stands_idle_while_there_are_rows_and_all_have_as_many(count: int, tasks: int) -> None:
    lengths = shard_lengths(count, tasks)
    assert len(lengths) == min(tasks, count)
    assert max(lengths) - min(lengths) <= 1


@given(st.integers(1, 10_000))
def test_a_task_waits_for_no_more_rows_than_its_window_also_when_half_of_them_are_through(in_flight: int) -> None:
    feeders = feeders_for(in_flight)
    assert feeders * WINDOW >= in_flight
    assert feeders == 1 or feeders // 2 * WINDOW >= in_flight


def test_a_laptop_has_one_shard() -> None:
    assert feeders_for(4) == 1
    assert shard_lengths(3000, 1) == [3000]


@given(
    st.integers(0, 300).flatmap(lambda count: st.tuples(st.just(count), st.lists(st.integers(0, max(0, count - 1)))))
)
def test_each_row_is_heard_of_once(told: tuple[int, list[int]]) -> None:
    count, numbers = told
    numbers = numbers if count else []
    heard = _Heard(count)
    new = [number for number in numbers if heard.note(number)]
    assert sorted(new) == sorted(set(numbers))
    assert heard.left == count - len(set(numbers))
    assert [number for number in range(count) if number not in heard] == sorted(set(range(count)) - set(numbers))
