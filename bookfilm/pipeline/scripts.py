"""The scripts beside the screenplay: written for a person's own program, and read back.

A script that was edited is compared with what was written, and the differences go the way of an edit of
screenplay.json. A script that says what the screenplay says is left as it is, whoever saved it last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bookfilm.errors import RecordError
from bookfilm.pipeline.asides import MENDING, digest, lay_aside, text_of
from bookfilm.pipeline.carrying import carry
from bookfilm.pipeline.crew import Reporter
from bookfilm.pipeline.lifting import lift_edits
from bookfilm.records.screenplay import Line, Screenplay
from bookfilm.script.changes import Changes, LineChange, compare, has_more
from bookfilm.script.elements import Script
from bookfilm.script.fdx import read_fdx, write_fdx
from bookfilm.script.fountain import write_fountain
from bookfilm.script.fountain_reading import read_fountain
from bookfilm.script.layout import lay_out, read_pieces
from bookfilm.store.files import write_file
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger, StageRow

_LARGEST_BYTES = 32 * 2**20


@dataclass
class _Edited:
    """A file that a person changed, when, and what they changed."""

    path: Path
    changed_ns: int
    changes: Changes


def check_scripts(folder: FilmFolder) -> None:
    """Read the scripts that lie in `folder`. Raises RecordError that names the file and the fault."""
    for path, _ in _formats(folder):
        if path.exists():
            _read(path)


def take_script_edits(folder: FilmFolder, ledger: Ledger, reporter: Reporter) -> bool:
    """Carry what a person changed in the scripts into screenplay.json, as if they had edited that.

    Where screenplay.json is gone, it goes into direction.toml at once. Returns True if it did. Raises RecordError.
    """
    row = ledger.stage("screenplay.json")
    if row is None:
        return False
    written = Screenplay.from_json(row.body, subject=folder.ledger)
    edited = list(_edited(folder, ledger, written))
    if not edited:
        return False
    found = text_of(folder.screenplay)
    current = written if found is None else Screenplay.from_json(found, subject=folder.screenplay)
    _settle_conflicts(written, current, edited, folder.screenplay, reporter)
    wanted = current
    for edit in sorted(edited, key=lambda edit: edit.changed_ns):
        wanted = carry(wanted, edit.changes)
    lifted = found is None and wanted != current
    if lifted:
        lift_edits(folder, written, wanted)
    elif wanted != current:
        write_file(folder.screenplay, wanted.to_json())
    for edit in edited:
        _accept(edit, ledger, reporter)
    return lifted


def lay_scripts(folder: FilmFolder, screenplay: Screenplay, ledger: Ledger, reporter: Reporter) -> None:
    """Write the scripts of `screenplay` where those that lie in `folder` do not say what it says."""
    meant, layout = digest(screenplay.to_json()), lay_out(screenplay)
    for path, write in _formats(folder):
        row, found = ledger.stage(path.name), path.read_bytes() if path.exists() else None
        if found is not None and row is not None and (row.inputs, row.output) == (meant, digest(found)):
            continue
        body = write(layout.script).encode()
        ours = digest(body)
        if found is not None and found != body and (row is None or digest(found) != row.body):
            script = _read(path)
            if compare(screenplay, script).none:
                ledger.write_stage(path.name, StageRow(meant, digest(found), ours))
                continue
            if row is None or digest(found) != row.output or has_more(script):
                aside = lay_aside(path, found)
                reporter.warn(f"{path.name} no longer says what the film does; the one that lay there is {aside.name}")
        if found != body:
            # Should this run die between the two writes, the next one must not take the new file for an edit.
            path.unlink(missing_ok=True)
        ledger.write_stage(path.name, StageRow(meant, ours, ours))
        if found != body:
            write_file(path, body)


def _formats(folder: FilmFolder) -> tuple[tuple[Path, Callable[[Script], str]], ...]:
    return (folder.fountain, write_fountain), (folder.fdx, write_fdx)


def _read(path: Path) -> Script:
    """Return the script at `path`. Raises RecordError that says what to do about it."""
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST_BYTES:
            raise RecordError("it is larger than any screenplay", subject=path)
        script = read_fdx(content, path) if path.suffix == ".fdx" else read_fountain(content.decode(), path)
        if not any(piece.role == "heard" for piece in read_pieces(script)):
            raise RecordError("nothing is heard in it: no speech stands under any cue", subject=path)
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror}", subject=path) from None
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8 text: {error.reason}{MENDING}", subject=path) from None
    except RecordError as error:
        raise RecordError(error.message + MENDING, subject=path) from None
    return script


def _edited(folder: FilmFolder, ledger: Ledger, written: Screenplay) -> Iterator[_Edited]:
    meant = digest(written.to_json())
    for path, _ in _formats(folder):
        row = ledger.stage(path.name)
        if row is None or row.inputs != meant or not path.exists() or digest(path.read_bytes()) == row.output:
            continue
        yield _Edited(path, path.stat().st_mtime_ns, compare(written, _read(path)))


def _accept(edit: _Edited, ledger: Ledger, reporter: Reporter) -> None:
    """Note that an edit was carried. What could not be is told, and its file set aside to be written again."""
    content = edit.path.read_bytes()
    row = ledger.stage(edit.path.name)
    assert row is not None
    ledger.write_stage(edit.path.name, StageRow(row.inputs, digest(content), row.body))
    if edit.changes.troubles:
        first, *more = edit.changes.troubles
        aside = lay_aside(edit.path, content)
        others = f" (and {len(more)} more such places, the next in line {more[0].line})" if more else ""
        where = "paragraph" if edit.path.suffix == ".fdx" else "line"
        reporter.warn(f"{edit.path.name} {where} {first.line}: {first.what}{others}; your file is kept as {aside.name}")
        edit.path.unlink()


def _settle_conflicts(
    written: Screenplay, current: Screenplay, edited: list[_Edited], record: Path, reporter: Reporter
) -> None:
    """Where two files change one line, take the change out of the older one, and say so."""
    before = {line.id: line for line in written.lines()}
    now = {line.id: line for line in current.lines()}
    own = _Edited(record, record.stat().st_mtime_ns if record.exists() else 0, Changes())
    own.changes.lines = {
        ident: _as_change(line, now.get(ident), current) for ident, line in before.items() if now.get(ident) != line
    }
    newest = sorted([own, *edited], key=lambda edit: edit.changed_ns, reverse=True)
    for number, newer in enumerate(newest):
        for older in newest[number + 1 :]:
            for ident in [ident for ident in older.changes.lines if ident in newer.changes.lines]:
                if older.changes.lines[ident] != newer.changes.lines[ident]:
                    reporter.warn(
                        f"{older.path.name} and {newer.path.name} both change the line {before[ident].text[:60]!r}: "
                        f"{newer.path.name} was saved last and holds"
                    )
                    if older is own:
                        newer.changes.lines[ident] = _over(newer.changes.lines[ident], before[ident], written)
                del older.changes.lines[ident]
            older.changes.new = [new for new in older.changes.new if new not in newer.changes.new]


def _as_change(was: Line, now: Line | None, current: Screenplay) -> LineChange:
    if now is None:
        return LineChange(cut=True)
    change = LineChange(
        text=now.text if now.text != was.text else None,
        kind=now.delivery if now.delivery != was.delivery else None,
        emotion=now.emotion if now.emotion != was.emotion else None,
    )
    if now.speaker != was.speaker:
        change.speaker = _name(current, now.speaker)
    return change


def _over(change: LineChange, was: Line, written: Screenplay) -> LineChange:
    """Return `change` with all that it leaves as it was said outright: an older edit of the record is undone."""
    return LineChange(
        text=change.text if change.text is not None else was.text,
        speaker=change.speaker if change.speaker is not None else _name(written, was.speaker),
        kind=change.kind or was.delivery,
        emotion=change.emotion or was.emotion,
        cut=change.cut,
    )


def _name(screenplay: Screenplay, ident: str | None) -> str:
    return next((character.name for character in screenplay.characters if character.id == ident), "")
