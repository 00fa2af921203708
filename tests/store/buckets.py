"""A real server of S3's language, and a proxy before it that misbehaves as it is told."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PASSED_ON = {"content-length", "content-type", "etag", "last-modified", "content-range", "accept-ranges"}


@dataclass
class Proxy:
    """`refuse` says of a request, by method and path, with which status it is answered instead of the server."""

    url: str = ""
    refuse: Callable[[str, str], int | None] = lambda _method, _path: None
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def served(bucket: str, secret: str) -> Iterator[str]:
    """Yield the URL of a server that has `bucket`; this process's environment lets it in."""
    import pyarrow.fs
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "films")
        patch.setenv("AWS_SECRET_ACCESS_KEY", secret)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        started = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        started.start()
        host, port = started.get_host_and_port()
        files = pyarrow.fs.S3FileSystem(
            endpoint_override=f"{host}:{port}", scheme="http", region="us-east-1", allow_bucket_creation=True
        )
        files.create_dir(bucket)
        try:
            yield f"http://{host}:{port}"
        finally:
            started.stop()


@contextmanager
def proxied(server: str) -> Iterator[Proxy]:
    """Yield a proxy before `server` on a free port of 127.0.0.1."""
    proxy = Proxy()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            proxy.asked.append((self.command, self.path))
            body = self._body()
            status = proxy.refuse(self.command, self.path)
            if status is not None:
                code = {403: "AccessDenied", 503: "SlowDown"}[status]
                said = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
                self._answer(status, {"content-type": "application/xml"}, said)
                return
            told = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("connection", "transfer-encoding", "expect")
            }
            request = urllib.request.Request(server + self.path, body or None, told, method=self.command)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    self._answer(answer.status, dict(answer.headers.items()), answer.read())
            except urllib.error.HTTPError as error:
                self._answer(error.code, dict(error.headers.items()), error.read())

        def _body(self) -> bytes:
            if "chunked" not in (self.headers.get("transfer-encoding") or ""):
                return self.rfile.read(int(self.headers.get("content-length") or 0))
            body = b""
            while length := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(length)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body

        def _answer(self, status: int, told: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in told.items():
                if name.lower() in PASSED_ON and (name.lower() != "content-length" or self.command == "HEAD"):
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("content-length", str(len(body)))
            elif status >= 400:
                self.send_header("content-length", "0")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass  # noqa: N815

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.url = f"http://127.0.0.1:{serving.server_address[1]}"
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        serving.shutdown()
        serving.server_close()
