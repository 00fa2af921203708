"""A collector of traces: a real server that takes OTLP over HTTP (protobuf), and the spans that it was sent."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.serving import LocalServer

ERROR = 2


@dataclass(frozen=True)
class Sent:
    """A span as it was sent. Ids are hex; times nanoseconds."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    facts: dict[str, Any]
    began: int
    ended: int
    failed: str | None
    service: str


@dataclass
class Collected:
    """What came, in the order in which it came; `headers` are those of the last request."""

    url: str = ""
    spans: list[Sent] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def named(self, name: str) -> list[Sent]:
        return [one for one in self.spans if one.name == name]

    def only(self, name: str) -> Sent:
        (found,) = self.named(name)
        return found

    def parent_of(self, one: Sent) -> Sent:
        (found,) = (other for other in self.spans if (other.trace, other.id) == (one.trace, one.parent))
        return found


@contextmanager
def collector() -> Iterator[Collected]:
    """Run one; its `url` is what OTEL_EXPORTER_OTLP_ENDPOINT takes."""
    collected, guard = Collected(), threading.Lock()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            right = self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf"
            if right:
                with guard:
                    collected.spans += _sent(ExportTraceServiceRequest.FromString(body))
                    collected.headers = dict(self.headers.items())
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200 if right else 400)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with LocalServer(Taker) as server:
        collected.url = server.url.removesuffix("/v1")
        yield collected


def _sent(request: ExportTraceServiceRequest) -> Iterator[Sent]:
    for resource in request.resource_spans:
        service = _facts(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for one in scope.spans:
                yield Sent(
                    name=one.name,
                    trace=one.trace_id.hex(),
                    id=one.span_id.hex(),
                    parent=one.parent_span_id.hex(),
                    kind=one.kind,
                    facts=_facts(one.attributes),
                    began=one.start_time_unix_nano,
                    ended=one.end_time_unix_nano,
                    failed=one.status.message if one.status.code == ERROR else None,
                    service=service,
                )


def _facts(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
