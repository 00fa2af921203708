"""The keyframe replica: it draws what is ordered, once, and tells in words what it cannot."""

from __future__ import annotations

import asyncio
import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Cancelled, KeyframeRequest, never_cancelled
from bookfilm.errors import EngineError, SettingsError
from bookfilm.picture.keyframes import (
    PORTRAIT_PX,
    KeyframeFacts,
    KeyframeOrder,
    make_keyframe,
    order_keyframe,
    order_portrait,
)
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.bible import Look
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Keyframe
from bookfilm.settings import PictureSettings, parse_preset
from bookfilm.store.media import MediaStore
from deployments import keyframe
from deployments.apps import app_of, built_from
from deployments.keyframe import KeyframeReplica
from tests.deployments.test_apps import MINE, options_of


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> KeyframeReplica:
    monkeypatch.setattr(keyframe, "build_keyframe", lambda _name, _settings: ShadowEngine())
    return KeyframeReplica("shadow", {})


def an_order(facts: KeyframeFacts, at: int = 0) -> KeyframeOrder:
    shot = Shot(id="s1", picture=Picture(setting=Setting(kind="sea", hour="noon"), camera="pan_left"))
    return order_keyframe(shot, Fraction(at), facts, PictureSettings(width=128, height=128))


def test_it_draws_each_order_once(replica: KeyframeReplica, tmp_path: Path) -> None:
    replica.check_health()
    facts, store = asyncio.run(replica.facts()), MediaStore(tmp_path, ".png", Keyframe)
    first, last = an_order(facts), an_order(facts, at=1)
    # As rows of JSON, which is how orders travel.
    for order in (KeyframeOrder.model_validate_json(o.model_dump_json()) for o in (first, last)):
        assert asyncio.run(replica.draw(order, str(tmp_path))).verdict == "done"
    assert store.verified(first.key).sha256 != store.verified(last.key).sha256
    written = store.file(first.key).stat().st_mtime_ns
    assert asyncio.run(replica.draw(first, str(tmp_path))).verdict == "done"
    assert store.file(first.key).stat().st_mtime_ns == written


def test_it_draws_portraits_too(replica: KeyframeReplica, tmp_path: Path) -> None:
    facts = asyncio.run(replica.facts())
    assert facts.portraits
    order = order_portrait("anna", Look(sex="female", hat="bonnet"), facts, PictureSettings())
    same = KeyframeOrder.model_validate_json(order.model_dump_json())
    assert same == order
    assert asyncio.run(replica.draw(same, str(tmp_path))).verdict == "done"
    assert MediaStore(tmp_path, ".png", Keyframe).verified(order.key).width == PORTRAIT_PX
    told = order_portrait("anna", Look(sex="female", hat="bonnet"), facts.changed(portraits=False), PictureSettings())
    assert told.key == order.key, "what else the engine can do is no part of what it draws"
    stale = order.changed(engine=facts.changed(revision="0"))
    store = MediaStore(tmp_path / "elsewhere", ".png", Keyframe)
    with pytest.raises(EngineError, match=r"^portrait of anna: this replica runs another version"):
        make_keyframe(ShadowEngine(), stale, store)


def test_a_cancelled_call_does_not_let_two_stills_be_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at_work: list[int] = []

    class SlowEngine(ShadowEngine):
        def keyframe(self, request: KeyframeRequest, cancelled: Cancelled) -> NDArray[np.uint8]:
            at_work.append(1)
            most.append(len(at_work))
            begun.set()
            # As one that looks whether it is still wanted only between two steps.
            time.sleep(0.3)
            at_work.pop()
            return super().keyframe(request, never_cancelled)

    most: list[int] = []
    begun = threading.Event()
    monkeypatch.setattr(keyframe, "build_keyframe", lambda _name, _settings: SlowEngine())
    replica = KeyframeReplica("shadow", {})

    async def cancelled_and_followed() -> str:
        facts = await replica.facts()
        first = asyncio.create_task(replica.draw(an_order(facts), str(tmp_path)))
        await asyncio.to_thread(begun.wait)
        first.cancel()
        return (await replica.draw(an_order(facts, at=1), str(tmp_path))).verdict

    assert asyncio.run(cancelled_and_followed()) == "done"
    assert most == [1, 1]


def test_another_version_of_the_engine_draws_nothing(replica: KeyframeReplica, tmp_path: Path) -> None:
    reply = asyncio.run(replica.draw(an_order(KeyframeFacts(name="shadow", revision="0")), str(tmp_path)))
    assert (reply.verdict, reply.error) == (
        "stop",
        "OtherEngine: keyframe of shot s1: this replica runs another version of its engine; redeploy it",
    )


def test_an_engine_that_is_not_there_is_told_in_its_own_words() -> None:
    replica = KeyframeReplica("no_such_artist", {})
    with pytest.raises(SettingsError, match="no_such_artist: no keyframe engine has this name"):
        asyncio.run(replica.facts())
    with pytest.raises(SettingsError):
        replica.check_health()


def test_an_app_has_the_post_where_the_preset_names_somebody() -> None:
    plain = parse_preset("mine", MINE)
    drawn = parse_preset("mine", f'{MINE}\n[keyframes]\nengine = "shadow"\nreplicas = {{ num_gpus = 0.25 }}\n')
    assert "keyframe" not in options_of(app_of(plain))
    assert options_of(app_of(drawn))["keyframe"]["num_gpus"] == 0.25
    assert built_from(plain) != built_from(drawn)
