"""Tiny checkpoints, written once a session and profile, and engines over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookfilm.picture.diffusion.engine import DiffusersEngine

MakeEngine = Callable[..., DiffusersEngine]


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return who gives the folder of a profile's tiny checkpoint."""
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    pytest.importorskip("torch", reason="the extra diffusion is not installed")
    from tests.picture.diffusion.checkpoints import write_checkpoint

    written: dict[str, Path] = {}

    def folder(profile: str) -> Path:
        if profile not in written:
            written[profile] = write_checkpoint(profile, tmp_path_factory.mktemp(profile))
        return written[profile]

    return folder


@pytest.fixture
def engine_of(checkpoint: Callable[[str], Path]) -> MakeEngine:
    """Return who builds the engine over a profile's tiny checkpoint; keywords go over the small settings."""
    from tests.picture.diffusion.checkpoints import small

    def made(profile: str = "wan2.2-t2v-a14b", **more: Any) -> DiffusersEngine:
        return DiffusersEngine(**small(profile, checkpoint(profile), **more))

    return made
