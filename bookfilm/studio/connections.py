"""Connections that ask nothing are let go of: who holds a thousand of them keeps nobody else out.

uvicorn by itself waits for a connection's first request for ever, and once there are so many connections it answers
all requests with a line that says nothing of what to do.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

ASKS_WITHIN_S = 10.0
"""So long a connection may take until its request is there: its line and its headers, from their first byte on."""
MOST_IDLE = 500
"""So many connections may be open without a request; then the one goes that has been so for longest."""


class AskingProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with a client that has to ask in time."""

    _until: asyncio.TimerHandle | None = None
    _idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        self._expect()
        idle = [one for one in self.connections if isinstance(one, AskingProtocol) and one.is_idle()]
        if len(idle) > MOST_IDLE:
            min(idle, key=lambda one: one._idle_since)._let_go()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go that is no more."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        super().data_received(data)
        if not self.is_idle():
            self._forget()
        elif self._until is None:
            self._expect()

    def on_response_complete(self) -> None:
        """Wait for the next request, for as long as uvicorn keeps a connection alive."""
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def is_idle(self) -> bool:
        """Say whether no request is under way."""
        return self.cycle is None or self.cycle.response_complete

    def _expect(self) -> None:
        self._until = self.loop.call_later(ASKS_WITHIN_S, self._give_up)

    def _forget(self) -> None:
        if self._until is not None:
            self._until.cancel()
            self._until = None

    def _give_up(self) -> None:
        self._until = None
        if self.is_idle():
            self._let_go()

    def _let_go(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
