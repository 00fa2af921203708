"""What a server is asked for, and what becomes of the clips that come back."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookfilm.engines.protocols import ErrandEngine, never_cancelled, no_progress
from bookfilm.engines.registry import build_video
from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.diffusion.prompting import write_prompt
from bookfilm.picture.remote.asking import asked_seconds
from bookfilm.picture.remote.engine import RemoteEngine
from bookfilm.picture.remote.needs import lacks_of_server
from bookfilm.picture.remote.settings import asked_digest, asked_profile, read_settings
from bookfilm.picture.requests import EngineFacts, order_take
from bookfilm.records.shots import Shot
from bookfilm.settings import Encoding, PictureSettings, load_preset
from tests.picture.diffusion.asking import QUAY, asked, drawn, keyframe
from tests.picture.remote.conftest import QUICK, MakeRemote, profile_file
from tests.picture.remote.video_server import VideosServer

SIZE = {"width": 160, "height": 128}


def fields_of(server: VideosServer) -> list[dict[str, Any]]:
    return [job.fields for job in server.jobs.values()]


def test_a_clip_is_asked_for_as_the_profile_says(remote_of: MakeRemote) -> None:
    with VideosServer() as server:
        engine = remote_of(server, model="stripes-xl", fields={"flow_shift": 5.0})
        assert isinstance(engine, ErrandEngine)
        assert drawn(engine, asked(frames=10, **SIZE)).shape == (10, 128, 160, 3)
        (fields,) = fields_of(server)
    token = fields.pop("metadata")["bookfilm"]
    assert token.startswith("bookfilm-")
    assert fields == {
        "model": "stripes-xl",
        "prompt": write_prompt(QUAY, "cinematic", 1600),
        "size": "160x128",
        "seed": "7",
        "num_inference_steps": "3",
        "guidance_scale": "4.0",
        "negative_prompt": "blurred",
        "num_frames": "13",
        "fps": "24",
        "flow_shift": "5.0",
    }


def test_as_sora_was_asked(remote_of: MakeRemote) -> None:
    remote = {"length": '"seconds"', "seconds": "[4, 8, 12]", "extensions": '"none"'}
    with VideosServer(metadata=False) as server:
        drawn(remote_of(server, remote=remote), asked(frames=10, **SIZE))
        (fields,) = fields_of(server)
    assert set(fields) == {"model", "prompt", "size", "seconds"}
    assert fields["seconds"] == "4"


def test_as_dynamo_is_asked(remote_of: MakeRemote, tmp_path: Path) -> None:
    remote = {"form": '"json"', "extensions": '"nvext"'}
    with VideosServer(metadata=False) as server:
        engine = remote_of(server, begins=True, remote=remote)
        drawn(engine, asked(frames=10, first_frame=keyframe(tmp_path), **SIZE))
        (fields,) = fields_of(server)
    assert fields["nvext"]["seed"] == 7
    assert fields["nvext"]["num_frames"] == 13
    assert fields["picture"]


def test_the_film_has_its_own_rate_whatever_the_clip_has(remote_of: MakeRemote) -> None:
    pixels = {}
    for rate in (24, 12):
        with VideosServer(rate=rate) as server:
            remote = {"length": '"seconds"'}
            pixels[rate] = drawn(remote_of(server, remote=remote), asked(frames=16, **SIZE))
    # The stripes wander two pixels a frame: at half the rate they are half as fast.
    moved = {rate: _wandered(frames) for rate, frames in pixels.items()}
    assert moved == {24: 28, 12: 14}


def _wandered(frames: Any) -> int:
    """Return by how many pixels the stripes of the last frame but one lie right of the first's."""
    first, last = (frame[64].astype(int) for frame in (frames[0], frames[14]))
    faults = [np.abs(np.roll(first, shift, axis=0)[40:] - last[40:]).mean() for shift in range(40)]
    return int(np.argmin(faults))


@pytest.mark.parametrize("begins", [True, False])
def test_a_shot_longer_than_a_clip(begins: bool, remote_of: MakeRemote) -> None:
    with VideosServer() as server:
        shares: list[Fraction] = []
        clip = remote_of(server, begins=begins).render(asked(frames=40, **SIZE), shares.append, never_cancelled)
        pixels = np.stack([frame.copy() for frame in clip.pixels])
        assert pixels.shape == (40, 128, 160, 3)
        assert shares == sorted(shares) and shares[-1] == 1
        pictures = [fields.get("picture") for fields in fields_of(server)]
    if begins:
        # Each begins with the last frame of the one before.
        assert (len(pictures), pictures[0], len(set(pictures))) == (3, None, 3)
    else:
        assert pictures == [None]
        assert clip.notes[0].startswith("looped: ")


def test_what_decides_no_pixel_makes_no_other_take(remote_of: MakeRemote) -> None:
    def key(engine: RemoteEngine, **settings: Any) -> str:
        facts = EngineFacts(
            name=engine.name, revision=engine.revision, settings=settings, capabilities=engine.capabilities
        )
        shot = Shot(id="s1", picture=QUAY)
        return order_take(shot, 10, (), facts, PictureSettings(), Encoding()).key

    plain = remote_of("http://127.0.0.1:9/v1")
    patient = {"deadline_s": 9.0, "at_once": 9, "lost": "again", "key_env": "ELSE"}
    other = remote_of("http://127.0.0.2:9/v1", **patient)
    assert key(plain) == key(other, **patient)
    assert other.capabilities.at_once == 9
    for more in ({"model": "other"}, {"steps": 9}, {"fields": {"flow_shift": 3}}, {"size": "128x128"}):
        assert key(remote_of("http://127.0.0.1:9/v1", **more)) != key(plain)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"base_url": ""}, "needs the address of a server that speaks /v1/videos.*BOOKFILM_VIDEO_URL"),
        ({"base_url": "ftp://there/v1"}, "needs the address"),
        ({"base_url": "http://[::1"}, "needs the address"),
        ({"at_onse": 1}, "at_onse: there is no such key"),
        ({"lost": "never"}, "lost: "),
        ({"most_frames": 4}, r"clip\.frames: where a clip begins with the last frame of the one before"),
        ({"profile": "wan3"}, "no such profile"),
        ({"profile": "wan2.1-flf2v-14b"}, "needs the last frame of each shot"),
    ],
)
def test_wrong_settings_are_one_line(told: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOKFILM_VIDEO_URL", raising=False)
    with pytest.raises(SettingsError, match=said) as fault:
        build_video("remote", {"profile": "wan2.2-ti2v-5b", "base_url": "http://127.0.0.1:9/v1", **told})
    assert "\n" not in str(fault.value)


def test_the_client_is_asked_for_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("errand", "server"):
        monkeypatch.delitem(sys.modules, f"bookfilm.picture.remote.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(EngineUnavailable, match=r"needs httpx2: pip install 'bookfilm\[remote\]'"):
        build_video("remote", {"profile": "wan2.2-ti2v-5b", "base_url": "http://127.0.0.1:9/v1"})


def test_the_environment_fills_what_the_preset_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKFILM_VIDEO_URL", "http://127.0.0.1:2/v1/")
    monkeypatch.setenv("BOOKFILM_VIDEO_MODEL", "from-outside")
    choice = load_preset("remote").video
    settings = read_settings(choice.settings)
    assert choice.replicas.slots >= settings.at_once
    assert settings.base_url == "http://127.0.0.1:2/v1"
    assert asked_profile(settings).remote.model == "from-outside"
    monkeypatch.delenv("BOOKFILM_VIDEO_MODEL")
    assert asked_profile(settings.changed(model="")).remote.model == "Wan-AI/Wan2.2-TI2V-5B-Diffusers"


def test_the_table_remote_is_no_part_of_what_diffusers_makes(tmp_path: Path) -> None:
    plain, other = (load_profile(str(profile_file(tmp_path, **more))) for more in ({}, {"poll_s": 9.0}))
    named = load_profile(str(profile_file(tmp_path, model='"x"')))
    assert plain.digest() == other.digest() == named.digest()
    assert asked_digest(plain) == asked_digest(other) != asked_digest(named)
    with pytest.raises(SettingsError, match='need form = "json"'):
        load_profile(str(profile_file(tmp_path, extensions='"nvext"')))


def test_a_profile_that_fills_long_shots_chains_them_at_a_server(remote_of: MakeRemote, tmp_path: Path) -> None:
    told = profile_file(tmp_path, begins=True)
    text = told.read_text(encoding="utf8").replace('rate = "24"', 'rate = "24"\nlonger = "fill"')
    told.write_text(text.replace("[remote]", "last_frame = true\n[remote]"), encoding="utf8")
    with VideosServer() as server:
        engine = RemoteEngine(profile=str(told), base_url=server.url, **QUICK)
        assert drawn(engine, asked(frames=40, **SIZE)).shape == (40, 128, 160, 3)
        assert (server.paid, engine.capabilities.last_frame) == (3, False)
        asks, lacks = lacks_of_server({"profile": str(told), "base_url": server.url, "model": "tests"})
        assert (asks, lacks) == (f"tests as profile stripes at {server.url}", [])


def test_a_profile_without_a_pipeline_is_a_servers(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="only a server has this model"):
        build_video("diffusers", {"profile": str(profile_file(tmp_path))})


@pytest.mark.parametrize(("frames", "seconds"), [(1, 4), (96, 4), (97, 8), (288, 12), (400, 12)])
def test_seconds_are_the_least_that_hold_the_frames(frames: int, seconds: int, tmp_path: Path) -> None:
    profile = load_profile(str(profile_file(tmp_path, length='"seconds"', seconds="[8, 4, 12]")))
    assert asked_seconds(frames, profile) == seconds


def test_the_profile_in_the_page_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "diffusion.md").read_text(encoding="utf8")
    (body,) = re.findall(r"```toml\n(# sora-like.*?)```", page, re.DOTALL)
    path = tmp_path / "sora-like.toml"
    path.write_text(body, encoding="utf8")
    profile = asked_profile(read_settings({"profile": str(path)}))
    assert (profile.remote.model, profile.remote.seconds) == ("some-model-2", (4, 8, 12))


def test_progress_needs_no_listener(remote_of: MakeRemote) -> None:
    with VideosServer(polls=0) as server:
        clip = remote_of(server).render(asked(frames=5, **SIZE), no_progress, never_cancelled)
        assert len(list(clip.pixels)) == 5
