"""Queued jobs, taken from the ledger and carried through one after the other."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from bookfilm.errors import BookfilmError, ClusterRefused, FolderBusy, SettingsError, StoreError
from bookfilm.pipeline.crew import Reporter
from bookfilm.pipeline.making import FilmMade
from bookfilm.pipeline.order import read_order
from bookfilm.store.folder import create_folder
from bookfilm.store.ledger import LEDGER_URL, PATIENCE_S, JobRow, Ledger, open_ledger
from cluster.driver import run_film

LOOK_S = 1.0
"""How often the ledger is asked for work where there was none."""
BUSY_S = 10.0
"""How long a job is left in the queue whose folder somebody else holds."""


def worked_jobs(
    folder: Path | None, address: str | None, reporter: Reporter, once: bool
) -> Iterator[tuple[int, FilmMade | None, BookfilmError | None]]:
    """Take up and carry through what is queued for the film in `folder`, or for all films that share the ledger.

    Yields each job's number, with what was made or why nothing was. Ends with `once` when nothing waits. Raises
    ClusterRefused where all films are worked on and no cluster can be joined: each of them would fail for that alone.
    """
    url = os.environ.get(LEDGER_URL)
    if folder is None and not url:
        raise SettingsError("name a film folder, or the ledger that films share with --ledger", subject="work")
    opened = open_ledger(create_folder(folder), PATIENCE_S) if folder else Ledger(str(url), patience_s=PATIENCE_S)
    busy: dict[int, float] = {}
    with closing(opened) as ledger:
        while True:
            left = [job for job, until in busy.items() if once or time.monotonic() < until]
            job = ledger.claim_job(ledger.film if folder else None, but=left)
            if job is not None:
                made, error = _carried(job, folder, ledger, address, reporter)
                if isinstance(error, FolderBusy):
                    busy[job.id] = time.monotonic() + BUSY_S
                yield job.id, made, error
            elif once:
                return
            else:
                time.sleep(LOOK_S)


def _carried(
    job: JobRow, folder: Path | None, ledger: Ledger, address: str | None, reporter: Reporter
) -> tuple[FilmMade | None, BookfilmError | None]:
    out = folder or Path(job.film)
    try:
        order = read_order(job.order, ledger.name)
        return run_film(Path(job.book) if job.book else None, out, order, address, reporter, job.id), None
    except FolderBusy as error:
        # Whoever is at work there may end, or be killed: the job waits until then.
        ledger.release_job(job.id)
        return None, error
    except ClusterRefused as error:
        if folder is None:
            ledger.release_job(job.id)
            raise
        return None, error
    except BookfilmError as error:
        _end_refused(ledger, job.id, str(error))
        return None, error
    except Exception as error:
        # Left as it is, it would be taken up again, and end whoever does so as well.
        with suppress(StoreError):
            _end_refused(ledger, job.id, f"{type(error).__name__}: {error}")
        raise


def _end_refused(ledger: Ledger, job: int, why: str) -> None:
    """End a job that was refused before it began: who begins one writes its end, too."""
    found = ledger.job(job)
    if found is not None and found.state == "running":
        ledger.end_job(job, "failed", why)
