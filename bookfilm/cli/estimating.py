"""`bookfilm estimate`: what a film will take, before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookfilm.cli.options import Book, Json, PresetName, Runtime
from bookfilm.errors import SettingsError

if TYPE_CHECKING:
    from bookfilm.jobs.estimate import Estimate, Range, Speed


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(estimate)


def estimate(
    book: Book,
    preset: PresetName = None,
    runtime: Runtime = None,
    gpus: Annotated[float, typer.Option("--gpus", help="On so many GPUs (replicas, where an engine needs none).")] = 1,
    usd_per_gpu_hour: Annotated[float, typer.Option("--usd-per-gpu-hour", help="What a GPU costs.")] = 0.0,
    measured: Annotated[
        Path | None, typer.Option("--measured", help="A film folder whose takes this preset has made.")
    ] = None,
    seconds_per_second: Annotated[
        float | None, typer.Option("--seconds-per-second", help="So long a second of film takes on one replica.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Keep it in this film folder; `status` then tells it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what the film of BOOK will take: GPU-hours, wall time, money and disk, by chapter."""
    from bookfilm.book import read_book
    from bookfilm.jobs.estimate import estimate_film
    from bookfilm.pipeline.estimating import planned_lengths
    from bookfilm.settings import load_preset, parse_runtime

    if gpus <= 0 or usd_per_gpu_hour < 0:
        raise SettingsError("GPUs are more than none, and cost no less than nothing", subject="estimate")
    wanted = load_preset(preset or "preview")
    speed = _speed(measured, seconds_per_second, wanted.video.engine)
    a_take = wanted.video.replicas.num_gpus
    lengths, film_s = planned_lengths(read_book(book), wanted, parse_runtime(runtime) if runtime else None)
    replicas = max(1, int(gpus / (a_take or 1) + 1e-9))
    found = estimate_film(lengths, film_s, speed, replicas, a_take or 1, usd_per_gpu_hour)
    if out is not None:
        _keep(found, out, wanted.name, usd_per_gpu_hour)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    for line in told_estimate(found):
        print(line)


def _keep(found: Estimate, out: Path, preset: str, usd_per_gpu_h: float) -> None:
    from datetime import UTC, datetime

    from bookfilm.jobs.spending import KeptEstimate
    from bookfilm.store.files import write_file
    from bookfilm.store.folder import create_folder, held_folder

    folder = create_folder(out)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    kept = KeptEstimate(preset=preset, usd_per_gpu_h=usd_per_gpu_h, made_at=at, estimate=found)
    with held_folder(folder):
        write_file(folder.estimate, kept.to_json())


def told_estimate(found: Estimate) -> Iterator[str]:
    """Yield an estimate, line by line."""
    yield f"{found.shots} shots, {found.film_s / 60:.0f} minutes of film, on {found.replicas} replicas"
    yield f"  GPU-hours  {_told(found.gpu_h)}"
    yield f"  wall time  {_told(found.wall_h)} hours, starting up apart"
    if found.usd.expected:
        yield f"  money      {_told(found.usd)} USD"
    if found.disk_gb:
        yield f"  disk       {found.disk_gb:.2f} GB of takes"
    speed = found.speed
    by = f"measured on {speed.takes} takes" if speed.takes else "as said"
    yield f"  speed      {speed.fixed_s:.2f} s a take and {speed.per_s:.2f} s for each second of it, {by}"
    for chapter in found.chapters:
        yield f"  {chapter.gpu_h:8.2f} GPU-hours  {chapter.shots:5} shots  {chapter.chapter}"


def _told(found: Range) -> str:
    return f"{found.expected:.2f} ({found.low:.2f} to {found.high:.2f})"


def _speed(measured: Path | None, seconds_per_second: float | None, engine: str) -> Speed:
    from bookfilm.jobs.estimate import Speed, measured_speed
    from bookfilm.store.folder import existing_folder
    from bookfilm.store.ledger import open_ledger

    if seconds_per_second is not None:
        if seconds_per_second <= 0:
            raise SettingsError("a second of film takes more than no time", subject=f"{seconds_per_second:g}")
        return Speed(fixed_s=0.0, per_s=seconds_per_second)
    if measured is None:
        said = "nobody knows how fast it is here: name a film it has made with --measured, or say --seconds-per-second"
        raise SettingsError(said, subject=engine)
    folder = existing_folder(measured)
    ledger = open_ledger(folder)
    try:
        return measured_speed(ledger, folder.takes())
    finally:
        ledger.close()
