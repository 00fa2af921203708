"""What a person says of the storyboard between two runs: this is to be drawn anew, this stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bookfilm.errors import FolderError, SettingsError
from bookfilm.records.storyboard import Board, Portrait, Storyboard
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder, held_folder


def read_storyboard(folder: FilmFolder) -> Storyboard:
    """Return the storyboard in `folder`. Raises FolderError where none was drawn yet, RecordError for a damaged one."""
    if not folder.storyboard.exists():
        raise FolderError(
            "no keyframes were drawn here yet: make the film with a preset that has [keyframes]", subject=folder.path
        )
    return Storyboard.read(folder.storyboard)


def redraw(folder: FilmFolder, names: Sequence[str]) -> Storyboard:
    """Have the keyframes of shots `names`, and the portraits of characters, drawn anew by the next run; what was
    locked of them is no more. Returns the storyboard as it then stands.

    Raises SettingsError that names what is not there, FolderBusy while a driver is at work; then nothing is changed.
    """
    return _changed(
        folder,
        names,
        lambda board: board.changed(redraw=board.redraw + 1, locked=False),
        lambda one: one.changed(redraw=one.redraw + 1, locked=False),
    )


def lock(folder: FilmFolder, names: Sequence[str], locked: bool = True) -> Storyboard:
    """Have the keyframes of shots `names`, and portraits of characters, stay whatever changes; or no longer.
    Returns and raises as `redraw` does."""
    return _changed(folder, names, lambda board: board.changed(locked=locked), lambda one: one.changed(locked=locked))


def _changed(
    folder: FilmFolder,
    names: Sequence[str],
    of_shot: Callable[[Board], Board],
    of_person: Callable[[Portrait], Portrait],
) -> Storyboard:
    with held_folder(folder, sweep=False):
        before, wanted = read_storyboard(folder), frozenset(names)
        check_known(before, names)
        after = before.changed(
            boards=tuple(of_shot(board) if board.shot in wanted else board for board in before.boards),
            portraits=tuple(of_person(one) if one.who in wanted else one for one in before.portraits),
        )
        write_if_changed(folder.storyboard, after.to_json())
    return after


def check_known(storyboard: Storyboard, names: Sequence[str]) -> None:
    """Raise SettingsError that names the first of `names` that the storyboard has not."""
    known = {board.shot for board in storyboard.boards} | {one.who for one in storyboard.portraits}
    for name in names:
        if name not in known:
            raise SettingsError("storyboard.json has no such shot or character", subject=name)
