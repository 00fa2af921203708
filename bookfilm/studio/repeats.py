"""Idempotency keys: a POST that is sent twice, because nobody heard the answer, is done once and answered alike.

After the IETF's draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import Connection, delete, func, insert, select, update
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookfilm.store.ledger.database import Database
from bookfilm.studio.keeping import now
from bookfilm.studio.people import Caller
from bookfilm.studio.problems import problem_response
from bookfilm.studio.shields import path_of
from bookfilm.studio.tables import requests

HEADER = "idempotency-key"
LONGEST_KEY = 200
KEPT = timedelta(hours=24)
LARGEST_KEPT = 64 * 1024
PASSING = (403, 409, 429)
"""What is refused so may be granted a moment later: an allowance has room again, a film is at rest."""
MOST_KEPT = 10_000
"""Of one team: then the older half is forgotten, so that nobody fills the disk with answers."""
NEVER = re.compile(r"/v1/(tokens|uploads|teams/[^/]*/users)(/|$)")
"""Their answers hold a secret that is kept nowhere, or are told apart by the offset anyway."""
_THIS = secrets.token_hex(8)
"""Tells what this process began from what one that was killed did."""


class Repeats:
    """Answers a repeated POST with what the first one was answered with."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self._app, self._db = app, database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope.get("state", {}).get("caller")
        key = Headers(scope=scope).get(HEADER) if scope["type"] == "http" and scope["method"] == "POST" else None
        if key is None or not isinstance(caller, Caller) or NEVER.match(path_of(scope)):
            await self._app(scope, receive, send)
            return
        request_id = scope["state"]["request_id"]
        if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            said = f"an Idempotency-Key has 1 to {LONGEST_KEY} printable characters"
            await problem_response("bad-request", said, request_id)(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        content_type = Headers(scope=scope).get("content-type", "").encode("latin-1")
        # Whoever of the team has the key: what was answered to one token is for that one, which may do other things.
        who = caller.token.encode()
        told = b"\0".join((who, scope["path"].encode(), scope["query_string"], content_type.partition(b";")[0], body))
        digest = hashlib.sha256(told).hexdigest()
        earlier = await run_sync(self._claim, caller.tenant, key, digest)
        if earlier is None:
            scope["state"]["idempotency_key"], scope["state"]["idempotency_digest"] = key, digest
            await self._first(scope, _given(body, receive), send, caller.tenant, key)
        elif earlier["digest"] != digest:
            await problem_response("repeated-otherwise", "its body, its path or its token differs", request_id)(
                scope, receive, send
            )
        elif earlier["status"] is None:
            answer = problem_response("conflict", "the first request with this key is still at work", request_id)
            await answer(scope, receive, send)
        else:
            headers = [(name.encode(), value.encode()) for name, value in json.loads(earlier["headers"])]
            start = {"status": earlier["status"], "headers": [*headers, (b"idempotency-replayed", b"true")]}
            await send({"type": "http.response.start", **start})
            await send({"type": "http.response.body", "body": earlier["body"]})

    async def _first(self, scope: Scope, receive: Receive, send: Send, tenant: str, key: str) -> None:
        start: dict[str, Any] = {"status": 500, "headers": []}
        pieces: list[bytes] = []

        last: Message | None = None

        async def kept(message: Message) -> None:
            nonlocal last
            if message["type"] == "http.response.start":
                start.update(status=message["status"], headers=message.get("headers", []))
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))
                if not message.get("more_body", False):
                    # Who has heard the whole answer may ask again at once, and must find it kept.
                    last = message
                    return
            await send(message)

        body = b""
        try:
            await self._app(scope, receive, kept)
            body = b"".join(pieces)
        finally:
            settled = start["status"] < 500 and start["status"] not in PASSING and len(body) <= LARGEST_KEPT
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
            row = {"status": start["status"], "headers": json.dumps(headers), "body": body} if settled else None
            await run_sync(self._settle, tenant, key, row)
            if last is not None:
                await send(last)

    def _claim(self, tenant: str, key: str, digest: str) -> dict[str, Any] | None:
        """Note that this is begun; return what is known of an earlier one instead, if there is one."""
        mine = (requests.c.tenant == tenant, requests.c.key == key)
        old = (datetime.now(UTC) - KEPT).isoformat(timespec="milliseconds")

        def write(connection: Connection) -> dict[str, Any] | None:
            connection.execute(delete(requests).where(requests.c.at < old))
            found = connection.execute(select(requests).where(*mine)).mappings().first()
            lives = found is not None and (found["status"] is not None or found["owner"] == _THIS)
            if found is not None and (lives or found["digest"] != digest):
                return dict(found)
            # One that a killed process began: what it came to is found by who does it (films know their request).
            connection.execute(delete(requests).where(*mine))
            theirs = requests.c.tenant == tenant
            kept = connection.execute(select(func.count()).select_from(requests).where(theirs)).scalar_one()
            if kept >= MOST_KEPT:
                middle = select(requests.c.at).where(theirs).order_by(requests.c.at).offset(kept // 2).limit(1)
                connection.execute(delete(requests).where(theirs, requests.c.at < middle.scalar_subquery()))
            row = {"tenant": tenant, "key": key, "digest": digest, "owner": _THIS, "at": now()}
            connection.execute(insert(requests).values(row))
            return None

        return self._db.write(write)

    def _settle(self, tenant: str, key: str, row: dict[str, Any] | None) -> None:
        mine = (requests.c.tenant == tenant, requests.c.key == key)
        change = update(requests).where(*mine).values(row) if row else delete(requests).where(*mine)
        self._db.write(lambda connection: connection.execute(change))


def _given(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives `body`, which was read, and then whatever else comes (a client that leaves)."""
    waits = True

    async def given() -> Message:
        nonlocal waits
        if waits:
            waits = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return given
