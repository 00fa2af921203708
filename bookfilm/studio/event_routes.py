"""/v1/films/{film}/events: server-sent events (WHATWG HTML, 9.2), which go on from Last-Event-ID."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query, Request
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from bookfilm.studio.door import Reader
from bookfilm.studio.events import Event
from bookfilm.studio.film_routes import FilmId
from bookfilm.studio.keeping import lookup_of
from bookfilm.studio.people import Caller
from bookfilm.studio.places import Place, Places
from bookfilm.studio.problems import Refusal, responses_of
from bookfilm.studio.studio import Studio, TheStudio

PING_S = 15
FRESH = {"Cache-Control": "no-store"}
LINE = "\n"
"""How lines end: as a shell reads them."""
CHECK_S = 8.0
"""How long somebody may go on listening whose token was revoked; a quiet stream wakes up a little less often."""
router = APIRouter(prefix="/v1/films", tags=["films"], responses=responses_of())
Counted = Annotated[int, Field(ge=0, le=2**62)] | SkipJsonSchema[None]
Number = Annotated[Counted, Query(description="As `Last-Event-ID`, for who cannot set headers.")]
EVENT = {
    "type": "object",
    "description": "Of each event in the stream.",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "event": {"type": "string", "enum": ["state", "stage", "shots", "live", "warning"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["id", "event", "data"],
}


@router.get(
    "/{film}/events",
    operation_id="listen",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {"schema": EVENT}}}},
)
async def listen(
    film: FilmId,
    request: Request,
    caller: Reader,
    studio: TheStudio,
    last: Annotated[Counted, Header(alias="Last-Event-ID")] = None,
    after: Number = None,
    follow: Annotated[bool, Query(description="False: tell what has happened so far, and end.")] = True,
) -> EventSourceResponse:
    """Tell what happens to a film, from its beginning or from the event after the last one that was heard.

    `state` {state, job, error, errors}, `stage` {stage, seconds, note}, `shots` {done, queued, …},
    `warning` {said, code, params},
    `live` {job, seconds}: so much of the film can be watched at `live/{job}/film.m3u8`.
    """
    await run_sync(studio.films.find, caller.tenant, film)
    begin = last if last is not None else after or 0
    lookup = lookup_of(caller.tenant, film)
    if not follow:
        return EventSourceResponse(_so_far(lookup, begin, studio), ping=PING_S, sep=LINE, headers=FRESH)
    place = studio.places.take(caller.tenant)
    if place is None:
        said = f"as many listen as may, {studio.places.of(caller.tenant)} of them of your team"
        raise Refusal("unavailable", said, headers={"Retry-After": "10"})
    return _Following(_told(lookup, begin, caller, place, studio), place, studio.places)


class _Following(EventSourceResponse):
    """A stream that gives its place back, however it ends, and if it never began."""

    def __init__(self, told: AsyncIterator[ServerSentEvent], place: Place, places: Places) -> None:
        super().__init__(told, ping=PING_S, sep=LINE, headers=FRESH)
        self._place, self._places = place, places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.leave(self._place)


async def _so_far(film: str, begin: int, studio: Studio) -> AsyncIterator[ServerSentEvent]:
    """Yield the events that there are."""
    while found := await run_sync(studio.hub.history, film, begin):
        for event in found:
            yield _shown(event)
            begin = event.number


def _shown(event: Event) -> ServerSentEvent:
    return ServerSentEvent(
        json.dumps(event.told(), ensure_ascii=False), event=event.kind, id=str(event.number), sep=LINE
    )


async def _told(film: str, begin: int, caller: Caller, place: Place, studio: Studio) -> AsyncIterator[ServerSentEvent]:
    """Yield events until the client goes, or may not listen any more."""
    listening = studio.hub.listen(film, begin, place)
    try:
        # Browsers come back so much later.
        yield ServerSentEvent(comment="listening", retry=2000, sep=LINE)
        checked = time.monotonic()
        async for event in listening:
            if time.monotonic() - checked >= CHECK_S:
                checked = time.monotonic()
                if not await run_sync(studio.people.still, caller.token):
                    return
            if place.lost:
                return
            if event is not None:
                yield _shown(event)
    finally:
        await listening.aclose()
