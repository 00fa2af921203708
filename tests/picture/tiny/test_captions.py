"""Captions: every picture has one, in words that the model knows; and what is held out of the training is held out."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.picture.tiny.captions import (
    HOUR_GROUPS,
    PLACE_GROUPS,
    caption_words,
    figures_in,
    hour_group,
    place_group,
    write_caption,
)
from bookfilm.picture.tiny.scenes import DRAWN, all_triples, held_out, judged_scene, training_scene
from bookfilm.records.bible import Hour, Look, PlaceKind, Weather
from bookfilm.records.shots import Camera, InFrame, Picture, Setting, ShotSize

KNOWN = set(caption_words())


@given(
    kind=st.sampled_from(get_args(PlaceKind)), hour=st.sampled_from(get_args(Hour)),
    weather=st.sampled_from(get_args(Weather)), size=st.sampled_from(get_args(ShotSize)),
    camera=st.sampled_from(get_args(Camera)), marks=st.lists(st.integers(0, 100), max_size=5),
)  # fmt: skip
def test_every_picture_is_told_in_words_that_the_model_knows(
    kind: PlaceKind, hour: Hour, weather: Weather, size: ShotSize, camera: Camera, marks: list[int]
) -> None:
    cast = tuple(InFrame(name="Anna Karenina", look=Look(), mark=mark) for mark in marks)
    setting = Setting(kind=kind, hour=hour, weather=weather, name="The Drunken Whale")
    caption = write_caption(Picture(setting=setting, size=size, camera=camera, cast=cast, action="He weeps."))
    words = caption.replace(".", "").split()
    assert set(words) <= KNOWN
    assert len(words) <= 16
    assert {place_group(kind), hour_group(hour)} <= set(words)


def test_a_caption_reads_so() -> None:
    setting = Setting(kind="graveyard", hour="afternoon", weather="storm")
    cast = (InFrame(name="anna", look=Look(), mark=30),)
    picture = Picture(setting=setting, size="over_shoulder", camera="push", cast=cast)
    assert write_caption(picture) == "medium shot. forest. at noon. rain. one person left. camera in."


def test_each_group_is_drawn_by_kinds_of_its_own() -> None:
    assert set(DRAWN) == set(PLACE_GROUPS)
    assert all(place_group(kind) == group for group, kinds in DRAWN.items() for kind in kinds)


def test_no_training_scene_is_of_a_triple_that_is_held_out() -> None:
    out = set(held_out())
    assert (len(all_triples()), len(out)) == (240, 40)
    seen = Counter(triple_of(training_scene(number)) for number in range(3000))
    assert not out & set(seen)
    assert len(seen) == 200
    judged = Counter(triple_of(judged_scene(number, held_out())) for number in range(200))
    assert judged == dict.fromkeys(out, 5)


def triple_of(picture: Picture) -> tuple[str, str, int]:
    return place_group(picture.setting.kind), hour_group(picture.setting.hour), figures_in(picture)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_is_held_out_leaves_nothing_unseen(at: int) -> None:
    wanted = (set(PLACE_GROUPS), set(HOUR_GROUPS), set(range(4)))[at]
    assert {triple[at] for triple in held_out()} == wanted
    assert {triple[at] for triple in all_triples() if triple not in held_out()} == wanted


def test_the_same_number_is_the_same_scene() -> None:
    assert training_scene(7) == training_scene(7)
    assert training_scene(7) != training_scene(8)
