"""The video replica: an engine that cannot start is told to who asks, and only then is the replica ill."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bookfilm.errors import SettingsError
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Take
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.media import MediaStore
from deployments.video import VideoReplica
from tests.picture.remote.conftest import QUICK, profile_file
from tests.picture.remote.video_server import VideosServer


def an_order(facts: EngineFacts, frames: int = 3) -> TakeOrder:
    shot = Shot(id="s1", picture=Picture(setting=Setting(kind="sea", hour="noon")))
    return order_take(shot, frames, (), facts, PictureSettings(width=128, height=128), Encoding(preset="ultrafast"))


def test_an_engine_that_cannot_start_is_told_in_its_own_words(tmp_path: Path) -> None:
    replica = VideoReplica("diffusers", {"profile": "wan3"})
    replica.check_health()
    with pytest.raises(SettingsError, match="wan3: no such profile"):
        asyncio.run(replica.facts())
    with pytest.raises(SettingsError):
        replica.check_health()
    reply = asyncio.run(
        replica.render(an_order(EngineFacts(name="diffusers", revision="1")), MediaStore(tmp_path, ".mp4", Take))
    )
    assert (reply.verdict, reply.error.split(":")[0]) == ("never", "SettingsError")


def test_one_that_starts_is_well_and_draws(tmp_path: Path) -> None:
    replica = VideoReplica("shadow", {})
    replica.check_health()
    order = an_order(asyncio.run(replica.facts()))
    assert asyncio.run(replica.render(order, MediaStore(tmp_path, ".mp4", Take))).verdict == "done"
    assert MediaStore(tmp_path, ".mp4", Take).find(order.key) is not None


def test_a_shot_that_was_ordered_with_other_settings_is_not_drawn(tmp_path: Path) -> None:
    replica = VideoReplica("shadow", {})
    facts = asyncio.run(replica.facts()).changed(settings={"threads": 2})
    store = MediaStore(tmp_path, ".mp4", Take)
    reply = asyncio.run(replica.render(TakeOrder.model_validate_json(an_order(facts).model_dump_json()), store))
    assert reply.verdict == "stop"
    assert (
        reply.error
        == "OtherEngine: shot s1: this replica was built with other settings than the job means; redeploy it"
    )


@pytest.mark.parametrize("at_once", [1, 2])
def test_as_many_shots_are_under_way_as_the_engine_says(at_once: int, tmp_path: Path) -> None:
    pytest.importorskip("httpx2", reason="the extra remote is not installed")
    with VideosServer(polls=6) as server:
        settings = {"profile": str(profile_file(tmp_path)), "base_url": server.url, "at_once": at_once, **QUICK}
        replica = VideoReplica("remote", settings)

        async def render_four() -> list[str]:
            orders = [an_order(await replica.facts(), frames) for frames in (3, 4, 5, 6)]
            asked = [replica.render(order, MediaStore(tmp_path / "takes", ".mp4", Take)) for order in orders]
            return [reply.verdict for reply in await asyncio.gather(*asked)]

        assert asyncio.run(render_four()) == ["done"] * 4
        assert (server.most_waiting, server.paid) == (at_once, 4)


def test_a_call_that_is_cancelled_is_told_to_the_server(tmp_path: Path) -> None:
    pytest.importorskip("httpx2", reason="the extra remote is not installed")
    with VideosServer(fates=["hangs"]) as server:
        replica = VideoReplica("remote", {"profile": str(profile_file(tmp_path)), "base_url": server.url, **QUICK})

        async def let_go() -> None:
            order = an_order(await replica.facts())
            asked = asyncio.create_task(replica.render(order, MediaStore(tmp_path / "takes", ".mp4", Take)))
            while not server.jobs:
                await asyncio.sleep(0.01)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked

        asyncio.run(let_go())
        patience = time.monotonic() + 20
        while not server.stopped and time.monotonic() < patience:
            time.sleep(0.01)
        assert (server.paid, server.stopped) == (1, ["video_0"])
