"""The ledger: history that is kept, told, and begun anew where it is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import FolderError, StoreError, StoreFull
from bookfilm.store.ledger import Attempt, Ledger, StageRow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger(path)) as ledger:
        yield ledger


def test_a_job_with_its_shots_and_attempts_is_told(ledger: Ledger) -> None:
    assert ledger.last_job() is None
    job = ledger.begin_job("book.epub", {"preset": "preview"})
    ledger.list_shots(
        job, [("s1", "k1", "queued"), ("s2", "k1", "queued"), ("s3", "k2", "done"), ("s4", "k3", "queued")]
    )
    ledger.write_attempt(job, Attempt("take", "k1", "host:1", 20))
    ledger.settle_take(job, "k1", "done")
    ledger.write_attempt(job, Attempt("take", "k3", "host:1", 30, "the lamp went out"))
    ledger.write_attempt(job, Attempt("take", "k3", "host:2", 31, "it went out again"))
    ledger.settle_take(job, "k3", "slate")

    row = ledger.last_job()
    assert row is not None
    assert (row.id, row.book, row.order, row.state) == (job, "book.epub", {"preset": "preview"}, "running")
    assert (row.shots, row.attempts) == ({"done": 3, "slate": 1}, 3)
    assert ledger.failures(job) == [("k3", "the lamp went out"), ("k3", "it went out again")]

    ledger.end_job(job, "slates")
    row = ledger.last_job()
    assert row is not None
    assert row.state == "slates"
    assert row.ended_at is not None
    assert row.ended_at >= row.started_at


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


def test_a_job_that_never_ended_was_stopped(path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from bookfilm.store.ledger import Ledger\n"
        "ledger = Ledger(Path(sys.argv[1])); ledger.begin_job('b', {}); print('begun', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, signal.SIGKILL)
    with closing(Ledger(path)) as ledger:
        ledger.begin_job("b", {})
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("select state, ended_at is not null from jobs order by id").fetchall()
    assert rows == [("stopped", 1), ("running", 0)]


def test_the_last_whole_order_is_not_one_for_some_scenes(ledger: Ledger) -> None:
    assert ledger.whole_orders() == []
    ledger.begin_job("b", {"preset": "preview", "scenes": None, "runtime_s": 90})
    ledger.begin_job("b", {"preset": "preview", "scenes": [1, 2]})
    ledger.begin_job("b", {"preset": "preview", "runtime_s": 80, "dub": "ru"})
    assert ledger.whole_orders("ru")[0]["runtime_s"] == 80
    assert ledger.whole_orders()[0]["runtime_s"] == 90


def test_a_stage_row_is_kept_and_replaced(ledger: Ledger) -> None:
    assert ledger.stage("shots.jsonl") is None
    for row in (StageRow("in", "out", "тело " * 1000), StageRow("in 2", "out 2", "")):
        ledger.write_stage("shots.jsonl", row)
        assert ledger.stage("shots.jsonl") == row


def test_it_outlives_its_process_and_can_be_read_beside_the_writer(path: Path, ledger: Ledger) -> None:
    job = ledger.begin_job("b", {})
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("pragma journal_mode").fetchone() == ("wal",)
        raw.execute("begin")
        raw.execute("select count(*) from jobs").fetchone()
        ledger.end_job(job, "done")
    with closing(Ledger(path)) as again:
        row = again.last_job()
    assert row is not None
    assert row.state == "done"


@pytest.mark.parametrize(
    "content", [b"this is no database, it is a letter " * 300, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_what_is_no_ledger_is_set_aside_and_a_new_one_begun(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with closing(Ledger(path)) as ledger:
        assert ledger.last_job() is None
        ledger.begin_job("b", {})
    assert path.with_suffix(".sqlite.damaged").read_bytes() == content


def test_a_ledger_with_a_broken_page_is_set_aside(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        job = ledger.begin_job("b", {})
        ledger.list_shots(job, [(f"s{number}", "k" * 40, "done") for number in range(500)])
    content = bytearray(path.read_bytes())
    content[4096 : len(content)] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with closing(Ledger(path)) as ledger:
        assert ledger.last_job() is None
        ledger.begin_job("b", {})
    assert path.with_suffix(".sqlite.damaged").exists()


def test_a_ledger_that_is_only_busy_is_not_set_aside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Ledger(path)) as ledger:
        ledger.begin_job("b", {})
    monkeypatch.setattr("bookfilm.store.ledger.BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("begin immediate")
        raw.execute("update jobs set state = 'done'")
        with closing(Ledger(path)) as reader:
            row = reader.last_job()
            assert row is not None
            assert row.state == "running"
            with pytest.raises(StoreError, match="locked"):
                reader.begin_job("b", {})
    assert not path.with_suffix(".sqlite.damaged").exists()


def test_a_newer_ledger_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("pragma user_version=99")
    content = path.read_bytes()
    with pytest.raises(FolderError, match=r"ledger\.sqlite: .*newer bookfilm.*99"):
        Ledger(path)
    assert path.read_bytes() == content


def test_a_full_disk_is_said_and_the_ledger_stays(small_disk: Path) -> None:
    path = small_disk / "ledger.sqlite"
    ledger = Ledger(path)
    job = ledger.begin_job("b", {})
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(bytes(1 << 20))
    with pytest.raises(StoreFull, match="no space is left") as fault:
        for number in range(1000):
            ledger.write_stage(f"file {number}", StageRow("in", "out", os.urandom(5000).hex()))
    assert "\n" not in str(fault.value)
    ledger.close()
    with pytest.raises(StoreFull), closing(Ledger(path)) as again:
        again.write_stage("large", StageRow("in", "out", os.urandom(100_000).hex()))
    ballast.unlink()
    with closing(Ledger(path)) as again:
        row = again.last_job()
        assert row is not None
        assert row.id == job
        again.write_stage("x", StageRow("in", "out", "body"))
    assert not path.with_suffix(".sqlite.damaged").exists()


def test_reading_one_on_a_disk_that_cannot_be_written_to(locked_disk: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as fault:
        Ledger(locked_disk / "film" / "ledger.sqlite")
    assert "\n" not in str(fault.value)
