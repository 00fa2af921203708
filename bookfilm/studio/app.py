"""The application: the routes, and what lies around them. Runs under uvicorn, alone or behind Ray Serve."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from bookfilm import __version__
from bookfilm.settings import load_preset
from bookfilm.studio import (
    access_routes,
    downloads,
    event_routes,
    film_routes,
    keyframe_routes,
    live_routes,
    offer_routes,
    page,
    problems,
    shot_routes,
    team_routes,
    upload_routes,
    video_routes,
)
from bookfilm.studio.door import Door
from bookfilm.studio.repeats import Repeats
from bookfilm.studio.shields import AtOnce, BodyLimit, Envelope
from bookfilm.studio.studio import Studio
from bookfilm.studio.styles import styles_of
from bookfilm.studio.whence import Whence

OTHERS_AT_ONCE = 600
"""So many requests may be under way beside those who listen to events."""
ABOUT = """\
A book goes in, a film comes out. Every error is a problem (RFC 9457) whose `next` says what to do about it.

1. `POST /v1/uploads` announces a book, `PATCH` sends it (tus 1.0.0).
2. `POST /v1/films` states the right to it and makes the film.
3. `GET /v1/films/{film}/events` tells how far it is.
4. `GET /v1/films/{film}/live/{job}/film.m3u8` shows the scenes that are finished, as they are.
5. `GET /v1/films/{film}/files/film.mp4` gives it.
"""


def create_app(studio: Studio) -> FastAPI:
    """Return the application over `studio`."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await studio.hub.start()
        studio.runner.start()
        try:
            yield
        finally:
            await run_sync(studio.runner.stop)
            await studio.hub.stop()

    app = FastAPI(
        title="bookfilm studio",
        version=__version__,
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.state.studio = studio
    problems.install(app)

    @app.get("/health", tags=["about"], operation_id="health", responses=problems.responses_of())
    def health() -> dict[str, str]:
        """Say that the service answers."""
        return {"status": "ok"}

    for routes in (
        access_routes, team_routes, offer_routes, upload_routes, film_routes, event_routes, shot_routes,
        keyframe_routes, live_routes, downloads, video_routes, page,
    ):  # fmt: skip
        app.include_router(routes.router)
    # The last one added is the outermost.
    app.add_middleware(Repeats, database=studio.database)
    app.add_middleware(BodyLimit, most_bytes=studio.settings.body_bytes)
    app.add_middleware(
        Door, people=studio.people, tickets=studio.tickets, throttle=studio.throttle, audit_log=studio.audit
    )
    app.add_middleware(AtOnce, most=studio.settings.streams + OTHERS_AT_ONCE)
    app.add_middleware(Envelope, hosts=studio.settings.hosts)
    app.add_middleware(Whence, trusted=studio.settings.proxies)
    app.openapi = lambda: _openapi(app, studio)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI, studio: Studio) -> dict[str, Any]:
    """Return the OpenAPI document, in which every error is a Problem, and bounds are those of this very service."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        told = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= told.pop("$defs", {})
        schemas["Problem"] = told
        schemas["VideoAsked"] = video_routes.VideoAsked.model_json_schema()
        _bind(document, studio)
        app.openapi_schema = document
    return app.openapi_schema


def _bind(document: dict[str, Any], studio: Studio) -> None:
    """Say in `document` which presets and styles this service offers, and how large a book it takes."""
    schemas, paths = document["components"]["schemas"], document["paths"]
    presets = studio.settings.offered
    styles = [styles_of(load_preset(loaded_by)) for loaded_by in presets.values()]
    offered = {"preset": list(presets), "style": sorted(set().union(*styles)) if all(styles) else []}
    told = [schemas[name]["properties"][field] for name in ("Options", "FilmAsked") for field in offered]
    asked = paths["/v1/films/{film}/estimate"]["get"]["parameters"]
    told += [parameter["schema"] for parameter in asked if parameter["name"] == "preset"]
    for schema, field in zip(told, ("preset", "style") * 2 + ("preset",), strict=True):
        if offered[field]:
            schema["anyOf"] = [{"type": "string", "enum": offered[field]}, {"type": "null"}]
    if not any(load_preset(loaded_by).keyframes for loaded_by in presets.values()):
        reaches = [schemas[name]["properties"]["until"] for name in ("Options", "FilmAsked")]
        query = paths["/v1/films/{film}/make"]["post"]["parameters"]
        for schema in (*reaches, *(one["schema"] for one in query if one["name"] == "until")):
            schema["enum"] = [stage for stage in schema["enum"] if stage != "keyframes"]
    length = next(one for one in paths["/v1/uploads"]["post"]["parameters"] if one["name"] == "Upload-Length")
    length["schema"]["maximum"] = studio.settings.upload_bytes
