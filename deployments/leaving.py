"""A replica that fails again and again leaves, so that Serve puts another in its place.

One whose GPU or library has broken fails each row at once and is free again: the rows would all go there, and be given
up one after the other. A row that is itself at fault fails wherever it comes to, between others that do not.

What fails elsewhere is not mended by leaving: the store, or a server that draws for the engine, of which an outage
would otherwise end every process that waits for other jobs there.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable

from bookfilm.errors import BookfilmError, EngineError
from deployments.replies import Reply

log = logging.getLogger(__name__)

MOST_FAILED = 3
"""So many tries one after the other, none done between."""
LEAVE_S = 0.2
"""The last answer is on its way by then."""
HELD_S = 60.0
"""A row that comes to one that leaves is held until the process ends, and goes to another."""


class Leaving:
    """Counts what fails here, one after the other. `leave` ends the process. `works_here`: False for an engine whose
    work is done on somebody else's server."""

    def __init__(self, leave: Callable[[], None] = lambda: os._exit(1), works_here: bool = True) -> None:
        self._leave, self._works_here = leave, works_here
        self._failed = 0
        self._left = False

    async def admitted(self) -> None:
        """Wait for nothing, unless this replica leaves: it takes up no row any more."""
        if self._left:
            await asyncio.sleep(HELD_S)

    def noted(self, reply: Reply, error: BookfilmError | None = None) -> Reply:
        """Return `reply`, which tells of `error`; after the last failure that is borne, leave once it is told."""
        if reply.verdict == "done":
            self._failed = 0
        elif reply.verdict == "again" and self._works_here and isinstance(error, EngineError):
            self._failed += 1
        if self._failed >= MOST_FAILED and not self._left:
            self._left = True
            log.error("%d tries failed here one after the other, the last with: %s", MOST_FAILED, reply.error)
            asyncio.get_running_loop().call_later(LEAVE_S, self._leave)
        return reply
