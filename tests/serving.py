"""What the suite's servers share: real HTTP on this machine, on a port of its own, for as long as a test wants it."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class LocalServer:
    """Answers with `handler` under `url` while it is entered; `over` is set at its end, so that what hangs lets go."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as knocked:
        knocked.bind(("127.0.0.1", 0))
        return int(knocked.getsockname()[1])
