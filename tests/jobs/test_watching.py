"""The gate of a job, as its ledger has it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import BudgetSpent, JobCancelled, SettingsError, StoreError
from bookfilm.jobs.farm import Answer, Farm
from bookfilm.jobs.watching import LedgerGate, watched
from bookfilm.metrics import REGISTRY
from bookfilm.store.ledger import Attempt, Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        yield ledger


def looked(gate: LedgerGate) -> LedgerGate:
    gate.look()
    return gate


def test_what_is_asked_opens_and_shuts_the_gate(ledger: Ledger) -> None:
    job, farm = ledger.begin_job("b", {}), Farm(ledger)
    gate = looked(LedgerGate(ledger, job, gpus_a_take=2.0))
    assert gate.opening().flow == "open"
    version = gate.opening().version
    assert looked(gate).opening().version == version

    ledger.ask(job, "pause", wanted="pause")
    assert looked(gate).opening().flow == "shut"
    assert gate.opening().version > version
    ledger.ask(job, "limit", at_most=9, gpus=8.0)
    ledger.ask(job, "priority", priority=30)
    ledger.ask(job, "resume", wanted="run")
    opening = looked(gate).opening()
    assert (opening.flow, opening.at_most, opening.priority) == ("open", 4, 30)
    assert all(act.heeded_at for act in ledger.acts(job)), "nobody else hands out rows, so it says so itself"
    gate.check(unfinished=True)

    ledger.ask(job, "cancel", wanted="cancel")
    with pytest.raises(JobCancelled, match=f"job {job}: cancelled"):
        looked(gate).check()
    ledger.end_job(job, "cancelled")
    with pytest.raises(SettingsError, match="it has ended"):
        farm.pause(job)


def test_whoever_hands_out_rows_says_when_it_acts(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    gate = looked(LedgerGate(ledger, job))
    gate.told_by(True)
    ledger.ask(job, "pause", wanted="pause")
    opening = looked(gate).opening()
    assert not any(act.heeded_at for act in ledger.acts(job))
    ledger.ask(job, "resume", wanted="run")
    looked(gate)
    gate.heeded(opening.version)
    assert [act.heeded_at is not None for act in ledger.acts(job)] == [True, False]


def test_marks_are_on_shots_and_rows_are_takes(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    gate = looked(LedgerGate(ledger, job))
    gate.show({"s1": "k1", "s2": "k1", "s3": "k3"})
    ledger.ask(job, "skip", ("s1", "s3"))
    assert looked(gate).opening().skipped == {"k3"}, "k1 is shown by s2 too"
    ledger.ask(job, "skip", ("s2",))
    assert looked(gate).opening().skipped == {"k1", "k3"}
    ledger.ask(job, "hold", ("s3",))
    assert (looked(gate).opening().skipped, gate.opening().held) == ({"k1"}, {"k3"})
    ledger.ask(job, "retry", ("s1", "s2"))
    assert looked(gate).opening().skipped == frozenset()
    assert (gate.again(), gate.again()) == ({"s1", "s2"}, frozenset())


def test_a_budget_ends_the_job_once_the_film_has_cost_so_much(ledger: Ledger) -> None:
    before = ledger.begin_job("b", {}, usd_per_gpu_h=3600.0)
    ledger.settle(before, [Attempt("take", "k0", "w", 1, None, 2.0)])
    job = ledger.begin_job("b", {})
    gate = looked(LedgerGate(ledger, job))
    ledger.ask(job, "budget", budget_usd=5.0, usd_per_gpu_h=3600.0)
    looked(gate).check(unfinished=True)
    ledger.settle(job, [Attempt("take", "k1", "w", 1, None, 3.0)])
    assert looked(gate).opening().flow == "ending"
    gate.check()
    with pytest.raises(BudgetSpent, match=r"the budget is spent: 5\.00 of 5\.00 USD; raise it"):
        gate.check(unfinished=True)
    ledger.ask(job, "budget", budget_usd=50.0, usd_per_gpu_h=3600.0)
    looked(gate).check(unfinished=True)
    ledger.ask(job, "budget", budget_gpu_h=5 / 3600, usd_per_gpu_h=0.0)
    with pytest.raises(BudgetSpent, match="GPU-hours"):
        looked(gate).check(unfinished=True)


def test_a_limit_in_gpus_is_as_many_rows_as_fit_whatever_is_made(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    gate = LedgerGate(ledger, job, gpus_a_take=2.0)
    ledger.ask(job, "limit", gpus=4.0)
    assert looked(gate).opening().at_most == 2
    gate.weigh(0.5)
    assert gate.opening().at_most == 8, "keyframes hold what their own engine does"
    gate.weigh(0.0)
    assert gate.opening().at_most is None
    gate.weigh(2.0)
    assert gate.opening().at_most == 2


def test_a_limit_of_an_earlier_job_that_leaves_no_room_ends_this_one_with_a_word(ledger: Ledger) -> None:
    ledger.ask(ledger.begin_job("b", {}), "limit", gpus=1.0)
    job = ledger.begin_job("b", {})
    with (
        pytest.raises(SettingsError, match=f"job {job}: it may have 1 GPUs, and a take or a keyframe needs 2"),
        watched(ledger, job, 2.0),
    ):
        pass
    with watched(ledger, job, 1.0) as gate:
        assert gate.opening().at_most == 1
        with pytest.raises(SettingsError, match="a keyframe needs 4"):
            gate.weigh(4.0)


def test_without_gpus_the_hours_of_replicas_are_what_a_budget_counts(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    ledger.ask(job, "budget", budget_gpu_h=10 / 3600)
    gate, with_gpus = LedgerGate(ledger, job), LedgerGate(ledger, job, gpus_a_take=1.0)
    ledger.settle(job, [Attempt("take", "k1", "w", 9_000)])
    looked(gate).check(unfinished=True)
    ledger.settle(job, [Attempt("take", "k2", "w", 2_000)])
    with pytest.raises(BudgetSpent, match=r"0\.00306 of 0\.00278 GPU-hours"):
        looked(gate).check(unfinished=True)
    looked(with_gpus).check(unfinished=True)


def test_a_fault_that_nobody_has_foreseen_does_not_end_the_watch(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job, farm = ledger.begin_job("b", {}), Farm(ledger)
    with watched(ledger, job):
        with monkeypatch.context() as patch:
            patch.setattr(type(ledger), "asked", _broken)
            time.sleep(1)
        assert farm.pause(job).heeded
    assert "its ledger could not be looked at" in caplog.text


def test_a_driver_that_hands_out_nothing_is_interrupted_once_its_job_is_cancelled(ledger: Ledger) -> None:
    job, farm = ledger.begin_job("b", {}), Farm(ledger)
    asked = threading.Timer(0.5, lambda: answers.append(farm.cancel(job)))
    answers = list[Answer]()
    with watched(ledger, job) as gate:
        began = time.monotonic()
        asked.start()
        with pytest.raises(KeyboardInterrupt), gate.interruptible():
            # A wait that nothing but a signal ends.
            threading.Event().wait(30)
        assert time.monotonic() - began < 2.5
        time.sleep(1)
    asked.join()
    assert answers[0].heeded and answers[0].waited_s < 2


def test_who_hands_out_rows_is_not_interrupted_and_ends_at_the_gate(ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    with watched(ledger, job) as gate, gate.interruptible():
        gate.told_by(True)
        act = ledger.ask(job, "cancel", wanted="cancel")
        time.sleep(1.5)
        gate.heeded(gate.opening().version)
        gate.told_by(False)
        with pytest.raises(JobCancelled):
            gate.check()
    assert all(one.heeded_at for one in ledger.acts(job, after=act - 1))


def test_what_the_ledger_charges_is_counted(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookfilm.jobs.watching.BEAT_S", 0.1)
    job = ledger.begin_job("b", {}, usd_per_gpu_h=3600.0)
    ledger.settle(job, [Attempt("take", "k0", "w", 1, None, 5.0)])
    before = REGISTRY.get_sample_value("bookfilm_gpu_usd_total") or 0.0
    with watched(ledger, job):
        ledger.settle(job, [Attempt("take", "k1", "w", 1, None, 2.0)])
        time.sleep(1)
        ledger.settle(job, [Attempt("take", "k2", "w", 1, None, 1.0)])
    assert (REGISTRY.get_sample_value("bookfilm_gpu_usd_total") or 0.0) - before == pytest.approx(3.0)


def test_an_act_is_heeded_within_two_seconds_and_a_ledger_that_is_away_is_outlived(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, farm = ledger.begin_job("b", {}), Farm(ledger)
    with watched(ledger, job) as gate:
        answer = farm.pause(job)
        assert answer.heeded and answer.waited_s < 2
        with monkeypatch.context() as patch:
            patch.setattr(type(ledger), "asked", _away)
            time.sleep(1)
            assert gate.opening().flow == "shut"
        assert farm.resume(job).heeded
        seen, waited = gate.opening().version, threading.Event()
        waiter = threading.Thread(target=lambda: (gate.changed(seen, 10), waited.set()))
        waiter.start()
        ledger.ask(job, "cancel", wanted="cancel")
        assert waited.wait(2)
        waiter.join()


def _broken(*_: object) -> None:
    raise TimeoutError("the pool has no connection left")


def _away(*_: object) -> None:
    raise StoreError("the ledger cannot be used: away", subject="ledger")
