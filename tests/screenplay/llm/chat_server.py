"""A small OpenAI-compatible server that answers well, or misbehaves as it is told, over real HTTP on this machine.

Its good answers are made from the question: quotations out of the passage, names out of the schema. It keeps every
request, so that a test can look at what was asked.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.serving import LocalServer

Body = dict[str, Any]


@dataclass
class Reply:
    """What goes over the wire. `cut_at`: only so many bytes of the body are sent before the connection is closed."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut_at: int | None = None
    drip_s: float = 0.0


Behaviour = Callable[[int, Body], Reply]
"""Given the number of the request (from 0) and its body."""


def said(content: Any, finish: str = "stop") -> Reply:
    """Return a completion that says `content`, an answer or any text."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": text}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "tests",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    return Reply(body=json.dumps(body, ensure_ascii=False).encode(), headers={"content-type": "application/json"})


def failed(status: int, **headers: str) -> Reply:
    """Return an error as OpenAI words them."""
    body = json.dumps({"error": {"message": "the secret of the server", "type": "error", "code": None}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"content-type": "application/json", **named})


def good(_number: int, body: Body) -> Reply:
    """Answer well."""
    return said(good_answer(body))


def good_answer(body: Body) -> dict[str, Any]:
    """Return an answer that fits the schema and quotes the passage: the first words of each beat are seen."""
    schema = body["response_format"]["json_schema"]["schema"]["properties"]
    place, hour, weather = first_reading(body)
    answer: dict[str, Any] = {"goes_on": False} if "goes_on" in schema else {}
    answer["settings"] = [{"begins": 1, "place": place, "hour": hour, "weather": weather, "words": ""}]
    beat = schema["beats"]["items"]["properties"]
    answer["beats"] = []
    for text in beats_of(body):
        row: dict[str, Any] = {"seen": quotation(text)}
        if "present" in beat:
            row["present"] = beat["present"]["items"]["enum"][:1]
        if "weight" in beat:
            row["weight"] = 1
        answer["beats"].append(row)
    for name, value in (("emotions", "tender"), ("speakers", "nobody")):
        if name in schema:
            answer[name] = [value] * schema[name]["minItems"]
    if "changes" in schema:
        answer["changes"] = []
    return answer


def question(body: Body) -> str:
    """Return what the first user message says."""
    return next(message["content"] for message in body["messages"] if message["role"] == "user")


def passage(body: Body) -> str:
    """Return the words of the book that a question holds."""
    found = re.search(r"<<<(BOOK [0-9a-f]{8})\n(.*)\n\1>>>", question(body), re.DOTALL)
    assert found is not None
    return found.group(2)


def beats_of(body: Body) -> list[str]:
    return re.findall(r"^\[\d+\] (.*)$", passage(body), re.MULTILINE)


def first_reading(body: Body) -> list[str]:
    found = re.search(r"^First reading: (.*)$", question(body), re.MULTILINE)
    assert found is not None
    return found.group(1).split(", ")


def quotation(text: str) -> str:
    """Return the first four words of `text`."""
    return " ".join(text.split()[:4])


class ChatServer(LocalServer):
    """The server: `with ChatServer(behaviour) as server`, then `server.url` and `server.bodies`."""

    def __init__(self, behave: Behaviour = good) -> None:
        self.behave = behave
        self.bodies: list[Body] = []
        self.keys: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        super().__init__(self._handler())

    def _take(self, body: Body, key: str) -> Reply:
        with self._lock:
            number = len(self.bodies)
            self.bodies.append(body)
            self.keys.append(key)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return self.behave(number, body)
        finally:
            time.sleep(0.01)
            with self._lock:
                self._at_once -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                reply = server._take(body, self.headers.get("authorization", ""))
                server.over.wait(reply.delay_s)
                self._send(reply)

            def _send(self, reply: Reply) -> None:
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(reply.body)))
                    self.end_headers()
                    if reply.drip_s:
                        for at in range(len(reply.body)):
                            self.wfile.write(reply.body[at : at + 1])
                            self.wfile.flush()
                            if server.over.wait(reply.drip_s):
                                return
                        return
                    self.wfile.write(reply.body[: reply.cut_at])
                    if reply.cut_at is not None:
                        self.close_connection = True
                        self.connection.close()
                except OSError:
                    # The client has hung up, as it should on a server that hangs.
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
