"""What is done on this machine with what a server drew: takes are judged and made larger as the profile says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.engines.protocols import AdherenceEngine
from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.upscaling import Upscaler, upscaler_revision
from bookfilm.picture.remote.needs import lacks_of_server
from bookfilm.picture.takes import make_take
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from tests.picture.diffusion.asking import QUAY, asked, drawn
from tests.picture.diffusion.test_adherence import reading
from tests.picture.remote.conftest import MakeRemote, profile_file
from tests.picture.remote.test_misbehaviour import an_order
from tests.picture.remote.video_server import VideosServer

__all__ = ["reading"]


def test_a_take_that_shows_too_little_of_its_prompt_is_made_again(
    reading: Path, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    table = f'[adherence]\nid = "{reading}"\nfloor = 0.999\n'
    with VideosServer() as server:
        engine = remote_of(server, tables=table)
        assert isinstance(engine, AdherenceEngine)
        assert engine.capabilities.adherence_floor == 0.999
        take = make_take(engine, an_order(engine), store)
        assert (take.tries, server.paid) == (3, 3)
    assert take.adherence is not None and 0 <= take.adherence < 0.999
    assert take.flags[0].startswith(f"prompt: {take.adherence:.2f} of it is seen")
    assert engine.revision != remote_of(server).revision


def test_what_judges_here_and_is_missing_is_said(remote_of: MakeRemote, tmp_path: Path) -> None:
    table = f'[adherence]\nid = "{tmp_path / "nothing"}"\n'
    with VideosServer() as server:
        with pytest.raises(EngineUnavailable, match=r"adherence\.id"):
            remote_of(server, tables=table)
        told = {"profile": str(profile_file(tmp_path, more=table)), "base_url": server.url, "model": "tests"}
        # Files are looked for; nothing is loaded, or fetched.
        assert lacks_of_server(told)[1] == [f"adherence.id: no folder {tmp_path / 'nothing'}"]


def test_a_model_that_reads_captions_is_told_in_one(remote_of: MakeRemote) -> None:
    with VideosServer() as server:
        drawn(remote_of(server, tables='words = "caption"\n'), asked(frames=5, width=160, height=128))
        (job,) = server.jobs.values()
        assert job.fields["prompt"] == write_caption(QUAY)


def test_small_clips_are_made_larger_by_the_network(remote_of: MakeRemote, monkeypatch: pytest.MonkeyPatch) -> None:
    if not upscaler_revision():
        pytest.skip("the upscaler is not installed")
    enlarged: list[tuple[int, ...]] = []
    whole = Upscaler.enlarged
    monkeypatch.setattr(Upscaler, "enlarged", lambda self, frame: enlarged.append(frame.shape) or whole(self, frame))
    with VideosServer() as server:
        plain, engine = remote_of(server), remote_of(server, upscale="realesrgan")
        assert engine.revision != plain.revision
        assert drawn(engine, asked(frames=5, width=320, height=256)).shape == (5, 256, 320, 3)
        assert enlarged == [(128, 160, 3)] * 5
        drawn(engine, asked(frames=5, width=160, height=128))
        assert len(enlarged) == 5, "what is as large as the film is left as it is"


def test_loras_that_the_server_would_never_see_are_refused(remote_of: MakeRemote) -> None:
    with pytest.raises(SettingsError, match="loras: /v1/videos takes none"):
        remote_of("http://127.0.0.1:9/v1", tables='[[loras]]\nid = "/films/loras/anna"\ncharacter = "anna"\n')
