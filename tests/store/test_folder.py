"""The film folder: what is one, and who holds it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookfilm.errors import FolderBusy, FolderError, StoreFull
from bookfilm.store.folder import FilmFolder, create_folder, existing_folder, held_folder

HOLD = """
import sys, time
from pathlib import Path
from bookfilm.store.folder import create_folder, held_folder
with held_folder(create_folder(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds tmp_path / "film"."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "film")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(FolderBusy, match=f"process {holder.pid} on ") as fault, held_folder(_film(tmp_path)):
        pass
    assert fault.value.exit_code == 2
    assert "\n" not in str(fault.value)


def test_the_lock_dies_with_its_process(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with held_folder(_film(tmp_path)):
        assert f"process {os.getpid()}" in (tmp_path / "film" / ".lock").read_text()


def test_one_who_only_looks_neither_sweeps_nor_signs(tmp_path: Path) -> None:
    folder = create_folder(tmp_path)
    (tmp_path / ".a.partial").touch()
    with held_folder(folder, sweep=False):
        pass
    assert (tmp_path / ".a.partial").exists()
    assert (tmp_path / ".lock").read_text() == ""


def test_a_holder_sweeps_what_killed_runs_left(tmp_path: Path) -> None:
    folder = create_folder(tmp_path)
    left = [place / ".x.1.partial" for place in (tmp_path, tmp_path / "takes", tmp_path / "speech", tmp_path / ".work")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with held_folder(folder):
        assert not any(path.exists() for path in left)


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    folder = create_folder(tmp_path)
    with pytest.raises(ValueError), held_folder(folder):
        raise ValueError
    with held_folder(folder):
        pass


def test_a_folder_that_cannot_be_held(locked_disk: Path) -> None:
    with pytest.raises(FolderError, match="cannot be held: Read-only"), held_folder(FilmFolder(locked_disk)):
        pass


def test_what_is_no_film_folder(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no such film folder"):
        existing_folder(tmp_path / "missing")
    with pytest.raises(FolderError, match=r"no book\.json"):
        existing_folder(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FolderError):
        existing_folder(tmp_path / "file")
    with pytest.raises(FolderError, match="cannot be written to"):
        create_folder(tmp_path / "file" / "film")


@pytest.mark.parametrize("path", ["s3://bucket/film", "gs://bucket/film", "https://example.org/film"])
def test_an_address_is_no_folder(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FolderError, match="not supported yet"):
        create_folder(Path(path))
    assert list(tmp_path.iterdir()) == []


def test_a_relative_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = create_folder(Path("some 'film' тень"))
    assert folder.path == tmp_path / "some 'film' тень"
    assert folder.film.parent == folder.path
    assert list(folder.path.iterdir()) == []


def _film(tmp_path: Path) -> FilmFolder:
    return FilmFolder(tmp_path / "film")


def test_a_folder_in_which_a_run_has_just_begun_says_so(tmp_path: Path) -> None:
    folder = create_folder(tmp_path / "film")
    with held_folder(folder), pytest.raises(FolderError, match="nothing is in it yet"):
        existing_folder(folder.path)


@pytest.mark.parametrize("name", ["book.txt", "book.json", "film.mp4", "takes"])
def test_somebody_elses_files_are_not_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(FolderError, match=f"{name} lies here and no film does") as fault:
        create_folder(tmp_path)
    assert str(tmp_path) in str(fault.value)
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_with_an_authors_word_or_other_things_becomes_a_film_folder(tmp_path: Path) -> None:
    for name in ("direction.toml", "novel.txt", "cover.jpg"):
        (tmp_path / name).write_text("")
    assert create_folder(tmp_path).path == tmp_path


def test_a_film_folder_that_has_lost_its_lock_and_ledger_is_one(tmp_path: Path) -> None:
    (tmp_path / "book.json").write_text('{\n "schema": "bookfilm.book/1"')
    (tmp_path / "book.txt").write_text("ours")
    assert create_folder(tmp_path).path == tmp_path


def test_a_full_disk_is_told_when_the_lock_cannot_be_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    create_folder(tmp_path / "film")
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreFull, match="no space is left"), held_folder(_film(tmp_path)):
        pass


def test_a_dead_drivers_child_is_waited_for(tmp_path: Path) -> None:
    """A child that is being born has its parent's files for a moment, and so the lock."""
    code = HOLD.replace("time.sleep(600)", "import os; child = os.fork(); time.sleep(1.0 if child == 0 else 600)")
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "film")], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        process.kill()
        process.wait()
        with held_folder(_film(tmp_path)):
            assert f"process {os.getpid()}" in (tmp_path / "film" / ".lock").read_text()
