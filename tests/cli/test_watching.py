"""How far a film is, what it has cost beside what was estimated, and who watches it."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.jobs.dashboard import told_dashboard
from bookfilm.store.folder import existing_folder, held_folder
from bookfilm.store.ledger import Attempt, Ledger
from tests.cli.conftest import Command

KEY = "a" * 40


def test_what_was_estimated_stands_beside_what_was_spent(
    bookfilm: Command, film_copy: Path, tmp_path: Path, book: Path
) -> None:
    kept = tmp_path / "kept.film"
    options = ("--seconds-per-second", "90", "--usd-per-gpu-hour", "2.5", "--out", kept, "--json")
    code, out, err = bookfilm("estimate", book, *options)
    assert (code, err) == (0, "")
    assert json.loads((kept / "estimate.json").read_text())["estimate"] == json.loads(out)
    (kept / "estimate.json").replace(film_copy / "estimate.json")
    ledger = Ledger(film_copy / "ledger.sqlite")
    job = ledger.begin_job("b", {}, usd_per_gpu_h=2.5)
    ledger.settle(job, [Attempt("take", KEY, "w", 9, "lost", 1800.0), Attempt("take", KEY, "w", 9, None, 5400.0)])
    ledger.end_job(job, "done")
    ledger.close()
    spent = json.loads(bookfilm("status", film_copy, "--json")[1])["spending"]
    assert (spent["gpu_h"], spent["usd"]) == (2.0, 5.0)
    assert spent["estimated_gpu_h"] == json.loads(out)["gpu_h"] and spent["estimated_usd"] == json.loads(out)["usd"]
    line = next(line for line in bookfilm("status", film_copy)[1].splitlines() if "spent" in line)
    assert line.startswith("  spent      2.00 GPU-hours (estimated ") and "5.00 USD (estimated" in line


def test_keyframes_are_no_part_of_what_the_estimate_is_held_against(
    bookfilm: Command, film_copy: Path, tmp_path: Path, book: Path
) -> None:
    kept = tmp_path / "kept.film"
    bookfilm("estimate", book, "--seconds-per-second", "90", "--usd-per-gpu-hour", "2", "--out", kept)
    (kept / "estimate.json").replace(film_copy / "estimate.json")
    ledger = Ledger(film_copy / "ledger.sqlite")
    job = ledger.begin_job("b", {})
    ledger.settle(job, [Attempt("take", KEY, "w", 9, None, 3600.0)])
    ledger.settle(job, [Attempt("keyframe", KEY, "w", 9, None, 1800.0)])
    ledger.close()
    spent = json.loads(bookfilm("status", film_copy, "--json")[1])["spending"]
    assert (spent["gpu_h"], spent["takes_gpu_h"], spent["usd"], spent["takes_usd"]) == (1.5, 1.0, 3.0, 2.0)
    line = next(line for line in bookfilm("status", film_copy)[1].splitlines() if "spent" in line)
    assert "1.50 GPU-hours, the takes 1.00 (estimated " in line and "3.00 USD, the takes 2.00 (estimated " in line


def test_while_a_job_runs_the_dashboard_of_its_cluster_is_named(bookfilm: Command, film_copy: Path) -> None:
    folder = existing_folder(film_copy)
    with closing(Ledger(film_copy / "ledger.sqlite")) as ledger:
        ledger.begin_job("b", {})
    with held_folder(folder), told_dashboard(folder, "10.0.0.7:8265"):
        assert json.loads(bookfilm("status", film_copy, "--json")[1])["dashboard"] == "http://10.0.0.7:8265"
        assert "\n  dashboard  http://10.0.0.7:8265\n" in bookfilm("status", film_copy)[1]
    with held_folder(folder), told_dashboard(folder, ""):
        assert "dashboard " not in bookfilm("status", film_copy)[1]


def test_while_one_job_runs_its_status_is_told_and_not_that_of_one_that_waits(
    bookfilm: Command, film_copy: Path
) -> None:
    with closing(Ledger(film_copy / "ledger.sqlite")) as ledger:
        ledger.begin_job("b", {})
        ledger.queue_job("b", {})
    with held_folder(existing_folder(film_copy)):
        assert json.loads(bookfilm("status", film_copy, "--json")[1])["state"] == "running"
    assert json.loads(bookfilm("status", film_copy, "--json")[1])["state"] == "queued"


def test_without_gpus_the_replicas_hours_count_and_a_broken_estimate_is_none(
    bookfilm: Command, film_copy: Path
) -> None:
    (film_copy / "estimate.json").write_text("{")
    ledger = Ledger(film_copy / "ledger.sqlite")
    ledger.settle(ledger.begin_job("b", {}), [Attempt("take", KEY, "w", 7_200_000)])
    before = json.loads(bookfilm("status", film_copy, "--json")[1])["spending"]
    ledger.close()
    assert 2.0 <= before["gpu_h"] < 2.1 and before["estimated_gpu_h"] is None


def test_who_watches_hears_of_each_change_until_the_job_has_ended(bookfilm: Command, film_copy: Path) -> None:
    ledger = Ledger(film_copy / "ledger.sqlite")
    job = ledger.begin_job("b", {})
    ledger.list_shots(job, [("s1", KEY, "queued"), ("s2", "b" * 40, "queued")])

    def work() -> None:
        time.sleep(1.5)
        ledger.settle(job, [Attempt("take", KEY, "w", 9)], KEY, "done")
        time.sleep(2.5)
        ledger.end_job(job, "done")

    with held_folder(existing_folder(film_copy)):
        worker = threading.Thread(target=work)
        worker.start()
        code, out, _ = bookfilm("status", film_copy, "--watch")
        worker.join()
    ledger.close()
    lines = [line.partition("  ")[2] for line in out.splitlines()]
    assert code == 0
    assert lines[0].startswith("running: 2 queued")
    assert any(line.startswith("running: 1 done, 1 queued") for line in lines)
    assert lines[-1].startswith("done: 1 done, 1 queued")
    assert len(set(lines)) == len(lines)


def test_one_that_is_over_is_told_once(bookfilm: Command, film_copy: Path) -> None:
    code, out, _ = bookfilm("status", film_copy, "--watch", "--json")
    assert code == 0
    assert [json.loads(line)["state"] for line in out.splitlines()] == ["done"]


@pytest.mark.parametrize("name", ["estimate.json"])
def test_somebody_elses_estimate_is_not_written_over(bookfilm: Command, tmp_path: Path, book: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("my own")
    code, _, err = bookfilm("estimate", book, "--seconds-per-second", "9", "--out", tmp_path / "mine")
    assert code == 2 and "estimate.json lies here and no film does" in err
    assert (tmp_path / "mine" / name).read_text() == "my own"
