"""Every refusal is a problem (RFC 9457): what is wrong, and what to do next. None shows a path, a trace or a secret."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast, get_args

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from bookfilm.errors import BookfilmError, FolderBusy, InputError, StoreError, StoreFull
from bookfilm.studio.wording import worded

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("bookfilm.studio")

KindName = Literal[
    "bad-request", "unauthorized", "forbidden", "not-found", "method-not-allowed", "conflict", "offset-conflict",
    "gone", "busy", "too-large", "unsupported-media-type", "wrong-host", "range-not-satisfiable", "invalid", "refused",
    "repeated-otherwise", "quota", "too-many-requests", "failed", "unavailable", "disk-full", "protocol-version",
    "headers-too-large", "version-conflict", "unknown", "enough-jobs", "too-much",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its HTTP status, its title, and what its reader may do about it."""

    status: int
    title: str
    next: str


KINDS: dict[KindName, Kind] = {
    "bad-request": Kind(400, "The request cannot be read", "Mend what `detail` names and send it again."),
    "unauthorized": Kind(
        401, "No valid token", "Send `Authorization: Bearer TOKEN` with a token that has not expired."
    ),
    "forbidden": Kind(403, "The token may not do this", "Use a token that has the scope which `detail` names."),
    "not-found": Kind(404, "There is no such thing", "Check the id; `GET` on the collection lists what there is."),
    "method-not-allowed": Kind(405, "That cannot be done here", "Use one of the methods in the `Allow` header."),
    "conflict": Kind(409, "It is not in a state for that", "Look at its state, and ask again once that has changed."),
    "offset-conflict": Kind(
        409, "The upload goes on elsewhere", "Ask with HEAD for `Upload-Offset`; go on from there."
    ),
    "gone": Kind(410, "It has been deleted or has expired", "Begin a new one."),
    "busy": Kind(409, "The film is being made", "Wait until its job has ended, or cancel that, and ask again."),
    "too-large": Kind(413, "Too large", "Send less; `detail` says how much there may be."),
    "unsupported-media-type": Kind(415, "That content type is not read here", "Send the type that `detail` names."),
    "wrong-host": Kind(421, "The service does not answer to this name", "Use a host that `bookfilm serve` was given."),
    "range-not-satisfiable": Kind(416, "The file has no such range", "`Content-Range` says how long the file is."),
    "invalid": Kind(422, "The request says something that cannot be", "Mend the fields in `errors`, send it again."),
    "unknown": Kind(
        422,
        "It names what is not there",
        "Mend what `errors` name: lines, scenes and people are the screenplay's, voices those of `GET …/voices`, "
        "stills those of `GET …/keyframes` and `…/portraits`.",
    ),
    "refused": Kind(422, "That cannot be filmed this way", "Mend what `detail` names and send it again."),
    "repeated-otherwise": Kind(422, "The idempotency key was used for another request", "Use a new key."),
    "quota": Kind(403, "The team's allowance is used up", "Delete what is not needed, or ask for a larger allowance."),
    "enough-jobs": Kind(
        409, "As many films are made as may be", "Wait until one has ended, or cancel one, and ask again."
    ),
    "too-much": Kind(
        403, "More than the team may have", "Ask for a shorter or a smaller film, or for a larger allowance."
    ),
    "too-many-requests": Kind(429, "Too many requests", "Wait as many seconds as `Retry-After` says."),
    "failed": Kind(500, "The service has failed", "Try again; if it stays so, tell the operator the `instance`."),
    "unavailable": Kind(
        503, "The service cannot do this now", "Try again as many seconds later as `Retry-After` says."
    ),
    "disk-full": Kind(507, "No space is left", "The operator must free some; then send it again."),
    "version-conflict": Kind(412, "It has changed since", "Read it again, and edit what it says now."),
    "headers-too-large": Kind(431, "The headers are too large", "Send fewer, or shorter ones."),
    "protocol-version": Kind(412, "Another version of tus is spoken here", "Send `Tus-Resumable: 1.0.0`."),
}
_BY_STATUS: dict[int, KindName] = {
    400: "bad-request", 401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    409: "conflict", 413: "too-large", 415: "unsupported-media-type", 416: "range-not-satisfiable", 422: "invalid",
    429: "too-many-requests", 503: "unavailable",
}  # fmt: skip


NOT_YET = "Have it made with `POST …/make`, or wait until its job is so far: `GET …/events` tells."
"""What to do about what is not there yet."""
LONGEST_WORDS = 300
BOUNDS = frozenset({"ge", "le", "gt", "lt", "min_length", "max_length", "expected", "pattern"})
"""What is told again of why a field is wrong: it is the schema's own."""


def _sayable(words: object) -> str:
    """Return what a client sent so that it can be told again: in JSON there can be half a letter, or a million."""
    told = str(words).encode("utf-8", "replace").decode()
    return told if len(told) <= LONGEST_WORDS else f"{told[: LONGEST_WORDS - 1]}…"


Sayable = Annotated[str, BeforeValidator(_sayable)]


class Fault(BaseModel):
    """One field that is wrong: where it stands, and what is wrong with it."""

    where: Sayable = Field(description="Path to the field, such as `body.right.basis`.", examples=["body.right.basis"])
    what: Sayable = Field(examples=["Field required"])
    code: str | None = Field(
        default=None, description="Which fault it is, whatever words it is told in.", examples=["missing"]
    )
    params: dict[str, str] = Field(default={}, description="What stands in the places of its words.")


class Problem(BaseModel):
    """A refusal, as RFC 9457 has it. `next` says what its reader can do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/not-found",
                "title": KINDS["not-found"].title,
                "status": 404,
                "detail": "there is no such film",
                "code": "no-such-film",
                "params": {},
                "instance": "urn:request:5f0c2b7e9a1d4e63",
                "next": KINDS["not-found"].next,
            }
        }
    )

    type: str = Field(description="A page that explains this kind of problem.")
    title: str
    status: int
    detail: str
    code: str = Field(
        description="Which `detail` it is, whatever words it is told in: `GET /v1/sayings` has them. Else its kind."
    )
    params: dict[str, str] = Field(description="What stands in the places of `detail`.", examples=[{"most": "200"}])
    instance: str | None = Field(default=None, description="This very request, as the service's log names it.")
    next: str
    errors: list[Fault] | None = None


class Refusal(HTTPException):
    """Raised where a request is refused: the answer is a Problem of this `kind`. `then` is what its reader can do where
    that is not what is said of the kind."""

    def __init__(
        self,
        kind: KindName,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        errors: Sequence[Fault] = (),
        then: str | None = None,
    ) -> None:
        super().__init__(KINDS[kind].status, detail, headers)
        self.kind: KindName = kind
        self.errors = list(errors)
        self.then = then


def problem_body(
    kind: KindName, detail: str, instance: str | None, errors: Sequence[Fault] = (), then: str | None = None
) -> dict[str, Any]:
    """Return a problem as JSON has it."""
    known, said = KINDS[kind], worded(detail.encode("utf-8", "replace").decode())
    body = Problem(
        type=f"/problems/{kind}",
        title=known.title,
        status=known.status,
        detail=said.said,
        code=said.code or kind,
        params=said.params,
        instance=instance,
        next=then or known.next,
        errors=[_coded(fault) for fault in errors] or None,
    )
    return body.model_dump(exclude_none=True)


def _coded(fault: Fault) -> Fault:
    if fault.code is not None:
        return fault
    said = worded(fault.what)
    return fault.model_copy(update={"code": said.code, "params": said.params})


def problem_response(
    kind: KindName,
    detail: str,
    request_id: str | None,
    headers: dict[str, str] | None = None,
    errors: Sequence[Fault] = (),
    then: str | None = None,
) -> JSONResponse:
    """Return the answer to a request that is refused."""
    instance = f"urn:request:{request_id}" if request_id else None
    body = problem_body(kind, detail, instance, errors, then)
    return JSONResponse(body, KINDS[kind].status, headers, MEDIA_TYPE)


def responses_of(*kinds: KindName) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI shows of the problems that a route may answer with, beside those that every route may."""
    always: tuple[KindName, ...] = (
        "bad-request", "unauthorized", "forbidden", "not-found", "method-not-allowed", "conflict", "too-large",
        "unsupported-media-type", "invalid", "too-many-requests", "failed", "unavailable",
    )  # fmt: skip
    shown: dict[int | str, dict[str, Any]] = {}
    titles: dict[int, list[str]] = {}
    for kind in (*always, *kinds):
        known = KINDS[kind]
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        titles.setdefault(known.status, []).append(known.title)
        shown[known.status] = {"description": "; or: ".join(titles[known.status]), "content": content}
    return shown


def install(app: FastAPI) -> None:
    """Have `app` answer with problems, whatever goes wrong."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BookfilmError, _bookfilm)

    @app.get("/problems/{kind}", tags=["about"], operation_id="explain_problem", responses=responses_of())
    def explain(kind: str) -> dict[str, str | int]:
        """Say what a kind of problem means."""
        if kind not in get_args(KindName):
            raise Refusal("not-found", "there is no such kind of problem")
        known = KINDS[cast(KindName, kind)]
        return {"type": f"/problems/{kind}", "title": known.title, "status": known.status, "next": known.next}


def _id_of(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    headers = dict(error.headers or {})
    return problem_response(error.kind, error.detail, _id_of(request), headers, error.errors, error.then)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, "failed" if error.status_code >= 500 else "bad-request")
    said = {404: "there is nothing at this path", 405: f"{request.method} is not known here"}
    detail = said.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _methods_of(request)):
        headers["Allow"] = ", ".join(sorted(methods))
    return problem_response(kind, detail, _id_of(request), headers)


def _methods_of(request: Request) -> set[str]:
    """Return the methods that the document has at the request's path: the router itself names only one of them."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    found: set[str] = set()
    for known, methods in cast(FastAPI, request.app).openapi()["paths"].items():
        if compile_path(known)[0].match(path):
            found |= {method.upper() for method in methods}
    return found


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # What was sent is not shown again: it may be a secret, or markup.
    faults = [_fault(one) for one in error.errors()[:20]]
    return problem_response(
        "invalid", "; ".join(f"{f.where}: {f.what}" for f in faults[:3]), _id_of(request), None, faults
    )


def _fault(one: dict[str, Any]) -> Fault:
    bounds = {name: str(value) for name, value in one.get("ctx", {}).items() if name in BOUNDS}
    return Fault(where=".".join(map(str, one["loc"])), what=str(one["msg"]), code=one["type"], params=bounds)


async def _bookfilm(request: Request, error: Exception) -> Response:
    assert isinstance(error, BookfilmError)
    # `subject` is most often a path of this machine, which is nobody's business.
    if isinstance(error, FolderBusy):
        return problem_response("busy", "a driver is at work in the film's folder", _id_of(request))
    if isinstance(error, StoreFull):
        return problem_response("disk-full", "no space is left where films are kept", _id_of(request))
    if isinstance(error, InputError):
        return problem_response("refused", error.message, _id_of(request))
    log.error("request %s: %s", _id_of(request), error)
    if isinstance(error, StoreError):
        return problem_response("unavailable", "what is kept cannot be read now", _id_of(request), {"Retry-After": "5"})
    return problem_response("failed", "something went wrong here", _id_of(request))
