"""A film's keyframes and portraits: look, approve, have drawn anew. `POST …/make?until=keyframes` draws them alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from bookfilm.picture.identity import judged_people
from bookfilm.pipeline import approving
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.bible import Look
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.storyboard import Board, Portrait, Storyboard
from bookfilm.store.folder import FilmFolder
from bookfilm.studio.door import Reader, Writer
from bookfilm.studio.film_routes import FilmId
from bookfilm.studio.people import Caller
from bookfilm.studio.problems import NOT_YET, Fault, Refusal, responses_of
from bookfilm.studio.shot_routes import OnlyTell
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.wire import SOMETHING, After, Given, Limit, Page, Told

router = APIRouter(prefix="/v1/films/{film}", tags=["keyframes"], responses=responses_of("busy", "unknown"))
MOST_NAMED = 1000
"""At once: with so many, as long as they may be, a request is still no larger than it may be."""
Named = Annotated[str, StringConstraints(max_length=64, pattern=SOMETHING)]


class BoardTold(Told):
    """The keyframes of a shot."""

    shot: str = Field(examples=["c01-s02-h003"])
    first: str | None = Field(
        description="What it begins with: the file `keyframes/KEY.png`. Null: it could not be drawn.",
        examples=["5f0c2b7e9a1d4e635f0c2b7e9a1d4e635f0c2b7e"],
    )
    last: str | None = Field(description="What it ends on; null too where its engine takes none.")
    redraw: int = Field(description="How often it was asked to be drawn anew.")
    locked: bool = Field(description="Approved: it stays, whatever changes.")


class PortraitTold(Told):
    """A portrait: somebody in one state, to whom those who are seen large are held."""

    who: str = Field(examples=["anna_pell"])
    name: str = Field(examples=["Anna Pell"])
    look: Look
    key: str | None = Field(description="The file `keyframes/KEY.png`. Null: it could not be drawn.")
    redraw: int
    locked: bool


class StillsNamed(Given):
    """Which keyframes and portraits are meant."""

    names: Annotated[list[Named], Field(min_length=1, max_length=MOST_NAMED)] = Field(
        description="Shots, and people whose portraits are meant, by their ids.",
        examples=[["c01-s01-h002", "anna_pell"]],
    )


class StillsChanged(Told):
    """What was named, as it stands then."""

    keyframes: list[BoardTold]
    portraits: list[PortraitTold]
    shots: list[str] = Field(description="The shots that are made otherwise at the next `make`.")


@router.get("/keyframes", operation_id="list_keyframes")
def list_keyframes(
    film: FilmId, caller: Reader, studio: TheStudio, limit: Limit = 50, after: After = None
) -> Page[BoardTold]:
    """List the keyframes, shot by shot in the order of the film."""
    found = studio.films.find(caller.tenant, film)
    boards = _storyboard(found.folder).boards
    shown, more = studio.cursors.leaf(boards, after, limit, "keyframes", caller.tenant, found.id)
    return Page[BoardTold](items=[_board(found.folder, one) for one in shown], next=more)


@router.get("/portraits", operation_id="list_portraits")
def list_portraits(film: FilmId, caller: Reader, studio: TheStudio) -> list[PortraitTold]:
    """List the portraits, in the order in which people are first seen; none where takes are held to none."""
    folder = studio.films.find(caller.tenant, film).folder
    return _portraits(folder, _storyboard(folder).portraits)


@router.post("/keyframes/approve", operation_id="approve_keyframes")
def approve_keyframes(film: FilmId, named: StillsNamed, caller: Writer, studio: TheStudio) -> StillsChanged:
    """Approve keyframes and portraits: they stay, whatever changes, as long as their files are there."""
    return _changed(film, named, caller, studio, lambda folder, names: approving.lock(folder, names))


@router.post("/keyframes/unlock", operation_id="unlock_keyframes")
def unlock_keyframes(film: FilmId, named: StillsNamed, caller: Writer, studio: TheStudio) -> StillsChanged:
    """Let keyframes and portraits that were approved be drawn anew where what they show changes."""
    return _changed(film, named, caller, studio, lambda folder, names: approving.lock(folder, names, locked=False))


@router.post("/keyframes/redraw", operation_id="redraw_keyframes")
def redraw_keyframes(
    film: FilmId, named: StillsNamed, caller: Writer, studio: TheStudio, only_tell: OnlyTell = False
) -> StillsChanged:
    """Have keyframes and portraits drawn anew, from another seed, at the next `make`; none of them is approved then."""
    told = _changed(film, named, caller, studio, None if only_tell else approving.redraw)
    folder = studio.films.find(caller.tenant, film).folder
    return told.model_copy(update={"shots": _shots_of(folder, frozenset(named.names))})


def _changed(
    film: str,
    named: StillsNamed,
    caller: Caller,
    studio: Studio,
    change: Callable[[FilmFolder, Sequence[str]], Storyboard] | None,
) -> StillsChanged:
    folder = studio.films.find(caller.tenant, film).folder
    board = _storyboard(folder)
    _check_known(board, named.names)
    if change is not None:
        board = change(folder, named.names)
    wanted = frozenset(named.names)
    return StillsChanged(
        keyframes=[_board(folder, one) for one in board.boards if one.shot in wanted],
        portraits=_portraits(folder, [one for one in board.portraits if one.who in wanted]),
        shots=[],
    )


def _storyboard(folder: FilmFolder) -> Storyboard:
    if not folder.storyboard.exists():
        said = "the film has no keyframes yet; a preset draws them that says `keyframes` in `GET /v1/offers`"
        raise Refusal("not-found", said, then=NOT_YET)
    return approving.read_storyboard(folder)


def _check_known(board: Storyboard, names: Sequence[str]) -> None:
    """Raise Refusal that names all that the storyboard does not have."""
    known = {one.shot for one in board.boards} | {one.who for one in board.portraits}
    faults = [
        Fault(where="body.names", what=f"the film has no keyframe or portrait of {name!r}")
        for name in names
        if name not in known
    ]
    if faults:
        raise Refusal("unknown", faults[0].what, errors=faults[:20])


def _shots_of(folder: FilmFolder, names: frozenset[str]) -> list[str]:
    """Return the shots that begin with, end on or are held to what is named, in the order of the film."""
    shots = read_shots(folder.shots) if folder.shots.exists() else []
    return [
        shot.id for shot in shots if shot.id in names or any(one.name in names for one in judged_people(shot.picture))
    ]


def _board(folder: FilmFolder, board: Board) -> BoardTold:
    return BoardTold(
        shot=board.shot,
        first=_there(folder, board.first),
        last=_there(folder, board.last),
        redraw=board.redraw,
        locked=board.locked,
    )


def _portraits(folder: FilmFolder, portraits: Sequence[Portrait]) -> list[PortraitTold]:
    screenplay = Screenplay.read(folder.screenplay) if portraits and folder.screenplay.exists() else None
    names = {one.id: one.name for one in screenplay.characters} if screenplay is not None else {}
    return [
        PortraitTold(
            who=one.who,
            name=names.get(one.who, one.who),
            look=one.look,
            key=_there(folder, one.key),
            redraw=one.redraw,
            locked=one.locked,
        )
        for one in portraits
    ]


def _there(folder: FilmFolder, key: str | None) -> str | None:
    """Return `key` if its still lies there."""
    return key if key is not None and folder.keyframes().find(key) is not None else None
