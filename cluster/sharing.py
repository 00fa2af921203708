"""Does every node see the film folder?"""

from __future__ import annotations

import secrets
from pathlib import Path

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from bookfilm.errors import FolderNotShared
from bookfilm.store.files import write_file
from cluster.joining import alive_nodes


@ray.remote(num_cpus=0)
def _reads(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def check_shared(folder: Path) -> None:
    """Raise FolderNotShared unless every node of the cluster reads in `folder` what this process wrote."""
    nodes = alive_nodes()
    if len(nodes) < 2:
        return
    token, probe = secrets.token_hex(8), folder / ".shared-probe"
    write_file(probe, token)
    try:
        asked = [
            _reads.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(str(probe))
            for node in nodes
        ]
        blind = sum(answer != token for answer in ray.get(asked, timeout=60))
    finally:
        probe.unlink(missing_ok=True)
    if blind:
        raise FolderNotShared(
            f"{blind} of {len(nodes)} nodes do not see this folder; put it on a mount that all of them share "
            "(s3:// folders are not supported yet)",
            subject=folder,
        )
