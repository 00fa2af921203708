"""A server of one's own that speaks S3, and answers 503 when it is told to: moto's, in a process that can be killed.

As a program, `python -m benchmarks.s3 PORT FILE`, it serves on 127.0.0.1, and refuses while there is such a file.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BUCKET = "films"
SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
STARTS_WITHIN_S = 60.0


def installed() -> bool:
    """Say whether the server is here."""
    return find_spec("moto") is not None and find_spec("flask") is not None


class S3Server:
    """Up from when it is built until `remove`, with an empty bucket, into which this process's environment lets."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bookfilm-s3-"))
        self._refusing = self._folder / "refusing"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = [sys.executable, "-m", "benchmarks.s3", str(self._port), str(self._refusing)]
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        # Nodes and drivers inherit them. The server asks nobody who they are.
        os.environ |= {"AWS_ACCESS_KEY_ID": "films", "AWS_SECRET_ACCESS_KEY": "films",
                       "AWS_EC2_METADATA_DISABLED": "true"}  # fmt: skip
        self._open_bucket()

    @property
    def url(self) -> str:
        """The bucket, as BOOKFILM_TAKES names it."""
        return f"s3://{BUCKET}?endpoint_override=127.0.0.1:{self._port}&scheme=http&region=us-east-1"

    def refuse(self) -> None:
        """Answer each request with 503 from now on."""
        self._refusing.touch()

    def serve(self) -> None:
        """Answer as S3 does again."""
        self._refusing.unlink(missing_ok=True)

    def remove(self) -> None:
        """End it, with all that it holds."""
        self._server.kill()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _open_bucket(self) -> None:
        asked = urllib.request.Request(f"http://127.0.0.1:{self._port}/{BUCKET}", method="PUT")
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self._server.poll() is None:
            with suppress(OSError), urllib.request.urlopen(asked, timeout=10):
                return
            time.sleep(0.2)
        said = (self._folder / "log").read_text(errors="replace").strip().splitlines()
        raise SystemExit(f"moto's server does not start: {said[-1] if said else 'it says nothing'}")


def main() -> None:
    """Serve on the port argv[1], and refuse while the file argv[2] is there."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple
    from werkzeug.wrappers import Request, Response

    port, refusing = int(sys.argv[1]), Path(sys.argv[2])
    served = DomainDispatcherApplication(create_backend_app)

    def gate(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not refusing.exists():
            answer: Iterable[bytes] = served(environ, start_response)
            return answer
        # Read to its end first: who is still sending would see a broken connection instead of the answer.
        Request(environ).get_data(cache=False)
        return Response(SLOW_DOWN, 503, content_type="application/xml")(environ, start_response)

    run_simple("127.0.0.1", port, gate, threaded=True)


if __name__ == "__main__":
    main()
