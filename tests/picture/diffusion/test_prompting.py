"""A shot in words: every value has some, the same shot has the same, and what does not fit is left out whole."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.picture.diffusion.prompting import describe_look, prompt_words, write_prompt
from bookfilm.records.base import Part
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame, Picture, Setting
from tests.picture.diffusion.asking import QUAY, WOOD

TABLES: dict[str, tuple[type[Part], str]] = {
    "size": (Picture, "size"),
    "camera": (Picture, "camera"),
    "hour": (Setting, "hour"),
    "weather": (Setting, "weather"),
    "weather_indoors": (Setting, "weather"),
    "season": (Setting, "season"),
    "place": (Setting, "kind"),
    "build": (Look, "build"),
    "hair": (Look, "hair"),
    "beard": (Look, "beard"),
    "hat": (Look, "hat"),
    "dress": (Look, "dress"),
    "carries": (Look, "carries"),
    "stance": (InFrame, "stance"),
    "emotion": (InFrame, "emotion"),
}
PICTURES = st.builds(
    Picture,
    setting=st.builds(Setting, name=st.text(max_size=20)),
    cast=st.lists(st.builds(InFrame, name=st.just("x"), look=st.builds(Look)), max_size=4).map(tuple),
    action=st.text(max_size=400),
    props=st.lists(st.sampled_from(["letter", "oar", "boat"]), max_size=3).map(tuple),
)


@pytest.mark.parametrize("table", TABLES)
def test_every_value_has_words(table: str) -> None:
    part, field = TABLES[table]
    assert set(prompt_words()[table]) == set(get_args(part.model_fields[field].annotation))


def test_a_shot_is_told() -> None:
    assert write_prompt(QUAY, "cinematic", 2000) == (
        "A full shot in a harbour, at dusk, under a darkening sky. An old woman with short hair, wearing a bell-shaped "
        "dress walks on the left, facing right. The camera stands still. Anna walks along the quay. Cinematic live "
        "action, natural light, 35 mm film, shallow depth of field."
    )
    assert write_prompt(WOOD, "gouache_on_paper", 2000) == (
        "A wide shot of a forest, at night, in darkness. Nobody is in sight. Rain is falling. The camera moves slowly "
        "in. In the style of gouache on paper."
    )


def test_what_decides_is_told() -> None:
    said = write_prompt(QUAY, "noir", 2000)
    others = [
        QUAY.changed(size="close_up"),
        QUAY.changed(camera="push"),
        QUAY.changed(crowd=3),
        QUAY.changed(crowd=9),
        QUAY.changed(props=("oar",)),
        QUAY.changed(action="Anna sits down."),
        QUAY.changed(setting=QUAY.setting.changed(weather="fog")),
        QUAY.changed(setting=QUAY.setting.changed(lights=("lamp", "moon"))),
        QUAY.changed(cast=(QUAY.cast[0].changed(emotion="fear"),)),
        QUAY.changed(cast=(QUAY.cast[0].changed(near=True),)),
        QUAY.changed(cast=(QUAY.cast[0].changed(look=QUAY.cast[0].look.changed(hat="fur", stature=112)),)),
    ]
    assert len({said, *(write_prompt(other, "noir", 2000) for other in others)}) == len(others) + 1


def test_a_look_is_told_alike_wherever_it_is_seen_and_by_no_name() -> None:
    look = Look(sex="male", beard="full", hat="top", dress="tailcoat", carries="lamp", stature=110, words="one eye")
    said = describe_look(look)
    assert said == (
        "a tall man with short hair and a full beard, wearing a tailcoat and a top hat, carrying a lamp, one eye"
    )
    assert said[1:] in write_prompt(QUAY.changed(cast=(InFrame(name="mr_pell", look=look),)), "ink", 2000)
    assert "pell" not in write_prompt(QUAY.changed(cast=(InFrame(name="mr_pell", look=look),)), "ink", 2000)


@given(picture=PICTURES, most=st.integers(80, 2000))
def test_a_prompt_is_no_longer_than_the_model_reads_and_always_the_same(picture: Picture, most: int) -> None:
    said = write_prompt(picture, "ink", most)
    assert 0 < len(said) <= most
    assert said.endswith("black on pale paper.")
    assert write_prompt(picture, "ink", most) == said
