"""What the tests share: a small book, a film of it, and disks that are small or cannot be written to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from benchmarks.postgres import PostgresServer, programs
from bookfilm.book import read_book
from bookfilm.records.book import Book
from tests.doubles import make_at_desk

STORY = """\
THE TIDE TABLE

by A. Nonymous

CHAPTER I. The Wall

The sea wall at Harrow was older than the church. Every evening Mr. Tolland walked along it with a lantern.

"You are late," said Anna Pell.

"The tide is late," answered Mr. Tolland. "I only follow it."

Anna laughed, and the wind took the laugh away across the harbour.

"Will it come over the wall tonight?" she asked.

CHAPTER II. The Water

By night the water stood at the third step. It was raining in the street.

"Take the lantern," said Mr. Tolland, "and go home."

"Not without you!" cried Anna Pell.

They went up the street together, and behind them the sea came in, step by step, as if it were expected.
"""


# What takes longest, and starts clusters: each is one process's work, one test after the other.
LONGEST = ("tests/cluster/test_through_ray.py", "tests/cluster/", "tests/test_film.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that the last process to end does not end alone."""
    order = {place: number for number, place in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(_work_of(item.nodeid), len(order)))


def _work_of(nodeid: str) -> str:
    """Return what one process takes as a whole: one of the longest, else a file."""
    return next((place for place in LONGEST if nodeid.startswith(place)), nodeid.partition("::")[0])


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three processes at least: those that try clusters and films wait for Ray half of their time."""
    return min(4, max(3, os.cpu_count() or 1))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process, and those that try clusters to two: a machine in use may hold several clusters."""
    from xdist.scheduler import LoadScopeScheduling

    class ByWork(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _work_of(nodeid)

    return ByWork(config, log)


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str]:
    """The small book, read."""
    path = tmp_path_factory.mktemp("book") / "the_tide_table.txt"
    path.write_text(STORY, encoding="utf8")
    return read_book(path)


@pytest.fixture(scope="session")
def film_made(tmp_path_factory: pytest.TempPathFactory, story: tuple[Book, str]) -> Path:
    """A finished film folder. Copy it before you change it: `film_copy` does."""
    path = tmp_path_factory.mktemp("film") / "tide.film"
    make_at_desk(path, story)
    return path


@pytest.fixture
def film_copy(tmp_path: Path, film_made: Path) -> Path:
    """A finished film folder of the test's own, times of change included."""
    copy = tmp_path / "copy.film"
    shutil.copytree(film_made, copy)
    return copy


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    yield from _mounted(tmp_path / "small", "size=1m")


@pytest.fixture
def film_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that just holds a small film."""
    yield from _mounted(tmp_path / "disk", "size=40m")


def _mounted(path: Path, options: str) -> Iterator[Path]:
    path.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"mounting is refused here: {done.stderr.strip()}")
    try:
        yield path
    finally:
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture
def locked_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds one empty folder, `film`, and cannot be written to (the tests may run as root)."""
    for path in _mounted(tmp_path / "locked", "size=1m"):
        (path / "film").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(path)], check=True)
        yield path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; who kills it starts it again."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed here: pip install 'bookfilm[postgres]'")
    server = PostgresServer()
    try:
        yield server
    finally:
        server.remove()
