"""`bookfilm submit` queues a film, `bookfilm work` makes what is queued."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bookfilm.cli.asking import asked_order
from bookfilm.cli.options import Address, Book, Holder, Json, Out, PresetName, Rate, Right, Runtime, Size, Style, Until
from bookfilm.errors import EXIT_STOPPED


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command()(submit)
    app.command()(work)


def submit(
    book: Book,
    out: Out = None,
    preset: PresetName = None,
    runtime: Runtime = None,
    style: Style = None,
    size: Size = None,
    rate: Rate = None,
    until: Until = None,
    right: Right = None,
    right_holder: Holder = None,
    priority: Annotated[int | None, typer.Option("--priority", help="1 to 1000 [default: 10].")] = None,
    as_json: Json = False,
) -> None:
    """Queue the film of BOOK; `bookfilm work` takes it up."""
    from bookfilm import tracing
    from bookfilm.book import read_book
    from bookfilm.jobs.farm import Farm
    from bookfilm.pipeline.order import default_folder
    from bookfilm.store.folder import create_folder
    from bookfilm.store.ledger import open_ledger

    order = asked_order(preset, runtime, style, size, rate, until, None, right, right_holder)
    order = order.changed(trace=tracing.callers() or "")
    order.loaded_preset()
    # A book that cannot be read is refused here, not in the night.
    read_book(book)
    folder = create_folder(out or default_folder(book))
    ledger = open_ledger(folder)
    try:
        job = Farm(ledger).submit(book, order.model_dump(mode="json"), priority)
    finally:
        ledger.close()
    print(json.dumps({"job": job, "folder": str(folder.path)}) if as_json else f"{folder.path}: queued as job {job}")


def work(
    folder: Annotated[Path | None, typer.Argument(help="A film folder [default: all films of --ledger].")] = None,
    address: Address = None,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits any more.")] = False,
    as_json: Json = False,
) -> None:
    """Take up queued jobs, the highest priority first, and make their films one after the other.

    Start it as often as films are to be made beside each other.
    """
    from bookfilm.cli.progress import reporter
    from bookfilm.cli.telling import said_of, told_film
    from bookfilm.metrics import METRICS_AT, served_metrics
    from cluster.working import worked_jobs

    code = 0
    try:
        with served_metrics(os.environ.get(METRICS_AT)), reporter() as tell:
            for job, made, error in worked_jobs(folder, address, tell, once):
                if error is not None:
                    print(f"bookfilm: job {job}: {error}", file=sys.stderr)
                    code = error.exit_code
                elif made is not None:
                    code = code or (3 if made.slates else 0)
                    lines = (
                        [json.dumps({"job": job, **said_of(made)}, ensure_ascii=False)] if as_json else told_film(made)
                    )
                    for line in lines:
                        print(line, flush=True)
    except KeyboardInterrupt:
        print("bookfilm: stopped; the job goes on when it is worked on again", file=sys.stderr)
        raise typer.Exit(EXIT_STOPPED) from None
    raise typer.Exit(code)
