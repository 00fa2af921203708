"""The figures: joints, feet on the ground, mouths that open, people told apart."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.picture.shadow.figure.acting import act, stride_of, walk_pose
from bookfilm.picture.shadow.figure.artist import FigureArtist
from bookfilm.picture.shadow.figure.body import body_of
from bookfilm.picture.shadow.figure.creatures import draw_creature, eye_height
from bookfilm.picture.shadow.figure.menagerie import KINDS
from bookfilm.picture.shadow.figure.skeleton import Foot, Pose, ankle_height, bend_limb, sole_height, solve
from bookfilm.picture.shadow.paper import surface_on
from bookfilm.records.bible import Age, Beard, Build, Carries, Creature, Dress, Hair, Hat, Look, Sex
from bookfilm.records.screenplay import Emotion
from bookfilm.records.shots import Stance
from tests.picture.shadow.shots_for_tests import GIRL, LADY, OFFICER, person

LOOKS = st.builds(
    Look,
    sex=st.sampled_from(get_args(Sex)),
    age=st.sampled_from(get_args(Age)),
    build=st.sampled_from(get_args(Build)),
    hair=st.sampled_from(get_args(Hair)),
    beard=st.sampled_from(get_args(Beard)),
    hat=st.sampled_from(get_args(Hat)),
    dress=st.sampled_from(get_args(Dress)),
    carries=st.sampled_from(get_args(Carries)),
    stature=st.integers(80, 120),
    features=st.integers(0, 1 << 40),
)


def cut(look: Look, pose: Pose | None = None, unit: float = 24.0) -> NDArray[np.uint8]:
    """Return the figure's alpha; its feet are at row 10.4 units of 11.25."""
    pixels = np.zeros((round(11.25 * unit), round(11 * unit), 4), np.uint8)
    surface = surface_on(pixels)
    canvas = surface.getCanvas()
    canvas.translate(5.5 * unit, 10.4 * unit)
    canvas.scale(unit, unit)
    artist = FigureArtist(look, (0, 0, 0), (0.1, 0.1, 0.1), unit)
    artist.draw(canvas, pose or act(artist.body, person("x", look), 0.0, 0.0, 0.0))
    surface.flushAndSubmit()
    return pixels[:, :, 3].copy()


@given(LOOKS, st.sampled_from(get_args(Emotion)), st.sampled_from(get_args(Stance)), st.floats(0, 60), st.floats(0, 1))
def test_joints_are_sound_in_every_posture(look: Look, emotion: str, stance: str, at: float, loud: float) -> None:
    body = body_of(look)
    pose = act(body, person("x", look, emotion=emotion, stance=stance), at, 1.0, loud)
    joints = solve(body, pose)
    for limb, upper, lower in (
        (joints.near_arm, 1.32 * body.arms, 1.12 * body.arms),
        (joints.near_leg, body.thigh, body.shin),
    ):
        assert math.isclose(math.dist(limb.root, limb.mid), upper, rel_tol=1e-6)
        assert math.isclose(math.dist(limb.mid, limb.end), lower, rel_tol=1e-6)
    assert all(math.isfinite(value) for value in (*joints.head, *joints.near_arm.end, *joints.far_leg.end))
    assert joints.head[1] < joints.hip[1] < 0


@given(LOOKS, st.floats(0, 1))
def test_a_walking_foot_never_sinks_and_one_is_always_planted(look: Look, phase: float) -> None:
    body = body_of(look)
    pose = walk_pose(body, phase)
    heights = [sole_height(foot) for foot in (pose.near_foot, pose.far_foot)]
    assert min(heights) == pytest.approx(0.0, abs=1e-9)
    joints = solve(body, pose)
    for leg, foot in ((joints.near_leg, pose.near_foot), (joints.far_leg, pose.far_foot)):
        assert -leg.end[1] == pytest.approx(ankle_height(foot), abs=0.09)


@given(st.floats(-60, 60), st.floats(0, 0.5))
def test_sole_height_is_the_lift(pitch: float, lift: float) -> None:
    assert sole_height(Foot(0.0, lift, pitch)) >= lift - 1e-9


def test_a_planted_foot_goes_straight_back() -> None:
    body = body_of(OFFICER)
    xs = [walk_pose(body, phase).near_foot.x for phase in np.linspace(0.0, 0.59, 12)]
    steps = np.diff(xs)
    assert (steps < 0).all() and np.allclose(steps, steps[0])
    assert xs[0] == pytest.approx(stride_of(body))


@pytest.mark.parametrize("look", [OFFICER, LADY, GIRL])
def test_drawn_feet_stand_on_the_floor(look: Look) -> None:
    rows = np.flatnonzero(cut(look).max(axis=1) > 128)
    assert abs(int(rows[-1]) - 10.4 * 24) <= 2


def test_reach_is_never_longer_than_the_limb() -> None:
    limb = bend_limb((0, 0), (9, 0), 1.0, 1.0, 1)
    assert math.dist(limb.root, limb.end) <= 2.0
    assert math.dist(bend_limb((0, 0), (0, 0), 1.0, 0.8, 1).mid, (0, 0)) == pytest.approx(1.0)


def test_the_mouth_opens_with_the_voice() -> None:
    def below_the_lips(loud: float) -> NDArray[np.uint8]:
        artist = FigureArtist(OFFICER.changed(beard="none", hat="none"), (0, 0, 0), (0, 0, 0), 60.0)
        quiet = Pose(jaw=15 * loud)
        pixels = np.zeros((240, 240, 4), np.uint8)
        surface = surface_on(pixels)
        canvas = surface.getCanvas()
        canvas.translate(110, 560)
        canvas.scale(60, 60)
        artist.draw(canvas, quiet)
        surface.flushAndSubmit()
        return pixels[:, :, 3].copy()

    shut, ajar, wide = (below_the_lips(loud) for loud in (0.0, 0.5, 1.0))
    assert 0 < np.count_nonzero(shut != ajar) < np.count_nonzero(shut != wide)


def test_people_are_told_apart() -> None:
    looks = [
        OFFICER,
        LADY,
        GIRL,
        OFFICER.changed(hat="top", dress="coat"),
        LADY.changed(hat="bonnet"),
        LADY.changed(dress="straight_skirt"),
    ]
    looks += [
        OFFICER.changed(build="stout"),
        OFFICER.changed(beard="full"),
        OFFICER.changed(age="old"),
        Look(features=1),
        Look(features=2),
    ]
    shapes = [cut(look) > 128 for look in looks]
    for i, one in enumerate(shapes):
        for other in shapes[i + 1 :]:
            assert np.count_nonzero(one != other) > 0.012 * np.count_nonzero(one | other)


@pytest.mark.parametrize("field", ["hair", "hat", "beard", "dress", "carries", "build", "age"])
def test_every_field_of_a_look_is_seen(field: str) -> None:
    values = get_args(
        {"hair": Hair, "hat": Hat, "beard": Beard, "dress": Dress, "carries": Carries, "build": Build, "age": Age}[
            field
        ]
    )
    shapes = [cut(Look(sex="male", features=3).changed(**{field: value}), Pose(), 48.0) for value in values]
    assert all(shape.any() for shape in shapes)
    for i, one in enumerate(shapes):
        for other in shapes[i + 1 :]:
            assert (np.abs(one.astype(int) - other) > 60).sum() > 12


@pytest.mark.parametrize("creature", [kind for kind in get_args(Creature) if kind != "human"])
def test_creatures_stand_and_open_their_mouths(creature: str) -> None:
    assert creature in KINDS and eye_height(Look(creature=creature)) > 0

    def drawn(jaw: float) -> NDArray[np.uint8]:
        pixels = np.zeros((340, 400, 4), np.uint8)
        surface = surface_on(pixels)
        canvas = surface.getCanvas()
        canvas.translate(200, 320)
        canvas.scale(36, 36)
        draw_creature(canvas, Look(creature=creature), (0, 0, 0), (0, 0, 0), 36, seconds=0.0, jaw=jaw, walking=False)
        surface.flushAndSubmit()
        return pixels[:, :, 3].copy()

    shut, wide = drawn(0.0), drawn(15.0)
    assert (shut != wide).sum() > 20
    assert abs(int(np.flatnonzero(shut.max(axis=1) > 128)[-1]) - 320) <= 4
