"""One run, from command to film: hold the folder, keep the ledger, join the cluster, make the film."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bookfilm import logs, tracing
from bookfilm.book import read_book
from bookfilm.errors import BookfilmError, JobCancelled, StoreError
from bookfilm.jobs.dashboard import told_dashboard
from bookfilm.jobs.watching import watched
from bookfilm.pipeline.crew import Production, Reporter
from bookfilm.pipeline.dubbing import check_translations
from bookfilm.pipeline.making import FilmMade, make_film
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.stages import check_edits, check_order, write_book
from bookfilm.pipeline.word import state_right
from bookfilm.records.book import Book
from bookfilm.settings import Preset
from bookfilm.store.folder import FilmFolder, create_folder, held_folder
from bookfilm.store.ledger import PATIENCE_S, Ledger, open_ledger

log = logging.getLogger(__name__)


def run_film(
    book: Path | None,
    out: Path | FilmFolder,
    order: FilmOrder,
    address: str | None,
    reporter: Reporter,
    claimed: int | None = None,
) -> FilmMade:
    """Make the film of `book` in the folder `out`, on the cluster at `address` or on one of this process.

    A book that cannot be read, a preset that is not there and a folder that cannot be written to are
    refused before anything is made. `claimed` is the job's number, where it was queued and this process has claimed it.
    Raises BookfilmError; what was finished stays and is gone on with.
    """
    preset = order.loaded_preset()
    source = read_book(book) if book is not None else None
    folder = out if isinstance(out, FilmFolder) else create_folder(out)
    check_edits(folder)
    check_order(folder, order, preset)
    check_translations(folder, order)
    with logs.about_all(film=str(folder.path)), _traced(folder, order, claimed) as run, held_folder(folder):
        if order.goes_to("picture"):
            folder.check_bucket()
        ledger = open_ledger(folder, PATIENCE_S)
        job = claimed or ledger.begin_job(str(book or ""), order.model_dump(mode="json"))
        with closing(ledger), _logged(job), kept_job(ledger, job, claimed is not None) as ends:
            if order.until == "book" and source is not None:
                write_book(source, folder)
                state_right(folder, order.right, order.holder)
                made = FilmMade(folder.path, order.until)
            else:
                made = _make_on_cluster(source, order, preset, folder, ledger, job, address, reporter)
            ends(made.slates)
        run.note(job=job, shots=made.shots, slates=len(made.slates), film_s=made.film_s)
    return made


@contextmanager
def _traced(folder: FilmFolder, order: FilmOrder, claimed: int | None) -> Iterator[tracing.Noted]:
    """Give the run's span: within that of who queued the film, or of who started this command."""
    parent = tracing.callers() if claimed is None else order.trace or None
    kind: tracing.Kind = "internal" if claimed is None else "consumer"
    try:
        with tracing.span("job", parent, kind, folder=str(folder.path), preset=order.preset) as run:
            yield run
    finally:
        tracing.send_all()


@contextmanager
def _logged(job: int) -> Iterator[None]:
    """Write a line when the job begins and one when this run of it ends; all lines between say its number."""
    # One job at a time is made here, and Ray has threads that tell of it.
    with logs.about_all(job=job):
        log.info("job begun")
        try:
            yield
        except BaseException as error:
            log.info("job given back: %s: %s", type(error).__name__, error)
            raise
        log.info("job ended")


@contextmanager
def kept_job(ledger: Ledger, job: int, claimed: bool = False) -> Iterator[Callable[[Sequence[str]], None]]:
    """Write into the ledger what becomes of `job`; who comes to its end says so, with the shots that got slates.

    Where this process is told to end, a job that was `claimed` goes back into the queue, for the next to take it up;
    where that was because somebody has cancelled the job, this raises JobCancelled. What nobody has foreseen ends the
    job as "failed": the next who took it up would meet it as well.
    """
    try:
        yield lambda slates: ledger.end_job(job, "slates" if slates else "done")
    except JobCancelled as error:
        ledger.end_job(job, "cancelled", str(error))
        raise
    except BookfilmError as error:
        # A ledger that is away cannot be told either; the fault itself must not be lost over that.
        with suppress(StoreError):
            ledger.end_job(job, "failed", str(error))
        raise
    except Exception as error:
        with suppress(StoreError):
            ledger.end_job(job, "failed", f"{type(error).__name__}: {error}")
        raise
    except BaseException as error:
        # No class of its own tells: Ray, in whose calls the driver waits, raises a KeyboardInterrupt anew.
        if isinstance(error, KeyboardInterrupt) and _is_cancelled(ledger, job):
            said = JobCancelled("cancelled; what is finished stays, and the same command goes on", subject=f"job {job}")
            with suppress(StoreError):
                ledger.end_job(job, "cancelled", str(said))
            raise said from None
        if claimed:
            ledger.release_job(job)
        else:
            ledger.end_job(job, "stopped", type(error).__name__)
        raise


def _is_cancelled(ledger: Ledger, job: int) -> bool:
    try:
        return ledger.asked(job).wanted == "cancel"
    except StoreError:
        return False


def _make_on_cluster(
    source: tuple[Book, str] | None,
    order: FilmOrder,
    preset: Preset,
    folder: FilmFolder,
    ledger: Ledger,
    job: int,
    address: str | None,
    reporter: Reporter,
) -> FilmMade:
    # Ray takes a second to import: a refused book should not wait for it.
    from cluster.crew import RayCrew
    from cluster.joining import joined_cluster
    from cluster.sharing import check_shared

    reporter.begin("cluster", 1)
    started = time.monotonic()
    gpus_a_take = preset.video.replicas.num_gpus
    with (
        watched(ledger, job, gpus_a_take) as gate,
        joined_cluster(address) as joined,
        told_dashboard(folder, joined.dashboard),
        # Not while the cluster is left.
        gate.interruptible(),
    ):
        check_shared(folder.path)
        crew = RayCrew(preset, joined, folder.work)
        start_s = round(time.monotonic() - started, 3)
        reporter.end(f"{joined.nodes} nodes, {joined.cpus:g} CPUs, {joined.gpus:g} GPUs")
        made = make_film(source, Production(order, preset, folder, ledger, job, crew, reporter, gate))
    made.stage_s["start"] = start_s
    return made
