"""The service for tests: a real one, on a port of its own on this machine, in a thread of this process."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from bookfilm.studio.serving import server_config
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.studio import Studio, open_studio

PUBLIC = {"basis": "public domain"}


@dataclass
class Served:
    """A running service, and a client that may do everything in its first team."""

    url: str
    studio: Studio
    token: str
    client: httpx2.Client

    def as_(self, token: str | None) -> httpx2.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=60)

    def newcomer(self, *scopes: str, team: str | None = None) -> str:
        """Return the token of a new user, of a new team if none is named."""
        number = time.monotonic_ns()
        if team is None:
            team = self.client.post("/v1/teams", json={"name": f"team {number}"}).raise_for_status().json()["id"]
        asked = {"name": f"user {number}", "scopes": list(scopes) or ["films:read", "films:write", "videos"]}
        made = self.client.post(f"/v1/teams/{team}/users", json=asked)
        return str(made.raise_for_status().json()["token"])

    def uploaded(self, content: bytes, name: str = "book.txt", client: httpx2.Client | None = None) -> str:
        """Upload a book in one piece and return the upload's id."""
        client = client or self.client
        told = {
            "Upload-Length": str(len(content)),
            "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
        }
        place = client.post("/v1/uploads", headers=told).raise_for_status().headers["Location"]
        piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        client.patch(place, headers=piece, content=content).raise_for_status()
        return str(place.rpartition("/")[2])

    def filmed(self, content: bytes, client: httpx2.Client | None = None, **asked: Any) -> dict[str, Any]:
        """Upload a book, ask for its film, and return what is told of it."""
        client = client or self.client
        body = {"upload": self.uploaded(content, client=client), "right": PUBLIC, **asked}
        made = client.post("/v1/films", json=body)
        assert made.status_code == 201, made.text
        told: dict[str, Any] = made.json()
        return told


@contextmanager
def served(data: Path, drawn: str | None = None, **settings: Any) -> Iterator[Served]:
    """Serve a studio in `data`. No driver is started unless `settings` say so. `drawn` is its first token."""
    chosen = {"data": data, "drivers": 0, "spare_bytes": 0, **settings}
    with closing(open_studio(StudioSettings.model_validate(chosen))) as studio, closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(studio))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        token = studio.first_token(drawn) or ""
        try:
            with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
                yield Served(url, studio, token, client)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
