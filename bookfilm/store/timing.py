"""How long the ledger's database takes for each statement, whichever database it is."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, event

from bookfilm.metrics import LEDGER_SECONDS

_STARTED = "bookfilm_started"


@event.listens_for(Engine, "before_cursor_execute")
def _begin(connection: Any, _cursor: Any, _statement: str, _values: Any, _context: Any, _many: bool) -> None:
    connection.info[_STARTED] = time.monotonic()


@event.listens_for(Engine, "after_cursor_execute")
def _end(connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool) -> None:
    started = connection.info.pop(_STARTED, None)
    if started is not None:
        reads = statement.lstrip()[:6].upper() in ("SELECT", "PRAGMA")
        LEDGER_SECONDS.observe(time.monotonic() - started, operation="read" if reads else "write")
