"""Does every node see the folder? Of nodes that go meanwhile nobody asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ray.exceptions import GetTimeoutError, TaskUnschedulableError

from bookfilm.errors import ClusterError, FolderNotShared
from cluster import sharing
from cluster.sharing import check_shared

Reads = Callable[[str], str]
A, B, C = ("a" * 56, "b" * 56, "c" * 56)


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Reads], set[str]], None]:
    """Have a cluster of nodes, each of which reads a path in its own way; some are gone when it is looked again."""

    def laid(reads: dict[str, Reads], gone: set[str]) -> None:
        listed = [list(reads), *[[node for node in reads if node not in gone]] * 9]
        monkeypatch.setattr(sharing, "alive_nodes", lambda: listed.pop(0))

        def options(scheduling_strategy: Any) -> Any:
            node = scheduling_strategy.node_id
            return SimpleNamespace(remote=lambda path: (reads[node], path))

        monkeypatch.setattr(sharing, "_reads", SimpleNamespace(options=options))
        monkeypatch.setattr(sharing.ray, "get", lambda asked, timeout: asked[0](asked[1]))

    return laid


def seen(path: str) -> str:
    return Path(path).read_text()


def unschedulable(_path: str) -> str:
    raise TaskUnschedulableError("the node is there no more")


def late(_path: str) -> str:
    raise GetTimeoutError("it took too long")


def test_a_node_that_went_meanwhile_is_no_reason(nodes: Any, tmp_path: Path) -> None:
    nodes({A: seen, B: unschedulable}, {B})
    check_shared(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_there_and_does_not_answer_is(nodes: Any, tmp_path: Path) -> None:
    nodes({A: seen, B: late}, set())
    with pytest.raises(ClusterError, match=r"^b+: a node does not say whether it sees the film's folder: .*too long"):
        check_shared(tmp_path)


def test_one_that_sees_nothing_is(nodes: Any, tmp_path: Path) -> None:
    nodes({A: seen, B: lambda _path: "", C: lambda _path: "another"}, set())
    with pytest.raises(FolderNotShared, match="2 of 3 nodes do not see this folder"):
        check_shared(tmp_path)
