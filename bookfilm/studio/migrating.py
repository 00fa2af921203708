"""An older database of the service becomes one of today's, in the one transaction in which it is opened."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, Table, func, inspect, literal_column, select, table

from bookfilm.studio.tables import audit, events, films, videos

OLD = "studio_old"


def bring_up(connection: Connection, version: int) -> None:
    """Bring the tables of `version` up to those that `bookfilm.studio.tables` has."""
    for step in STEPS[version - 1 :]:
        step(connection)


def _count_all(connection: Connection) -> None:
    """From 1 to 2: no number is given twice, and events have theirs; films know by which request they were made."""
    by_film = func.row_number().over(partition_by=literal_column("film"), order_by=literal_column("id"))
    _lay_anew(connection, audit)
    _lay_anew(connection, films)
    _lay_anew(connection, events, number=by_film)
    _lay_anew(connection, videos)


def _lay_anew(connection: Connection, new: Table, **made: ColumnElement[int]) -> None:
    """Lay a table as it is today and take its rows over; columns that it had not are `made`, or empty."""
    found = inspect(connection)
    for index in found.get_indexes(new.name):
        connection.exec_driver_sql(f'DROP INDEX "{index["name"]}"')
    had = {column["name"] for column in found.get_columns(new.name)}
    connection.exec_driver_sql(f"ALTER TABLE {new.name} RENAME TO {OLD}")
    new.create(connection)
    kept = [column.name for column in new.columns if column.name in had]
    columns = [*(literal_column(f'"{name}"') for name in kept), *(one.label(name) for name, one in made.items())]
    rows = select(*columns).select_from(table(OLD))
    connection.execute(new.insert().from_select([*kept, *made], rows))
    connection.exec_driver_sql(f"DROP TABLE {OLD}")


STEPS: tuple[Callable[[Connection], None], ...] = (_count_all,)
