"""`bookfilm serve`: films over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bookfilm.cli.options import Address
from bookfilm.errors import EngineUnavailable

HOST, PORT = "127.0.0.1", 8470


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(serve)


def serve(
    data: Annotated[
        Path, typer.Option("--data", help="The folder that holds books, films and who may come in.")
    ] = Path("studio"),
    host: Annotated[str, typer.Option("--host", help="Where it listens.")] = HOST,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = PORT,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A name by which others reach it; as often as need be.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A TOML file: allowances, limits, presets.")
    ] = None,
    drivers: Annotated[
        int | None, typer.Option("--drivers", min=0, help="How many films are made at once [default: 1].")
    ] = None,
    new_token: Annotated[
        bool, typer.Option("--new-token", help="Print another token that may do everything: the first one is lost.")
    ] = False,
    address: Address = None,
) -> None:
    """Serve the studio: an HTTP API that makes films of uploaded books."""
    import os

    from bookfilm.store.ledger import LEDGER_URL

    try:
        from bookfilm.studio.serving import serve_studio
        from bookfilm.studio.settings import read_settings
    except ImportError as error:
        raise EngineUnavailable(f"{error}: pip install 'bookfilm[studio]'", subject="serve") from None
    chosen: dict[str, Any] = {"data": data.absolute(), "ledger": os.environ.get(LEDGER_URL)}
    if allow_host:
        chosen["hosts"] = tuple(allow_host)
    if drivers is not None:
        chosen["drivers"] = drivers
    if address is not None:
        chosen["address"] = address
    serve_studio(read_settings(settings, chosen), host, port, new_token)
