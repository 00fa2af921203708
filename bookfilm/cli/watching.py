"""`bookfilm status`: how far a film is, once or for as long as it is made."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bookfilm.cli.options import Folder, Json

if TYPE_CHECKING:
    from bookfilm.store.folder import FilmFolder

LOOK_S = 1.0
UNDER_WAY = ("queued", "running", "paused")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(status)


def status(
    folder: Folder,
    watch: Annotated[
        bool, typer.Option("--watch", help="Say it again whenever it changes, until the job has ended.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say how far the film in FOLDER is, and what it has cost."""
    from bookfilm.cli.telling import told_status
    from bookfilm.jobs.status import film_status
    from bookfilm.store.folder import existing_folder

    found = existing_folder(folder)
    if watch:
        _watch(found, as_json)
        return
    told = film_status(found)
    if as_json:
        print(told.model_dump_json(indent=1))
        return
    for line in told_status(told):
        print(line)


def _watch(folder: FilmFolder, as_json: bool) -> None:
    """Print a line for each change; with `as_json` a whole status, a line each."""
    from bookfilm.cli.telling import told_in_a_line
    from bookfilm.jobs.status import film_status

    said = None
    while True:
        told = film_status(folder)
        line = told.model_dump_json() if as_json else told_in_a_line(told)
        if line != said:
            at = "" if as_json else f"{datetime.now(UTC).astimezone():%H:%M:%S}  "
            print(f"{at}{line}", flush=True)
            said = line
        if told.state not in UNDER_WAY:
            return
        time.sleep(LOOK_S)
