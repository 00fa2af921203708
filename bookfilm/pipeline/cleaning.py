"""What no cut and no timeline uses any more is dropped: earlier takes, their transitions, lines once said otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any, get_args

from bookfilm.errors import FolderError, StoreError
from bookfilm.pipeline.order import read_order
from bookfilm.records.base import Part
from bookfilm.records.book import Language
from bookfilm.records.cut import Cut
from bookfilm.records.storyboard import Storyboard
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import ledger_lies, open_ledger
from bookfilm.store.media import MediaStore


class Cleaned(Part):
    """What was dropped, or would be: how many of each kind, and how many bytes in all."""

    takes: int
    transitions: int
    recordings: int
    keyframes: int = 0
    bytes: int
    kept: int
    """What is still used, of all kinds."""


def clean_folder(folder: FilmFolder, only_tell: bool = False) -> Cleaned:
    """Drop from `folder` what neither the film nor one of its dubs uses, or `only_tell` what that is.

    The folder must be held by the caller. Raises FolderError where a run did not come to its end, because what it made
    is in no cut yet, SettingsError where the ledger holds an order that does not read, and RecordError where a cut or a
    timeline does not: nothing is dropped then.
    """
    _check_ended(folder)
    versions = [folder, *(folder.dubbed(language) for language in get_args(Language))]
    cuts = [Cut.read(version.cut) for version in versions if version.cut.exists()]
    timelines = [Timeline.read(version.timeline) for version in versions if version.timeline.exists()]
    boards = Storyboard.read(folder.storyboard).boards if folder.storyboard.exists() else ()
    choices = [choice for cut in cuts for choice in cut.choices]
    used: list[tuple[MediaStore[Any], set[str]]] = [
        (folder.takes(), {key for choice in choices for key in (choice.take, choice.instead) if key}),
        (folder.transitions(), {choice.transition for choice in choices if choice.transition}),
        (folder.speech(), {cue.speech for timeline in timelines for cue in timeline.cues()}),
        (folder.keyframes(), {key for board in boards for key in (board.first, board.last) if key}),
    ]
    unused = [sorted(store.stems() - keys) for store, keys in used]
    size = sum(store.size(key) for (store, _), keys in zip(used, unused, strict=True) for key in keys)
    if not only_tell:
        for (store, _), keys in zip(used, unused, strict=True):
            _drop(store, keys)
    kept = sum(len(store.stems() & keys) for store, keys in used)
    takes, transitions, recordings, keyframes = map(len, unused)
    return Cleaned(
        takes=takes, transitions=transitions, recordings=recordings, keyframes=keyframes, bytes=size, kept=kept
    )


def _drop(store: MediaStore[Any], keys: Iterable[str]) -> None:
    for key in keys:
        store.forget(key)
    if left := sorted(store.stems() & set(keys)):
        raise StoreError("cannot be removed", subject=store.file(left[0]))


def _check_ended(folder: FilmFolder) -> None:
    """Raise FolderError unless the newest run of each version that was to have a picture ended with all of it."""
    if not ledger_lies(folder):
        raise FolderError(
            "it has no ledger that says whether its runs ended; make it once more first", subject=folder.path
        )
    with closing(open_ledger(folder)) as ledger:
        runs = [(read_order(order, ledger.name), state) for order, state in ledger.orders()]
    newest = {order.dub: state for order, state in reversed(runs) if order.goes_to("picture")}
    if not newest:
        raise FolderError("no picture was made of it yet: there is nothing to clean", subject=folder.path)
    for dub, state in newest.items():
        if state not in ("done", "slates"):
            said = f"the last run of its dub ({dub})" if dub else "its last run"
            raise FolderError(
                f"{said} did not end well ({state}), and what it made is in no cut yet: let it end first",
                subject=folder.path,
            )
