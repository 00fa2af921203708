"""The video replica: an engine that cannot start is told to who asks, and only then is the replica ill."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bookfilm.errors import SettingsError
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Take
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.media import MediaStore
from deployments.video import VideoReplica


def an_order(facts: EngineFacts) -> TakeOrder:
    shot = Shot(id="s1", picture=Picture(setting=Setting(kind="sea", hour="noon")))
    return order_take(shot, 3, (), facts, PictureSettings(width=128, height=128), Encoding(preset="ultrafast"))


def test_an_engine_that_cannot_start_is_told_in_its_own_words(tmp_path: Path) -> None:
    replica = VideoReplica("diffusers", {"profile": "wan3"})
    replica.check_health()
    with pytest.raises(SettingsError, match="wan3: no such profile"):
        asyncio.run(replica.facts())
    with pytest.raises(SettingsError):
        replica.check_health()
    reply = asyncio.run(replica.render(an_order(EngineFacts(name="diffusers", revision="1")), str(tmp_path)))
    assert (reply.verdict, reply.error.split(":")[0]) == ("never", "SettingsError")


def test_one_that_starts_is_well_and_draws(tmp_path: Path) -> None:
    replica = VideoReplica("shadow", {})
    replica.check_health()
    order = an_order(asyncio.run(replica.facts()))
    assert asyncio.run(replica.render(order, str(tmp_path))).verdict == "done"
    assert MediaStore(tmp_path, ".mp4", Take).find(order.key) is not None
