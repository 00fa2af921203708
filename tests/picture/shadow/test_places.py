"""Every place, by day and by night: a picture, against which a head can be read."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.shadow.backdrop import SetCache
from bookfilm.picture.shadow.palette import HOURS
from bookfilm.picture.shadow.sets.index import BUILDERS
from bookfilm.picture.shadow.shot import Shot
from bookfilm.records.bible import PlaceKind
from tests.picture.shadow.shots_for_tests import OFFICER, digest, frames_of, lightness, person, picture, request

ENGINE = ShadowEngine()
SETS = SetCache()
LOOK = OFFICER.changed(hat="none", dress="coat", build="plain")


@pytest.mark.parametrize("kind", get_args(PlaceKind))
def test_place_is_a_picture_and_heads_stand_out(kind: str) -> None:
    seen = []
    for hour in ("noon", "night"):
        cast = (person("a", LOOK, mark=36), person("b", LOOK, mark=64, facing="left"))
        empty = lightness(frames_of(ENGINE, request(picture(kind, hour), width=192, height=108, frames=1))[0])
        full = lightness(frames_of(ENGINE, request(picture(kind, hour, *cast), width=192, height=108, frames=1))[0])
        assert empty.std() > 0.06, f"{kind} at {hour} is flat"
        assert np.percentile(empty, 97) - np.percentile(empty, 3) > 0.3
        seen.append(empty)
        for mark in (0.36, 0.64):
            head = (slice(13, 33), slice(int(192 * mark) - 6, int(192 * mark) + 7))
            lack = np.abs(empty - full)[head]
            covered = lack > 0.1
            assert covered.sum() > 25, f"no head at {mark} in {kind} at {hour}"
            assert lack[covered].mean() > 0.2, f"a head is lost in {kind} at {hour}"
    assert np.abs(seen[0] - seen[1]).mean() > 0.02, "noon and night look alike"


@pytest.mark.parametrize("kind", get_args(PlaceKind))
@pytest.mark.parametrize("size", ["medium", "over_shoulder", "close_up", "insert"])
def test_nearer_shots_are_filled_and_heads_stand_out(kind: str, size: str) -> None:
    for hour in ("noon", "night"):
        shot = Shot(request(picture(kind, hour, size=size), width=192, height=108), SETS)
        assert (shot.backdrop.layers[0].pixels[:, :, 3] == 255).all(), "the sky does not reach up to the frame's edge"
        if size not in ("medium", "close_up"):
            continue
        alone = picture(kind, hour, person("a", LOOK, mark=50), size=size)
        empty, full = (
            lightness(frames_of(ENGINE, request(one, width=192, height=108, frames=1))[0])
            for one in (alone.changed(cast=()), alone)
        )
        lack = np.abs(empty - full)[:70, 60:132]
        covered = lack > 0.1
        assert covered.mean() > 0.08, f"no head in {kind} at {hour}"
        assert lack[covered].mean() > 0.2, f"a head is lost in {kind} at {hour}"


def test_there_is_a_builder_for_every_kind() -> None:
    assert set(BUILDERS) == set(get_args(PlaceKind))


def test_places_of_a_kind_differ_and_the_same_returns() -> None:
    def forest(features: int) -> str:
        shot = picture("forest", "dusk")
        setting = shot.setting.changed(features=features)
        return digest(frames_of(ENGINE, request(shot.changed(setting=setting), width=192, height=108, frames=1)))

    assert forest(1) != forest(2)
    assert forest(1) == forest(1)


def test_hours_and_weathers_differ() -> None:
    shown = {}
    for hour in HOURS:
        shown[hour] = frames_of(ENGINE, request(picture("village", hour), width=192, height=108, frames=1))[0]
    for weather in ("rain", "snow", "fog", "storm", "wind"):
        asked = request(picture("village", "noon", weather=weather), width=192, height=108, frames=1)
        shown[weather] = frames_of(ENGINE, asked)[0]
    names = list(shown)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert np.abs(shown[one].astype(int) - shown[other]).mean() > (0.35 if other == "wind" else 1.2), (
                f"{one} looks like {other}"
            )


def test_a_window_shows_the_weather_outside() -> None:
    clear, snow = (
        frames_of(ENGINE, request(picture("room", "noon", weather=weather), frames=1))[0]
        for weather in ("clear", "snow")
    )
    assert np.abs(clear.astype(int) - snow).mean() > 0.5


def test_winter_differs_from_summer() -> None:
    shot = picture("garden", "noon")
    summer, winter = (
        frames_of(ENGINE, request(shot.changed(setting=shot.setting.changed(season=season)), frames=1))[0]
        for season in ("summer", "winter")
    )
    assert np.abs(summer.astype(int) - winter).mean() > 3
