"""/v1/films/{film}/live/{job}/…: the film as HTTP Live Streaming (RFC 8216), while it is rendered."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from fastapi.responses import Response

from bookfilm.film.streaming import beginnings, initial_bytes, playlist, segment_bytes
from bookfilm.store.ledger import JobRow
from bookfilm.studio.door import Reader
from bookfilm.studio.downloads import TicketShown
from bookfilm.studio.film_routes import FilmId
from bookfilm.studio.films import Film
from bookfilm.studio.live import Stream
from bookfilm.studio.people import Caller
from bookfilm.studio.problems import NOT_YET, Refusal, responses_of
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.tickets import QUERY

router = APIRouter(prefix="/v1/films/{film}/live/{job}", tags=["live"], responses=responses_of())
Job = Annotated[int, Path(ge=1, le=2**53, description="The film's `job`: another one makes another film.")]
Number = Annotated[int, Path(ge=0, le=10**6)]
PLAYLIST = "application/vnd.apple.mpegurl"
LASTING = "private, max-age=3600, immutable"


@router.get(
    "/film.m3u8",
    operation_id="watch_live",
    response_class=Response,
    responses={200: {"content": {PLAYLIST: {"schema": {"type": "string"}}}}},
)
def watch_live(film: FilmId, job: Job, caller: Reader, studio: TheStudio, ticket: TicketShown = None) -> Response:
    """Give the playlist: the scenes that are finished, in the film's order. It grows until the job has ended.

    The event `live` says when there is more. With a `ticket` the addresses in it carry that, for players that can send
    no header.
    """
    _, _, stream = _found(film, job, caller, studio)
    query = f"?{urlencode({QUERY: ticket})}" if ticket else ""
    told = playlist(stream.timeline, stream.segments, stream.ended, query)
    return Response(told, media_type=PLAYLIST)


@router.get(
    "/init-{number}.mp4",
    operation_id="get_live_beginning",
    response_class=Response,
    responses={200: {"content": {"video/mp4": {}}}},
)
def get_live_beginning(
    film: FilmId, job: Job, number: Number, caller: Reader, studio: TheStudio, ticket: TicketShown = None
) -> Response:
    """Give what a player needs before the segments that name it."""
    _, _, stream = _found(film, job, caller, studio)
    first = next(
        (one for one, of in zip(stream.segments, beginnings(stream.segments), strict=True) if of == number), None
    )
    if first is None:
        raise Refusal("not-found", "no segment of the film needs this")
    content = initial_bytes(first, stream.rate, stream.soundtrack)
    return Response(content, media_type="video/mp4", headers={"Cache-Control": LASTING})


@router.get(
    "/{number}.m4s",
    operation_id="get_live_segment",
    response_class=Response,
    responses={200: {"content": {"video/iso.segment": {}}}},
)
def get_live_segment(
    film: FilmId, job: Job, number: Number, caller: Reader, studio: TheStudio, ticket: TicketShown = None
) -> Response:
    """Give a segment: one shot, with its sound."""
    _, _, stream = _found(film, job, caller, studio)
    if number >= len(stream.segments):
        raise Refusal("not-found", "this part of the film is not finished yet", then=NOT_YET)
    content = segment_bytes(stream.segments[number], number, stream.rate, stream.soundtrack)
    return Response(content, media_type="video/iso.segment", headers={"Cache-Control": LASTING})


@router.get(
    "/film.vtt",
    operation_id="get_live_subtitles",
    response_class=Response,
    responses={200: {"content": {"text/vtt": {"schema": {"type": "string"}}}}},
)
def get_live_subtitles(
    film: FilmId, job: Job, caller: Reader, studio: TheStudio, ticket: TicketShown = None
) -> Response:
    """Give the film's subtitles: they are known before its picture is."""
    found, row = _job(film, job, caller, studio)
    return Response(studio.live.subtitles(found, row), media_type="text/vtt")


def _found(film: str, job: int, caller: Caller, studio: Studio) -> tuple[Film, JobRow, Stream]:
    found, row = _job(film, job, caller, studio)
    return found, row, studio.live.stream(found, row)


def _job(film: str, job: int, caller: Caller, studio: Studio) -> tuple[Film, JobRow]:
    found = studio.films.find(caller.tenant, film)
    row = studio.films.last_job(found)
    if row is None or studio.films.number_of(found, row) != job:
        raise Refusal("not-found", "the film is not made by this job; `GET` on the film says by which")
    return found, row
