"""Alembic's migrations of the ledger: `versions` holds one a version, numbered as SQLite's user_version counts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FIRST = "0001"
"""The version before Alembic: its SQLite files have no table that says so."""


def migrate(connection: Connection, found: str, to: str = "head") -> None:
    """Carry the tables of `connection`, which are those of revision `found`, to revision `to`, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    if found == FIRST:
        command.stamp(config, FIRST)
    command.upgrade(config, to)
