"""Places go to whoever wants one while there are some, and are shared out evenly once there are not."""

from __future__ import annotations

from collections import Counter
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.studio.places import Place, Places

TEAMS = "abcd"


@given(st.integers(1, 12), st.lists(st.tuples(st.sampled_from(TEAMS), st.integers(0, 3)), max_size=80))
def test_nobody_has_less_than_their_share_while_another_has_more(most: int, asked: list[tuple[str, int]]) -> None:
    places, held = Places(most), list[Place]()
    woken, all_of_them = Counter[int](), list[Place]()
    for team, verb in asked:
        if verb == 0 and held:
            places.leave(held.pop(0))
            continue
        before = {one: places.of(one) for one in TEAMS}
        place = places.take(team)
        if place is None:
            assert sum(before.values()) == most
            assert before[team] + 1 >= max(before.values()), "refused, while another has more than an even share"
        else:
            # One that was let go of would lend its number to the next.
            all_of_them.append(place)
            place.wake = partial(woken.update, [id(place)])
            held.append(place)
        assert len(places) <= most
        assert all(places.of(one) >= min(before[one], max(before.values()) - 1) for one in TEAMS)
        assert [one for one in held if one.lost] == [one for one in held if woken[id(one)]]
        held = [one for one in held if not one.lost]
        assert Counter(one.team for one in held) == {one: places.of(one) for one in TEAMS if places.of(one)}


def test_a_place_that_is_given_back_twice_is_one_place() -> None:
    places = Places(2)
    first, second = places.take("a"), places.take("a")
    assert first is not None and second is not None
    places.leave(first)
    places.leave(first)
    assert (len(places), places.of("a")) == (1, 1)
