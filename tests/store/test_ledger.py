"""The ledger as a file: history that is kept, migrated, and begun anew where it is lost.

What holds for every database is in tests/contracts/test_ledger.py.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import FolderError, StoreError, StoreFull
from bookfilm.store.ledger import Asked, Attempt, Ledger, StageRow
from bookfilm.store.ledger.tables import VERSION


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger(path)) as ledger:
        yield ledger


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
    monkeypatch.setattr("bookfilm.store.ledger.database.BUSY_TIMEOUT_MS", 50)
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


LEDGERS = Path(__file__).parent / "ledgers"
"""As bookfilm wrote them, named for their version."""


@pytest.mark.parametrize("kept", sorted(LEDGERS.glob("*.sqlite")), ids=lambda path: path.stem)
def test_a_ledger_of_every_earlier_version_is_migrated_and_nothing_is_lost(kept: Path, path: Path) -> None:
    shutil.copy(kept, path)
    with closing(Ledger(path)) as ledger:
        stopped, ended = (job for job in reversed(ledger.jobs()))
        assert (ended.state, ended.shots, ended.attempts) == ("slates", {"done": 2, "slate": 1}, 2)
        assert (stopped.state, stopped.asked) == ("running", Asked())
        assert ledger.stage("shots.jsonl") == StageRow("in", "out", "тело")
        assert ledger.failures(ended.id) == [("k2", "the lamp went out")]
        assert [errand.token for errand in ledger.errands()] == (["zz", "aa"] if "errands" in kept.stem else [])
        new = ledger.begin_job("b", {})
        ledger.write_attempt(new, Attempt("take", "k1", "w", 1))
        assert [job.state for job in ledger.jobs()] == ["slates", "stopped", "running"]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("pragma user_version").fetchone() == (VERSION,)
        assert raw.execute("pragma integrity_check").fetchone() == ("ok",)
    assert not path.with_suffix(".sqlite.damaged").exists()


def test_a_migration_that_dies_half_way_has_changed_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(LEDGERS / "1-errands.sqlite", path)
    with closing(sqlite3.connect(path)) as raw:
        before = list(raw.iterdump())

    class Died(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("alembic.operations.base.Operations.drop_table", dies)
        with pytest.raises(Died):
            Ledger(path)
    with closing(sqlite3.connect(path)) as raw:
        assert list(raw.iterdump()) == before
    with closing(Ledger(path)) as ledger:
        assert len(ledger.errands()) == 2


def test_alembic_is_not_imported_where_nothing_is_migrated(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bookfilm.store.ledger import Ledger\n"
        "for _ in range(2): Ledger(Path(sys.argv[1])).close()\n"
        "assert not any(name.startswith(('alembic', 'psycopg')) for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
