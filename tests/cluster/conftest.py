"""A preset that renders through Ray in seconds: the real voices, score and encoder, and another package's engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# As in a run: what it asks of Ray is asked before a test file imports Ray.
import cluster  # isort: split

from ray.cluster_utils import Cluster

from cluster.joining import HOUSEKEEPING

assert cluster

PLUGIN = Path(__file__).parent / "plugin"

STORY = """The Two Keys

by The bookfilm authors

Chapter One. The Shop

It was a wet evening in November when Hester Quill came into the locksmith's shop with two keys in her hand.

“Which of them is older?” she asked.

Old Mr. Pell, the locksmith, held them to the lamp. He had a grey beard and a leather apron.

“Neither,” said Mr. Pell. “They were cut on the same day, by the same man.”

Chapter Two. The Gate

At dawn they stood before the garden gate, and it was snowing.

“Turn them both,” said Hester. The gate opened without a sound.
"""

PRESET = """
[screenwriter]
engine = "rules"
replicas = { num_cpus = 0.05 }
[voice]
engine = "packaged"
replicas = { num_cpus = 0.05, max_replicas = 2 }
[video]
engine = "stripes"
settings = { frame_ms = %s, fails_on = "%s", sick = "%s", slow = "%s" }
replicas = { num_cpus = 0.75, max_replicas = 2 }
[score]
engine = "chamber"
[picture]
width = 256
height = 144
"""


@pytest.fixture(scope="package")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("story") / "the_two_keys.txt"
    path.write_text(STORY, encoding="utf8")
    return path


@pytest.fixture(scope="package")
def stripes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """Return a function that writes a preset around the stripes engine and returns its path."""

    def write(frame_ms: float = 0.0, fails_on: str = "", sick: str = "", slow: str = "") -> Path:
        path = tmp_path_factory.mktemp("preset") / "stripes.toml"
        path.write_text(PRESET % (frame_ms, fails_on, sick, slow), encoding="utf8")
        return path

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(PLUGIN), os.environ.get("PYTHONPATH")])))
        yield write


@pytest.fixture(scope="package")
def running(stripes: Callable[..., Path]) -> Iterator[Cluster]:
    """A cluster that runs, which tests join by its address: it starts once, and they have its nodes as they find them.

    It says that it has more cores than there are, so that the apps of several presets have room.
    """
    # After `stripes`: the nodes' workers inherit the PYTHONPATH on which the engine is found.
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HOUSEKEEPING.items():
            patch.setenv(name, value)
        started = Cluster(initialize_head=True, head_node_args={"num_cpus": 4, "include_dashboard": False})
    yield started
    started.shutdown()
