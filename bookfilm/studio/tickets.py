"""Tickets: what a browser's `<img>`, `<video>` and links show instead of a token, in the address of a film's file.

A ticket opens the files of one film, to be read, for some hours, and no longer than the token it was given for. So the
page needs no cookie, which a browser would send along whoever asks it to, and no token stands in an address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import replace
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

from bookfilm.store.ledger.database import Database
from bookfilm.studio.keeping import kept_key
from bookfilm.studio.people import Caller, People
from bookfilm.studio.shields import path_of

LASTS_S = 6 * 3600
"""Longer than a film that somebody watches from end to end, pauses included."""
QUERY = "ticket"
MOST_FIELDS = 8
OPENS = frozenset({"films:read"})
_MAC_BYTES = 32


class Tickets:
    """Gives tickets out, and knows its own again: they are signed, not kept."""

    def __init__(self, database: Database, people: People) -> None:
        self._people = people
        self._key = database.write(lambda connection: kept_key(connection, "tickets"))

    def issue(self, caller: Caller, film: str) -> tuple[str, int]:
        """Return a ticket to the files of `film` for `caller`, and when it ends (Unix time, seconds)."""
        until = int(time.time()) + LASTS_S
        said = f"{until}.{caller.token}".encode()
        return _written(self._mac(said, film) + said), until

    def caller(self, scope: Scope) -> Caller | None:
        """Return who comes in by the ticket of the request `scope`; None where there is none that holds.

        It holds for GET and HEAD below the files and the stream of its own film, while its token does.
        """
        film = _film_of(path_of(scope))
        given = _given(scope["query_string"]) if film is not None else []
        if film is None or len(given) != 1 or scope["method"] not in ("GET", "HEAD"):
            return None
        try:
            raw = base64.b64decode(given[0].encode("ascii") + b"=" * (-len(given[0]) % 4), b"-_", validate=True)
            mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
            until, _, token = said.decode("ascii").partition(".")
        except (binascii.Error, UnicodeError, ValueError):
            return None
        # Base64 without padding may end in bits that mean nothing: only the writing that was given out holds.
        if (
            given[0] != _written(raw)
            or not hmac.compare_digest(mac, self._mac(said, film))
            or int(until) <= time.time()
        ):
            return None
        holder = self._people.holder(token)
        if holder is None or not holder.scopes >= OPENS:
            return None
        return replace(holder, scopes=OPENS)

    def _mac(self, said: bytes, film: str) -> bytes:
        return hmac.digest(self._key, said + b"\0" + film.encode("utf-8", "surrogatepass"), hashlib.sha256)


def has_ticket(scope: Scope) -> bool:
    """Say whether the request shows a ticket, and no token."""
    return b"ticket=" in scope["query_string"] and "authorization" not in Headers(scope=scope)


def _given(query: bytes) -> list[str]:
    """Return the tickets in a query; none of one with more fields than any address here has."""
    try:
        return parse_qs(query.decode("latin-1"), max_num_fields=MOST_FIELDS).get(QUERY, [])
    except ValueError:
        return []


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _film_of(path: str) -> str | None:
    """Return the film whose file, or whose stream, the path names."""
    parts = path.split("/")
    return parts[3] if parts[:3] == ["", "v1", "films"] and parts[4:5] in (["files"], ["live"]) and parts[5:] else None
