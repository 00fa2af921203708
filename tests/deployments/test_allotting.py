"""How an app shares its places out among jobs and their feeders."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.jobs.gate import Opening
from deployments.allotting import SILENT_S, Allotment, Allotter, Places

MANY = Places(alone=48, shared=24, at_work=12)
EIGHT = Places(alone=8, shared=8, at_work=4)
FOUR = Places(alone=4, shared=4, at_work=2)


def rooms(allotter: Allotter, *feeders: tuple[str, str]) -> list[int | None]:
    found = []
    for job, feeder in feeders:
        news = allotter.news(job, feeder, seen=-1)
        assert news is not None
        found.append(news[1].room)
    return found


def test_one_job_has_all_places_and_its_feeders_share_them() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), Places(alone=16, shared=8, at_work=4), now=0)
    allotter.want("a", "f", 16, 0)
    assert rooms(allotter, ("a", "f")) == [16]
    allotter.want("a", "g", 4, 0)
    assert rooms(allotter, ("a", "f"), ("a", "g")) == [12, 4]
    allotter.leave("a", "g")
    assert rooms(allotter, ("a", "f")) == [16]


def test_feeders_share_by_what_they_have_left_so_that_they_end_together() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), MANY, now=0)
    allotter.want("a", "f", 48, 0, left=80)
    assert rooms(allotter, ("a", "f")) == [48]
    # One that was started late, and has all its rows yet.
    assert allotter.want("a", "g", 48, 1, left=160)
    assert rooms(allotter, ("a", "f"), ("a", "g")) == [16, 32]
    assert not allotter.want("a", "g", 48, 2, left=150)
    assert allotter.want("a", "g", 48, 3, left=40)
    assert rooms(allotter, ("a", "f"), ("a", "g")) == [32, 16]
    # Few rows leave the replicas to the others.
    assert allotter.want("a", "g", 2, 4, left=2)
    assert [(allotter.news("a", feeder, -1) or (0, Allotment()))[1].at_work for feeder in ("f", "g")] == [11, 1]


@given(rows=st.lists(st.integers(1, 200), min_size=2, max_size=6), places=st.integers(24, 64))
def test_feeders_of_any_lengths_end_within_a_wave_of_each_other(rows: list[int], places: int) -> None:
    """Each round they send what they may, and all of it is made."""
    allotter = Allotter()
    allotter.tell("a", Opening(), Places(alone=places, shared=places, at_work=places), now=0)
    left, ended = dict(enumerate(rows)), dict[int, int]()
    for turn in range(sum(rows)):
        for feeder, count in left.items():
            allotter.want("a", str(feeder), min(places, count), 0, left=count)
        told = rooms(allotter, *[("a", str(feeder)) for feeder in left])
        for feeder, room in zip(list(left), told, strict=True):
            left[feeder] -= min(left[feeder], room or 0)
            if not left[feeder]:
                del left[feeder]
                allotter.leave("a", str(feeder))
                ended[feeder] = turn
        if not left:
            break
    assert max(ended.values()) + 1 <= -(-sum(rows) // places) + 1 + len(rows)
    long = [ended[feeder] for feeder, count in enumerate(rows) if count >= max(rows) / 2]
    # Places are whole, and of how many rows are left it is told now and then.
    assert max(long) - min(long) <= 2 + max(long) / 8


def test_jobs_share_by_priority_what_the_replicas_hold() -> None:
    allotter = Allotter()
    for job, priority in (("a", 20), ("b", 10)):
        allotter.tell(job, Opening(priority=priority), MANY, now=0)
        allotter.want(job, "f", 48, 0)
    assert rooms(allotter, ("a", "f"), ("b", "f")) == [16, 8]
    allotter.tell("b", Opening(priority=40), MANY, 0)
    assert rooms(allotter, ("a", "f"), ("b", "f")) == [8, 16]
    allotter.tell("b", Opening(priority=40, flow="shut"), MANY, 0)
    assert rooms(allotter, ("a", "f")) == [48]
    allotter.tell("b", Opening(priority=40, at_most=2), MANY, 0)
    assert rooms(allotter, ("a", "f"), ("b", "f")) == [22, 2]


def test_only_news_is_told() -> None:
    allotter = Allotter()
    assert allotter.tell("a", Opening(version=1), FOUR, 0)
    assert allotter.want("a", "f", 4, 0)
    number, allotted = allotter.news("a", "f", seen=-1) or (0, Allotment())
    assert allotted == Allotment(room=4, at_work=2)
    assert allotter.news("a", "f", seen=number) is None
    assert not allotter.want("a", "f", 4, 1)
    assert not allotter.tell("a", Opening(version=1), FOUR, 1)
    allotter.tell("a", Opening(version=2, skipped=frozenset({"k"})), FOUR, 1)
    again, allotted = allotter.news("a", "f", seen=number) or (0, Allotment())
    assert again > number
    assert allotted.skipped == {"k"}


def test_a_job_of_which_nobody_has_told_goes_on_as_it_was_asked_to() -> None:
    allotter = Allotter()
    allotter.want("a", "f", 4, 0)
    assert allotter.news("a", "f", seen=-1) == (0, Allotment(room=None))
    assert allotter.news("a", "f", seen=0) is None


def test_the_dead_are_forgotten() -> None:
    allotter = Allotter()
    for job in ("a", "b"):
        allotter.tell(job, Opening(), EIGHT, 0)
        allotter.want(job, "f", 8, 0)
        allotter.want(job, "g", 8, 0)
    allotter.tell("a", Opening(), EIGHT, SILENT_S + 1)
    allotter.want("a", "f", 8, SILENT_S + 1)
    assert allotter.forget_silent(SILENT_S + 1)
    assert rooms(allotter, ("a", "f")) == [8]
    assert not allotter.forget_silent(SILENT_S + 1)


def test_a_feeder_that_was_forgotten_hears_what_it_has_missed() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), FOUR, 0)
    allotter.want("a", "f", 4, 0)
    seen, _ = allotter.news("a", "f", seen=-1) or (0, Allotment())
    # Its node stood still for a while, and the job was cancelled meanwhile.
    allotter.tell("a", Opening(flow="cancelled"), FOUR, SILENT_S + 1)
    assert allotter.forget_silent(SILENT_S + 1)
    allotter.want("a", "f", 4, SILENT_S + 2)
    number, allotted = allotter.news("a", "f", seen) or (0, Allotment())
    assert number != seen and allotted.flow == "cancelled"


def test_a_job_is_told_whether_others_have_rows() -> None:
    allotter = Allotter()
    for job in ("a", "b"):
        allotter.tell(job, Opening(), EIGHT, 0)
    allotter.want("a", "f", 8, 0)
    assert (allotter.news("a", "f", -1) or (0, Allotment()))[1].alone
    allotter.want("b", "f", 8, 0)
    assert not (allotter.news("a", "f", -1) or (0, Allotment()))[1].alone


def test_who_is_through_leaves_the_replicas_to_the_others() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), MANY, 0)
    for feeder in ("f", "g", "h"):
        allotter.want("a", feeder, 16, 0)
    assert [(allotter.news("a", feeder, -1) or (0, Allotment()))[1].at_work for feeder in ("f", "g", "h")] == [4] * 3
    allotter.leave("a", "h")
    assert (allotter.news("a", "f", -1) or (0, Allotment()))[1].at_work == 6


def test_a_cluster_that_grows_is_news() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), FOUR, 0)
    allotter.want("a", "f", 1000, 0)
    number, allotted = allotter.news("a", "f", seen=-1) or (0, Allotment())
    assert (allotted.room, allotted.at_work) == (4, 2)
    assert allotter.tell("a", Opening(), MANY, 1)
    _, allotted = allotter.news("a", "f", seen=number) or (0, Allotment())
    assert (allotted.room, allotted.at_work) == (48, 12)


def test_the_backlog_is_what_is_left_of_all_jobs_that_may_go_on() -> None:
    allotter = Allotter()
    assert allotter.backlog() == (0, 0)
    for job, left in (("a", 40), ("b", 7)):
        assert allotter.tell(job, Opening(), EIGHT, 0, left)
    assert allotter.backlog() == (47, 47)
    # What is left is no news for feeders.
    assert not allotter.tell("a", Opening(), EIGHT, 1, 39)
    assert allotter.backlog() == (46, 46)
    # No more replicas than a job's own limit lets be at work.
    allotter.tell("a", Opening(at_most=2), EIGHT, 1, 39)
    assert allotter.backlog() == (46, 9)
    allotter.tell("b", Opening(flow="shut"), EIGHT, 1, 7)
    assert allotter.backlog() == (39, 2)
    assert allotter.jobs() == 2
    allotter.leave("a")
    assert allotter.backlog() == (0, 0)
