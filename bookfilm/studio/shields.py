"""What every request and answer passes, whatever it is about: its number, the host's name, size, and headers.

Plain ASGI, so that streams pass through piece by piece.
"""

from __future__ import annotations

import logging
import secrets
import time
import unicodedata
from collections.abc import Iterable
from contextlib import AbstractContextManager

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookfilm.metrics import REQUEST_SECONDS
from bookfilm.studio.problems import KindName, Refusal, problem_response
from bookfilm.tracing import Noted, span

log = logging.getLogger("bookfilm.studio")

SECURE_HEADERS = {
    # OWASP's REST security cheat sheet, for answers that no page should be made of.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
LONGEST_PATH = 2048
LARGEST_HEADERS_BYTES = 32 * 1024
STREAMED = ("/v1/uploads/",)
"""Their routes count what comes in themselves."""
HSTS = "max-age=31536000"
METHODS = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"}
"""A stranger's word is no label."""


class Envelope:
    """Numbers each request, refuses one for another host, lays the secure headers on each answer, and writes the log.

    The log has the path without its query, and no header: no token gets there.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app, self._hosts = app, frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.monotonic(), 0

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                method = scope["method"] if scope["method"] in METHODS else "other"
                REQUEST_SECONDS.observe(time.monotonic() - began, method=method, status=str(status))
                headers = MutableHeaders(scope=message)
                for name, value in SECURE_HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", HSTS)
            await send(message)

        refusal = self._refusal(scope, request_id)
        try:
            with _traced(scope) as request:
                await (refusal or self._app)(scope, receive, sealed)
                _note_answer(request, scope, status)
        except Exception:
            log.exception("request %s failed", request_id)
            if status:
                raise
            await problem_response("failed", "something went wrong here", request_id)(scope, receive, sealed)
        finally:
            took_ms = round((time.monotonic() - began) * 1000)
            log.info("%s %s %s %s %d ms", request_id, scope["method"], shown(scope["path"]), status, took_ms)

    def _refusal(self, scope: Scope, request_id: str) -> Response | None:
        headers = Headers(scope=scope)
        name = headers.get("host", "").lower()
        before, _, port = name.rpartition(":")
        host = before if port.isascii() and port.isdigit() else name
        if host not in self._hosts:
            return problem_response("wrong-host", "the Host header names another host", request_id)
        if any(unicodedata.category(letter) == "Cc" for letter in scope["path"]):
            # A path's pattern would take a line that ends after it for the path itself.
            return problem_response("not-found", "there is nothing at this path", request_id)
        if len(scope["path"]) > LONGEST_PATH:
            return problem_response("bad-request", "the path is too long", request_id)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS_BYTES:
            said = f"headers may have {LARGEST_HEADERS_BYTES} bytes in all"
            return problem_response("headers-too-large", said, request_id, {"Connection": "close"})
        if any(len(headers.getlist(name)) > 1 for name in ("host", "content-length", "authorization")):
            return problem_response("bad-request", "a header stands there twice", request_id)
        return None


def _traced(scope: Scope) -> AbstractContextManager[Noted]:
    """Give the request's span: within that of who asks, if they say so. Probes have none."""
    if path_of(scope) == "/health":
        return span("", parent="")
    parent = Headers(scope=scope).get("traceparent") or None
    return span(
        scope["method"], parent, "server", http__request__method=scope["method"], url__path=shown(scope["path"])
    )


def _note_answer(request: Noted, scope: Scope, status: int) -> None:
    """Say in the request's span how it was answered, and which route it was: the path has ids in it."""
    request.note(http__response__status_code=status)
    route = getattr(scope.get("route"), "path", "")
    if route:
        request.note(http__route=route)
        request.called(f"{scope['method']} {route}")
    if status >= 500:
        request.failed(f"answered with {status}")


class AtOnce:
    """Refuses a request while `most` are under way, so that each that is taken is answered."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or path_of(scope) == "/health":
            await self._app(scope, receive, send)
            return
        if self._now >= self._most:
            said, wait = "too many requests are under way", {"Retry-After": "5"}
            await problem_response("unavailable", said, scope["state"]["request_id"], wait)(scope, receive, send)
            return
        self._now += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._now -= 1


class BodyLimit:
    """Refuses a request of more than `most_bytes`: by its Content-Length, or as soon as so much has come."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"] == "PATCH" and path_of(scope).startswith(STREAMED)):
            await self._app(scope, receive, send)
            return
        said = f"a request may have {self._most} bytes; books are sent with /v1/uploads"
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        refused: tuple[KindName, str] | None = None
        if not (length.isascii() and length.isdigit()):
            refused = "bad-request", "Content-Length is no number"
        elif int(length) > self._most:
            refused = "too-large", said
        elif headers.get("content-encoding", "identity") != "identity":
            refused = "unsupported-media-type", "bodies are read as they are, without Content-Encoding"
        if refused is not None:
            # The rest is not read: who sends five gigabytes is hung up on.
            answer = problem_response(*refused, scope["state"]["request_id"], {"Connection": "close"})
            await answer(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._most:
                raise Refusal("too-large", said, headers={"Connection": "close"})
            return message

        try:
            await self._app(scope, counted, send)
        except Refusal as error:
            # Read by somebody above the application, who answers with problems by itself: nothing is sent yet.
            answer = problem_response(error.kind, error.detail, scope["state"]["request_id"], dict(error.headers or {}))
            await answer(scope, receive, send)


def path_of(scope: Scope) -> str:
    """Return the path below where the application is mounted."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def shown(path: str) -> str:
    """Return a path as a log may have it: on one line, not too long, nothing that a terminal obeys."""
    return "".join(letter if letter.isprintable() else "?" for letter in path[:200])
