"""The farm's commands. Nothing here starts Ray: tests/cluster/test_farm.py asks things of jobs that run."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import JobCancelled
from bookfilm.store.folder import FilmFolder, existing_folder, held_folder
from bookfilm.store.ledger import LEDGER_URL, Ledger, open_ledger
from cluster.driver import kept_job
from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def no_ledger_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set and removed, so that what a command sets is undone after the test.
    monkeypatch.setenv(LEDGER_URL, "")
    monkeypatch.delenv(LEDGER_URL)


@pytest.fixture
def queued(bookfilm: Command, book: Path, tmp_path: Path) -> Path:
    code, out, err = bookfilm("submit", book, "--size", "360p", "--priority", 20, "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said == {"job": 1, "folder": str(tmp_path / "tide.film")}
    return Path(said["folder"])


def test_a_queued_film_is_told_and_steered(bookfilm: Command, queued: Path) -> None:
    code, out, _ = bookfilm("jobs", queued, "--json")
    told = json.loads(out)
    assert code == 0
    assert [(job["job"], job["state"], job["priority"], job["film"]) for job in told] == [(1, "queued", 20, ".")]
    assert told[0]["book"].endswith("/tide.txt")
    for arguments in (
        ("pause", queued),
        ("resume", queued),
        ("priority", queued, 40),
        ("limit", queued, "--at-most", 3),
        ("budget", queued, "--usd", 20, "--usd-per-gpu-hour", 2.5),
        ("skip", queued, "s1", "s2"),
        ("hold", queued, "s3"),
        ("release", queued, "s3"),
        ("retry", queued, "s2"),
    ):
        code, out, err = bookfilm(*arguments, "--json")
        assert (code, err) == (0, ""), arguments
        said = json.loads(out)
        assert (said["job"], said["verb"], said["heeded"]) == (1, arguments[0], False)
    with closing(Ledger(queued / "ledger.sqlite")) as ledger:
        asked, marks, acts = ledger.asked(1), ledger.marks(), ledger.acts(1)
    assert (asked.wanted, asked.priority, asked.at_most, asked.gpus) == ("run", 40, 3, None)
    assert (asked.budget_usd, asked.usd_per_gpu_h) == (20.0, 2.5)
    assert marks == {"s1": "skip"}
    assert len(acts) == 10
    code, out, _ = bookfilm("jobs", queued)
    assert re.fullmatch(r" +1  queued +priority  40  no shots yet  \.\n", out), out
    assert bookfilm("cancel", queued)[1] == "job 1: cancel: written down\n"
    assert json.loads(bookfilm("jobs", queued, "--json")[1])[0]["state"] == "cancelled"


def test_what_cannot_be_asked_is_one_line(bookfilm: Command, queued: Path, tmp_path: Path) -> None:
    wrong: dict[tuple[object, ...], str] = {
        ("pause", "nowhere"): "nowhere: no job was ever begun here",
        ("pause", tmp_path): "no job was ever begun here",
        ("pause", queued, "--job", 9): "job 9: there is no such job",
        ("limit", queued): "limit: say --at-most, --gpus or both, or --none",
        ("limit", queued, "--none", "--gpus", 2): "limit: say",
        ("limit", queued, "--gpus", 2): "--gpus 2: the engines of preview hold no GPUs",
        ("budget", queued, "--usd", 5): "5 USD: a budget in money needs --usd-per-gpu-hour",
        ("priority", queued, 0): "0: a priority is from 1 to 1000",
        ("jobs",): "jobs: name a film folder, or the ledger",
        ("--ledger", "mysql://u:secret@h/d", "jobs"): "a ledger's URL is such as postgresql://",
        ("submit", "nowhere.txt"): r"nowhere\.txt: ",
        ("submit", queued / "ledger.sqlite", "--preset", "prevue"): "prevue: no such preset",
    }
    for arguments, named in wrong.items():
        code, out, err = bookfilm(*arguments)
        assert (code, out) == (2, ""), arguments
        assert err.count("\n") == 1 and re.search(named, err), (arguments, err)
        assert "secret" not in err
        os.environ.pop(LEDGER_URL, None)
    bookfilm("cancel", queued)
    code, _, err = bookfilm("pause", queued)
    assert (code, err) == (2, f"bookfilm: {queued}: no job of it waits or runs; see `bookfilm jobs`\n")


def test_films_share_a_ledger_that_is_named_by_url(
    bookfilm: Command,
    book: Path,
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/farm.sqlite"
    for name in ("one", "two"):
        assert bookfilm("--ledger", url, "submit", book, "--out", tmp_path / name)[0] == 0
    assert not (tmp_path / "one" / "ledger.sqlite").exists()
    told = json.loads(bookfilm("--ledger", url, "jobs", "--json")[1])
    assert [(job["job"], Path(job["film"]).name) for job in told] == [(1, "one"), (2, "two")]
    assert json.loads(bookfilm("jobs", tmp_path / "two", "--json")[1])[0]["job"] == 2
    assert bookfilm("pause", tmp_path / "two")[1] == "job 2: pause: written down\n"
    with closing(open_ledger(FilmFolder(tmp_path / "two"))) as ledger:
        assert ledger.asked(2).wanted == "pause"


def test_the_status_of_a_paused_job_says_so(bookfilm: Command, film_copy: Path) -> None:
    with closing(Ledger(film_copy / "ledger.sqlite")) as ledger:
        ledger.ask(ledger.begin_job("b", {}), "pause", wanted="pause")
    with held_folder(existing_folder(film_copy)):
        assert json.loads(bookfilm("status", film_copy, "--json")[1])["state"] == "paused"
    assert json.loads(bookfilm("status", film_copy, "--json")[1])["state"] == "stopped"


def test_who_works_on_all_films_without_a_cluster_leaves_them_in_the_queue(
    bookfilm: Command, book: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/farm.sqlite"
    assert bookfilm("--ledger", url, "submit", book, "--out", tmp_path / "one")[0] == 0
    code, out, err = bookfilm("--ledger", url, "work", "--once", "--address", "127.0.0.1:1")
    assert (code, out) == (2, "") and "no cluster can be joined here" in err
    (job,) = json.loads(bookfilm("--ledger", url, "jobs", "--json")[1])
    assert (job["state"], job["error"]) == ("queued", None)


@pytest.mark.parametrize(("claimed", "left"), [(True, "queued"), (False, "stopped")])
def test_a_driver_that_is_told_to_end_leaves_a_queued_job_to_the_next(tmp_path: Path, claimed: bool, left: str) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        job = ledger.begin_job("b", {})
        with pytest.raises(KeyboardInterrupt), kept_job(ledger, job, claimed):
            raise KeyboardInterrupt
        row = ledger.job(job)
        assert row is not None and row.state == left


@pytest.mark.parametrize("claimed", [True, False])
def test_a_fault_that_nobody_has_foreseen_ends_the_job_and_is_told(tmp_path: Path, claimed: bool) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        job = ledger.begin_job("b", {})
        with pytest.raises(ZeroDivisionError), kept_job(ledger, job, claimed):
            _ = 1 / 0
        row = ledger.job(job)
        assert row is not None and (row.state, row.error) == ("failed", "ZeroDivisionError: division by zero")


def test_a_driver_that_was_interrupted_because_its_job_was_cancelled_says_so(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        job = ledger.begin_job("b", {})
        ledger.ask(job, "cancel", wanted="cancel")
        with pytest.raises(JobCancelled, match=f"job {job}: cancelled"), kept_job(ledger, job, True):
            raise KeyboardInterrupt
        row = ledger.job(job)
        assert row is not None and row.state == "cancelled"


def test_a_film_that_somebody_is_at_work_on_stays_in_the_queue(bookfilm: Command, queued: Path) -> None:
    with held_folder(FilmFolder(queued)):
        code, out, err = bookfilm("work", queued, "--once")
    assert (code, out) == (2, "") and err.count("\n") == 1 and "is at work here" in err
    (job,) = json.loads(bookfilm("jobs", queued, "--json")[1])
    assert (job["state"], job["driver"]) == ("queued", None)


def test_a_job_that_fails_before_it_begins_is_not_taken_up_again(
    bookfilm: Command, queued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.working.run_film", _broken)
    with pytest.raises(RecursionError):
        bookfilm("work", queued, "--once")
    (job,) = json.loads(bookfilm("jobs", queued, "--json")[1])
    assert (job["state"], job["error"]) == ("failed", "RecursionError: too deep")


def _broken(*_: object) -> None:
    raise RecursionError("too deep")


def test_a_queued_book_is_made_by_who_works(bookfilm: Command, book: Path, tmp_path: Path) -> None:
    assert bookfilm("submit", book, "--until", "book", "--right", "author")[0] == 0
    gone = tmp_path / "gone.txt"
    gone.write_text(book.read_text())
    assert bookfilm("submit", gone, "--out", tmp_path / "gone.film")[0] == 0
    gone.unlink()
    code, out, err = bookfilm("work", tmp_path / "tide.film", "--once", "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert (said["job"], said["reached"]) == (1, "book")
    assert json.loads(bookfilm("jobs", tmp_path / "tide.film", "--json")[1])[0]["state"] == "done"
    code, out, err = bookfilm("work", tmp_path / "gone.film", "--once")
    assert (code, out) == (2, "")
    assert re.fullmatch(r"bookfilm: job 1: .*gone\.txt: .*\n", err)
    assert json.loads(bookfilm("jobs", tmp_path / "gone.film", "--json")[1])[0]["state"] == "failed"
