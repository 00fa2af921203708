"""Each stage's file: what it is made from, when it is made again, and what a person's edit does.

A stage's file is made again when what it was made from has changed. A file that a person has edited
is kept as long as nothing it was made from changes; when something does, the edit that cannot be
carried over is set aside beside it, never lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bookfilm.engines.protocols import AdaptRequest, Pace
from bookfilm.engines.registry import styles_of
from bookfilm.errors import RecordError
from bookfilm.pipeline.asides import MENDING, digest, lay_aside, set_aside, text_of
from bookfilm.pipeline.checking import check_screenplay, cover_edit, unheeded
from bookfilm.pipeline.crew import Production, Reporter
from bookfilm.pipeline.lifting import lift_edits
from bookfilm.pipeline.needing import check_profile
from bookfilm.pipeline.order import FilmOrder, scenes_asked
from bookfilm.pipeline.retouching import Plan, Retouched, retouch, rows_of
from bookfilm.pipeline.scripts import check_scripts, lay_scripts, take_script_edits
from bookfilm.pipeline.styling import check_style
from bookfilm.pipeline.word import read_direction, right_line
from bookfilm.records.book import Book
from bookfilm.records.cut import Cut
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.shots import Shot
from bookfilm.screenplay.directing import first_words
from bookfilm.settings import Preset, load_style
from bookfilm.shots.plan import plan_shots
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger, StageRow


def check_edits(folder: FilmFolder) -> None:
    """Read what a person may have edited in `folder`: a slip should not wait for a cluster's start.

    Raises RecordError or SettingsError that names the file and the fault.
    """
    read_direction(folder)
    found = text_of(folder.screenplay)
    if found is not None:
        chapters = len(Book.read(folder.book).chapters) if folder.book.exists() else None
        check_screenplay(_read_edited(found, folder), folder.screenplay, chapters)
    check_scripts(folder)
    if folder.cut.exists():
        Cut.read(folder.cut)


def check_order(folder: FilmFolder, order: FilmOrder, preset: Preset) -> None:
    """Raise SettingsError if `order` asks for scenes that the screenplay in `folder` does not have, or it or the
    author for a style that there is not, or whose file cannot be read, or if the preset lacks what its model needs: it
    should not wait for a cluster's start."""
    check_profile(preset, order)
    style = order.style or read_direction(folder).style
    if style is not None and style.endswith(".toml"):
        load_style(Path(order.style) if order.style is not None else folder.path / style)
    elif style is not None:
        check_style(style, preset.video.engine, styles_of(preset.video.engine), takes_sheets=True)
    found = text_of(folder.screenplay)
    if order.scenes is not None and found is not None:
        scenes_asked([scene.id for scene in _read_edited(found, folder).scenes], order.scenes, folder.path)


def write_book(source: tuple[Book, str], folder: FilmFolder) -> tuple[Book, str]:
    """Lay a book that was read into `folder`: book.txt first, book.json, which vouches for it, last."""
    book, text = source
    write_if_changed(folder.book_text, text)
    write_if_changed(folder.book, book.to_json())
    return source


def read_back(folder: FilmFolder) -> tuple[Book, str]:
    """Return the book that lies in `folder`. Raises RecordError if book.txt is not the one it was read from."""
    book = Book.read(folder.book)
    try:
        text = folder.book_text.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"cannot be read: {error}", subject=folder.book_text) from None
    if digest(text) != book.text_sha256:
        raise RecordError(
            "is not the text that book.json points into; run `bookfilm make BOOK` again", subject=folder.book_text
        )
    return book, text


def settle_screenplay(
    book: Book,
    text: str,
    direction: Direction,
    pace: Pace,
    production: Production,
) -> Screenplay:
    """Return the screenplay: the one that lies there if it still holds, else written anew, with its coverage.

    What a person changed in its scripts is carried into it first, and the scripts then say what it says.
    """
    folder, ledger, reporter = production.folder, production.ledger, production.reporter
    if take_script_edits(folder, ledger, reporter):
        direction = read_direction(folder)
    request = AdaptRequest(runtime_s=production.order.runtime_s, pace=pace, direction=direction)
    screenplay = _settle_record(book, text, request, production)
    for slip in unheeded(read_direction(folder), book, text, screenplay):
        reporter.warn(f"{folder.direction.name}: {slip}")
    lay_scripts(folder, screenplay, ledger, reporter)
    return screenplay


def _settle_record(book: Book, text: str, request: AdaptRequest, production: Production) -> Screenplay:
    folder, ledger, crew, reporter = production.folder, production.ledger, production.crew, production.reporter

    def made_from(word: Direction) -> str:
        return digest(
            {
                "book": book.text_sha256,
                "paragraphs": digest(book.to_json()),
                "writer": crew.screenwriter().model_dump(),
                "request": request.changed(direction=word).model_dump(mode="json"),
            }
        )

    inputs = made_from(request.direction)
    row, found = ledger.stage("screenplay.json"), text_of(folder.screenplay)
    if found is not None and row is not None:
        edited = digest(found) != row.output
        if not edited and row.inputs == inputs and folder.coverage.exists():
            return _read_edited(found, folder)
        if edited:
            kept = _keep_edit(found, row, inputs, made_from, folder, ledger, reporter)
            if kept is not None:
                return kept
            request = request.changed(direction=read_direction(folder))
            inputs = made_from(request.direction)
    adaptation = crew.adapt(book, text, request)
    _tell_flags(adaptation.screenplay, reporter)
    body = adaptation.screenplay.to_json()
    if found is not None and row is None and found != body:
        # The ledger is lost: nobody knows whether a person wrote in it.
        set_aside(folder.screenplay, found, reporter)
    write_if_changed(folder.coverage, adaptation.coverage.to_json())
    if found != body:
        # Should this run die between the two writes, the next one must not take the new file for a person's edit.
        folder.screenplay.unlink(missing_ok=True)
    ledger.write_stage("screenplay.json", StageRow(inputs, digest(body), body))
    write_if_changed(folder.screenplay, body)
    return adaptation.screenplay


def _tell_flags(screenplay: Screenplay, reporter: Reporter) -> None:
    """Say where the rules' version stands, and why, in a screenplay that a language model was to write."""
    flagged = [scene for scene in screenplay.scenes if scene.flag]
    if flagged:
        reporter.warn(
            f"the language model did not write all: {len(flagged)} of {len(screenplay.scenes)} scenes are flagged in "
            f"screenplay.json, the first is {flagged[0].id} ({flagged[0].flag}); delete that file to ask again"
        )


def _keep_edit(
    found: str,
    row: StageRow,
    inputs: str,
    made_from: Callable[[Direction], str],
    folder: FilmFolder,
    ledger: Ledger,
    reporter: Reporter,
) -> Screenplay | None:
    """Carry a person's edit of screenplay.json into direction.toml; return it if it still holds as it is."""
    edited = _read_edited(found, folder)
    check_screenplay(edited, folder.screenplay)
    before = Screenplay.from_json(row.body)
    lift_edits(folder, before, edited)
    if row.inputs != inputs or not folder.coverage.exists():
        set_aside(folder.screenplay, found, reporter)
        return None
    write_if_changed(folder.coverage, cover_edit(Coverage.read(folder.coverage), before, edited).to_json())
    # The edit is now part of what the screenplay is made from, and this is how it then reads. `output` stays what
    # was written here last: the file is a person's from now on, and is set aside when a new one must be written.
    ledger.write_stage("screenplay.json", StageRow(made_from(read_direction(folder)), row.output, found))
    return edited


def _read_edited(found: str, folder: FilmFolder) -> Screenplay:
    try:
        return Screenplay.from_json(found, subject=folder.screenplay)
    except RecordError as error:
        raise RecordError(error.message + MENDING, subject=error.subject) from None


def settle_shots(
    screenplay: Screenplay,
    direction: Direction,
    makers: tuple[str, ...],
    production: Production,
) -> list[Shot]:
    """Return the shot list: a person's edit of it as long as the screenplay stands, else planned anew, with what a
    person has changed of its shots laid over it."""
    folder, ledger, reporter = production.folder, production.ledger, production.reporter
    right, before = right_line(direction, screenplay.language), first_words(screenplay, direction)
    made_from = {"screenplay": digest(screenplay.to_json()), "right": right, "makers": makers, "first_words": before}
    inputs = digest(made_from)
    row, found = ledger.stage("shots.jsonl"), text_of(folder.shots)
    plan = Plan(plan_shots(screenplay, right, makers, before), before)
    body, shots = rows_of(plan.shots), list(plan.shots)
    if found is not None and row is not None and digest(found) != row.output:
        if row.inputs == inputs:
            return read_shots(folder.shots)
        if found != body:
            shots = _retouched(plan, row, found, folder, reporter)
    elif found is not None and row is None and found != body:
        set_aside(folder.shots, found, reporter)
    write_shots(folder.shots, shots)
    # `output` is the plan's own: as long as a person's retouches lie over it, the file is theirs.
    ledger.write_stage("shots.jsonl", StageRow(inputs, digest(body), plan.to_text()))
    return shots


def _retouched(plan: Plan, row: StageRow, found: str, folder: FilmFolder, reporter: Reporter) -> list[Shot]:
    """Return the shots of `plan` with what a person made of the last one; what cannot be carried is set aside."""
    done = carry_retouches(plan, row, folder)
    if done is None:
        set_aside(folder.shots, found, reporter)
        return list(plan.shots)
    if done.lost:
        aside = lay_aside(folder.shots, found)
        reporter.warn(
            f"{folder.shots.name}: what was changed of {', '.join(done.lost)} does not go with what the film is made "
            f"from now: the edited one is {aside.name}"
        )
    return done.shots


def carry_retouches(plan: Plan, row: StageRow, folder: FilmFolder) -> Retouched | None:
    """Return `plan` with what a person made, in shots.jsonl, of the plan that `row` keeps; None where it keeps none, or
    the file cannot be read."""
    before = Plan.from_text(row.body)
    try:
        return None if before is None else retouch(plan, before, read_shots(folder.shots))
    except RecordError:
        return None


def write_shots(path: Path, shots: Sequence[Shot]) -> None:
    """Write a shot list that follows from another one."""
    write_if_changed(path, rows_of(shots))


def read_shots(path: Path) -> list[Shot]:
    """Read shots.jsonl. Raises RecordError that names the file and the line."""
    try:
        # At line feeds alone: in words there may be other breaks, which JSON leaves as they are.
        rows = path.read_text(encoding="utf8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"cannot be read: {error}", subject=path) from None
    shots = [_read_shot(row, f"{path} line {number}") for number, row in enumerate(rows, 1) if row.strip()]
    if not shots:
        raise RecordError("it has no shots; delete it to have them planned anew", subject=path)
    twice = [shot for shot, count in Counter(shot.id for shot in shots).items() if count > 1]
    if twice:
        raise RecordError(f"two shots have the id {twice[0]!r}", subject=path)
    return shots


def _read_shot(row: str, subject: str) -> Shot:
    try:
        return Shot.from_json(row, subject=subject)
    except RecordError as error:
        raise RecordError(error.message + MENDING, subject=subject) from None


def settle_file(path: Path, name: str, inputs: str, ledger: Ledger, make: Callable[[], None] | None) -> bool:
    """Make the file at `path` unless it is still the one made from `inputs`. Returns True if it now holds.

    For files too large to hash at every run: size and time of change stand in for the content.
    With `make` None it is only asked whether the file still holds.
    """
    row = ledger.stage(name)
    if row is not None and row.inputs == inputs and row.output == _stamp(path):
        return True
    if make is None:
        return False
    make()
    ledger.write_stage(name, StageRow(inputs, _stamp(path), ""))
    return True


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "absent"
    return f"{found.st_size} {found.st_mtime_ns}"
