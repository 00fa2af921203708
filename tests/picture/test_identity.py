"""Who is held to a portrait, and whether an outline tells one from another."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.engines.protocols import PortraitRequest, RenderRequest, never_cancelled, no_progress
from bookfilm.errors import EngineError
from bookfilm.picture.identity import (
    PortraitGiven,
    judged_frames,
    judged_people,
    outline_likeness,
    read_portrait,
)
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.bible import Hour, Look, PlaceKind
from bookfilm.records.shots import InFrame, Picture, Setting, ShotSize
from bookfilm.records.time import FrameRate
from bookfilm.store.media import sha256_of

LAMPLIGHTER = Look(sex="male", age="old", hat="top", beard="full", dress="cloak", features=5)
GIRL = Look(sex="female", age="young", hair="long", dress="bell_skirt", features=9)
SHADOW = ShadowEngine()


def portrait_of(look: Look) -> NDArray[np.uint8]:
    return SHADOW.portrait(PortraitRequest(look=look, width=384, height=384, style="lantern"), never_cancelled)


def frames_of(look: Look, place: PlaceKind, hour: Hour, size: ShotSize = "close_up") -> list[NDArray[np.uint8]]:
    person = InFrame(name="somebody", look=look, mark=45, facing="left")
    picture = Picture(setting=Setting(kind=place, hour=hour), size=size, cast=(person,))
    request = RenderRequest(picture=picture, width=320, height=180, rate=FrameRate(), frames=3, style="lantern")
    return [frame[:, :, :3].copy() for frame in SHADOW.render(request, no_progress, never_cancelled).pixels]


@pytest.mark.parametrize(("place", "hour"), [("street", "noon"), ("room", "dusk"), ("shore", "morning")])
@pytest.mark.parametrize("size", ["close_up", "medium"])
def test_an_outline_is_more_like_its_own_portrait(place: PlaceKind, hour: Hour, size: ShotSize) -> None:
    man, girl = portrait_of(LAMPLIGHTER), portrait_of(GIRL)
    of_him, of_her = (frames_of(look, place, hour, size) for look in (LAMPLIGHTER, GIRL))
    assert outline_likeness(of_him, man) > outline_likeness(of_him, girl)
    assert outline_likeness(of_her, girl) > outline_likeness(of_her, man)
    assert outline_likeness(of_him, man) == outline_likeness(of_him, man)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), height=st.integers(40, 200), width=st.integers(40, 300), plain=st.booleans())
def test_a_likeness_is_from_0_to_1_of_any_picture(seed: int, height: int, width: int, plain: bool) -> None:
    chance = np.random.default_rng(seed)
    frame = chance.integers(0, 256, (height, width, 3), dtype=np.uint8)
    frame = np.full_like(frame, frame[0, 0]) if plain else frame
    assert 0 <= outline_likeness([frame], portrait_of(GIRL)) <= 1


def test_who_is_small_or_turned_away_is_held_to_nothing() -> None:
    one = InFrame(name="anna", look=GIRL)
    setting = Setting(kind="room", hour="noon")

    def judged(*cast: InFrame, **more: object) -> list[str]:
        told = {"setting": setting, "size": "medium", "cast": cast} | more
        return [person.name for person in judged_people(Picture.model_validate(told))]

    assert judged(one) == ["anna"]
    assert judged(one, one.changed(name="tom", near=True), size="over_shoulder") == ["anna"]
    assert judged(one.changed(stance="lie")) == []
    for size in ("wide", "full", "insert"):
        assert judged(one, size=size) == []
    assert judged(one, kind="title", card=("A TALE",)) == []


@given(frames=st.integers(1, 5000))
def test_a_take_is_looked_at_inside_itself(frames: int) -> None:
    looked = judged_frames(frames)
    assert looked and min(looked) >= 0 and max(looked) < frames
    assert len(looked) == 5 or frames < 12


def test_a_portrait_that_is_another_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "anna.png"
    cv2.imwrite(str(path), portrait_of(GIRL)[..., ::-1])
    given_one = PortraitGiven(who="anna", path=str(path), sha256=sha256_of(path))
    assert np.array_equal(read_portrait(given_one), portrait_of(GIRL))
    path.write_bytes(b"no picture")
    with pytest.raises(EngineError, match=r"anna\.png: the portrait is no picture, or not the one"):
        read_portrait(given_one)
    path.unlink()
    with pytest.raises(EngineError, match=r"anna\.png: the portrait cannot be read"):
        read_portrait(given_one)
