"""Cursors: where a list goes on, in words that mean nothing to who has them.

A row's number grows over all teams, and would tell one how much the others do. So it is enciphered for one list of one
team: four rounds of a Feistel network (Luby and Rackoff 1988) with HMAC-SHA-256 as the function of each round. Half of
the block is nought, by which a cursor that was made up, or is of another list, is known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

from bookfilm.store.ledger.database import Database
from bookfilm.studio.keeping import kept_key
from bookfilm.studio.problems import Fault, Refusal
from bookfilm.studio.wire import CURSOR_LETTER

Row = TypeVar("Row")
_HALF_BYTES = 8
_ROUNDS = range(4)
_NOUGHT = bytes(_HALF_BYTES)


class Cursors:
    """Gives cursors out, and reads its own again: they are enciphered, not kept."""

    def __init__(self, database: Database) -> None:
        self._key = database.write(lambda connection: kept_key(connection, "cursors"))

    def give(self, number: int, *of: str) -> str:
        """Return the cursor that stands for the row `number` of the list that `of` names."""
        left, right = _NOUGHT, number.to_bytes(_HALF_BYTES, "big")
        for at in _ROUNDS:
            left, right = right, self._mixed(left, right, at, of)
        return CURSOR_LETTER + base64.urlsafe_b64encode(left + right).rstrip(b"=").decode("ascii")

    def read(self, cursor: str | None, *of: str, where: str = "after") -> int | None:
        """Return the row that `cursor` stands for; None for none. Raises Refusal, which says `where` in the query it
        stood, for one that is none of this list."""
        if cursor is None:
            return None
        try:
            block = base64.b64decode(cursor.removeprefix(CURSOR_LETTER) + "==", b"-_", validate=True)
        except (binascii.Error, ValueError):
            block = b""
        left, right = block[:_HALF_BYTES], block[_HALF_BYTES:]
        for at in reversed(_ROUNDS):
            left, right = self._mixed(right, left, at, of), left
        number = int.from_bytes(right, "big")
        # Base64 may end in bits that mean nothing: only the writing that was given out is a cursor.
        if left != _NOUGHT or cursor != self.give(number, *of):
            what = "it is no cursor of this list: leave it out to begin anew"
            said = f"query.{where}: it is no cursor of this list: leave it out to begin anew"
            raise Refusal("invalid", said, errors=[Fault(where=f"query.{where}", what=what)])
        return number

    def leaf(self, rows: Sequence[Row], after: str | None, limit: int, *of: str) -> tuple[Sequence[Row], str | None]:
        """Return `limit` of a list's `rows` from where `after` says, and where it goes on, if it does.

        For what is told by its place in the list. Raises Refusal as `read` does.
        """
        first = self.read(after, *of) or 0
        on = first + limit
        return rows[first:on], self.give(on, *of) if on < len(rows) else None

    def _mixed(self, half: bytes, other: bytes, at: int, of: tuple[str, ...]) -> bytes:
        """Return `half` with what `other` gives in the round `at` laid over it."""
        told = b"\0".join((bytes([at]), *(one.encode("utf-8", "surrogatepass") for one in of), other))
        mask = hmac.digest(self._key, told, hashlib.sha256)
        return bytes(one ^ two for one, two in zip(half, mask, strict=False))
