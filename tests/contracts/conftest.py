"""Ledgers to be held to the contract: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.postgres import PostgresServer
from bookfilm.store.ledger import Ledger

Where = Path | str


@pytest.fixture(params=["sqlite", "postgres"])
def new_where(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Where]:
    """Return where a ledger may lie that is not there yet."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.new_database
    numbers = iter(range(100))
    return lambda: tmp_path / f"ledger-{next(numbers)}.sqlite"


@pytest.fixture
def where(new_where: Callable[[], Where]) -> Where:
    return new_where()


@pytest.fixture
def ledger(where: Where) -> Iterator[Ledger]:
    with closing(Ledger(where)) as ledger:
        yield ledger
