"""Opening a ledger, in every database that it can lie in: new, at once with others, migrated, newer, or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bookfilm.errors import FolderError, StoreError
from bookfilm.store.ledger import Ledger
from bookfilm.store.ledger.database import Database
from bookfilm.store.ledger.migrations import migrate
from bookfilm.store.ledger.tables import VERSION, tables
from tests.contracts.conftest import Where


def test_two_that_open_a_new_ledger_at_once_both_do(new_where: Callable[[], Where]) -> None:
    for _ in range(3):
        where, gate = new_where(), threading.Barrier(4)

        def opened(_number: int, where: Where = where, gate: threading.Barrier = gate) -> int:
            gate.wait()
            with closing(Ledger(where)) as ledger:
                return ledger.queue_job("b", {})

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(opened, range(4))) == [1, 2, 3, 4]


def test_a_ledger_that_was_migrated_is_as_one_that_was_laid(new_where: Callable[[], Where]) -> None:
    laid, migrated = new_where(), new_where()
    Ledger(laid).close()
    database = Database(migrated)
    try:
        database.write(lambda connection: migrate(connection, ""))
        if database.path is not None:
            database.write(lambda connection: connection.execute(text(f"PRAGMA user_version = {VERSION}")))
        differences = database.read(
            lambda connection: compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True}),
                tables,
            )
        )
    finally:
        database.close()
    assert differences == []
    with closing(Ledger(migrated)) as ledger:
        assert ledger.begin_job("b", {}) == 1


def test_a_newer_ledger_is_refused_in_one_line(where: Where) -> None:
    Ledger(where).close()
    database = Database(where)
    newer = ("UPDATE alembic_version SET version_num = '0099'", "PRAGMA user_version = 99")
    for line in newer if isinstance(where, Path) else newer[:1]:
        database.write(lambda connection, line=line: connection.execute(text(line)))
    database.close()
    with pytest.raises(FolderError, match=r"written by a newer bookfilm \(ledger version 0*99\)") as fault:
        Ledger(where)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "no url", "sqlite://", "postgresql+nothing://u:secret@h/d"])
def test_a_url_that_names_no_ledger_is_one_line_without_the_password(url: str) -> None:
    from bookfilm.errors import SettingsError

    if url.startswith("postgresql"):
        with pytest.raises(StoreError) as away:
            Ledger(url.replace("@h/", "@127.0.0.1:1/"))
        assert "secret" not in str(away.value) and "\n" not in str(away.value)
        return
    with pytest.raises(SettingsError, match="a ledger's URL is such as postgresql://") as fault:
        Ledger(url)
    assert "secret" not in str(fault.value)
