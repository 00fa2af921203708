"""/v1/videos: the shape that OpenAI's Videos API had, and that vLLM-Omni and SGLang serve; its client works here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile

from bookfilm.records.base import first_fault
from bookfilm.studio.clips import ClipRow
from bookfilm.studio.door import VideoMaker
from bookfilm.studio.downloads import CONDITIONAL, file_response, file_responses
from bookfilm.studio.people import Caller
from bookfilm.studio.problems import Fault, Refusal, responses_of
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.wire import WHOLE, Given, Text, Told

router = APIRouter(prefix="/v1/videos", tags=["videos"], responses=responses_of("too-much", "disk-full"))
VideoId = Annotated[str, Path(max_length=64, examples=["video_b0p1nYxS0m3R4nd0mW0rds"])]
_SIDE = "(128|1[3-9][02468]|[2-9][0-9][02468]|1[0-8][0-9][02468]|19[01][02468]|1920)"


class VideoAsked(Given):
    """A clip to be made of a prompt."""

    prompt: Text = Field(examples=["An old man walks along the sea wall at night with a lantern."])
    model: str | None = Field(default=None, max_length=40, description="A preset of this service; others: its first.")
    seconds: Annotated[str, Field(pattern="^([1-9]|[1-5][0-9]|60)$")] | Annotated[int, Field(ge=1, le=60), WHOLE] = (
        Field(default="4", description="1 to 60.", examples=["4"])
    )
    size: Annotated[str, Field(pattern=f"^{_SIDE}x{_SIDE}$")] = Field(
        default="720x1280", description="Width x height: even, 128 to 1920 each.", examples=["1280x720"]
    )


class RemixAsked(Given):
    """What is to be otherwise about a clip."""

    prompt: Text = Field(examples=["It begins to snow."])


class VideoFault(Told):
    """Why a clip has failed."""

    code: str
    message: str


class Video(Told):
    """A clip, and how far it is. Times are seconds since 1970."""

    id: str
    object: Literal["video"] = "video"
    model: str
    status: Literal["queued", "in_progress", "completed", "failed"]
    progress: int
    created_at: int
    completed_at: int | None
    expires_at: int | None = None
    prompt: str
    seconds: str
    size: str
    remixed_from_video_id: str | None
    error: VideoFault | None


class Videos(Told):
    """A stretch of the list of clips."""

    object: Literal["list"] = "list"
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool


class VideoDeleted(Told):
    """A clip that is gone."""

    id: str
    object: Literal["video.deleted"] = "video.deleted"
    deleted: Literal[True] = True


_BODY = {"schema": {"$ref": "#/components/schemas/VideoAsked"}}


@router.post(
    "",
    operation_id="create_video",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": _BODY, "multipart/form-data": _BODY}}
    },
)
async def create_video(request: Request, caller: VideoMaker, studio: TheStudio) -> Video:
    """Make a clip of a prompt: as JSON, or as a form, which is what the client sends."""
    asked = _asked(await _body(request))
    # The database may be busy for a moment: everybody else's answers would wait for it.
    return await run_sync(_queued, asked, asked.prompt, None, caller, studio)


@router.get("", operation_id="list_videos")
def list_videos(
    caller: VideoMaker,
    studio: TheStudio,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=64, description="The id of the last one on the page before.")] = None,
    order: Literal["asc", "desc"] = "desc",
) -> Videos:
    """List the team's clips by age."""
    beyond = studio.clips.find(caller.tenant, after).number if after else None
    found = studio.clips.page(caller.tenant, beyond, limit + 1, order == "asc")
    data = [_told(clip) for clip in found[:limit]]
    ends = (data[0].id, data[-1].id) if data else (None, None)
    return Videos(data=data, first_id=ends[0], last_id=ends[1], has_more=len(found) > limit)


@router.get("/{video}", operation_id="get_video")
def get_video(video: VideoId, caller: VideoMaker, studio: TheStudio) -> Video:
    """Say how far a clip is."""
    return _told(studio.clips.find(caller.tenant, video))


@router.delete("/{video}", operation_id="delete_video")
def delete_video(video: VideoId, caller: VideoMaker, studio: TheStudio) -> VideoDeleted:
    """Delete a clip."""
    clip = studio.clips.find(caller.tenant, video)
    studio.clips.drop(clip)
    return VideoDeleted(id=clip.id)


@router.get(
    "/{video}/content",
    operation_id="get_video_content",
    response_class=FileResponse,
    responses={
        **file_responses("video/mp4", "image/jpeg"),
        **responses_of("range-not-satisfiable", "version-conflict"),
    },
    openapi_extra=CONDITIONAL,
)
def get_video_content(
    video: VideoId,
    request: Request,
    caller: VideoMaker,
    studio: TheStudio,
    variant: Literal["video", "thumbnail"] = "video",
) -> Response:
    """Give a finished clip, or a frame of it."""
    clip = studio.clips.find(caller.tenant, video)
    if clip.status != "completed":
        if clip.status == "failed":
            then = "Mend the prompt and make another, or remix it."
            raise Refusal("conflict", f"the video has failed: {clip.error}", then=then)
        said = f"the video is {clip.status}; its content comes once it is completed"
        raise Refusal("conflict", said, then="Ask `GET /v1/videos/{video}` until it is completed.")
    path, kind = (clip.video, "video/mp4") if variant == "video" else (clip.thumbnail, "image/jpeg")
    return file_response(request, path, f"{clip.id}{path.suffix}", kind)


@router.post("/{video}/remix", operation_id="remix_video")
def remix_video(video: VideoId, asked: RemixAsked, caller: VideoMaker, studio: TheStudio) -> Video:
    """Make another clip of what a clip showed and what `prompt` adds."""
    clip = studio.clips.find(caller.tenant, video)
    again = VideoAsked(prompt=asked.prompt, model=clip.model, seconds=str(clip.seconds), size=clip.size)
    # The newest words first: they are what is to be seen.
    return _queued(again, f"{asked.prompt}\n\n{clip.text}"[:20_000], clip.id, caller, studio)


async def _body(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await request.form(max_files=1, max_fields=20)
        if any(isinstance(value, UploadFile) for value in form.values()):
            raise Refusal(
                "invalid", "input_reference is not taken here: no engine of this service starts from a picture"
            )
        return {name: str(value) for name, value in form.items()}
    if kind != "application/json":
        raise Refusal("unsupported-media-type", "a video is asked for as application/json or multipart/form-data")
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise Refusal("bad-request", "the body is not JSON") from None
    if not isinstance(body, dict):
        raise Refusal("invalid", "the body is no object", errors=[Fault(where="body", what="not an object")])
    return body


def _asked(body: dict[str, Any]) -> VideoAsked:
    try:
        return VideoAsked.model_validate(body)
    except ValidationError as error:
        raise Refusal("invalid", first_fault(error), errors=[Fault(where="body", what=first_fault(error))]) from None


def _queued(asked: VideoAsked, text: str, remixed: str | None, caller: Caller, studio: Studio) -> Video:
    presets = list(studio.settings.offered)
    studio.room.check_clip(caller.tenant, studio.people.allowance(caller.tenant, studio.settings.allowance), asked.size)
    row = {
        "model": asked.model if asked.model in presets else presets[0],
        "prompt": asked.prompt,
        "text": text,
        "seconds": int(asked.seconds),
        "size": asked.size,
        "remixed_from": remixed,
    }
    return _told(studio.clips.add(caller.tenant, row))


def _told(clip: ClipRow) -> Video:
    return Video(
        id=clip.id,
        model=clip.model,
        status=clip.status,
        progress=clip.progress,
        created_at=int(clip.created_at),
        completed_at=int(clip.completed_at) if clip.completed_at else None,
        prompt=clip.prompt,
        seconds=str(clip.seconds),
        size=clip.size,
        remixed_from_video_id=clip.remixed_from,
        error=VideoFault(code="failed", message=clip.error) if clip.error else None,
    )
