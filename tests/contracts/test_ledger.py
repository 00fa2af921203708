"""One suite over every database that a ledger can lie in: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from bookfilm.records.errands import Errand
from bookfilm.store.ledger import Asked, Attempt, Ledger, StageRow
from bookfilm.store.ledger.database import Database
from tests.contracts.conftest import Where


def test_a_job_with_its_shots_and_attempts_is_told(ledger: Ledger) -> None:
    assert ledger.last_job() is None
    job = ledger.begin_job("book.epub", {"preset": "preview"})
    ledger.list_shots(
        job, [("s1", "k1", "queued"), ("s2", "k1", "queued"), ("s3", "k2", "done"), ("s4", "k3", "queued")]
    )
    ledger.settle(job, [Attempt("take", "k1", "host:1", 20)], "k1", "done")
    ledger.write_attempt(job, Attempt("take", "k3", "host:1", 30, "the lamp went out"))
    ledger.write_attempt(job, Attempt("take", "k3", "host:2", 31, "it went out again"))
    ledger.settle_take(job, "k3", "slate", "it went out again")

    row = ledger.last_job()
    assert row is not None
    assert (row.id, row.book, row.order, row.state) == (job, "book.epub", {"preset": "preview"}, "running")
    assert (row.shots, row.attempts) == ({"done": 3, "slate": 1}, 3)
    assert ledger.failures(job) == [("k3", "the lamp went out"), ("k3", "it went out again")]
    assert ledger.shot_states(job)["s4"] == ("slate", "k3", "it went out again")
    assert [(worker.name, worker.done, worker.failed) for worker in ledger.workers()] == [
        ("host:1", 1, 1),
        ("host:2", 0, 1),
    ]

    ledger.end_job(job, "slates")
    row = ledger.last_job()
    assert row is not None
    assert row.state == "slates"
    assert row.ended_at is not None
    assert row.ended_at >= row.started_at


def test_what_was_made_and_heard_by_nobody_is_charged_once(ledger: Ledger) -> None:
    """A driver is killed while replicas are at work: they finish, and the next driver finds what they have made."""
    first = ledger.begin_job("b", {})
    ledger.list_shots(first, [("s1", "k1", "queued"), ("s2", "k2", "queued"), ("s3", "k3", "done")])
    ledger.settle(first, [Attempt("take", "k1", "host:1", 20, gpu_s=0.02)], "k1")
    # Another driver takes up the very same job, or the film's next.
    assert ledger.unheard(first) == {"k2"}
    second = ledger.begin_job("b", {})
    assert ledger.unheard(second) == {"k2"}
    found = Attempt("take", "k2", "unheard", 30, gpu_s=0.03, found=True)
    for _ in range(2):
        ledger.settle(second, [found], "k2")
        # One that is known is found again, such as by a list that is sent once more.
        ledger.settle(second, [Attempt("take", "k1", "host:2", 20, gpu_s=0.02, found=True)], "k1")
    assert ledger.unheard(second) == set()
    assert sorted(ledger.attempt_ms("take")) == [20, 30]
    assert ledger.spent()[0] == pytest.approx(0.05)
    # What is really made again costs again.
    ledger.settle(second, [Attempt("take", "k1", "host:2", 25, gpu_s=0.02)], "k1")
    assert sorted(ledger.attempt_ms("take")) == [20, 25, 30]


def test_listing_shots_again_replaces_those_of_this_job_only(ledger: Ledger) -> None:
    first = ledger.begin_job("b", {})
    ledger.list_shots(first, [("s1", "k1", "done")])
    second = ledger.begin_job("b", {})
    ledger.list_shots(second, [("s1", "k1", "queued"), ("s2", "k2", "queued")])
    ledger.list_shots(second, [("s1", "k9", "queued")])
    row = ledger.last_job()
    assert row is not None
    assert row.shots == {"queued": 1}
    ledger.list_shots(second, [])
    row = ledger.last_job()
    assert row is not None
    assert row.shots == {}


def test_what_takes_cost_is_added_up_for_the_film(where: Where) -> None:
    with closing(Ledger(where, "a")) as ledger, closing(Ledger(where, "b")) as other:
        first = ledger.begin_job("b", {}, usd_per_gpu_h=2.5)
        ledger.settle(
            first, [Attempt("take", "k1", "w", 9000, "oom", 9.0), Attempt("take", "k1", "w", 9000, None, 9.0)]
        )
        ledger.end_job(first, "stopped")
        second = ledger.begin_job("b", {})
        ledger.settle(second, [Attempt("take", "k2", "w", 18_000, None, 18.0)], "k2")
        ledger.settle(second, [Attempt("recording", "k3", "w", 70)], "k3")
        gpu_s, usd = ledger.spent()
        assert (gpu_s, usd) == pytest.approx((36.0, 36 / 3600 * 2.5))
        assert other.spent() == (0.0, 0.0)
        assert ledger.attempt_ms("take") == [9000, 18_000]
        ledger.settle(second, [Attempt("take", "k2", "w", 18_000, None, 18.0)], "k2")
        assert ledger.times_done("take") == {"k1": 1, "k2": 2} and ledger.times_done("recording") == {"k3": 1}
        assert other.times_done("take") == {}


def test_films_that_share_a_ledger_do_not_see_each_other(where: Where) -> None:
    with closing(Ledger(where, "/films/a")) as ledger, closing(Ledger(where, "/films/b")) as other:
        one, two = ledger.begin_job("a", {"preset": "x"}), other.begin_job("b", {})
        ledger.write_stage("shots.jsonl", StageRow("in", "out", "a"))
        other.write_stage("shots.jsonl", StageRow("in", "out", "b"))
        ledger.ask(one, "skip", ("s1",))
        found = ledger.stage("shots.jsonl")
        assert found is not None and found.body == "a"
        assert (ledger.marks(), other.marks()) == ({"s1": "skip"}, {})
        assert [job.id for job in ledger.jobs()] == [one, two]
        assert [job.id for job in ledger.jobs(after=one)] == [two]
        ledger.begin_job("a", {})
        states = {job.id: job.state for job in ledger.jobs()}
        assert (states[one], states[two]) == ("stopped", "running")
        last = other.last_job()
        assert last is not None and last.id == two
        assert len(ledger.orders()) == 2


def test_the_last_whole_order_is_not_one_for_some_scenes(ledger: Ledger) -> None:
    assert ledger.whole_orders() == []
    ledger.begin_job("b", {"preset": "preview", "scenes": None, "runtime_s": 90})
    ledger.begin_job("b", {"preset": "preview", "scenes": [1, 2]})
    ledger.begin_job("b", {"preset": "preview", "runtime_s": 80, "dub": "ru"})
    ledger.queue_job("b", {"preset": "preview", "runtime_s": 70})
    assert ledger.whole_orders("ru")[0]["runtime_s"] == 80
    assert ledger.whole_orders()[0]["runtime_s"] == 90


def test_a_stage_row_is_kept_and_replaced(ledger: Ledger) -> None:
    assert ledger.stage("shots.jsonl") is None
    for row in (StageRow("in", "out", "тело " * 1000), StageRow("in 2", "out 2", "")):
        ledger.write_stage("shots.jsonl", row)
        assert ledger.stage("shots.jsonl") == row


def test_errands_are_told_in_the_order_in_which_they_were_first_known(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    told = [_errand("zz", "k1"), _errand("aa", "k2")]
    ledger.write_errands(job, told)
    ledger.write_errands(job, [told[1].changed(state="fetched"), _errand("mm", "k3")])
    assert [(errand.token, errand.state) for errand in ledger.errands()] == [
        ("zz", "waiting"),
        ("aa", "fetched"),
        ("mm", "waiting"),
    ]


def _errand(token: str, take: str) -> Errand:
    said = {"take": take, "token": token, "server": "http://s/v1", "model": "m", "asked_at": "2026-11-01T10:00:00"}
    return Errand.model_validate({"attempt": 0, "clip": 0, "number": 0, "state": "waiting", **said})


def test_what_is_asked_of_a_job_stands_with_it_until_it_is_heeded(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    assert ledger.asked(job) == Asked()
    first = ledger.ask(job, "pause", wanted="pause")
    ledger.ask(job, "priority", priority=20)
    last = ledger.ask(job, "hold", ("s1", "s2"))
    ledger.ask(job, "skip", ("s2",))
    assert ledger.marks() == {"s1": "hold", "s2": "skip"}
    asked = ledger.asked(job)
    assert (asked.wanted, asked.priority, asked.acts) == ("pause", 20, last + 1)
    ledger.heed(job, last)
    heeded = [(act.verb, act.shot, act.heeded_at is not None) for act in ledger.acts(job)]
    assert heeded == [
        ("pause", None, True),
        ("priority", None, True),
        ("hold", "s1", True),
        ("hold", "s2", True),
        ("skip", "s2", False),
    ]
    assert [act.verb for act in ledger.acts(job, after=first)] == ["priority", "hold", "hold", "skip"]
    assert ledger.acts(job)[1].value == {"priority": 20}
    ledger.ask(job, "release", ("s1",))
    assert ledger.marks() == {"s2": "skip"}


def test_the_next_job_of_a_film_has_its_limits_and_its_budget_but_goes_on(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {}, priority=30)
    ledger.ask(job, "limit", at_most=4, gpus=2.0)
    ledger.ask(job, "budget", budget_usd=12.5, usd_per_gpu_h=2.0)
    ledger.ask(job, "cancel", wanted="cancel")
    again = ledger.asked(ledger.begin_job("b", {}))
    assert again == Asked("run", 30, 4, 2.0, 12.5, None, 2.0, 0)


def test_queued_jobs_are_taken_up_by_priority_and_then_by_age(where: Where) -> None:
    with closing(Ledger(where, "a")) as ledger, closing(Ledger(where, "b")) as other:
        low, high, later = ledger.queue_job("l", {}, priority=5), other.queue_job("h", {}, priority=20), 0
        later = ledger.queue_job("r", {}, priority=20)
        paused = other.queue_job("p", {}, priority=50)
        other.ask(paused, "pause", wanted="pause")
        claimed = [ledger.claim_job() for _ in range(3)]
        assert [job.id if job else None for job in claimed] == [high, later, None], "a film has one driver"
        assert claimed[0] is not None and (claimed[0].film, claimed[0].state) == ("b", "running")
        ledger.end_job(later, "done")
        assert ledger.claim_job(but=[low]) is None
        last = ledger.claim_job()
        assert last is not None and last.id == low


def test_each_job_is_taken_up_by_one_of_many(where: Where) -> None:
    numbers = set()
    for number in range(24):
        with closing(Ledger(where, f"film {number}")) as ledger:
            numbers.add(ledger.queue_job(f"b{number}", {}))
    claimed: list[int] = []

    def work(_number: int) -> None:
        with closing(Ledger(where, patience_s=30)) as mine:
            while job := mine.claim_job():
                claimed.append(job.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sorted(claimed) == sorted(numbers)


def test_a_job_whose_driver_is_silent_is_taken_up_again(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Ledger(where)) as ledger:
        job = ledger.begin_job("b", {})
        assert ledger.claim_job() is None
        monkeypatch.setattr("bookfilm.store.ledger.history.SILENT_S", -1.0)
        claimed = ledger.claim_job()
        assert claimed is not None and claimed.id == job


def test_a_cancelled_job_whose_driver_is_dead_ends_as_cancelled(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Ledger(where)) as ledger:
        job = ledger.begin_job("b", {})
        ledger.ask(job, "cancel", wanted="cancel")
        assert ledger.claim_job() is None
        row = ledger.job(job)
        assert row is not None and row.state == "running" and not ledger.is_silent(job)
        monkeypatch.setattr("bookfilm.store.ledger.history.SILENT_S", -1.0)
        assert ledger.is_silent(job)
        assert ledger.claim_job() is None
        row = ledger.job(job)
        assert row is not None and row.state == "cancelled" and row.ended_at is not None
        killed = ledger.begin_job("b", {})
        ledger.ask(killed, "cancel", wanted="cancel")
        ledger.begin_job("b", {})
        row = ledger.job(killed)
        assert row is not None and row.state == "cancelled"


def test_a_driver_that_lives_has_its_job_whoever_took_it_up_meanwhile(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Ledger(where)) as ledger:
        job = ledger.begin_job("b", {})
        with monkeypatch.context() as patch:
            patch.setattr("bookfilm.store.ledger.history.SILENT_S", -1.0)
            patch.setattr("bookfilm.store.ledger.history.driver_name", lambda: "other:1")
            assert ledger.claim_job() is not None
            ledger.release_job(job)
            row = ledger.job(job)
            assert row is not None and row.state == "queued"
        ledger.beat(job)
        row = ledger.job(job)
        assert row is not None and row.state == "running" and row.driver != "other:1"
        with monkeypatch.context() as patch:
            patch.setattr("bookfilm.store.ledger.history.driver_name", lambda: "other:1")
            ledger.release_job(job)
        row = ledger.job(job)
        assert row is not None and row.state == "running", "it is no longer that one's to lay back"


def test_what_is_asked_of_shots_reaches_all_live_jobs_of_the_film(where: Where) -> None:
    with closing(Ledger(where, "a")) as ledger, closing(Ledger(where, "b")) as other:
        ended, running = ledger.begin_job("b", {}), ledger.begin_job("b", {})
        queued, foreign = ledger.queue_job("b", {}), other.begin_job("b", {})
        last = ledger.ask(queued, "skip", ("s1", "s2"))
        assert [act.shot for act in ledger.acts(running)] == [act.shot for act in ledger.acts(queued)] == ["s1", "s2"]
        assert ledger.acts(queued)[-1].id == last == ledger.asked(queued).acts
        assert ledger.asked(running).acts == ledger.acts(running)[-1].id > last
        assert ledger.acts(ended) == ledger.acts(foreign) == []
        ledger.ask(queued, "priority", priority=20)
        assert [act.verb for act in ledger.acts(running)] == ["skip", "skip"]
        current = ledger.current_job()
        assert current is not None and current.id == running


def test_what_was_spent_before_a_price_was_named_is_priced_with_it(ledger: Ledger) -> None:
    before = ledger.begin_job("b", {})
    ledger.settle(before, [Attempt("take", "k0", "w", 1, None, 1800.0)])
    job = ledger.begin_job("b", {})
    ledger.settle(job, [Attempt("keyframe", "f", "w", 1, None, 900.0)])
    assert ledger.spent() == (2700.0, 0.0)
    ledger.ask(job, "budget", budget_usd=100.0, usd_per_gpu_h=2.0)
    assert ledger.spent() == (2700.0, 1.5)
    ledger.settle(job, [Attempt("take", "k1", "w", 1, None, 1800.0)])
    ledger.ask(job, "budget", budget_usd=100.0, usd_per_gpu_h=4.0)
    assert ledger.spent() == (4500.0, 2.5), "what had its price keeps it"
    assert ledger.spent(takes_alone=True) == (3600.0, 2.0)


def test_where_no_take_holds_a_gpu_the_replicas_time_is_spent(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {}, usd_per_gpu_h=3.6)
    ledger.settle(job, [Attempt("take", "k1", "w", 1500, "dark"), Attempt("take", "k1", "w", 2500)])
    ledger.write_attempt(job, Attempt("recording", "r", "w", 9000))
    row = ledger.job(job)
    assert ledger.spent() == (4.0, pytest.approx(0.004)) and row is not None and row.gpu_s == 4.0
    assert ledger.spent(replicas=False) == (0.0, 0.0)
    ledger.settle(job, [Attempt("take", "k2", "w", 1, None, 7.0)])
    assert ledger.spent()[0] == 7.0


def test_a_job_that_was_laid_back_is_taken_up_again(ledger: Ledger) -> None:
    job = ledger.queue_job("b", {}, priority=30)
    assert ledger.claim_job() is not None
    ledger.release_job(job)
    row = ledger.job(job)
    assert row is not None and (row.state, row.driver, row.ended_at) == ("queued", None, None)
    claimed = ledger.claim_job()
    assert claimed is not None and (claimed.id, claimed.asked.priority) == (job, 30)


def test_a_change_that_is_kept_and_asked_for_again_costs_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Database.write

    def unheard(database: Database, change: Callable[..., object], patience_s: float | None = None) -> object:
        write(database, change, patience_s)
        return write(database, change, patience_s)

    job = ledger.begin_job("b", {}, usd_per_gpu_h=3600.0)
    ledger.list_shots(job, [("s1", "k1", "queued")])
    monkeypatch.setattr(Database, "write", unheard)
    ledger.settle(job, [Attempt("take", "k1", "w", 1, "dark", 2.0), Attempt("take", "k1", "w", 2, None, 3.0)], "k1")
    row = ledger.last_job()
    assert row is not None and (row.attempts, ledger.spent()) == (2, (5.0, 5.0))
    assert [(worker.done, worker.failed) for worker in ledger.workers()] == [(1, 1)]
