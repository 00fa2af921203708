"""The service as a process: uvicorn over the application, until somebody stops it."""

from __future__ import annotations

import logging
import os
import socket
import sys
from contextlib import closing

import uvicorn

from bookfilm.errors import SettingsError
from bookfilm.metrics import METRICS_AT, served_metrics
from bookfilm.studio.app import create_app
from bookfilm.studio.connections import AskingProtocol
from bookfilm.studio.people import FIRST_TOKEN
from bookfilm.studio.settings import LOOPBACK, StudioSettings
from bookfilm.studio.shields import LARGEST_HEADERS_BYTES
from bookfilm.studio.studio import Studio, open_studio
from bookfilm.tracing import send_all

LAST_WORDS_S = 5
FIRST_TOKEN_FILE = "first-token"
log = logging.getLogger("bookfilm.studio")
BACKLOG = 512


def serve_studio(settings: StudioSettings, host: str, port: int, new_token: bool = False) -> None:
    """Serve on `host`:`port` until stopped. Raises SettingsError, FolderError, StoreError.

    Where nobody can come in yet, or a `new_token` is asked for, one that may do everything is made and printed, once;
    or that of BOOKFILM_STUDIO_TOKEN becomes the first one.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if not _is_loopback(host) and settings.hosts == LOOPBACK:
        raise SettingsError("say with --allow-host by which name others reach it", subject=host)
    metrics = served_metrics(os.environ.get(METRICS_AT))
    with metrics, closing(open_studio(settings)) as studio, closing(_bound(host, port)) as bound:
        port = bound.getsockname()[1]
        _greet(studio, host, port, new_token)
        try:
            uvicorn.Server(server_config(studio, port)).run(sockets=[bound])
        finally:
            send_all()


def server_config(studio: Studio, port: int = 0) -> uvicorn.Config:
    """Return how uvicorn is to run the application over `studio`."""
    return uvicorn.Config(
        create_app(studio),
        port=port,
        # h11 bounds what a request's headers may take; the quicker parser does not.
        http=AskingProtocol,
        h11_max_incomplete_event_size=2 * LARGEST_HEADERS_BYTES,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=LAST_WORDS_S,
        backlog=BACKLOG,
    )


def drawn_token() -> str | None:
    """Return the first token that whoever installs the service has drawn; None where they have not."""
    return os.environ.get(FIRST_TOKEN) or None


def let_in(studio: Studio) -> None:
    """Let somebody in, if nobody can come in yet, where no person reads what is printed.

    By the token of BOOKFILM_STUDIO_TOKEN, or by one that is laid into a file which only the service's user can read:
    the log says where, and has nothing of it. Raises SettingsError for what is no token.
    """
    drawn = drawn_token()
    token = studio.first_token(drawn)
    if token is None or drawn is not None:
        return
    path = studio.settings.data / FIRST_TOKEN_FILE
    path.touch(mode=0o600)
    path.write_text(token + "\n", encoding="ascii")
    log.warning("nobody could come in yet: a token that may do everything lies in %s; read it and delete it", path)


def _greet(studio: Studio, host: str, port: int, new_token: bool = False) -> None:
    drawn = drawn_token()
    if drawn is None and studio.people.is_empty() and not _is_loopback(host):
        said = f"make a token first, with the service on 127.0.0.1, or give one in {FIRST_TOKEN}: nobody could come in"
        raise SettingsError(said, subject=host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    token = studio.new_token() if new_token else studio.first_token(drawn)
    # To standard output, which is no log: it is not written down anywhere.
    print(f"bookfilm studio: {url}", flush=True)
    if token is not None and (new_token or drawn is None):
        print(f"token (shown this once): {token}", flush=True)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        # Who reads the address that is printed may ask at once: they wait here until somebody answers.
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise SettingsError(f"cannot listen there: {error.strerror}", subject=f"{host}:{port}") from None
    return bound


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
