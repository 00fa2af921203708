"""The farm's commands: queue jobs, take them up, and ask things of them while they run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bookfilm.cli.options import Folder, Json
from bookfilm.errors import FolderError, SettingsError

if TYPE_CHECKING:
    from bookfilm.jobs.farm import Answer, Farm
    from bookfilm.store.ledger import JobRow, Ledger

Job = Annotated[
    int | None, typer.Option("--job", help="The job's number [default: that of the film which runs, else its newest].")
]
Shots = Annotated[list[str], typer.Argument(help="Shot ids, as in shots.jsonl.")]


def register(app: typer.Typer) -> None:
    """Add the farm's commands to `app`."""
    for command in (jobs, pause, resume, cancel, priority, limit, budget, skip, hold, release, retry):
        app.command()(command)


def jobs(
    folder: Annotated[Path | None, typer.Argument(help="A film folder [default: all films of --ledger].")] = None,
    as_json: Json = False,
) -> None:
    """List the jobs of the film in FOLDER, or of all films that share a ledger."""
    with _ledger(folder) as ledger:
        found = [job for job in ledger.jobs() if folder is None or job.film == ledger.film]
    if as_json:
        print(json.dumps([said_of_job(job) for job in found], indent=1))
        return
    for job in found:
        print(told_job(job))


def pause(folder: Folder, job: Job = None, as_json: Json = False) -> None:
    """Let nothing more begin of the job until it is resumed; what is under way is finished."""
    _act(folder, job, as_json, lambda farm, number: farm.pause(number))


def resume(folder: Folder, job: Job = None, as_json: Json = False) -> None:
    """Let a paused job go on."""
    _act(folder, job, as_json, lambda farm, number: farm.resume(number))


def cancel(folder: Folder, job: Job = None, as_json: Json = False) -> None:
    """End the job. What is finished stays, and the same command goes on."""
    _act(folder, job, as_json, lambda farm, number: farm.cancel(number))


def priority(
    folder: Folder,
    weight: Annotated[int, typer.Argument(help="1 to 1000; jobs have 10, and one of 20 gets twice as many replicas.")],
    job: Job = None,
    as_json: Json = False,
) -> None:
    """Say how much of a cluster the job gets beside others."""
    _act(folder, job, as_json, lambda farm, number: farm.prioritise(number, weight), ended=True)


def limit(
    folder: Folder,
    at_most: Annotated[int | None, typer.Option("--at-most", help="So many takes at once.")] = None,
    gpus: Annotated[
        float | None, typer.Option("--gpus", help="So many GPUs at once; no fewer than one take holds.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Lift all limits.")] = False,
    job: Job = None,
    as_json: Json = False,
) -> None:
    """Limit how much the job does at once."""
    if none == (at_most is not None or gpus is not None):
        raise SettingsError("say --at-most, --gpus or both, or --none", subject="limit")
    _act(folder, job, as_json, lambda farm, number: farm.limit(number, at_most, gpus), ended=True)


def budget(
    folder: Folder,
    usd: Annotated[float | None, typer.Option("--usd", help="So many US dollars, over all runs of the film.")] = None,
    gpu_hours: Annotated[float | None, typer.Option("--gpu-hours", help="So many GPU-hours, over all runs.")] = None,
    usd_per_gpu_hour: Annotated[float | None, typer.Option("--usd-per-gpu-hour", help="What a GPU costs.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Lift the budget.")] = False,
    job: Job = None,
    as_json: Json = False,
) -> None:
    """Stop the job once the film has cost so much; what is under way is finished."""
    if none == (usd is not None or gpu_hours is not None):
        raise SettingsError("say --usd, --gpu-hours or both, or --none", subject="budget")
    _act(folder, job, as_json, lambda farm, number: farm.budget(number, usd, gpu_hours, usd_per_gpu_hour), ended=True)


def skip(folder: Folder, shots: Shots, job: Job = None, as_json: Json = False) -> None:
    """Have a slate in place of each of SHOTS, also where its take is there, until it is retried."""
    _act(folder, job, as_json, lambda farm, number: farm.skip(number, *shots), ended=True)


def hold(folder: Folder, shots: Shots, job: Job = None, as_json: Json = False) -> None:
    """Let SHOTS wait until they are released."""
    _act(folder, job, as_json, lambda farm, number: farm.hold(number, *shots), ended=True)


def release(folder: Folder, shots: Shots, job: Job = None, as_json: Json = False) -> None:
    """Let held SHOTS go on."""
    _act(folder, job, as_json, lambda farm, number: farm.release(number, *shots), ended=True)


def retry(folder: Folder, shots: Shots, job: Job = None, as_json: Json = False) -> None:
    """Have SHOTS made that were given up or skipped: by the running job, or by the next."""
    _act(folder, job, as_json, lambda farm, number: farm.retry(number, *shots), ended=True)


def said_of_job(job: JobRow) -> dict[str, Any]:
    """Return what `--json` prints of a job."""
    asked = job.asked
    return {
        "job": job.id,
        "film": job.film,
        "book": job.book,
        "state": job.state if asked.wanted == "run" or job.state != "running" else f"running, {asked.wanted} asked",
        "priority": asked.priority,
        "at_most": asked.at_most,
        "gpus": asked.gpus,
        "budget_usd": asked.budget_usd,
        "budget_gpu_h": asked.budget_gpu_h,
        "shots": job.shots,
        "attempts": job.attempts,
        "gpu_h": round(job.gpu_s / 3600, 4),
        "usd": round(job.usd, 4),
        "driver": job.driver,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "error": job.error,
    }


def told_job(job: JobRow) -> str:
    """Return a job in a line."""
    said = said_of_job(job)
    shots = ", ".join(f"{count} {state}" for state, count in sorted(job.shots.items())) or "no shots yet"
    cost = f", {said['gpu_h']:.2f} GPU-hours, {said['usd']:.2f} USD" if job.gpu_s else ""
    return f"{job.id:5}  {said['state']:10} priority {job.asked.priority:3}  {shots}{cost}  {job.film}"


def _act(folder: Path, job: int | None, as_json: bool, act: Callable[[Farm, int], Answer], ended: bool = False) -> None:
    """Do `act` on the job; where that may have `ended`, what is asked holds for the next."""
    from bookfilm.jobs.farm import Farm

    with _ledger(folder) as ledger:
        farm = Farm(ledger)
        number = job if job is not None else farm.last_job() if ended else farm.live_job()
        answer = act(farm, number)
        state = found.state if (found := ledger.job(number)) else "gone"
    if as_json:
        print(answer.model_dump_json())
    elif answer.heeded:
        print(f"job {number}: {answer.verb}: done after {answer.waited_s:.1f} s")
    elif state == "running":
        print(f"job {number}: {answer.verb}: written down; its driver has not answered yet", file=sys.stderr)
    else:
        print(f"job {number}: {answer.verb}: written down")


@contextmanager
def _ledger(folder: Path | None) -> Iterator[Ledger]:
    """Give the ledger of the film in `folder`, or without one the ledger that films share."""
    import os

    from bookfilm.store.folder import FilmFolder
    from bookfilm.store.ledger import LEDGER_URL, Ledger, ledger_lies, open_ledger

    if folder is None:
        url = os.environ.get(LEDGER_URL)
        if not url:
            raise SettingsError("name a film folder, or the ledger that films share with --ledger", subject="jobs")
        ledger = Ledger(url)
    else:
        film = FilmFolder(folder.absolute())
        if not folder.is_dir() or not ledger_lies(film):
            raise FolderError("no job was ever begun here", subject=folder)
        ledger = open_ledger(film)
    try:
        yield ledger
    finally:
        ledger.close()
