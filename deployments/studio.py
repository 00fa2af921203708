"""The studio behind Ray Serve's HTTP proxy.

`serve run deployments.studio:build_studio data=/mnt/studio hosts=studio.example` runs it on a cluster; its drivers join
that cluster. `bookfilm serve` runs the same application without Serve.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ray import serve
from starlette.types import ASGIApp

from bookfilm.studio.settings import LOOPBACK, StudioSettings
from deployments.lines import begin_lines, lines_config

STREAMS = 1000
"""Who listens to events has a request under way all the time."""


def build_studio(args: dict[str, str]) -> serve.Application:
    """Return the app: ``args`` are `data`, and where given `hosts` and `proxies` (with commas between), `ledger` and
    `drivers`."""
    settings = StudioSettings(
        data=Path(args.get("data", "studio")).absolute(),
        ledger=args.get("ledger"),
        hosts=tuple(args["hosts"].split(",")) if args.get("hosts") else LOOPBACK,
        proxies=tuple(args["proxies"].split(",")) if args.get("proxies") else (),
        drivers=int(args.get("drivers", "1")),
        address="auto",
    )

    def build() -> ASGIApp:
        # In the replica: what it opens cannot travel.
        from bookfilm.studio.app import create_app
        from bookfilm.studio.studio import open_studio

        begin_lines()
        return create_app(open_studio(settings))

    # One replica: rate limits and the runner are its own, and films are made by drivers in any case.
    replica: Any = serve.deployment(
        serve.ingress(build)(),
        name="studio",
        num_replicas=1,
        max_ongoing_requests=STREAMS,
        graceful_shutdown_timeout_s=5,
        ray_actor_options={"num_cpus": 0.1},
        **lines_config(),
    )
    app: serve.Application = replica.bind()
    return app
