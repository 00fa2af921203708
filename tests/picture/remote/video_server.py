"""A small server that speaks /v1/videos, over real HTTP on this machine: it makes real clips, counts what it was paid
for, and misbehaves as it is told.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.parser import BytesParser
from functools import lru_cache
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import av
import numpy as np

from tests.serving import LocalServer

Fields = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong with one call. `after`: the server does its work first, and only its answer suffers."""

    status: int = 0
    """Answered with this status; 0: the connection is cut without an answer."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": {"message": "the lamp went out"}}'
    after: bool = False
    delay_s: float = 0.0
    """The answer comes so late; with status 0 never."""
    drip_s: float = 0.0
    """Between two of its bytes."""
    taken_s: float = 0.0
    """A gateway answers at once, and hands the submission on so much later."""


@dataclass
class Job:
    """A job that was taken, and so paid."""

    id: str
    fields: Fields
    token: str
    fate: Literal["good", "fails", "hangs"] = "good"
    polls: int = 0
    deleted: bool = False


Content = Literal["whole", "cut off", "half", "page", "small", "short", "black", "gone"]


class VideosServer(LocalServer):
    """The server: `with VideosServer() as server`, then `server.url`, `server.paid` and what else it remembers.

    `faults` are taken one a call, by method and kind of address: POST, LIST, POLL, CONTENT, DELETE. `fates` and
    `contents` are taken one a job; what is beyond them is good.
    """

    def __init__(
        self,
        faults: dict[str, list[Fault]] | None = None,
        fates: Sequence[Literal["good", "fails", "hangs"]] = (),
        contents: Sequence[Content] = (),
        polls: int = 2,
        metadata: bool = True,
        idempotent: bool = False,
        at_once: bool = False,
        rate: int | None = None,
    ) -> None:
        self.faults, self.fates, self.contents = faults or {}, list(fates), list(contents)
        self.polls, self.metadata, self.idempotent, self.at_once = polls, metadata, idempotent, at_once
        self.rate = rate
        self.jobs: dict[str, Job] = {}
        self.calls: list[str] = []
        self.keys: list[str] = []
        self.submitted = threading.Event()
        self.most_waiting = 0
        self._lock = threading.Lock()
        super().__init__(self._handler())

    @property
    def paid(self) -> int:
        """How many jobs were taken."""
        return len(self.jobs)

    @property
    def stopped(self) -> list[str]:
        return [job.id for job in self.jobs.values() if job.deleted]

    # --- what it does ------------------------------------------------------------------------

    def fault(self, kind: str) -> Fault | None:
        with self._lock:
            self.calls.append(kind)
            waiting = self.faults.get(kind, [])
            return waiting.pop(0) if waiting else None

    def take(self, fields: Fields, token: str) -> Job:
        with self._lock:
            if self.idempotent:
                same = next((job for job in self.jobs.values() if job.token == token), None)
                if same is not None:
                    return same
            ident = f"video_{len(self.jobs)}"
            fate = self.fates.pop(0) if self.fates else "good"
            job = self.jobs[ident] = Job(ident, fields, token, fate)
            waiting = sum(not one.deleted and one.polls <= self.polls for one in self.jobs.values())
            self.most_waiting = max(self.most_waiting, waiting)
        self.submitted.set()
        return job

    def told(self, job: Job) -> Fields:
        body: Fields = {"id": job.id, "object": "video", "model": job.fields.get("model"), "progress": 0}
        body["status"] = "queued" if job.polls == 0 else "in_progress"
        if self.metadata:
            body["metadata"] = job.fields.get("metadata")
        if job.polls:
            body["progress"] = min(99, 100 * job.polls // (self.polls + 1))
        if job.fate == "fails" and job.polls > self.polls:
            body |= {"status": "failed", "error": {"code": "oom", "message": "CUDA out\nof memory"}}
        if job.fate == "good" and job.polls > self.polls:
            body |= {"status": "completed", "progress": 100}
        return body

    def content(self, job: Job) -> tuple[Content, bytes]:
        with self._lock:
            kind: Content = self.contents.pop(0) if self.contents else "whole"
        fields, size = job.fields, str(job.fields["size"])
        width, height = (int(side) for side in size.split("x"))
        rate = self.rate or int(fields.get("fps", 24))
        frames = int(fields.get("num_frames") or rate * int(fields["seconds"]))
        if kind == "small":
            width, height = width // 2 // 2 * 2, height // 2 // 2 * 2
        if kind == "short":
            frames //= 2
        asked = f"{fields['prompt']} {fields.get('seed')} {fields.get('picture')}"
        return kind, made_clip(asked, width, height, frames, rate, kind == "black")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(_Handler):
            videos = server

        return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    videos: VideosServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.videos.keys.append(self.headers.get("authorization", ""))
        if self._parts()[-1] == "cancel":
            return self._delete(self._parts()[-2])
        fault = self.videos.fault("POST")
        answer = None
        fields, token = _fields(self.headers["content-type"], body), self.headers["idempotency-key"]
        if fault is not None and fault.taken_s:
            threading.Timer(fault.taken_s, self.videos.take, (fields, token)).start()
        if fault is None or fault.after:
            job = self.videos.take(fields, token)
            answer = self.videos.told(job)
            if self.videos.at_once:
                clip = base64.b64encode(self.videos.content(job)[1]).decode()
                answer |= {"status": "completed", "data": [{"b64_json": clip}]}
        return self._answer(fault, answer)

    def do_GET(self) -> None:
        parts = self._parts()
        if parts == ["v1", "models"]:
            return self._answer(self.videos.fault("MODELS"), {"data": [{"id": "tests"}, {"id": "other"}]})
        if parts == ["v1", "videos"]:
            return self._answer(self.videos.fault("LIST"), self._list())
        job = self.videos.jobs.get(parts[2])
        if parts[-1] == "content":
            return self._content(job)
        fault = self.videos.fault("POLL")
        if job is None or job.deleted:
            return self._answer(fault or Fault(404), None)
        if fault is None:
            job.polls += 1
        return self._answer(fault, self.videos.told(job))

    def do_DELETE(self) -> None:
        self._delete(self._parts()[-1])

    def _delete(self, ident: str) -> None:
        fault, job = self.videos.fault("DELETE"), self.videos.jobs.get(ident)
        if fault is None and job is not None:
            job.deleted = True
        self._answer(fault, {"id": ident, "deleted": True})

    def _list(self) -> Fields:
        asked = parse_qs(urlsplit(self.path).query)
        jobs = [job for job in reversed(self.videos.jobs.values()) if not job.deleted]
        after = asked.get("after", [""])[0]
        if after:
            jobs = jobs[[job.id for job in jobs].index(after) + 1 :]
        # Short pages, whatever is asked for: so that a client must turn them.
        page = jobs[:2]
        return {
            "object": "list",
            "data": [self.videos.told(job) for job in page],
            "has_more": len(jobs) > 2,
            "last_id": page[-1].id if page else None,
        }

    def _content(self, job: Job | None) -> None:
        fault = self.videos.fault("CONTENT")
        if fault is not None or job is None:
            return self._answer(fault or Fault(404), None)
        kind, clip = self.videos.content(job)
        if kind == "gone":
            return self._answer(Fault(404), None)
        if kind == "half":
            clip = clip[: len(clip) // 2]
        if kind == "page":
            clip = b"<html>ok</html>"
        self.send_response(200)
        self.send_header("content-type", "video/mp4")
        self.send_header("content-length", str(len(clip)))
        self.end_headers()
        self.wfile.write(clip[: len(clip) // 2] if kind == "cut off" else clip)
        self.close_connection = kind == "cut off"
        return None

    def _answer(self, fault: Fault | None, body: Any) -> None:
        if fault is not None and fault.delay_s:
            self.videos.over.wait(fault.delay_s)
        if fault is not None and not fault.status:
            self.close_connection = True
            return
        content = fault.body if fault is not None else json.dumps(body).encode()
        try:
            self.send_response(fault.status if fault is not None else 200)
            for name, value in (fault.headers if fault is not None else {}).items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            if fault is not None and fault.drip_s:
                for at in range(len(content)):
                    self.wfile.write(content[at : at + 1])
                    if self.videos.over.wait(fault.drip_s):
                        return
            else:
                self.wfile.write(content)
        except OSError:
            # The client has hung up, as it should on a server that hangs.
            self.close_connection = True

    def _parts(self) -> list[str]:
        return urlsplit(self.path).path.strip("/").split("/")

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _fields(kind: str, body: bytes) -> Fields:
    """Return the fields of a request, JSON or multipart; a first frame becomes the digest `picture`."""
    if kind.startswith("application/json"):
        fields: Fields = json.loads(body)
        nested = [value for value in fields.values() if isinstance(value, dict) and "seed" in value]
        for value in nested:
            fields |= value
        if "input_reference" in fields:
            assert fields["input_reference"].startswith("data:image/png;base64,")
            fields["picture"] = hashlib.sha256(fields["input_reference"].encode()).hexdigest()
        return fields
    whole = BytesParser().parsebytes(f"content-type: {kind}\r\n\r\n".encode() + body)
    fields = {}
    for part in whole.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if part.get_filename():
            assert content.startswith(b"\x89PNG")
            fields["picture"] = hashlib.sha256(content).hexdigest()
        else:
            fields[name] = json.loads(content) if name == "metadata" else content.decode()
    return fields


@lru_cache(maxsize=256)
def made_clip(asked: str, width: int, height: int, frames: int, rate: int, black: bool = False) -> bytes:
    """Return an MP4 of stripes that wander, in colours that follow from `asked`."""
    seed = int(hashlib.sha256(asked.encode()).hexdigest()[:8], 16)
    colours = np.random.default_rng(seed).integers(40, 216, (7, 3), dtype=np.uint8)
    row = colours[(np.arange(width) // 16) % 7] * (0 if black else 1)
    held = BytesIO()
    with av.open(held, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            pixels = np.broadcast_to(np.roll(row, 2 * number, axis=0), (height, width, 3)).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return held.getvalue()
