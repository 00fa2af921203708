"""What every KeyframeEngine must do, and every PortraitEngine beside that, whichever engine it is."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from bookfilm.engines.protocols import KeyframeRequest, PortraitEngine, PortraitRequest, never_cancelled
from bookfilm.engines.registry import build_keyframe, installed_engines
from bookfilm.errors import RenderCancelled
from bookfilm.picture.identity import figure_of
from bookfilm.records.bible import Look
from tests.picture.diffusion.asking import QUAY, WOOD

OLD = Look(sex="male", age="old", hat="top", beard="full", dress="cloak", features=5)
YOUNG = Look(sex="female", age="young", hair="long", dress="bell_skirt", features=9)
DOG = Look(creature="dog")


@pytest.fixture(params=installed_engines("keyframe"))
def engine(request: pytest.FixtureRequest) -> PortraitEngine:
    built = build_keyframe(request.param, {})
    assert isinstance(built, PortraitEngine), "all that come with bookfilm draw both"
    return built


def still(**more: object) -> KeyframeRequest:
    told = {"picture": QUAY, "width": 160, "height": 128, "style": "lantern", "seed": 5} | more
    return KeyframeRequest.model_validate(told)


def portrait(look: Look = OLD, **more: object) -> PortraitRequest:
    told = {"look": look, "width": 192, "height": 192, "style": "lantern", "seed": 5} | more
    return PortraitRequest.model_validate(told)


def test_a_still_is_of_the_size_that_was_asked_for_and_the_same_again(engine: PortraitEngine) -> None:
    first = engine.keyframe(still(), never_cancelled)
    assert (first.shape, first.dtype) == ((128, 160, 3), np.uint8)
    assert not np.array_equal(engine.keyframe(still(picture=WOOD), never_cancelled), first)
    assert not np.array_equal(engine.keyframe(still(at=Fraction(1)), never_cancelled), first)
    assert np.array_equal(engine.keyframe(still(), never_cancelled), first)


@pytest.mark.parametrize("look", [OLD, YOUNG, DOG])
@pytest.mark.parametrize(("width", "height"), [(192, 192), (384, 384), (160, 192)])
def test_a_portrait_is_somebody_on_a_plain_ground(look: Look, width: int, height: int, engine: PortraitEngine) -> None:
    drawn = engine.portrait(portrait(look, width=width, height=height), never_cancelled)
    assert (drawn.shape, drawn.dtype) == ((height, width, 3), np.uint8)
    figure = figure_of(drawn)
    assert 0.1 < figure.mean() < 0.8
    edge = height // 24
    assert not figure[:edge, :edge].any()
    assert not figure[:edge, -edge:].any()


def test_a_look_is_always_the_same_portrait_and_another_is_another(engine: PortraitEngine) -> None:
    first = engine.portrait(portrait(), never_cancelled)
    assert not np.array_equal(engine.portrait(portrait(YOUNG), never_cancelled), first)
    assert not np.array_equal(engine.portrait(portrait(style="noir"), never_cancelled), first)
    assert np.array_equal(engine.portrait(portrait(), never_cancelled), first)


def test_it_stops_when_it_is_told_to(engine: PortraitEngine) -> None:
    with pytest.raises(RenderCancelled):
        engine.keyframe(still(), lambda: True)
    with pytest.raises(RenderCancelled):
        engine.portrait(portrait(), lambda: True)
