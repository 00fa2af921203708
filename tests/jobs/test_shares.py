"""Places, shared out by weight."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.jobs.shares import fair_shares

WANTED = st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 600)), min_size=1, max_size=12)


@given(st.integers(0, 2000), WANTED)
def test_no_place_is_lost_or_given_twice_and_nobody_gets_more_than_they_want(
    places: int, wanted: list[tuple[int, int]]
) -> None:
    shares = fair_shares(places, wanted)
    assert sum(shares) == min(places, sum(want for _, want in wanted))
    assert all(0 <= share <= want for share, (_, want) in zip(shares, wanted, strict=True))


@given(st.integers(0, 2000), WANTED)
def test_whoever_wants_any_gets_one_before_anybody_gets_two(places: int, wanted: list[tuple[int, int]]) -> None:
    shares = fair_shares(places, wanted)
    if any(share > 1 for share in shares):
        assert all(share > 0 for share, (_, want) in zip(shares, wanted, strict=True) if want)


@given(st.integers(1, 2000), st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_those_who_want_all_are_served_by_weight_to_the_place(places: int, weights: list[int]) -> None:
    shares = fair_shares(places, [(weight, places) for weight in weights])
    for share, weight in zip(shares, weights, strict=True):
        exact = places * weight / sum(weights)
        # One that would get none has one, of those that have more.
        assert abs(share - exact) < 1 + len(weights)
    if places * min(weights) >= sum(weights):
        assert all(
            abs(share - places * weight / sum(weights)) < 1 for share, weight in zip(shares, weights, strict=True)
        )


def test_what_one_leaves_the_others_have() -> None:
    assert fair_shares(30, [(20, 100), (10, 100)]) == [20, 10]
    assert fair_shares(30, [(20, 8), (10, 100)]) == [8, 22]
    assert fair_shares(12, [(10, 100), (10, 100), (10, 3)]) == [5, 4, 3]
    assert fair_shares(2, [(100, 9), (1, 9), (1, 9)]) == [1, 1, 0] or fair_shares(2, [(100, 9), (1, 9), (1, 9)])[0] >= 1
