"""The farm's verbs, said by a program; tests/cli has them said on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import SettingsError
from bookfilm.jobs.farm import Farm
from bookfilm.store.folder import FilmFolder, held_folder
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


def test_the_job_that_runs_comes_before_one_that_waits(ledger: Ledger) -> None:
    running = ledger.begin_job("b", {})
    farm = Farm(ledger)
    waiting = farm.submit(None, {})
    assert (farm.live_job(), farm.last_job()) == (running, running)
    ledger.end_job(running, "done")
    assert (farm.live_job(), farm.last_job()) == (waiting, waiting)


def test_a_limit_that_leaves_no_room_for_a_take_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    preset = tmp_path / "two.toml"
    engine = '[{kind}]\nengine = "{name}"\nreplicas = {{ num_gpus = {gpus} }}\n'
    kinds = (("screenwriter", "rules", 0), ("voice", "packaged", 0), ("score", "chamber", 0))
    others = "".join(engine.format(kind=kind, name=name, gpus=gpus) for kind, name, gpus in kinds)
    preset.write_text(others + engine.format(kind="video", name="shadow", gpus=2))
    farm = Farm(ledger)
    job = farm.submit(None, {"preset": str(preset)})
    with pytest.raises(SettingsError, match="--gpus 1: one take needs 2"):
        farm.limit(job, gpus=1)
    farm.limit(job, gpus=2)
    preset.write_text(preset.read_text() + engine.format(kind="keyframes", name="still", gpus=4))
    with pytest.raises(SettingsError, match="--gpus 2: one take needs 4"):
        farm.limit(job, gpus=2)
    plain = farm.submit(None, {"preset": "preview"})
    with pytest.raises(SettingsError, match=r"engines of preview hold no GPUs; .*--at-most"):
        farm.limit(plain, gpus=3)
    assert ledger.acts(plain) == []


def test_shots_are_looked_up_in_the_films_list_before_the_job_has_listed_its_own(
    ledger: Ledger, tmp_path: Path
) -> None:
    farm = Farm(ledger)
    job = farm.submit(None, {})
    farm.hold(job, "whatever")
    FilmFolder(tmp_path).shots.write_text('{"schema": "bookfilm.shot/1", "id": "s1"}\nbeing edited\n')
    farm.skip(job, "s1")
    with pytest.raises(SettingsError, match="s2: the job has no such shot"):
        farm.skip(job, "s2")


def test_a_job_that_nobody_carries_any_more_is_cancelled_at_once(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookfilm.jobs.farm.HEED_S", 0.2)
    farm = Farm(ledger)
    job = ledger.begin_job("b", {})
    with held_folder(FilmFolder(tmp_path)):
        assert not farm.cancel(job).heeded
        row = ledger.job(job)
        assert row is not None and row.state == "running", "its driver is busy, and will end it"
    assert not farm.cancel(job).heeded
    row = ledger.job(job)
    assert row is not None and row.state == "cancelled"
