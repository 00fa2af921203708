"""The short book that the chart's clusters film."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.conftest import PLUGIN, STORY


@pytest.fixture(scope="package")
def story_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("story") / "the_two_keys.txt"
    path.write_text(STORY, encoding="utf8")
    return path


@pytest.fixture(scope="module")
def stripes_installed() -> Iterator[None]:
    """The tests' own video engine, where Ray's processes find it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(PLUGIN), os.environ.get("PYTHONPATH")])))
        yield
