"""A database that an older bookfilm wrote goes on: nothing is lost, and no number is given twice from then on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from bookfilm.studio.keeping import lookup_of, opened_database
from bookfilm.studio.tables import events, films, tables, videos
from tests.studio.desk import film_of
from tests.studio.serving import served
from tests.studio.test_events import listening, until

FIRST = """
CREATE TABLE studio_audit (id INTEGER NOT NULL, at VARCHAR NOT NULL, tenant VARCHAR, user VARCHAR, token VARCHAR,
  address VARCHAR NOT NULL, method VARCHAR NOT NULL, path VARCHAR NOT NULL, status INTEGER NOT NULL,
  request VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_studio_audit_tenant ON studio_audit (tenant);
CREATE TABLE studio_events (id INTEGER NOT NULL, film VARCHAR NOT NULL, at VARCHAR NOT NULL, kind VARCHAR NOT NULL,
  body VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_studio_events_film_id ON studio_events (film, id);
CREATE TABLE studio_facts (name VARCHAR NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY (name));
CREATE TABLE studio_films (number INTEGER NOT NULL, lookup VARCHAR NOT NULL, id VARCHAR NOT NULL,
  tenant VARCHAR NOT NULL, user VARCHAR NOT NULL, request VARCHAR, folder VARCHAR NOT NULL, book VARCHAR NOT NULL,
  facts VARCHAR NOT NULL, "order" VARCHAR NOT NULL, "right" VARCHAR NOT NULL, created_at VARCHAR NOT NULL,
  stored_bytes BIGINT DEFAULT '0' NOT NULL, seen VARCHAR DEFAULT '{}' NOT NULL, deleted_at VARCHAR,
  PRIMARY KEY (number), UNIQUE (tenant, request), UNIQUE (lookup));
CREATE INDEX ix_studio_films_tenant ON studio_films (tenant);
CREATE TABLE studio_videos (number INTEGER NOT NULL, lookup VARCHAR NOT NULL, id VARCHAR NOT NULL,
  tenant VARCHAR NOT NULL, model VARCHAR NOT NULL, prompt VARCHAR NOT NULL, text VARCHAR NOT NULL,
  seconds INTEGER NOT NULL, size VARCHAR NOT NULL, remixed_from VARCHAR, status VARCHAR NOT NULL,
  progress INTEGER DEFAULT '0' NOT NULL, error VARCHAR, folder VARCHAR NOT NULL, created_at FLOAT NOT NULL,
  completed_at FLOAT, claimed_by VARCHAR, PRIMARY KEY (number), UNIQUE (lookup));
CREATE INDEX ix_studio_videos_tenant ON studio_videos (tenant);
INSERT INTO studio_facts VALUES ('version', '1');
INSERT INTO studio_films VALUES (7, 'l', 'film_a', 't', 'u', 'key', '/f', '/f/b', '{}', '{}', '{}', 'then', 5,
  '{}', NULL);
INSERT INTO studio_videos VALUES (3, 'v', 'video_a', 't', 'm', 'p', 'p', 4, '1x1', NULL, 'queued', 0, NULL, '/v', 1.5,
  NULL, NULL);
INSERT INTO studio_audit VALUES (9, 'then', 't', 'u', 'k', '::1', 'POST', '/v1/films', 201, 'r');
"""
"""As the first version laid it, with a row of each kind that is counted."""
HEARD = [(4, "one"), (5, "two"), (6, "one"), (9, "one"), (10, "two")]


@pytest.fixture
def first(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "studio.sqlite") as connection:
        connection.executescript(FIRST)
        rows = [(ident, film, "then", "state", f'{{"n": {ident}}}') for ident, film in HEARD]
        connection.executemany("INSERT INTO studio_events VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    return tmp_path


def test_an_older_database_goes_on(first: Path) -> None:
    for _ in range(2):
        database = opened_database(first)
        found = database.read(lambda connection: connection.execute(select(events).order_by(events.c.id)).all())
        assert [(row.id, row.film, row.number) for row in found] == [
            (4, "one", 1), (5, "two", 1), (6, "one", 2), (9, "one", 3), (10, "two", 2)
        ]  # fmt: skip
        film = database.read(lambda connection: connection.execute(select(films)).one())
        assert (film.number, film.request, film.digest, film.stored_bytes) == (7, "key", None, 5)
        video = database.read(lambda connection: connection.execute(select(videos)).one())
        assert (video.number, video.created_at, video.stored_bytes) == (3, 1.5, 0)
        laid = inspect(database.engine)
        for table in tables.sorted_tables:
            assert {one["name"] for one in laid.get_columns(table.name)} == set(table.c.keys()), table.name
            assert {one["name"] for one in laid.get_indexes(table.name)} == {one.name for one in table.indexes}
        database.close()


def test_no_number_is_given_twice(first: Path) -> None:
    database = opened_database(first)
    with sqlite3.connect(first / "studio.sqlite") as connection:
        for table, column in (("events", "id"), ("films", "number"), ("videos", "number"), ("audit", "id")):
            newest = connection.execute(f"SELECT max({column}) FROM studio_{table}").fetchone()[0]
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info(studio_{table})")]
            row = dict(
                zip(columns, connection.execute(f"SELECT * FROM studio_{table} LIMIT 1").fetchone(), strict=True)
            )
            connection.execute(f"DELETE FROM studio_{table}")
            row[column] = None
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO studio_{table} VALUES ({marks})", list(row.values()))
            assert connection.execute(f"SELECT {column} FROM studio_{table}").fetchone()[0] == newest + 1, table
    connection.close()
    database.close()


def test_who_listens_hears_a_film_that_came_after_anothers_end(tmp_path: Path, book: bytes) -> None:
    """The newest events went with their film, and the next ones had their ids: nobody was told of these."""
    with served(tmp_path / "data") as running:
        theirs = running.as_(running.newcomer())
        mine = str(running.filmed(book)["id"])
        with listening(running.client, mine) as events_:
            heard = until(events_, "queued")
            other = str(running.filmed(book, theirs)["id"])
            with listening(theirs, other) as others:
                until(others, "queued")
                for verb, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled")):
                    theirs.post(f"/v1/films/{other}/{verb}").raise_for_status()
                    until(others, state)
            theirs.delete(f"/v1/films/{other}").raise_for_status()
            for verb, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled")):
                running.client.post(f"/v1/films/{mine}/{verb}").raise_for_status()
                heard += until(events_, state)
        # Who looks between a film and its job sees it "new" first.
        assert [event["id"] for event in heard] == list(range(1, len(heard) + 1))
        states = [event["state"] for event in heard if event["state"] != "new"]
        assert states == ["queued", "paused", "queued", "cancelled"]
        film = film_of(running, mine)
        kept = running.studio.hub.history(lookup_of(film.tenant, film.id), 0)
        assert [{"id": one.number, "kind": one.kind, **one.told()} for one in kept] == heard
