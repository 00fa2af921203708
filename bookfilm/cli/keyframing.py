"""The command for the stills that a film is drawn from: list them, have them drawn anew, approve them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookfilm.cli.options import Folder, Json
from bookfilm.errors import SettingsError

if TYPE_CHECKING:
    from bookfilm.records.storyboard import Board, Portrait, Storyboard
    from bookfilm.store.folder import FilmFolder


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(keyframes)


def keyframes(
    folder: Folder,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SHOT]...", help="Shots, or characters whose portraits are meant.")
    ] = None,
    redraw: Annotated[bool, typer.Option("--redraw", help="Have them drawn anew by the next run.")] = False,
    lock: Annotated[bool, typer.Option("--lock", help="They are approved: they stay, whatever changes.")] = False,
    unlock: Annotated[bool, typer.Option("--unlock", help="They need not stay.")] = False,
    as_json: Json = False,
) -> None:
    """List the keyframes and portraits of the film in FOLDER, have some drawn anew, or approve them."""
    from bookfilm.pipeline import approving
    from bookfilm.store.folder import existing_folder

    chosen, found = list(names or ()), existing_folder(folder)
    if redraw + lock + unlock > 1:
        raise SettingsError("say one of --redraw, --lock and --unlock", subject="keyframes")
    if (redraw or lock or unlock) and not chosen:
        raise SettingsError("name the shots that are meant", subject="keyframes")
    if redraw:
        board = approving.redraw(found, chosen)
    elif lock or unlock:
        board = approving.lock(found, chosen, locked=lock)
    else:
        board = approving.read_storyboard(found)
        approving.check_known(board, chosen)
    if as_json:
        print(json.dumps(said_of_storyboard(found, board, chosen), ensure_ascii=False, indent=1))
        return
    for line in told_storyboard(found, board, chosen):
        print(line)
    if redraw:
        print("the next run draws them anew: bookfilm make, with --keyframes-only to look at them first")


def said_of_storyboard(folder: FilmFolder, board: Storyboard, chosen: Sequence[str]) -> dict[str, object]:
    """Return what `--json` prints of the chosen shots and characters, or of all where none is chosen."""
    boards, portraits = _chosen(board, chosen)
    return {
        "shots": [{**one.model_dump(), "files": list(_files(folder, one.first, one.last))} for one in boards],
        "portraits": [{**one.model_dump(), "files": list(_files(folder, one.key))} for one in portraits],
    }


def told_storyboard(folder: FilmFolder, board: Storyboard, chosen: Sequence[str]) -> Iterator[str]:
    """Yield the same, a line each."""
    boards, portraits = _chosen(board, chosen)
    for shot in boards:
        yield _line(shot.shot, shot.locked, shot.redraw, _files(folder, shot.first, shot.last))
    for one in portraits:
        yield _line(one.who, one.locked, one.redraw, _files(folder, one.key))


def _chosen(board: Storyboard, chosen: Sequence[str]) -> tuple[list[Board], list[Portrait]]:
    boards = [one for one in board.boards if not chosen or one.shot in chosen]
    return boards, [one for one in board.portraits if not chosen or one.who in chosen]


def _line(name: str, locked: bool, redraw: int, files: Iterator[str]) -> str:
    state = "locked" if locked else f"redrawn {redraw}" if redraw else ""
    return f"{name:20}  {state:10}  {'  '.join(files) or 'not drawn'}".rstrip()


def _files(folder: FilmFolder, *keys: str | None) -> Iterator[str]:
    """Yield where the stills of `keys` lie, in the film folder."""
    store = folder.keyframes()
    for key in keys:
        if key is not None and store.find(key) is not None:
            yield str(Path(store.file(key)).relative_to(folder.path))
