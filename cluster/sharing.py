"""Does every node see the film folder?"""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from bookfilm.errors import ClusterError, FolderNotShared
from bookfilm.store.files import write_file
from cluster.joining import alive_nodes

PATIENCE_S = 60.0


def _answer(node: str, reading: Any, until: float) -> str | None:
    """Return what `node` has read, None where it is there no more."""
    try:
        answer: str = ray.get(reading, timeout=max(1.0, until - time.monotonic()))
    except RayError as error:
        if node not in alive_nodes():
            return None
        said = str(error).strip().splitlines()[0]
        raise ClusterError(f"a node does not say whether it sees the film's folder: {said}", subject=node) from error
    return answer


@ray.remote(num_cpus=0)
def _reads(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def check_shared(folder: Path) -> None:
    """Raise FolderNotShared unless every node of the cluster reads in `folder` what this process wrote.

    Nodes that go away meanwhile, as farms' nodes do, are not asked. Raises ClusterError where one does not answer.
    """
    nodes = alive_nodes()
    if len(nodes) < 2:
        return
    token, probe = secrets.token_hex(8), folder / ".shared-probe"
    write_file(probe, token)
    try:
        asked = {
            node: _reads.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(
                str(probe)
            )
            for node in nodes
        }
        until = time.monotonic() + PATIENCE_S
        blind = sum(_answer(node, reading, until) not in (token, None) for node, reading in asked.items())
    finally:
        probe.unlink(missing_ok=True)
    if blind:
        raise FolderNotShared(
            f"{blind} of {len(nodes)} nodes do not see this folder; put it on a mount that all of them share "
            "(s3:// folders are not supported yet)",
            subject=folder,
        )
