"""A server for each test that wants one, and engines that ask it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookfilm.picture.remote.engine import RemoteEngine
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from tests.picture.remote.video_server import VideosServer

MakeRemote = Callable[..., RemoteEngine]

PROFILE = """
about = "stripes, from a server of the tests"
[model]
id = "tests"
licence = "Apache-2.0"
[clip]
sizes = ["160x128", "128x160"]
multiple = 16
frames = { step = 4, first = 1, least = 5, most = 17 }
rate = "24"
[sampling]
steps = 3
guidance = 4.0
negative_prompt = "blurred"
"""
QUICK = {"patience_s": 5.0, "longest_wait_s": 0.05, "poll_s": 0.02, "answer_s": 5.0}


def profile_file(folder: Path, begins: bool = False, more: str = "", upscale: str = "cubic", **remote: Any) -> Path:
    """Write the profile; `remote` are values of its table [remote], as TOML has them. `more` follows [sampling]."""
    path = folder / "stripes.toml"
    text = (
        PROFILE.replace('rate = "24"', f'rate = "24"\nupscale = "{upscale}"')
        + more
        + f"\n[features]\nfirst_frame = {str(begins).lower()}\n[remote]\n"
    )
    path.write_text(text + "".join(f"{name} = {value}\n" for name, value in remote.items()), encoding="utf8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> MediaStore[Take]:
    return MediaStore(tmp_path / "film" / "takes", ".mp4", Take)


@pytest.fixture
def remote_of(tmp_path: Path) -> MakeRemote:
    """Return who builds an engine that asks a server; keywords are settings over the quick ones of the tests."""
    pytest.importorskip("httpx2", reason="the extra remote is not installed")

    def made(
        server: VideosServer | str,
        begins: bool = False,
        remote: dict[str, Any] | None = None,
        tables: str = "",
        upscale: str = "cubic",
        **more: Any,
    ) -> RemoteEngine:
        told = {"metadata": "true"} if remote is None else remote
        url = server if isinstance(server, str) else server.url
        profile = profile_file(tmp_path, begins, tables, upscale, **told)
        return RemoteEngine(profile=str(profile), base_url=url, **({**QUICK, **more}))

    return made
