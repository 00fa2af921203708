"""Errands: clips that were asked of somebody else's server. Each may have been paid for, so none is forgotten."""

from __future__ import annotations

from typing import ClassVar, Literal

from bookfilm.records.base import Record

ErrandState = Literal["asking", "waiting", "fetched", "refused", "failed", "overdue", "stopped", "lost"]
"""asking     about to be asked for, or asked for and nobody heard the answer
waiting    the server has it, under the id `job`
fetched    its file was here, whole
refused    the server did not take it: nothing is paid
failed     the server could not make it, knows it no more, or gave a file that cannot be read
overdue    not made in time; the server was told to stop
stopped    no longer wanted; the server was told to stop
lost       nobody heard the answer, and the server cannot say whether it took it"""

PAST_MENDING: frozenset[ErrandState] = frozenset({"failed", "overdue"})
"""What stays so however often it is looked at: the next attempt has another seed, the next run may ask anew."""


class Errand(Record):
    """errands/<take>/<attempt>-<clip>-<number>.json: one submission to a server."""

    SCHEMA: ClassVar[str] = "bookfilm.errand/1"

    take: str
    """The key of the take that the clip is for."""
    attempt: int
    """Which of the take's tries, from 0: each has a seed of its own."""
    clip: int
    """Which clip of the shot, from 0."""
    number: int
    """Which submission of this clip, from 0."""
    token: str
    """Sent as Idempotency-Key."""
    in_metadata: bool = False
    """The token was sent in the job's metadata too: the server's list tells whether it was taken."""
    server: str
    model: str
    state: ErrandState = "asking"
    job: str = ""
    """The server's id for it."""
    url: str = ""
    """Where its file lies, where the server says so."""
    said: str = ""
    """Why it ended badly, in a line."""
    past: bool = False
    """Of an earlier run, which ended with it as it is: it may be asked for anew."""
    asked_at: str
    """When it was sent last, or its answer was last lost, or the server was heard to have it. UTC, ISO 8601."""
    settled_at: str | None = None
