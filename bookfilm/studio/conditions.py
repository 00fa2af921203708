"""Preconditions of requests (RFC 9110, 13): whether what somebody has read is what there is."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers

from bookfilm.studio.problems import Refusal

_TAG = re.compile(r'(W/)?("[^"]*")')
_LAID = ("cache-control", "content-security-policy", "etag")
"""What 304 lays on what the client has (RFC 9110, 15.4.5): under another policy it would be shown."""


def _told(name: str, what: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": what, "schema": {"type": "string"}}


IF_NONE_MATCH = _told("If-None-Match", "The `ETag` of what you have, or several: if it is that still, 304 says so.")
IF_MATCH = _told("If-Match", "The `ETag` that it must have still, or several, or `*`; else 412.")
RANGES = [
    _told("Range", "`bytes=0-99`, `bytes=100-` or `bytes=-50`, nine of them at most. What is none is passed over."),
    _told(
        "If-Range", "The `ETag`, or the `Last-Modified`, of what you have a part of: if it is another now, all is sent."
    ),
]
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Names this version."}}
UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What `If-None-Match` names is what there is.", "headers": ETAG}
}
"""What OpenAPI shows of an answer to who has it already."""


def matches(if_match: str, tag: str) -> bool:
    """Say whether the header `If-Match` holds of what there is, which has the strong entity tag `tag`, quotes included.

    It does for `*`, and where `tag` is in the list. A weak tag is never equal to a strong one (8.8.3.2).
    """
    return if_match.strip() == "*" or ("", tag) in _TAG.findall(if_match)


def is_known(request: Request, tag: str, changed_at: int | None = None) -> bool:
    """Say whether the client has what there is already, so that 304 is the answer. Raises Refusal where it asked for
    another version than that.

    `tag` is its strong entity tag, quotes included; `changed_at` when it changed last (Unix time, seconds), where that
    is known. In the order of 13.2.2, each header on as many lines as there are.
    """
    headers = request.headers
    if (asked := _joined(headers, "if-match")) is not None:
        if not matches(asked, tag):
            raise Refusal("version-conflict", "it is not the version that If-Match names", headers={"ETag": tag})
    elif (until := _date(headers, "if-unmodified-since")) is not None and changed_at is not None and changed_at > until:
        raise Refusal("version-conflict", "it has changed since If-Unmodified-Since", headers={"ETag": tag})
    if (asked := _joined(headers, "if-none-match")) is not None:
        # Compared weakly (13.1.2): what is as good as what there is will do.
        return asked.strip() == "*" or tag in {strong for _, strong in _TAG.findall(asked)}
    since = _date(headers, "if-modified-since")
    return since is not None and changed_at is not None and changed_at <= since


def range_holds(request: Request, tag: str, changed_at: int) -> bool:
    """Say whether a part of what there is goes with the part that the client has, by `If-Range` (13.1.5)."""
    asked = request.headers.get("if-range")
    return asked is None or asked.strip() == tag or _date(request.headers, "if-range") == changed_at


def unchanged(headers: Headers) -> Response:
    """Return the answer to who has it already; `headers` are those of the answer that it stands for."""
    return Response(status_code=304, headers={name: headers[name] for name in _LAID if name in headers})


def _joined(headers: Headers, name: str) -> str | None:
    """Return a list that may stand on several lines (5.3), None where there is none."""
    lines = headers.getlist(name)
    return ", ".join(lines) if lines else None


def _date(headers: Headers, name: str) -> int | None:
    """Return the date of a header in seconds since 1970; None for none, and for what is no date."""
    try:
        found = parsedate_to_datetime(headers.get(name, ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (OverflowError, ValueError):
        return None
