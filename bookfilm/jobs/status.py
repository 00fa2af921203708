"""How far a film is."""

from __future__ import annotations

from bookfilm.errors import FolderBusy, FolderError, RecordError, StoreError
from bookfilm.jobs.dashboard import dashboard_of
from bookfilm.jobs.spending import Spending, spending_of
from bookfilm.records.base import Part
from bookfilm.records.book import Book
from bookfilm.records.cut import Cut
from bookfilm.store.folder import FilmFolder, held_folder
from bookfilm.store.ledger import ledger_lies, open_ledger


class FilmStatus(Part):
    """What `bookfilm status` prints, of the job that runs, else of the last. "running" only while a driver holds the
    folder."""

    folder: str
    title: str
    state: str
    started_at: str | None = None
    ended_at: str | None = None
    error: str | None = None
    shots: dict[str, int]
    """How many shots are in each state: queued, done, slate."""
    takes: int
    recordings: int
    attempts: int
    spending: Spending | None = None
    failures: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    """Shots whose take was kept with a fault, a line each."""
    dashboard: str | None = None
    """Where Ray's dashboard of the cluster is that the job runs on, if it has one."""
    film: str | None = None
    """The film that the last job was to make, once it is there: film.mp4, or that of a dub."""


def film_status(folder: FilmFolder) -> FilmStatus:
    """Return how far the film in `folder` is."""
    title = Book.read(folder.book).title
    takes, recordings = folder.takes().count(), folder.speech().count()
    bare = FilmStatus(
        folder=str(folder.path),
        title=title,
        state="unknown",
        shots={},
        takes=takes,
        recordings=recordings,
        attempts=0,
        flagged=_flagged(folder),
        film=str(folder.film) if folder.film.exists() else None,
    )
    if not ledger_lies(folder):
        return bare
    try:
        ledger = open_ledger(folder)
    except StoreError as error:
        return bare.changed(error=str(error))
    try:
        held = is_held(folder)
        job = ledger.current_job() if held else ledger.last_job()
        failures = tuple(f"{key}: {error}" for key, error in ledger.failures(job.id)) if job else ()
        spending = spending_of(folder, ledger) if job else None
    finally:
        ledger.close()
    state: str = job.state if job else "unknown"
    dub = job.order.get("dub") if job else None
    film = folder.dubbed(dub).film if dub else folder.film
    if job is not None and state == "running":
        state = "stopped" if not held else "paused" if job.asked.wanted == "pause" else state
    return bare.changed(
        state=state,
        started_at=job.started_at if job else None,
        ended_at=job.ended_at if job else None,
        error=job.error if job else None,
        shots=job.shots if job else {},
        attempts=job.attempts if job else 0,
        spending=spending,
        failures=failures,
        dashboard=dashboard_of(folder) if held else None,
        film=str(film) if film.exists() else None,
    )


def _flagged(folder: FilmFolder) -> tuple[str, ...]:
    """Return the shots of the cut whose takes have flags."""
    try:
        cut = Cut.read(folder.cut)
    except RecordError:
        return ()
    found = ((choice.shot, folder.takes().find_here(choice.take)) for choice in cut.choices)
    return tuple(f"shot {shot}: {'; '.join(take.flags)}" for shot, take in found if take and take.flags)


def is_held(folder: FilmFolder) -> bool:
    """Say whether a driver is at work in `folder`."""
    try:
        with held_folder(folder, sweep=False):
            return False
    except FolderBusy:
        return True
    except FolderError:
        # It cannot be written to, so nobody works here.
        return False
