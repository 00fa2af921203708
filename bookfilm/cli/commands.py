"""The commands and their options."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bookfilm import __version__
from bookfilm.cli import estimating, farming, keyframing, queueing, serving, training, watching
from bookfilm.cli.asking import asked_order, last_order, named_language, with_right
from bookfilm.cli.options import (
    Address,
    Book,
    Dub,
    Folder,
    Holder,
    Json,
    KeyframesOnly,
    Loudness,
    Out,
    PresetName,
    Rate,
    Right,
    Runtime,
    Scenes,
    Size,
    Stems,
    Style,
    Subtitles,
    Until,
)
from bookfilm.errors import EXIT_FAILED, EXIT_INPUT, EXIT_SLATES, EXIT_STOPPED, BookfilmError, SettingsError
from bookfilm.logs import begin_logs, check_log_asked

if TYPE_CHECKING:
    from bookfilm.pipeline.order import FilmOrder

app = typer.Typer(
    name="bookfilm",
    help="Turn a book into a film.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""A wrong option or argument. Newer versions of typer carry click inside and give this class no public name."""


@app.command()
def make(
    book: Book,
    out: Out = None,
    preset: PresetName = None,
    runtime: Runtime = None,
    style: Style = None,
    size: Size = None,
    rate: Rate = None,
    until: Until = None,
    keyframes_only: KeyframesOnly = False,
    right: Right = None,
    right_holder: Holder = None,
    loudness: Loudness = None,
    stems: Stems = False,
    dub_language: Dub = None,
    subtitles_language: Subtitles = None,
    address: Address = None,
    as_json: Json = False,
) -> None:
    """Make the film of BOOK. Run it again to go on where it stopped."""
    from bookfilm.pipeline.order import default_folder

    until = "keyframes" if keyframes_only else until
    order = asked_order(preset, runtime, style, size, rate, until, None, right, right_holder)
    if loudness is not None and not -31 <= loudness <= -10:
        raise SettingsError("a loudness is from -31 to -10 LUFS, such as -16 or -23", subject=f"{loudness:g}")
    order = order.changed(loudness_lufs=loudness, stems=stems)
    order = order.changed(dub=named_language(dub_language), subtitles=named_language(subtitles_language))
    folder = out or default_folder(book)
    order = with_right(order, folder, ask=not as_json)
    unstated = order.right is None and not (folder / "direction.toml").exists()
    _run(book, folder, order, address, as_json, unstated)


@app.command()
def adapt(
    book: Book,
    out: Out = None,
    preset: PresetName = None,
    runtime: Runtime = None,
    address: Address = None,
    as_json: Json = False,
) -> None:
    """Adapt BOOK and stop after the screenplay."""
    from bookfilm.pipeline.order import default_folder

    order = asked_order(preset, runtime, None, None, None, "screenplay", None, None, None)
    _run(book, out or default_folder(book), order, address, as_json)


@app.command()
def render(
    folder: Folder,
    scenes: Scenes = None,
    preset: PresetName = None,
    style: Style = None,
    size: Size = None,
    rate: Rate = None,
    dub_language: Dub = None,
    address: Address = None,
    as_json: Json = False,
) -> None:
    """Render the film in FOLDER, or some of its scenes again into the same film, and stitch it."""
    from bookfilm.store.folder import existing_folder

    found = existing_folder(folder)
    base = last_order(folder, named_language(dub_language))
    order = asked_order(preset, None, style, size, rate, None, scenes, None, None, base=base)
    _run(None, found, order, address, as_json)


@app.command()
def translate(
    folder: Folder,
    to: Annotated[str, typer.Option("--to", help="The language: en or ru.")],
    words_of: Annotated[
        Path | None, typer.Option("--from", help="A screenplay.json of this film in that language, to take words from.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write what is to be translated of the film in FOLDER; run it again after an edit, what is done stays."""
    from bookfilm.cli.telling import said_of_translation, told_translation
    from bookfilm.pipeline.dubbing import lay_translation
    from bookfilm.store.folder import existing_folder, held_folder

    found, language = existing_folder(folder), named_language(to)
    assert language is not None
    with held_folder(found):
        laid = lay_translation(found, language, words_of)
    print(json.dumps(said_of_translation(found, laid)) if as_json else told_translation(found, laid))


@app.command()
def stitch(folder: Folder, dub_language: Dub = None, as_json: Json = False) -> None:
    """Join what lies in FOLDER into film.mp4, or into its dub, without rendering anything."""
    from bookfilm.cli.progress import reporter
    from bookfilm.pipeline.stitching import stitch_film
    from bookfilm.store.folder import existing_folder, held_folder
    from bookfilm.store.ledger import open_ledger

    language = named_language(dub_language)
    found = existing_folder(folder)
    found = found.dubbed(language) if language else found
    with held_folder(found), reporter() as tell:
        ledger = open_ledger(found)
        try:
            cut = stitch_film(found, ledger, tell, None, last_order(folder, language).subtitles)
        finally:
            ledger.close()
    slates = [choice.shot for choice in cut.choices if choice.slate]
    if as_json:
        print(json.dumps({"film": str(found.film), "slates": slates}))
    raise typer.Exit(EXIT_SLATES if slates else 0)


@app.command()
def clean(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    as_json: Json = False,
) -> None:
    """Drop what neither the film in FOLDER nor its dubs use any more: earlier takes and recordings."""
    from bookfilm.cli.telling import told_cleaned
    from bookfilm.pipeline.cleaning import clean_folder
    from bookfilm.store.folder import existing_folder, held_folder

    found = existing_folder(folder)
    with held_folder(found, sweep=not dry_run):
        cleaned = clean_folder(found, only_tell=dry_run)
    print(cleaned.model_dump_json() if as_json else told_cleaned(cleaned, dry_run))


@app.command()
def inspect(
    film: Annotated[Path, typer.Argument(help="The film: an MP4.")],
    loudness: Annotated[float, typer.Option("--loudness", help="The loudness it was mixed to: -16 or -23.")] = -16.0,
    as_json: Json = False,
) -> None:
    """Read FILM from end to end and hold it to its limits: streams, timing, sound, subtitles, picture."""
    from bookfilm.cli.inspecting import told
    from bookfilm.film.inspection import inspect_film
    from bookfilm.film.inspection.sections import Bounds

    found = inspect_film(film, Bounds(loudness_lufs=loudness))
    if as_json:
        print(json.dumps({"ok": found.ok, **found.model_dump()}, ensure_ascii=False, indent=1))
    else:
        for line in told(found):
            print(line)
    raise typer.Exit(0 if found.ok else EXIT_FAILED)


@app.command()
def doctor(
    preset: Annotated[
        str | None, typer.Option("--preset", "-p", help="Also say what this preset lacks here: gpu, or a .toml file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what this machine has, what it lacks, and what to type about it."""
    from bookfilm.cli.doctor import examine, examine_preset
    from bookfilm.settings import load_preset

    wanted = load_preset(preset) if preset is not None else None
    findings = examine() + (examine_preset(wanted) if wanted is not None else [])
    if as_json:
        print(json.dumps({"ok": all(f.ok for f in findings), "findings": [f.model_dump() for f in findings]}, indent=1))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'LACK'}  {finding.name:12} {finding.said}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else EXIT_FAILED)


@app.command()
def models(
    profile: Annotated[str | None, typer.Argument(help="One profile: its name, or a .toml file of your own.")] = None,
    as_json: Json = False,
) -> None:
    """List the video models that have a profile, what each needs, and whether this machine can run it."""
    from bookfilm.cli.models import listed_models, told_models

    needs, machine = listed_models(profile)
    if as_json:
        told = [{**need.model_dump(), "can_run": need.can_run} for need in needs]
        print(json.dumps({"machine": machine.model_dump(), "models": told}, indent=1))
    else:
        for line in told_models(needs, machine):
            print(line)


farming.register(app)
keyframing.register(app)
queueing.register(app)
estimating.register(app)
watching.register(app)
serving.register(app)
training.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger",
            envvar="BOOKFILM_LEDGER",
            help="A ledger that films share: postgresql://… or sqlite:///… [default: a file in each film folder].",
        ),
    ] = None,
) -> None:
    if ledger:
        os.environ["BOOKFILM_LEDGER"] = ledger
    check_log_asked()
    begin_logs()


def run() -> NoReturn:
    """Run the command line; every error this project raises is one line on standard error."""
    try:
        code = app(args=sys.argv[1:] or ["--help"], standalone_mode=False)
    except _USAGE_ERROR as error:
        said = getattr(error, "format_message", error.__str__)()
        print(f"bookfilm: {' '.join(said.split())} See --help.", file=sys.stderr)
        sys.exit(EXIT_INPUT)
    except BookfilmError as error:
        print(f"bookfilm: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        print("bookfilm: stopped; run the same command again to go on", file=sys.stderr)
        sys.exit(EXIT_STOPPED)
    sys.exit(code or 0)


def _run(
    book: Path | None, folder: Any, order: FilmOrder, address: str | None, as_json: bool, unstated: bool = False
) -> NoReturn:
    from bookfilm.cli.progress import reporter
    from bookfilm.cli.telling import said_of, told_film
    from bookfilm.metrics import METRICS_AT, served_metrics
    from cluster.driver import run_film

    try:
        with served_metrics(os.environ.get(METRICS_AT)), reporter() as tell:
            made = run_film(book, folder, order, address, tell)
    except KeyboardInterrupt:
        print("bookfilm: stopped; run the same command again to go on", file=sys.stderr)
        raise typer.Exit(EXIT_STOPPED) from None
    if unstated:
        said = "the right to this book is not stated; say it with --right or in direction.toml"
        print(f"bookfilm: {said}", file=sys.stderr)
    if as_json:
        print(json.dumps(said_of(made), ensure_ascii=False))
    else:
        for line in told_film(made):
            print(line)
    raise typer.Exit(EXIT_SLATES if made.slates else 0)
