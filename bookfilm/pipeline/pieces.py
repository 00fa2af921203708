"""Which stretches of which clips the film is joined from: takes without their handles, and transitions between."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.errors import FilmError
from bookfilm.film.conform import Piece
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.takes import Take
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder
from bookfilm.store.media import MediaStore


@dataclass(frozen=True)
class CutPiece:
    """A stretch of a take or of a transition, and where that is kept."""

    piece: Piece
    take: Take
    store: MediaStore[Take]


def cut_pieces(timeline: Timeline, cut: Cut, folder: FilmFolder) -> list[CutPiece]:
    """Return what the film is joined from, in order.

    Raises FilmError that names the shot whose take is missing or has another length, or whose transition is missing
    or of other takes.
    """
    chosen = {choice.shot: choice for choice in cut.choices}
    folder.takes().fetch(choice.take for choice in cut.choices)
    takes = [chosen_take(slot.shot, chosen.get(slot.shot), folder) for slot in timeline.slots]
    pieces: list[CutPiece] = []
    for at, (slot, take) in enumerate(zip(timeline.slots, takes, strict=True)):
        before, after = timeline.handles(at)
        _check_take(slot.shot, take, before + slot.frames + after, 2 * before)
        if before:
            transition = _transition_of(chosen[slot.shot], (takes[at - 1], take), folder)
            pieces.append(_piece(transition, 0, 2 * before, folder.transitions()))
        # The clip begins a handle before its slot, and until a handle after the slot's start the transition is seen.
        pieces.append(_piece(take, 2 * before, slot.frames - before - after, folder.takes()))
    return pieces


def _piece(take: Take, start: int, frames: int, store: MediaStore[Take]) -> CutPiece:
    return CutPiece(Piece(store.file(take.key), start, frames), take, store)


def chosen_take(shot: str, choice: Choice | None, folder: FilmFolder) -> Take:
    """Return the take that `shot` is shown with. Raises FilmError where there is none."""
    take = folder.takes().find(choice.take) if choice is not None else None
    if take is None:
        raise FilmError("it has no take yet; run `bookfilm render` on this folder", subject=f"shot {shot}")
    return take


def _check_take(shot: str, take: Take, frames: int, start: int) -> None:
    subject = f"shot {shot}"
    if take.frames != frames:
        raise FilmError(f"its take has {take.frames} frames, the timeline gives it {frames}", subject=subject)
    if start and start not in take.key_frames:
        raise FilmError(
            f"its take cannot be cut at frame {start}; run `bookfilm render` on this folder", subject=subject
        )


def _transition_of(choice: Choice, takes: tuple[Take, Take], folder: FilmFolder) -> Take:
    transition = folder.transitions().find(choice.transition) if choice.transition is not None else None
    if transition is None or transition.of != tuple(take.key for take in takes):
        said = "the transition that leads into it is missing, or of other takes"
        raise FilmError(f"{said}; run `bookfilm render` on this folder", subject=f"shot {choice.shot}")
    return transition
