"""Files given out, whole or a range of them (RFC 9110, 14): those of a film folder that are meant to be read."""

from __future__ import annotations

import json
import mimetypes
import re
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response
from pydantic import Field

from bookfilm.studio.conditions import (
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    RANGES,
    UNCHANGED,
    is_known,
    range_holds,
    unchanged,
)
from bookfilm.studio.door import Reader
from bookfilm.studio.film_routes import FilmId
from bookfilm.studio.films import Film
from bookfilm.studio.problems import Refusal, responses_of
from bookfilm.studio.studio import TheStudio
from bookfilm.studio.wire import Told

router = APIRouter(
    prefix="/v1/films", tags=["files"], responses=responses_of("range-not-satisfiable", "version-conflict")
)
GIVEN = (
    "film.mp4", "film-??.mp4", "film.srt", "film.vtt", "film.??.srt", "film.??.vtt", "film-??.srt", "film-??.vtt",
    "film-??.??.srt", "film-??.??.vtt", "report.html", "report-??.html", "screenplay.json", "screenplay.fountain",
    "screenplay.fdx", "coverage.json", "direction.toml", "shots.jsonl", "timeline.json", "timeline-??.json",
    "cut.json", "book.json", "book.txt", "translation.??.json", "soundtrack.m4a", "soundtrack-??.m4a", "stems/*.flac",
    "stems-??/*.flac", "takes/*.mp4", "takes/*.jpg", "keyframes/*.png",
)  # fmt: skip
LISTED_NOT = ("takes/", "keyframes/")
"""There are thousands of them; the shots and the storyboard name theirs."""
NO_FILE = "`GET …/files` lists those that there are; more come as the film is made."
POSTER = "poster.jpg"
"""Lies nowhere: it is the frame of the shot that stands for the film."""
TYPES = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".fountain": "text/plain",
    ".toml": "application/toml",
    ".jsonl": "application/jsonl",
    ".fdx": "application/xml",
    ".m4a": "audio/mp4",
    ".flac": "audio/flac",
}
RANGE = re.compile(r"bytes=([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})(\s*,\s*([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})){0,8}")
FileName = Annotated[str, InPath(max_length=120, examples=["film.mp4"])]
TicketShown = Annotated[str | None, Query(max_length=400, description="Instead of a token: `GET …/ticket` gives it.")]


def type_of(path: PurePath) -> str:
    """Return a file's media type."""
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


CONDITIONAL: dict[str, Any] = {"parameters": [IF_NONE_MATCH, IF_MATCH, *RANGES]}
"""What OpenAPI shows of the headers that a file is asked for with."""


def file_responses(*types: str) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI shows of the answers to who asks for a file of one of these media types."""
    part = {"Content-Range": {"schema": {"type": "string"}, "description": "Which part of how much it is."}}
    return {
        200: {"content": {kind: {} for kind in types}, "headers": ETAG},
        206: {"description": "The range that was asked for.", "headers": ETAG | part},
        **UNCHANGED,
    }


class TicketTold(Told):
    """A ticket: put it into the address of a file, as `?ticket=…`, where no header can be sent (`<video src>`)."""

    ticket: str
    expires_at: int = Field(description="Unix time, in seconds.")


class FileTold(Told):
    """A file of a film."""

    name: str
    bytes: int
    type: str


@router.get("/{film}/ticket", operation_id="give_ticket")
def give_ticket(film: FilmId, caller: Reader, studio: TheStudio) -> TicketTold:
    """Give a ticket to this film's files: it opens them for some hours, to be read, while the token holds."""
    ticket, until = studio.tickets.issue(caller, studio.films.find(caller.tenant, film).id)
    return TicketTold(ticket=ticket, expires_at=until)


@router.get("/{film}/files", operation_id="list_files")
def list_files(film: FilmId, caller: Reader, studio: TheStudio) -> list[FileTold]:
    """List what there is of a film: the film, subtitles, scripts for screenwriting programs, stems, the report."""
    found = studio.films.find(caller.tenant, film)
    folder = found.folder.path
    names = (pattern for pattern in GIVEN if not pattern.startswith(LISTED_NOT))
    paths = sorted(path for pattern in names for path in folder.glob(pattern))
    return [
        FileTold(name=str(path.relative_to(folder)), bytes=path.stat().st_size, type=type_of(path)) for path in paths
    ]


@router.get(
    "/{film}/files/{name:path}",
    operation_id="get_file",
    response_class=FileResponse,
    responses=file_responses(*sorted({type_of(PurePath(name)) for name in (*GIVEN, POSTER)})),
    openapi_extra=CONDITIONAL,
)
@router.head("/{film}/files/{name:path}", include_in_schema=False)
def get_file(
    film: FilmId, name: FileName, request: Request, caller: Reader, studio: TheStudio, ticket: TicketShown = None
) -> Response:
    """Give a file of a film, whole or a range of it."""
    found = studio.films.find(caller.tenant, film)
    path = given_file(found, name)
    stem = re.sub(r"[^\w .-]", "", found.facts.title).strip()[:80] or "film"
    return file_response(request, path, f"{stem} {path.name}", type_of(path))


def given_file(film: Film, name: str) -> Path:
    """Return the file `name` of `film`. Raises Refusal where there is none, or none that is given out."""
    if name == POSTER and (poster := poster_of(film)) is not None:
        return poster
    path = film.folder.path / name
    parts = name.split("/")
    plain = all(re.fullmatch(r"[\w+][\w.+-]*", part) for part in parts)
    given = any(len(parts) == pattern.count("/") + 1 and PurePath(name).match(pattern) for pattern in GIVEN)
    with suppress(OSError):  # A name may be longer than a disk takes.
        if plain and given and path.is_file() and not path.is_symlink():
            return path
    raise Refusal("not-found", "the film has no such file, or none yet", then=NO_FILE)


def poster_of(film: Film) -> Path | None:
    """Return the frame that stands for `film`: of its widest shot nearest to a third of it; None where it has none."""
    folder = film.folder
    if not (folder.cut.exists() and folder.shots.exists()):
        return None
    takes = {choice["shot"]: choice["take"] for choice in json.loads(folder.cut.read_bytes())["choices"]}
    # Not as records: of a whole novel there are thousands, and only two words of each are asked for.
    lines = [line for line in folder.shots.read_text(encoding="utf-8").split("\n") if line.strip()]
    seen = [(at / len(lines), json.loads(line)) for at, line in enumerate(lines)]
    shown = [(at, shot) for at, shot in seen if shot["picture"]["kind"] == "scene" and shot["id"] in takes]
    if not shown:
        return None
    _, best = min(shown, key=lambda one: (one[1]["picture"]["size"] not in ("wide", "full"), abs(one[0] - 1 / 3)))
    path = folder.takes().folder / f"{takes[best['id']]}.jpg"
    return path if path.is_file() else None


def file_response(request: Request, path: Path, name: str, media_type: str) -> Response:
    """Return an answer with the file at `path`, or the range of it that `request` asks for; 304 to who has it already.

    A page that is given out is not run: it comes as a file, in a sandbox.
    """
    try:
        found = path.stat()
    except OSError:
        raise Refusal("not-found", "the file is gone") from None
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }
    answer = FileResponse(path, media_type=media_type, headers=headers, stat_result=found)
    tag, changed_at = answer.headers["etag"], int(found.st_mtime)
    if is_known(request, tag, changed_at):
        return unchanged(answer.headers)
    asked = request.headers.getlist("range")
    wanted = _within(asked[0], found.st_size) if len(asked) == 1 and range_holds(request, tag, changed_at) else None
    # What the answer itself reads: a range that is none, or that does not go with what the client has, is passed over.
    others = [pair for pair in request.scope["headers"] if pair[0] not in (b"range", b"if-range")]
    request.scope["headers"] = others if wanted is None else [*others, (b"range", wanted.encode())]
    return answer


def _within(asked: str, size: int) -> str | None:
    """Return those of the ranges `asked` that a file of `size` bytes has; None where they are none (RFC 9110, 14.1.1).

    Raises Refusal where the file has not one of them.
    """
    if not RANGE.fullmatch(asked):
        return None
    wanted = []
    for one in asked.removeprefix("bytes=").split(","):
        start, _, end = (part.strip() for part in one.partition("-"))
        if start and end and int(end) < int(start):
            return None
        if int(start) < size if start else int(end) > 0 and size > 0:
            wanted.append(f"{start}-{end}")
    if not wanted:
        told = {"Content-Range": f"bytes */{size}"}
        raise Refusal("range-not-satisfiable", f"the file has {size} bytes", headers=told)
    return f"bytes={','.join(wanted)}"
