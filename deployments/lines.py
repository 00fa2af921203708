"""A replica's log lines, in Serve's own file of it: JSON where BOOKFILM_LOG asks for that.

Serve writes each of a replica's records at once, into ``serve/replica_….log`` of the node's log folder, and as JSON
where the deployment's LoggingConfig says so (https://docs.ray.io/en/latest/serve/monitoring.html). It takes up no
logger but its own: this hands its file to the others.
"""

from __future__ import annotations

import logging
from logging.handlers import MemoryHandler
from typing import Any

from bookfilm.logs import begin_logs, is_json
from deployments.replies import worker_name

SERVES = "ray.serve"
"""The logger of Serve, in every process of its."""


def begin_lines() -> None:
    """Have this replica write its lines where Serve writes its own, if logs are JSON; outside Serve, to standard
    error."""
    files = [handler for handler in logging.getLogger(SERVES).handlers if isinstance(handler, MemoryHandler)]
    begin_logs(files, worker=worker_name())


def lines_config() -> dict[str, Any]:
    """Return what a deployment says to Serve of its log: nothing, or that it is JSON."""
    if not is_json():
        return {}
    # Not when this is imported: replicas of tests are built without Serve.
    from ray.serve.schema import LoggingConfig

    return {"logging_config": LoggingConfig(encoding="JSON")}
