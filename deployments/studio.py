"""The studio behind Ray Serve's HTTP proxy.

`serve run deployments.studio:build_studio data=/mnt/studio hosts=studio.example settings=/mnt/studio.toml` runs it on a
cluster; its drivers join that cluster. `bookfilm serve` runs the same application without Serve.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ray import serve
from starlette.types import ASGIApp

from bookfilm.errors import SettingsError
from bookfilm.studio.settings import read_settings

STREAMS = 1000
"""Who listens to events has a request under way all the time."""
LISTS = ("hosts", "proxies", "presets")
KNOWN = ("data", "settings", "ledger", "drivers", *LISTS)


def build_studio(args: dict[str, str]) -> serve.Application:
    """Return the app: ``args`` are `data`, and where given `settings` (a TOML file as `bookfilm serve --settings` takes
    it), and over that `hosts`, `proxies` and `presets` (with commas between), `ledger` and `drivers`.

    Who comes in first: by the token of BOOKFILM_STUDIO_TOKEN where the replica runs, or by the one that it lays into
    `first-token` in the folder `data`. Raises SettingsError.
    """
    if unknown := sorted(set(args) - set(KNOWN)):
        raise SettingsError(f"no such argument; there are: {', '.join(KNOWN)}", subject=unknown[0])
    lists = {name: tuple(args[name].split(",")) for name in LISTS if args.get(name)}
    chosen: dict[str, Any] = {"ledger": args.get("ledger"), "drivers": args.get("drivers"), **lists}
    chosen |= {"data": Path(args.get("data", "studio")).absolute(), "address": "auto"}
    settings = read_settings(Path(args["settings"]) if args.get("settings") else None, chosen)

    def build() -> ASGIApp:
        # In the replica: what it opens cannot travel.
        from bookfilm.studio.app import create_app
        from bookfilm.studio.serving import let_in
        from bookfilm.studio.studio import open_studio

        studio = open_studio(settings)
        let_in(studio)
        return create_app(studio)

    # One replica: rate limits and the runner are its own, and films are made by drivers in any case.
    replica: Any = serve.deployment(
        serve.ingress(build)(),
        name="studio",
        num_replicas=1,
        max_ongoing_requests=STREAMS,
        graceful_shutdown_timeout_s=5,
        ray_actor_options={"num_cpus": 0.1},
    )
    app: serve.Application = replica.bind()
    return app
