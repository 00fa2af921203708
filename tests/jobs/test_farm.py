"""The farm's verbs, said by a program; tests/cli has them said on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import SettingsError
from bookfilm.jobs.farm import Farm
from bookfilm.store.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        yield ledger


def test_what_cannot_be_asked_is_refused_in_one_line(ledger: Ledger, tmp_path: Path) -> None:
    farm = Farm(ledger)
    with pytest.raises(SettingsError, match=f"{tmp_path}: no job of it waits or runs"):
        farm.live_job()
    with pytest.raises(SettingsError, match="nothing was ever made"):
        farm.last_job()
    job = farm.submit(tmp_path / "book.txt", {"preset": "preview"}, priority=7)
    ledger.list_shots(job, [("s1", "k1", "queued")])
    refused = {
        "job 99: there is no such job": lambda: farm.pause(99),
        "s2: the job has no such shot": lambda: farm.skip(job, "s1", "s2"),
        "a priority is from 1 to 1000": lambda: farm.prioritise(job, 0),
        "a limit is at least 1": lambda: farm.limit(job, at_most=0),
        "needs --usd-per-gpu-hour": lambda: farm.budget(job, usd=5),
        "not less than nothing": lambda: farm.budget(job, gpu_h=-1),
    }
    for said, act in refused.items():
        with pytest.raises(SettingsError, match=said):
            act()
    assert ledger.acts(job) == []
    assert ledger.marks() == {}


def test_a_queued_job_can_be_paused_and_cancelled_before_anybody_takes_it_up(ledger: Ledger) -> None:
    farm = Farm(ledger)
    first, second = (farm.submit(None, {}) for _ in range(2))
    assert farm.live_job() == second
    assert not farm.pause(first).heeded
    claimed = ledger.claim_job()
    assert claimed is not None and claimed.id == second
    assert ledger.claim_job() is None
    farm.resume(first)
    farm.cancel(first)
    assert ledger.claim_job() is None
    states = {job.id: job.state for job in ledger.jobs()}
    assert states == {first: "cancelled", second: "running"}
