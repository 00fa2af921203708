"""A replica that fails again and again leaves, so that Serve puts another in its place.

One whose GPU or library has broken fails each row at once and is free again: the rows would all go there, and be given
up one after the other. A row that is itself at fault fails wherever it comes to, between others that do not.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable

from deployments.replies import Reply

log = logging.getLogger(__name__)

MOST_FAILED = 3
"""So many tries one after the other, none done between."""
LEAVE_S = 0.2
"""The last answer is on its way by then."""
HELD_S = 60.0
"""A row that comes to one that leaves is held until the process ends, and goes to another."""


class Leaving:
    """Counts what fails here, one after the other. `leave` ends the process."""

    def __init__(self, leave: Callable[[], None] = lambda: os._exit(1)) -> None:
        self._leave = leave
        self._failed = 0
        self._left = False

    async def admitted(self) -> None:
        """Wait for nothing, unless this replica leaves: it takes up no row any more."""
        if self._left:
            await asyncio.sleep(HELD_S)

    def noted(self, reply: Reply) -> Reply:
        """Return `reply`; after the last failure that is borne, leave as soon as it has been told."""
        if reply.verdict == "done":
            self._failed = 0
        elif reply.verdict == "again":
            self._failed += 1
        if self._failed >= MOST_FAILED and not self._left:
            self._left = True
            log.error("%d tries failed here one after the other, the last with: %s", MOST_FAILED, reply.error)
            asyncio.get_running_loop().call_later(LEAVE_S, self._leave)
        return reply
