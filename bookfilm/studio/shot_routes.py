"""A film's screenplay and shots: look, edit, retake, choose, lock. `POST …/make` then makes what has changed."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic.json_schema import SkipJsonSchema

from bookfilm.jobs.farm import Farm
from bookfilm.records.bible import Age, Beard, Build, Carries, Creature, Dress, Hair, Hat, Hour, PlaceKind, Sex, Weather
from bookfilm.records.screenplay import Emotion, LineKind, Screenplay
from bookfilm.records.shots import Camera, Shot, ShotSize
from bookfilm.script.changes import Changes, LineChange, NewLine, SceneChange
from bookfilm.studio import editing
from bookfilm.studio.conditions import ETAG, IF_MATCH, IF_NONE_MATCH, UNCHANGED, is_known, matches, unchanged
from bookfilm.studio.door import Reader, Writer
from bookfilm.studio.film_routes import FilmId
from bookfilm.studio.films import Film
from bookfilm.studio.offer_routes import voices_of
from bookfilm.studio.people import Caller
from bookfilm.studio.problems import Refusal, responses_of
from bookfilm.studio.shot_lists import ShotTold
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.wire import WHOLE, After, Cursor, Given, Limit, Name, Page, Told, Words
from bookfilm.studio.wording import Wording, worded

router = APIRouter(prefix="/v1/films/{film}", tags=["editing"], responses=responses_of("busy", "version-conflict"))
ShotId = Annotated[str, Path(max_length=64, examples=["c01-s02-h003"])]
OnlyTell = Annotated[bool, Query(description="True: nothing is changed, it is only said which shots would be.")]


class LineEdited(Given):
    """What a line becomes; what is left out stays."""

    text: Annotated[Words, Field(min_length=1)] | None = None
    speaker: Words | None = Field(default=None, description="A name; empty: nobody.")
    kind: LineKind | None = None
    emotion: Emotion | None = None
    seen: Words | None = Field(default=None, description="What is seen meanwhile.")
    cut: bool = False


def _beside(one: str, other: str) -> dict[str, JsonValue]:
    return {"required": [one], "properties": {one: {"type": "string"}, other: {"type": "null"}}}


class LineAdded(Given):
    """A line that the book does not have, `after` a line or `before` one."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_beside("after", "before"), _beside("before", "after")]})

    text: Annotated[Words, Field(min_length=1)]
    speaker: Words = ""
    kind: LineKind = "dialogue"
    emotion: Emotion = "neutral"
    after: Name | None = None
    before: Name | None = None

    @model_validator(mode="after")
    def _beside_one(self) -> LineAdded:
        if (self.after is None) == (self.before is None):
            raise ValueError("say `after` which line it stands, or `before` which")
        return self


class SceneEdited(Given):
    """Where and when a scene plays; what is left out stays."""

    place: PlaceKind | None = None
    hour: Hour | None = None
    weather: Weather | None = None


class CharacterEdited(Given):
    """How a character looks and sounds; what is left out is left to the book."""

    name: Name = Field(description="As the film calls them now, or any name that the book has for them.")
    voice: Name | None = None
    sex: Sex | None = None
    age: Age | None = None
    build: Build | None = None
    hair: Hair | None = None
    beard: Beard | None = None
    hat: Hat | None = None
    dress: Dress | None = None
    carries: Carries | None = None
    creature: Creature | None = None
    words: Words | None = None


class ScreenplayEdited(Given):
    """An edit of the screenplay. Lines, scenes and characters are known by their ids."""

    title: Name | None = None
    author: Name | None = None
    names: dict[str, Name] = Field(default={}, max_length=500, examples=[{"anna_pell": "Anna"}])
    lines: dict[str, LineEdited] = Field(default={}, max_length=2000, examples=[{"c01-s01-l002": {"text": "Late."}}])
    scenes: dict[str, SceneEdited] = Field(default={}, max_length=2000)
    new: list[LineAdded] = Field(default=[], max_length=500)
    characters: list[CharacterEdited] = Field(default=[], max_length=500)

    def changes(self) -> Changes:
        """Return it in the words in which a script's edits are told."""
        told = ("text", "speaker", "kind", "emotion", "cut")
        lines = {
            ident: LineChange(**{name: getattr(edit, name) for name in told}) for ident, edit in self.lines.items()
        }
        return Changes(
            title=self.title,
            author=self.author,
            names=dict(self.names),
            lines={ident: change for ident, change in lines.items() if change != LineChange()},
            scenes={ident: SceneChange(**edit.model_dump()) for ident, edit in self.scenes.items()},
            seen={ident: edit.seen for ident, edit in self.lines.items() if edit.seen is not None},
            new=[NewLine(**new.model_dump()) for new in self.new],
        )


class EditTold(Told):
    """What an edit comes to."""

    shots: list[str] = Field(description="The shots that are made otherwise, or anew, at the next `make`.")
    laid_aside: list[str] = Field(
        description="The shots whose own edits do not go with what the screenplay says then: they are laid aside, as "
        "`shots.yours-1.jsonl` in the film's folder, and the shots are as planned. Edits of other shots are kept."
    )
    everything: bool = Field(
        description="True where a look or a voice has changed: the book is adapted again under it, and `shots` has "
        "every shot that shows or lets speak whom it touches."
    )


class TakeTold(Told):
    """A take. Its clip is the file `takes/KEY.mp4`, its frame `takes/KEY.jpg`."""

    key: str
    chosen: bool
    engine: str
    frames: int
    created_at: str
    flags: tuple[str, ...]
    flagged: list[Wording] = Field(description="`flags`, each with its code.")


class ShotsTold(Page[ShotTold]):
    """A stretch of the shots."""

    changed: str = Field(description="What `changed_after` has to be to be told what has changed since.")
    anew: bool = Field(
        default=False,
        description="True: `changed_after` is of a list that is no more (planned anew, or forgotten by the service): "
        "this is the first page of the one there is, and `next` goes on with it.",
    )


class ShotEditTold(ShotTold):
    """A shot as it is after an edit, or would be."""

    shots: list[str] = Field(description="The shots that are made otherwise at the next `make`: this one, or none.")


class ShotEdited(Given):
    """What a shot becomes; what is left out stays."""

    size: ShotSize | None = None
    camera: Camera | None = None
    hold_ms: Annotated[int, Field(ge=0, le=60_000), WHOLE] | None = None


class TakeChosen(Given):
    """The take that a shot is to be shown with."""

    take: Annotated[str, Field(pattern="^[0-9a-f]{40}$")]


@router.get(
    "/screenplay",
    operation_id="get_screenplay",
    response_class=JSONResponse,
    responses={
        200: {
            "description": "screenplay.json, as docs/film-folder.md has it. `ETag` names this version.",
            "headers": ETAG,
        },
        **UNCHANGED,
    },
    openapi_extra={"parameters": [IF_NONE_MATCH, IF_MATCH]},
)
def get_screenplay(film: FilmId, request: Request, caller: Reader, studio: TheStudio) -> Response:
    """Give the screenplay; 304 to who has it already."""
    screenplay = editing.read_screenplay(studio.films.find(caller.tenant, film).folder)
    tag = _tag(screenplay)
    answer = Response(screenplay.to_json(), media_type="application/json", headers={"ETag": tag})
    return unchanged(answer.headers) if is_known(request, tag) else answer


@router.patch("/screenplay", operation_id="edit_screenplay", responses=responses_of("unknown", "refused"))
def edit_screenplay(
    film: FilmId,
    edit: ScreenplayEdited,
    caller: Writer,
    studio: TheStudio,
    only_tell: OnlyTell = False,
    if_match: Annotated[
        Annotated[str, Field(max_length=1000)] | SkipJsonSchema[None],
        Header(description="The `ETag` that was edited, or several, or `*`."),
    ] = None,
) -> EditTold:
    """Edit the screenplay; `only_tell` says first which shots that would make again."""
    found = studio.films.find(caller.tenant, film)

    def check(current: Screenplay) -> None:
        if if_match is not None and not matches(if_match, _tag(current)):
            raise Refusal("version-conflict", "the screenplay has changed since", headers={"ETag": _tag(current)})

    check(editing.read_screenplay(found.folder))
    looks = {one.name: one.model_dump(exclude={"name"}, exclude_none=True) for one in edit.characters}
    cast = editing.Cast(looks, _voices(found)) if looks else None
    told = editing.edit_screenplay(found.folder, studio.films.ledger_of(found), edit.changes(), only_tell, check, cast)
    return EditTold(shots=told.shots, laid_aside=told.laid_aside, everything=bool(cast))


@router.get("/shots", operation_id="list_shots")
def list_shots(
    film: FilmId,
    caller: Reader,
    studio: TheStudio,
    limit: Limit = 50,
    after: After = None,
    scene: Annotated[
        Annotated[str, Field(max_length=64)] | SkipJsonSchema[None], Query(description="Those of this scene alone.")
    ] = None,
    changed_after: Annotated[
        Cursor | SkipJsonSchema[None],
        Query(description="`changed` of an answer before: tell what has changed since, the longest ago first, and only "
              "that. Where there are as many as `limit`, ask again with the new `changed`."),
    ] = None,
) -> ShotsTold:  # fmt: skip
    """List the shots in the order of the film; or what has changed of them, for who has them already."""
    found = studio.films.find(caller.tenant, film)
    if after is not None and changed_after is not None:
        raise Refusal("invalid", "`changed_after` goes on by itself: leave `after` out")
    there = studio.shots.of(found)
    mine = ("changes", caller.tenant, found.id)
    heard = studio.cursors.read(changed_after, *mine, where="changed_after")
    if heard is not None and (since := there.since(heard, limit, scene)) is not None:
        return ShotsTold(items=since[0], changed=studio.cursors.give(since[1], *mine))
    shots = [shot for shot in there.shots if scene in (None, shot.scene)]
    shown, more = studio.cursors.leaf(shots, after, limit, "shots", scene or "", caller.tenant, found.id)
    told = studio.cursors.give(there.cursor, *mine)
    return ShotsTold(items=list(shown), next=more, changed=told, anew=heard is not None)


@router.get("/shots/{shot}", operation_id="get_shot")
def get_shot(film: FilmId, shot: ShotId, caller: Reader, studio: TheStudio) -> ShotTold:
    """Give a shot."""
    return studio.shots.one(studio.films.find(caller.tenant, film), shot)


@router.get("/shots/{shot}/takes", operation_id="list_takes")
def list_takes(film: FilmId, shot: ShotId, caller: Reader, studio: TheStudio) -> list[TakeTold]:
    """List a shot's takes, oldest first."""
    found = studio.films.find(caller.tenant, film)
    studio.shots.one(found, shot)
    return [
        TakeTold(
            key=one.take.key, chosen=one.chosen, engine=one.take.engine, frames=one.take.frames,
            created_at=one.take.created_at, flags=one.take.flags,
            flagged=[worded(flag) for flag in one.take.flags],
        )
        for one in editing.takes_of(found.folder, studio.films.ledger_of(found), shot)
    ]  # fmt: skip


@router.patch("/shots/{shot}", operation_id="edit_shot")
def edit_shot(
    film: FilmId, shot: ShotId, edit: ShotEdited, caller: Writer, studio: TheStudio, only_tell: OnlyTell = False
) -> ShotEditTold:
    """Change how a shot is seen, or how long; `only_tell` says first whether that would make it again."""
    found = studio.films.find(caller.tenant, film)
    before = editing.shot_of(found.folder, shot)
    after = _edit(found, shot, edit, only_tell)
    told = studio.shots.told(found, after)
    return ShotEditTold(**dict(told), shots=[shot] if after != before else [])


@router.post("/shots/{shot}/retake", operation_id="retake_shot", status_code=202)
def retake_shot(
    film: FilmId, shot: ShotId, caller: Writer, studio: TheStudio, edit: ShotEdited | None = None
) -> ShotTold:
    """Have a shot made again: one that was given up as it is, another with something about it changed."""
    found = studio.films.find(caller.tenant, film)
    slate = studio.shots.one(found, shot).slate
    if edit is not None and edit != ShotEdited():
        editing.retake_shot(found.folder, shot, *_otherwise(edit))
    elif not slate:
        said = "the same request gives the same take; say what is to be otherwise: its size, its camera or its length"
        raise Refusal("conflict", said)
    else:
        farm = Farm(studio.films.ledger_of(found))
        farm.retry(farm.last_job(), shot)
    return studio.shots.one(found, shot)


@router.post("/shots/{shot}/choose", operation_id="choose_take")
def choose_take(film: FilmId, shot: ShotId, chosen: TakeChosen, caller: Writer, studio: TheStudio) -> ShotTold:
    """Have a shot shown with another of its takes, and hold that."""
    found = studio.films.find(caller.tenant, film)
    editing.choose_take(found.folder, studio.films.ledger_of(found), shot, chosen.take)
    return studio.shots.one(found, shot)


@router.post("/shots/{shot}/lock", operation_id="lock_shot")
def lock_shot(film: FilmId, shot: ShotId, caller: Writer, studio: TheStudio) -> ShotTold:
    """Hold a shot's take, whatever is rendered later."""
    return _lock(film, shot, True, caller, studio)


@router.post("/shots/{shot}/unlock", operation_id="unlock_shot")
def unlock_shot(film: FilmId, shot: ShotId, caller: Writer, studio: TheStudio) -> ShotTold:
    """Let later takes of a shot replace the one that is shown."""
    return _lock(film, shot, False, caller, studio)


def _lock(ident: str, shot: str, locked: bool, caller: Caller, studio: Studio) -> ShotTold:
    film = studio.films.find(caller.tenant, ident)
    editing.lock_shot(film.folder, shot, locked)
    return studio.shots.one(film, shot)


def _edit(film: Film, shot: str, edit: ShotEdited, only_tell: bool = False) -> Shot:
    return editing.edit_shot(film.folder, shot, *_otherwise(edit), only_tell)


def _otherwise(edit: ShotEdited) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is to be otherwise about a shot's picture, and about the shot."""
    picture = edit.model_dump(include={"size", "camera"}, exclude_none=True)
    return picture, edit.model_dump(include={"hold_ms"}, exclude_none=True)


def _voices(film: Film) -> list[str]:
    return [voice.id for voice in voices_of(film.order.preset, film.facts.language)]


def _tag(screenplay: Screenplay) -> str:
    return f'"{hashlib.sha256(screenplay.to_json().encode()).hexdigest()[:32]}"'
