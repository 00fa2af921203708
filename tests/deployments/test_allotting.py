"""How an app shares its places out among jobs and their feeders."""

from __future__ import annotations

from bookfilm.jobs.gate import Opening
from deployments.allotting import COME_S, SILENT_S, Allotment, Allotter, Places

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


def test_the_places_of_feeders_that_have_begun_and_are_not_here_yet_are_kept_for_a_while() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), MANY, now=0)
    allotter.want("a", "f", 48, 0, of=4)
    allotter.tell("a", Opening(), MANY, now=2)
    assert rooms(allotter, ("a", "f")) == [12]
    for at, feeder in enumerate("ghi", 3):
        assert allotter.want("a", feeder, 48, at, of=4)
        assert not allotter.want("a", feeder, 48, at, of=4)
    assert rooms(allotter, *[("a", feeder) for feeder in "fghi"]) == [12, 12, 12, 12]
    # Who is through is awaited no more.
    allotter.leave("a", "g")
    assert rooms(allotter, ("a", "f")) == [16]
    for feeder in "fhi":
        allotter.leave("a", feeder)
    # The job's next list. One of its feeders never comes.
    allotter.want("a", "k", 48, 10, of=2)
    assert rooms(allotter, ("a", "k")) == [24]
    allotter.tell("a", Opening(), MANY, now=10 + COME_S)
    assert not allotter.forget_silent(10 + COME_S)
    assert allotter.forget_silent(10 + COME_S + 1)
    assert rooms(allotter, ("a", "k")) == [48]


def test_who_has_few_rows_left_leaves_the_replicas_to_the_others() -> None:
    allotter = Allotter()
    allotter.tell("a", Opening(), MANY, now=0)
    allotter.want("a", "f", 16, 0, of=2)
    allotter.want("a", "g", 2, 0, of=2)
    assert [(allotter.news("a", feeder, -1) or (0, Allotment()))[1].at_work for feeder in ("f", "g")] == [10, 2]


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
