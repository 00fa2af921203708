"""/v1/uploads: tus 1.0.0, core with creation, termination and expiration (https://tus.io/protocols/resumable-upload)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from bookfilm.studio.door import Writer
from bookfilm.studio.problems import Refusal, responses_of
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.uploads import Upload

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"

router = APIRouter(
    prefix="/v1/uploads", tags=["uploads"], responses=responses_of("gone", "protocol-version", "disk-full")
)
Version = Annotated[
    str | SkipJsonSchema[None],
    Header(alias="Tus-Resumable", json_schema_extra={"enum": [VERSION]}, examples=[VERSION]),
]
Ident = Annotated[str, Path(max_length=64, examples=["upl_b0p1nYxS0m3R4nd0mW0rds"])]
_OFFSET = {"Upload-Offset": {"schema": {"type": "integer"}, "description": "How many bytes have come."}}


@router.options("", operation_id="about_uploads", status_code=204)
def about_uploads(caller: Writer, studio: TheStudio) -> Response:
    """Say which tus this is, and how large a book may be."""
    return Response(status_code=204, headers=studio.uploads.told())


@router.post(
    "",
    operation_id="begin_upload",
    status_code=201,
    response_class=Response,
    responses={201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "The upload."}}}},
)
def begin_upload(
    caller: Writer,
    studio: TheStudio,
    length: Annotated[int, Header(alias="Upload-Length", ge=1, le=2**50, description="Of the book, in bytes.")],
    version: Version = None,
    metadata: Annotated[
        Annotated[str, Field(max_length=8192)] | SkipJsonSchema[None],
        Header(
            alias="Upload-Metadata",
            description="`filename` and its value in base64.",
            examples=["filename bXkgYm9vay5lcHVi"],
        ),
    ] = None,
) -> Response:
    """Announce a book. Its bytes are then sent to `Location` with PATCH, and a film is made of it with `/v1/films`."""
    _check_version(version, studio)
    name = _file_name(metadata)
    allowance = studio.people.allowance(caller.tenant, studio.settings.allowance)
    with studio.uploads.beginning(length):
        studio.room.check_upload(caller.tenant, allowance, length)
        upload = studio.uploads.begin(caller.tenant, caller.user, name, length)
    headers = {**_told(studio, upload), "Location": f"/v1/uploads/{upload.id}"}
    return Response(status_code=201, headers=headers)


@router.head("/{upload}", operation_id="ask_upload", responses={200: {"headers": _OFFSET}})
def ask_upload(upload: Ident, caller: Writer, studio: TheStudio, version: Version = None) -> Response:
    """Say how much of a book has come."""
    _check_version(version, studio)
    return Response(status_code=200, headers=_told(studio, studio.uploads.find(caller.tenant, upload)))


@router.patch(
    "/{upload}",
    operation_id="send_piece",
    status_code=204,
    responses={204: {"headers": _OFFSET}},
    openapi_extra={
        "requestBody": {"required": True, "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def send_piece(
    upload: Ident,
    request: Request,
    caller: Writer,
    studio: TheStudio,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**50, description="Where the piece begins.")],
    version: Version = None,
) -> Response:
    """Send the next piece of a book, as large as you like. What has come before a broken line stays."""
    _check_version(version, studio)
    if request.headers.get("content-type", "").partition(";")[0].strip() != PIECE:
        raise Refusal("unsupported-media-type", f"a piece is sent as {PIECE}", headers=studio.uploads.told())
    found = await run_sync(studio.uploads.find, caller.tenant, upload)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and offset == found.offset and int(announced) > found.length - offset:
        said = f"{found.length - offset} bytes are missing, {announced} are coming"
        raise Refusal("too-large", said, headers={**studio.uploads.told(found.offset), "Connection": "close"})
    came = await studio.uploads.append(found, offset, request.stream())
    return Response(status_code=204, headers=studio.uploads.told(came))


@router.delete("/{upload}", operation_id="drop_upload", status_code=204)
def drop_upload(upload: Ident, caller: Writer, studio: TheStudio, version: Version = None) -> Response:
    """Forget an upload."""
    _check_version(version, studio)
    studio.uploads.discard(studio.uploads.find(caller.tenant, upload))
    return Response(status_code=204, headers=studio.uploads.told())


def _told(studio: Studio, upload: Upload) -> dict[str, str]:
    headers = studio.uploads.told(upload.offset)
    return {**headers, "Upload-Length": str(upload.length), "Upload-Expires": upload.expires_at}


def _check_version(version: str | None, studio: Studio) -> None:
    """Raise Refusal for another tus. None is taken for this one: curl does not say."""
    if version is not None and version != VERSION:
        raise Refusal(
            "protocol-version", "the header Tus-Resumable names another version", headers=studio.uploads.told()
        )


def _file_name(metadata: str | None) -> str:
    """Return the file's name, as tus clients send it: pairs of a key and a value in base64, with commas between."""
    for pair in (metadata or "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key in ("filename", "name"):
            try:
                return base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeError, ValueError):
                raise Refusal("bad-request", "Upload-Metadata: filename is no base64 of UTF-8") from None
    return "book"
