"""Seconds in which several rows are at work are shared out: together they are as long as the replica was busy."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.time_shares import Spent, TimeShares


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@given(steps=st.lists(st.tuples(st.floats(0, 50), st.booleans()), max_size=12))
def test_shares_add_up_to_the_time_at_work(steps: list[tuple[float, bool]]) -> None:
    """Each step lets some time pass, and then one begins, or the one that began last ends."""
    clock, everybody, busy = Clock(), list[Spent](), 0.0
    shares, under_way = TimeShares(clock), list[ExitStack]()
    for seconds, begins in steps:
        clock.now += seconds
        busy += seconds if under_way else 0.0
        if begins:
            everybody.append(Spent())
            under_way.append(ExitStack())
            under_way[-1].enter_context(shares.at_work(everybody[-1]))
        elif under_way:
            under_way.pop().close()
    while under_way:
        under_way.pop().close()
    assert sum(one.seconds for one in everybody) == pytest.approx(busy)
    assert all(one.seconds >= 0 for one in everybody)


def test_two_at_once_have_a_half_each_and_one_alone_has_all() -> None:
    clock, first, second = Clock(), Spent(), Spent()
    shares = TimeShares(clock)
    with shares.at_work(first):
        with shares.at_work(second):
            clock.now += 10
        clock.now += 3
    assert (first.seconds, second.seconds) == (8, 5)
