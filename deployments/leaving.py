"""A replica that fails again and again leaves, so that Serve puts another in its place.

One whose GPU or library has broken fails each row at once and is free again: the rows would all go there, and be given
up one after the other. What fails there is tried elsewhere; a row that is itself at fault fails everywhere, and takes
no replica with it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable

from deployments.replies import Reply

log = logging.getLogger(__name__)

MOST_FAILED = 3
"""So many different rows one after the other, none done between."""
LEAVE_S = 0.2
"""The last answer is on its way by then."""


class Leaving:
    """Counts what fails here. `leave` ends the process."""

    def __init__(self, leave: Callable[[], None] = lambda: os._exit(1)) -> None:
        self._leave = leave
        self._failed: set[str] = set()
        self._left = False

    def noted(self, reply: Reply) -> Reply:
        """Return `reply`; after the last failure that is borne, leave as soon as it has been told."""
        if reply.verdict == "done":
            self._failed.clear()
        elif reply.verdict == "again":
            self._failed.add(reply.key)
        if len(self._failed) >= MOST_FAILED and not self._left:
            self._left = True
            log.error("%d rows failed here one after the other, the last with: %s", MOST_FAILED, reply.error)
            asyncio.get_running_loop().call_later(LEAVE_S, self._leave)
        return reply
