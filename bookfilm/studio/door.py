"""The door: nothing below /v1 is reached without a token, before any body is read; what is changed is written down."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy import delete, insert, select
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookfilm.errors import BookfilmError
from bookfilm.store.ledger.database import Database
from bookfilm.studio.keeping import now
from bookfilm.studio.people import Caller, People
from bookfilm.studio.problems import KindName, Refusal, problem_response
from bookfilm.studio.shields import path_of, shown
from bookfilm.studio.tables import audit
from bookfilm.studio.throttle import SAFE, Throttle
from bookfilm.studio.tickets import Tickets, has_ticket

GUARDED = "/v1/"
BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A token of `POST /v1/tokens`.")
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="bookfilm"'}
log = logging.getLogger("bookfilm.studio")


KEPT_DAYS, STRANGERS_KEPT_DAYS = 400, 60
"""So long it is kept what was done by a team, and who was turned away without being of any."""
SWEPT_AT_ONCE = 10_000


class AuditLog:
    """Who changed what, and who was turned away: append only, and forgotten when it is old."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def write(self, scope: Scope, caller: Caller | None, status: int) -> None:
        """Write one request down. A database that is away is no reason to fail what is already done."""
        row = {
            "at": now(),
            "tenant": caller.tenant if caller else None,
            "user": caller.user if caller else None,
            "token": caller.token if caller else None,
            "address": address_of(scope),
            "method": scope["method"],
            "path": shown(scope["path"]),
            "status": status,
            "request": scope["state"]["request_id"],
        }
        try:
            self._db.write(lambda connection: connection.execute(insert(audit).values(row)))
        except BookfilmError as error:
            log.error("the audit log cannot be written: %s", error)

    def sweep(self) -> None:
        """Forget what is old, so many at once at most."""
        for days, theirs in ((KEPT_DAYS, audit.c.tenant.is_not(None)), (STRANGERS_KEPT_DAYS, audit.c.tenant.is_(None))):
            until = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
            # The oldest are the first: the rest is not looked through.
            oldest = select(audit.c.id, audit.c.at).where(theirs).order_by(audit.c.id).limit(SWEPT_AT_ONCE).subquery()
            old = delete(audit).where(audit.c.id.in_(select(oldest.c.id).where(oldest.c.at < until)))
            self._db.write(lambda connection, old=old: connection.execute(old))  # type: ignore[misc]

    def of(self, tenant: str, before: int | None, limit: int) -> list[dict[str, Any]]:
        """Return what was done in a team, the newest first."""
        query = select(audit).where(audit.c.tenant == tenant).order_by(audit.c.id.desc()).limit(limit)
        query = query if before is None else query.where(audit.c.id < before)
        return [dict(row) for row in self._db.read(lambda connection: connection.execute(query).mappings().all())]


class Door:
    """Lets in who has a token, counts how often they ask, and writes down what they change."""

    def __init__(self, app: ASGIApp, people: People, tickets: Tickets, throttle: Throttle, audit_log: AuditLog) -> None:
        self._app, self._people, self._tickets = app, people, tickets
        self._throttle, self._audit = throttle, audit_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (path_of(scope) + "/").startswith(GUARDED):
            await self._app(scope, receive, send)
            return
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            found = await run_sync(self._let_in, scope)
        except BookfilmError as error:
            log.error("who asks cannot be looked up: %s", error)
            found = "unavailable", "who asks cannot be looked up now", {"Retry-After": "5"}
        if isinstance(found, Caller):
            scope["state"]["caller"] = found
            with suppress(ConnectionResetError):
                await self._app(scope, receive, noted)
        else:
            kind, detail, headers = found
            await problem_response(kind, detail, scope["state"]["request_id"], headers)(scope, receive, noted)
        refused = status in (401, 403)
        # Who asks too often has changed nothing, and would write as often as they ask.
        if status != 429 and (refused or (scope["method"] not in SAFE and not _is_piece(scope))):
            await run_sync(self._audit.write, scope, found if isinstance(found, Caller) else None, status)

    def _let_in(self, scope: Scope) -> Caller | tuple[KindName, str, dict[str, str]]:
        if has_ticket(scope):
            caller = self._tickets.caller(scope)
        else:
            scheme, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
            caller = self._people.caller(given.strip(" ")) if scheme.lower() == "bearer" else None
        if caller is None:
            if wait := self._throttle.wait_after_failure_s(address_of(scope)):
                return "too-many-requests", "too many requests without a valid token", {"Retry-After": str(wait)}
            return "unauthorized", "the request has no valid token", CHALLENGE
        if wait := self._throttle.wait_s(caller.token, scope["method"]):
            return "too-many-requests", "this token asks too often", {"Retry-After": str(wait)}
        if wait := self._throttle.wait_of_team_s(caller.tenant, scope["method"]):
            return "too-many-requests", "the team's tokens ask too often, all together", {"Retry-After": str(wait)}
        return caller


def _is_piece(scope: Scope) -> bool:
    """Say whether this is one piece of many of an upload: its beginning and its use are written down."""
    return bool(scope["method"] == "PATCH" and path_of(scope).startswith("/v1/uploads/"))


def address_of(scope: Scope) -> str:
    """Return from where the request comes, as `Whence` has found it."""
    return str(scope["client"][0]) if scope.get("client") else "unknown"


def caller_of(request: Request, _shown: Annotated[Any, Security(BEARER)] = None) -> Caller:
    """Return who asks."""
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller):
        raise Refusal("unauthorized", "the request has no valid token", headers=CHALLENGE)
    return caller


class Needs:
    """A dependency: the caller, who must have `scope`."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def __call__(self, caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        if self._scope not in caller.scopes:
            raise Refusal("forbidden", f"the token lacks the scope {self._scope}")
        return caller


AnyCaller = Annotated[Caller, Depends(caller_of)]
Reader = Annotated[Caller, Depends(Needs("films:read"))]
Writer = Annotated[Caller, Depends(Needs("films:write"))]
VideoMaker = Annotated[Caller, Depends(Needs("videos"))]
TokenKeeper = Annotated[Caller, Depends(Needs("tokens"))]
Auditor = Annotated[Caller, Depends(Needs("audit"))]
Operator = Annotated[Caller, Depends(Needs("operator"))]
