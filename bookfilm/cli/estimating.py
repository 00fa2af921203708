"""`bookfilm estimate`: what a film will take, before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookfilm.cli.options import Book, Json, PresetName, Runtime
from bookfilm.errors import FolderError, SettingsError

if TYPE_CHECKING:
    from bookfilm.jobs.estimate import Estimate, Range, Speed
    from bookfilm.settings import Preset


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(estimate)


def estimate(
    book: Book,
    preset: PresetName = None,
    runtime: Runtime = None,
    gpus: Annotated[
        float,
        typer.Option("--gpus", help="On so many GPUs (replicas, where an engine needs none); no more than it can use."),
    ] = 1,
    usd_per_gpu_hour: Annotated[float, typer.Option("--usd-per-gpu-hour", help="What a GPU costs.")] = 0.0,
    measured: Annotated[
        Path | None,
        typer.Option("--measured", help="A film folder whose takes this preset has made [default: published figures]."),
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
    from bookfilm.settings import DEFAULT_PRESET, load_preset, parse_runtime

    if gpus <= 0 or usd_per_gpu_hour < 0:
        raise SettingsError("GPUs are more than none, and cost no less than nothing", subject="estimate")
    wanted = load_preset(preset or DEFAULT_PRESET)
    speed = _speed(measured, seconds_per_second, wanted)
    a_take, (replicas, note) = wanted.video.replicas.num_gpus or 1, _replicas(gpus, wanted)
    lengths, film_s = planned_lengths(read_book(book), wanted, parse_runtime(runtime) if runtime else None)
    found = estimate_film(lengths, film_s, speed, replicas, a_take, usd_per_gpu_hour).changed(note=note)
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
    if found.note:
        yield f"  note       {found.note}"
    yield f"  GPU-hours  {_told(found.gpu_h)}"
    yield f"  wall time  {_told(found.wall_h)} hours, starting up apart"
    if found.usd.expected:
        yield f"  money      {_told(found.usd)} USD"
    if found.disk_gb:
        yield f"  disk       {found.disk_gb:.2f} GB of takes"
    speed = found.speed
    by = f"measured on {speed.takes} takes" if speed.takes else "as said"
    by = f"published, not measured here ({speed.source})" if speed.source else by
    yield f"  speed      {speed.fixed_s:.2f} s a take and {speed.per_s:.2f} s for each second of it, {by}"
    for chapter in found.chapters:
        yield f"  {chapter.gpu_h:8.2f} GPU-hours  {chapter.shots:5} shots  {chapter.chapter}"


def _told(found: Range) -> str:
    return f"{found.expected:.2f} ({found.low:.2f} to {found.high:.2f})"


def _replicas(gpus: float, preset: Preset) -> tuple[int, str]:
    """Return how many replicas so many GPUs hold, or as many as the preset may have, and a word where that is fewer."""
    asked = preset.video.replicas
    held = max(1, int(gpus / (asked.num_gpus or 1) + 1e-9))
    if held <= asked.max_replicas:
        return held, ""
    used = asked.max_replicas * (asked.num_gpus or 1)
    return asked.max_replicas, f"{used:g} of {gpus:g} GPUs are used: the preset has max_replicas = {asked.max_replicas}"


def _speed(measured: Path | None, seconds_per_second: float | None, preset: Preset) -> Speed:
    """Return how fast the preset draws: as it was measured, else as was said, else as others have published."""
    from bookfilm.jobs.estimate import Speed, measured_speed
    from bookfilm.pipeline.speeds import making_of, published_speed, take_bytes_per_s
    from bookfilm.store.folder import FilmFolder
    from bookfilm.store.ledger import ledger_lies, open_ledger

    if seconds_per_second is not None and seconds_per_second <= 0:
        raise SettingsError("a second of film takes more than no time", subject=f"{seconds_per_second:g}")
    if measured is not None:
        folder = FilmFolder(measured.absolute())
        if not measured.is_dir() or not ledger_lies(folder):
            raise FolderError("no film was ever made here, so that nothing was measured", subject=measured)
        ledger = open_ledger(folder)
        try:
            return measured_speed(ledger, folder.takes(), making_of(preset))
        finally:
            ledger.close()
    said = None if seconds_per_second is None else Speed(fixed_s=0.0, per_s=seconds_per_second)
    found = said or published_speed(preset)
    return found.changed(bytes_per_s=take_bytes_per_s(preset.picture, preset.encoding))
