"""/v1/films: make one of a book, list, look at, pause, resume, cancel, make again, delete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from bookfilm.errors import SettingsError
from bookfilm.jobs.farm import Farm
from bookfilm.pipeline.order import FilmOrder, Stage, parse_size
from bookfilm.records.book import Language
from bookfilm.records.direction import Right
from bookfilm.records.time import FrameRate
from bookfilm.settings import parse_runtime
from bookfilm.store.folder import FilmFolder
from bookfilm.studio.directing import direct
from bookfilm.studio.door import Reader, Writer
from bookfilm.studio.films import Film, FilmState, Repeated, error_of, new_film_id, state_of
from bookfilm.studio.intake import BookFacts, book_facts
from bookfilm.studio.people import Caller
from bookfilm.studio.problems import Refusal, responses_of
from bookfilm.studio.settings import PRESET_NAME, preset_name
from bookfilm.studio.stages import StageTold, stages_of
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.styles import styles_of
from bookfilm.studio.wire import (
    SOMETHING,
    After,
    Given,
    Limit,
    Name,
    Page,
    Rate,
    Runtime,
    Size,
    Told,
    Words,
)
from bookfilm.studio.wording import Wording, wordings

router = APIRouter(
    prefix="/v1/films", tags=["films"], responses=responses_of("busy", "disk-full", "gone", "enough-jobs", "too-much")
)
FilmId = Annotated[str, InPath(max_length=64, examples=["film_b0p1nYxS0m3R4nd0mW0rds"])]
Until = Annotated[
    Stage | SkipJsonSchema[None], Query(description="The stage after which it stops this time, whatever else is said.")
]
Plain = Annotated[str, StringConstraints(pattern=f"^{PRESET_NAME}$")]


SEND_AGAIN = "`GET /v1/films` lists it; for another film send the book again."
NEEDED = {"author": ("holder",), "licence": ("holder", "territory", "term")}
"""What has to be said of a right, by its basis."""


def _needing(basis: str, fields: tuple[str, ...]) -> dict[str, JsonValue]:
    """Return in JSON Schema that a right of this basis has these fields."""
    said: dict[str, JsonValue] = {name: {"pattern": SOMETHING} for name in fields}
    needed: dict[str, JsonValue] = {"required": list(fields), "properties": said}
    return {"if": {"properties": {"basis": {"const": basis}}}, "then": needed}


class RightStated(Given):
    """By what right the book is filmed. The film credits it, and no film is made without."""

    model_config = ConfigDict(json_schema_extra={"allOf": [_needing(*one) for one in NEEDED.items()]})

    basis: Literal["public domain", "author", "licence"] = Field(description="`author`: by the author's own right.")
    holder: Words = Field(default="", description="Who holds it. Required, unless the book is in the public domain.")
    territory: Words = Field(default="", description="Where it holds. Required of a licence.", examples=["the world"])
    term: Words = Field(default="", description="Until when it holds. Required of a licence.", examples=["2040"])

    @model_validator(mode="after")
    def _whole(self) -> RightStated:
        for name in NEEDED.get(self.basis, ()):
            if not str(getattr(self, name)).strip():
                raise ValueError(f"the basis {self.basis!r} needs a {name}")
        return self


class Options(Given):
    """How a film is to be; what is left out is left to the preset, or to the book."""

    preset: Plain | None = None
    runtime: Runtime | None = Field(
        default=None, description="The film's length; null: all of the book is in.", examples=["20m", "1h50m"]
    )
    size: Size | None = Field(default=None, examples=["1280x720", "1080p"])
    rate: Rate | None = Field(default=None, examples=["24", "30000/1001"])
    style: Plain | None = Field(default=None, examples=["lantern"])
    loudness_lufs: Annotated[float, Field(ge=-31, le=-10, strict=False)] | None = None
    stems: bool = False
    dub: Language | None = None
    subtitles: Language | None = None
    until: Stage = Field(default="film", description="The stage after which it stops.")


class FilmAsked(Options):
    """A film to be made of a book that was uploaded."""

    upload: Annotated[str, StringConstraints(max_length=64)] = Field(examples=["upl_b0p1nYxS0m3R4nd0mW0rds"])
    right: RightStated = Field(examples=[{"basis": "public domain"}])
    title: Name | None = Field(default=None, description="Null: as the book has it.")
    author: Name | None = None
    start: bool = Field(default=True, description="False: only `POST …/make` begins it.")


class FilmTold(Told):
    """A film, and how far it is."""

    id: str
    title: str
    author: str | None
    state: FilmState
    created_at: str
    book: BookFacts
    right: Right
    order: dict[str, Any]
    job: int | None = Field(
        description="Which of the film's jobs is its newest, from 1 on; null: none yet.", examples=[1]
    )
    error: str | None = Field(description="Why its last job failed.")
    errors: list[Wording] = Field(description="`error`, one by one, each with its code where it has one.")
    made: list[Stage] = Field(
        description="The stages whose files lie there.", examples=[["book", "screenplay", "shots"]]
    )
    stages: list[StageTold] = Field(
        description="The stages that its job goes through, in the order in which `stage` events tell that they have "
        "ended. One with nothing to do may be passed over.",
        examples=[["cluster", "screenplay", "speech", "picture", "soundtrack", "film"]],
    )
    shots: dict[str, int] = Field(description="How many shots are in each state.", examples=[{"done": 40, "queued": 8}])
    film: bool = Field(description="Whether there is a film to watch.")


class Heeded(Told):
    """What came of a verb. `heeded`: the film's driver acts so already."""

    state: FilmState
    heeded: bool


@router.post("", operation_id="make_film", status_code=201)
def make_film(asked: FilmAsked, request: Request, caller: Writer, studio: TheStudio) -> FilmTold:
    """Make a film of an uploaded book. Send an `Idempotency-Key`: asked twice, it is made once."""
    key = getattr(request.state, "idempotency_key", None)
    repeated = Repeated(key, request.state.idempotency_digest) if key is not None else None
    film = studio.films.begun_by(caller.tenant, repeated)
    if film is None:
        film = _new_film(asked, caller, studio, repeated)
    if asked.start and studio.films.last_job(film) is None:
        studio.films.queue(film)
    return told_film(film, studio)


@router.get("", operation_id="list_films")
def list_films(caller: Reader, studio: TheStudio, limit: Limit = 20, after: After = None) -> Page[FilmTold]:
    """List the team's films, the newest first."""
    mine = ("films", caller.tenant)
    found = studio.films.page(caller.tenant, studio.cursors.read(after, *mine), limit + 1)
    items = [told_film(film, studio) for film in found[:limit]]
    more = studio.cursors.give(found[limit - 1].number, *mine) if len(found) > limit else None
    return Page[FilmTold](items=items, next=more)


@router.get("/{film}", operation_id="get_film")
def get_film(film: FilmId, caller: Reader, studio: TheStudio) -> FilmTold:
    """Say how far a film is."""
    return told_film(studio.films.find(caller.tenant, film), studio)


@router.delete("/{film}", operation_id="delete_film", status_code=204)
def delete_film(film: FilmId, caller: Writer, studio: TheStudio) -> None:
    """Delete a film and all it was made of. A job that runs is cancelled."""
    studio.films.drop(studio.films.find(caller.tenant, film))


@router.post("/{film}/make", operation_id="make_again", status_code=202)
def make_again(
    film: FilmId, caller: Writer, studio: TheStudio, options: Options | None = None, until: Until = None
) -> FilmTold:
    """Make the film, or make it again after edits: only what has changed is rendered. Without a body it is made as it
    was made last."""
    found = studio.films.find(caller.tenant, film)
    allowance = studio.people.allowance(caller.tenant, studio.settings.allowance)
    studio.room.check_job(caller.tenant, allowance)
    last = studio.films.order_of(found, studio.films.last_job(found))
    order = order_of(options, studio) if options is not None else last
    if until is not None:
        order = order.changed(until=until)
        _check_reach(order)
    studio.room.check_order(order, found.facts.words, allowance)
    studio.films.queue(found, order)
    return told_film(found, studio)


@router.post("/{film}/pause", operation_id="pause_film")
def pause_film(film: FilmId, caller: Writer, studio: TheStudio) -> Heeded:
    """Let nothing more begin; what is under way is finished."""
    return _act(film, "pause", caller, studio)


@router.post("/{film}/resume", operation_id="resume_film")
def resume_film(film: FilmId, caller: Writer, studio: TheStudio) -> Heeded:
    """Let a paused film go on."""
    return _act(film, "resume", caller, studio)


@router.post("/{film}/cancel", operation_id="cancel_film")
def cancel_film(film: FilmId, caller: Writer, studio: TheStudio) -> Heeded:
    """End the job. What is finished stays, and `make` goes on with it."""
    return _act(film, "cancel", caller, studio)


def _act(ident: str, verb: Literal["pause", "resume", "cancel"], caller: Caller, studio: Studio) -> Heeded:
    film = studio.films.find(caller.tenant, ident)
    farm = Farm(studio.films.ledger_of(film))
    try:
        answer = getattr(farm, verb)(farm.live_job())
    except SettingsError:
        raise Refusal("conflict", "no job of the film waits or runs", then="Begin one with `POST …/make`.") from None
    return Heeded(state=state_of(studio.films.last_job(film)), heeded=answer.heeded)


def _new_film(asked: FilmAsked, caller: Caller, studio: Studio, key: Repeated | None) -> Film:
    order = order_of(asked, studio)
    allowance = studio.people.allowance(caller.tenant, studio.settings.allowance)
    studio.room.check_film(caller.tenant, allowance)
    if asked.start:
        studio.room.check_job(caller.tenant, allowance)
    upload = studio.uploads.find(caller.tenant, asked.upload)
    # One that was handed over to a film that never came to be, because somebody was killed, goes on with that.
    ident = upload.film or new_film_id()
    with studio.films.making(ident):
        if upload.film is not None and studio.films.exists(caller.tenant, ident):
            raise Refusal("conflict", "a film was made of this upload already", then=SEND_AGAIN)
        root = studio.films.root_of(caller.tenant, ident)
        book = root / "book" / upload.name
        studio.uploads.hand_over(upload, book, ident)
        right = Right(**asked.right.model_dump())
        try:
            facts = book_facts(book, caller.tenant, studio.settings.niceness)
            studio.room.check_order(order, facts.words, allowance)
        except Refusal:
            studio.uploads.give_back(upload, book)
            raise
        # Before the film is there: none may ever be made to which no right stands.
        direct(FilmFolder(root / "film"), right=right, title=asked.title, author=asked.author)
        return studio.films.add(ident, caller.tenant, caller.user, book, facts, order, right, key)


def order_of(options: Options, studio: Studio) -> FilmOrder:
    """Return the order that `options` come to. Raises Refusal for a preset that is not offered, SettingsError."""
    offered = studio.settings.offered
    preset = options.preset or next(iter(offered))
    if preset not in offered:
        raise Refusal("refused", f"no such preset is offered; there are: {', '.join(offered)}")
    asked = set(Options.model_fields) & set(FilmOrder.model_fields) - {"rate"}
    chosen: dict[str, Any] = {**options.model_dump(include=asked), "preset": offered[preset]}
    if options.runtime is not None:
        chosen["runtime_s"] = parse_runtime(options.runtime)
    if options.size is not None:
        chosen["width"], chosen["height"] = parse_size(options.size)
    if options.rate is not None:
        try:
            chosen["rate"] = FrameRate.parse(options.rate)
        except ValueError:
            raise SettingsError("a rate is such as 24, 25, 23.976 or 30000/1001") from None
    order = FilmOrder.model_validate(chosen)
    styles = styles_of(order.loaded_preset())
    if options.style is not None and styles and options.style not in styles:
        raise Refusal("refused", f"no such style is offered; there are: {', '.join(styles)}")
    _check_reach(order)
    return order


def _check_reach(order: FilmOrder) -> None:
    """Raise Refusal where a film is to stop at keyframes that nobody draws: it would be told so only by its driver."""
    if order.until == "keyframes" and "keyframes" not in stages_of(order):
        said = f"the preset {preset_name(order.preset)} draws no keyframes; `GET /v1/offers` says which do"
        raise Refusal("refused", said)


def told_film(film: Film, studio: Studio) -> FilmTold:
    """Return what a client is told of `film`."""
    job = studio.films.last_job(film)
    order, error = studio.films.order_of(film, job), error_of(film, job)
    folder = film.folder if order.dub is None else film.folder.dubbed(order.dub)
    made: dict[Stage, Path] = {
        "book": film.folder.book, "screenplay": film.folder.screenplay, "shots": film.folder.shots,
        "sound": folder.timeline, "keyframes": folder.storyboard, "picture": folder.cut, "film": folder.film,
    }  # fmt: skip
    return FilmTold(
        id=film.id,
        title=film.facts.title,
        author=film.facts.author,
        state=state_of(job),
        created_at=film.created_at,
        book=film.facts,
        right=film.right,
        order={
            **order.model_dump(mode="json", exclude={"right", "holder", "scenes", "trace"}),
            "preset": preset_name(order.preset),
        },
        job=studio.films.number_of(film, job),
        error=error or None,
        errors=wordings(error),
        made=[stage for stage, path in made.items() if path.exists()],
        stages=stages_of(order),
        shots=job.shots if job is not None else {},
        film=folder.film.exists(),
    )
