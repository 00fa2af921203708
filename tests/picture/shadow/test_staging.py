"""Where people stand: inside the frame, at the shot's size, apart from each other; what they say opens the mouth."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.shadow.backdrop import SetCache
from bookfilm.picture.shadow.camera import ease, view_at
from bookfilm.picture.shadow.cast import Actor, build_cast, envelope
from bookfilm.picture.shadow.composition import FRAMINGS, aim_of, place_figure, spread_marks, width_of
from bookfilm.picture.shadow.figure.acting import stance_pose
from bookfilm.picture.shadow.figure.body import body_of
from bookfilm.picture.shadow.figure.skeleton import solve
from bookfilm.picture.shadow.palette import palettes_of
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.shot import Shot
from bookfilm.records.bible import Look
from bookfilm.records.shots import Setting, ShotSize
from bookfilm.records.styles import StyleSheet
from bookfilm.records.time import FrameRate
from tests.picture.shadow.shots_for_tests import (
    GIRL,
    LADY,
    OFFICER,
    frames_of,
    lightness,
    person,
    picture,
    request,
    spoken,
)

FRAME = Frame(1280, 720)
ENGINE = ShadowEngine()
RATE = FrameRate(num=12)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.sampled_from(["wide", "full", "medium", "close_up"]))
def test_marks_keep_their_order_and_the_frame(marks: list[int], size: str) -> None:
    framing = FRAMINGS[size]  # type: ignore[index]  # sampled from its keys
    xs = spread_marks(tuple(marks), framing, FRAME)
    assert all(0.08 * FRAME.w <= x <= 0.92 * FRAME.w for x in xs)
    order = sorted(range(len(marks)), key=lambda i: (marks[i], i))
    assert all(xs[a] <= xs[b] + 1e-6 for a, b in itertools.pairwise(order))


def test_a_free_mark_is_honoured_to_the_percent() -> None:
    assert spread_marks((35, 70), FRAMINGS["full"], FRAME) == pytest.approx([0.35 * 1280, 0.70 * 1280])


@pytest.mark.parametrize("frame", [FRAME, Frame(1920, 1080), Frame(640, 360), Frame(608, 1080)])
@pytest.mark.parametrize("look", [OFFICER, LADY, GIRL])
@pytest.mark.parametrize("size", ["wide", "full", "medium", "over_shoulder", "close_up"])
def test_heads_are_in_the_frame(frame: Frame, look: object, size: str) -> None:
    body = body_of(look)  # type: ignore[arg-type]  # parametrized with Looks
    who = person("x", look)  # type: ignore[arg-type]  # as above
    joints = solve(body, stance_pose(body, who))
    placed = place_figure(body, joints, frame.w / 2, 1, FRAMINGS[size], frame)  # type: ignore[index]  # its keys
    crown = placed.ground + (joints.head[1] - 1.3 * body.head) * body.stature * placed.unit
    chin = placed.ground + joints.head[1] * body.stature * placed.unit
    assert 0 <= crown < chin <= 0.95 * frame.h
    if size in ("wide", "full"):
        assert placed.ground < frame.h


FRAMES = [FRAME, Frame(1920, 1080), Frame(608, 1080), Frame(1080, 1080), Frame(1720, 720)]
PALETTE = palettes_of(Setting(kind="room", hour="noon"), StyleSheet())[0]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("near", "other"), [(11, 66), (89, 34)])
def test_who_is_near_hides_nobodys_face(frame: Frame, near: int, other: int) -> None:
    people = (person("near", OFFICER, mark=near, near=True), person("far", LADY, mark=other))
    first, second = build_cast(people, FRAMINGS["over_shoulder"], frame, PALETTE, [], (0.5, 0.3))
    assert (first.person.name, second.person.name) == ("far", "near"), "the near one is laid last"
    assert second.placed.unit > 1.5 * first.placed.unit
    half = [0.5 * body_of(actor.person.look).head * actor.placed.unit for actor in (first, second)]
    assert abs(first.placed.x - second.placed.x) > sum(half), "a head hides the other"
    assert second.placed.x - 0.6 * half[1] > 0 and second.placed.x + 0.6 * half[1] < frame.w, "the near head is cut"


@pytest.mark.parametrize("size", [(480, 270), (270, 480), (320, 320)])
@pytest.mark.parametrize("listener", [OFFICER, LADY, GIRL, OFFICER.changed(hat="top"), LADY.changed(hat="bonnet")])
def test_over_a_shoulder_the_speakers_face_is_free_and_the_listener_dark(size: tuple[int, int], listener: Look) -> None:
    speaker = person("speaker", LADY, mark=66, facing="left")
    near = person("near", listener, mark=11, near=True)
    fields = {"width": size[0], "height": size[1], "frames": 1}
    alone, both = (
        frames_of(ENGINE, request(picture("study", "noon", *cast, size="over_shoulder"), **fields))[0]  # type: ignore[arg-type]  # widths
        for cast in ((near.changed(mark=-100), speaker), (near, speaker))
    )
    covered = np.abs(alone[:, :, :3].astype(int) - both[:, :, :3]).max(axis=2) > 24
    height, width = covered.shape
    assert not covered[int(0.26 * height) : int(0.46 * height), int(0.56 * width) : int(0.76 * width)].any(), "the face"
    assert 0.06 < covered.mean() < 0.42, "large, and not the whole picture"
    corner = both[int(0.93 * height) :, : int(0.12 * width), :3]
    assert lightness(corner).mean() < 0.32


def test_backs_are_told_apart() -> None:
    looks = [OFFICER, LADY, GIRL, OFFICER.changed(hat="top"), LADY.changed(hat="bonnet"), LADY.changed(hair="long")]
    backs = [person("n", look, mark=11, near=True) for look in looks]
    shots = [picture("study", "noon", back, size="over_shoulder") for back in backs]
    drawn = [frames_of(ENGINE, request(shot, frames=1))[0] for shot in shots]
    for a, b in itertools.combinations(drawn, 2):
        assert (np.abs(a.astype(int) - b).max(axis=2) > 60).mean() > 0.004


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("size", ["wide", "full", "medium"])
@pytest.mark.parametrize(("looks", "marks"), [((LADY, LADY), (32, 68)), ((OFFICER, LADY, LADY), (22, 50, 78))])
def test_nobody_stands_inside_another(
    frame: Frame, size: ShotSize, looks: tuple[Look, ...], marks: tuple[int, ...]
) -> None:
    people = tuple(person(f"p{n}", look, mark=mark) for n, (look, mark) in enumerate(zip(looks, marks, strict=True)))
    cast = build_cast(people, FRAMINGS[size], frame, PALETTE, [], (0.5, 0.3))
    for a, b in itertools.pairwise(sorted(cast, key=lambda one: one.placed.x)):
        needed = sum(width_of(each.person.look, FRAMINGS[size]) * each.placed.unit for each in (a, b)) / 2
        assert b.placed.x - a.placed.x >= 0.9 * needed


@pytest.mark.parametrize("count", [2, 3, 4, 6])
@pytest.mark.parametrize("frame", FRAMES)
def test_in_a_wide_shot_people_stand_nearer_and_farther(count: int, frame: Frame) -> None:
    looks = [(OFFICER, LADY, GIRL)[n % 3].changed(features=n) for n in range(count)]
    people = tuple(person(f"p{n}", look, mark=10 + 80 * n // (count - 1)) for n, look in enumerate(looks))
    cast = build_cast(people, FRAMINGS["wide"], frame, PALETTE, [], (0.5, 0.3))
    grounds, units = ([getattr(one.placed, field) for one in cast] for field in ("ground", "unit"))
    assert grounds == sorted(grounds) and units == sorted(units), "who is nearer is larger, and laid later"
    assert grounds[-1] - grounds[0] > 0.02 * frame.h and grounds[-1] < 0.91 * frame.h
    flat = build_cast(people, FRAMINGS["full"], frame, PALETTE, [], (0.5, 0.3))
    assert len({one.placed.ground for one in flat}) == 1
    again = build_cast(people[::-1], FRAMINGS["wide"], frame, PALETTE, [], (0.5, 0.3))
    assert {one.person.name: one.placed for one in again} == {one.person.name: one.placed for one in cast}


@pytest.mark.parametrize("place", ["ballroom", "square"])
@pytest.mark.parametrize("size", ["wide", "full"])
@pytest.mark.parametrize("count", [3, 6, 12])
def test_a_crowd_stands_in_rows_behind_the_cast(place: str, size: ShotSize, count: int) -> None:
    shot = Shot(request(picture(place, "noon", person("anna"), size=size, crowd=count)), SetCache())
    people, (anna,) = shot.crowd.people, shot.cast
    assert len(people) == count
    assert all(a.ground <= b.ground and a.near <= b.near for a, b in itertools.pairwise(people)), "the far ones first"
    assert all(0.6 * anna.placed.unit < one.unit < anna.placed.unit for one in people), "no dolls"
    assert all(0.79 * FRAME.h < one.ground < anna.placed.ground for one in people), "on the floor, behind her"
    for a, b in itertools.combinations(people, 2):
        assert (a.unit - b.unit) * (a.ground - b.ground) >= 0
    assert max(one.unit for one in people) > 1.05 * min(one.unit for one in people)


def test_a_crowd_grows_with_what_it_stands_on() -> None:
    crowd = picture("square", "noon", crowd=6, camera="push")
    bare = picture("square", "noon", camera="push")
    rows = []
    for share in (0, 1):
        pair = [frames_of(ENGINE, request(one, width=640, height=360, frames=48))[47 * share] for one in (crowd, bare)]
        rows.append(np.flatnonzero((np.abs(pair[0].astype(int) - pair[1]).max(axis=2) > 24).any(axis=1)))
    assert (rows[1].max() - rows[1].min()) > 1.03 * (rows[0].max() - rows[0].min())


@pytest.mark.parametrize("size", ["wide", "full", "medium"])
def test_who_rides_sits_on_a_horse(size: ShotSize) -> None:
    wide, high = [], []
    for stance in ("stand", "ride"):
        who = person("oleg", OFFICER, stance=stance)
        (actor,) = build_cast((who,), FRAMINGS[size], FRAME, PALETTE, [], (0.5, 0.3))
        assert isinstance(actor, Actor)
        sprite, head = actor.alone(0.5, 2.0)
        assert sprite is not None
        wide.append(sprite.pixels.shape[1] / actor.placed.unit)
        high.append((actor.placed.ground - head[1]) / actor.placed.unit)
        assert 0 < head[1] < 0.5 * FRAME.h
    assert wide[1] > wide[0] + 2, "the horse is seen"
    if size != "medium":
        assert high[1] > high[0] + 0.8, "and carries him"
    indoors = Shot(request(picture("kitchen", "noon", person("oleg", OFFICER, stance="ride"))), SetCache())
    assert indoors.cast[0].person.stance == "sit"


@pytest.mark.parametrize(("facing", "side"), [("right", 0.0), ("left", 1.0)])
def test_who_is_alone_has_their_own_side_of_the_set_behind_them(facing: str, side: float) -> None:
    alone = picture("study", "noon", person("anna", LADY, mark=50, facing=facing), size="close_up")
    assert abs(aim_of(alone) - side) < 0.4
    assert aim_of(alone.changed(size="full")) == aim_of(alone)
    assert aim_of(alone.changed(size="wide")) == 0.5
    walking = alone.cast[0].changed(stance="walk")
    assert aim_of(alone.changed(size="full", cast=(walking,))) == 0.5, "who is followed stays before the same place"
    both = picture("study", "noon", person("anna"), person("oleg", OFFICER), size="medium")
    assert aim_of(both) == 0.5


def test_the_mouth_follows_the_voice_and_rests_outside_it() -> None:
    voice = spoken("anna", 0, 200, 255)
    assert envelope(voice, 0, 24)[1] > 0.9
    assert envelope(voice, 30, 24) == (0.0, 0.0)
    assert envelope(None, 3, 24) == (0.0, 0.0)
    assert 0 < envelope(voice, 6, 24)[0] < 1


def test_a_speaker_is_seen_to_speak() -> None:
    shot = picture("study", "noon", person("anna", LADY, mark=40), size="close_up")
    loud = request(shot, width=480, height=270, frames=1, voices=(spoken("anna", 255, 255),))
    someone_else = request(shot, width=480, height=270, frames=1, voices=(spoken("oleg", 255, 255),))
    quiet = frames_of(ENGINE, request(shot, width=480, height=270, frames=1))[0]
    assert (frames_of(ENGINE, someone_else)[0] == quiet).all()
    assert (np.abs(frames_of(ENGINE, loud)[0].astype(int) - quiet).max(axis=2) > 40).sum() > 60


def test_who_enters_comes_from_outside_and_who_leaves_goes() -> None:
    empty = frames_of(ENGINE, request(picture("field", "noon"), frames=120, rate=RATE))
    for stance, absent, present in (("enter", 0, 119), ("leave", 119, 0)):
        who = person("oleg", OFFICER, mark=50, stance=stance)
        shown = frames_of(ENGINE, request(picture("field", "noon", who), frames=120, rate=RATE))
        middle = (slice(40, 160), slice(130, 190))
        assert np.abs(shown[present][middle].astype(int) - empty[present][middle]).mean() > 12
        assert np.abs(shown[absent][middle].astype(int) - empty[absent][middle]).mean() < 3


def test_props_and_crowds_are_seen() -> None:
    bare = frames_of(ENGINE, request(picture("square", "noon"), frames=1))[0]
    for fields in ({"crowd": 8}, {"props": ("carriage",)}, {"props": ("dog",)}, {"props": ("horse",)}):
        shown = frames_of(ENGINE, request(picture("square", "noon", **fields), frames=1))[0]
        assert np.abs(shown.astype(int) - bare).mean() > 1
    near = frames_of(ENGINE, request(picture("study", "noon", size="insert", props=("letter",)), frames=1))[0]
    other = frames_of(ENGINE, request(picture("study", "noon", size="insert", props=("watch",)), frames=1))[0]
    assert np.abs(near.astype(int) - other).mean() > 3


@given(st.floats(0, 1), st.floats(0, 1))
def test_cameras_ease_within_their_reach(a: float, b: float) -> None:
    assert 0 <= ease(a) <= 1 and (ease(a) <= ease(b) or a > b)
    for camera in ("static", "push", "pull", "pan_left", "pan_right", "tilt_up", "tilt_down", "follow"):
        view = view_at(camera, a)  # type: ignore[arg-type]  # the literals of Camera
        assert abs(view.x) <= 0.05 and abs(view.y) <= 0.03 and 1 <= view.zoom <= 1.1


@pytest.mark.parametrize("width", [405, 450])
def test_in_an_upright_frame_a_man_and_a_child_stand_on_one_floor(width: int) -> None:
    frame = Frame(width, 720)
    people = (person("oleg", OFFICER, mark=30), person("lena", GIRL, mark=70, facing="left"))
    cast = build_cast(people, FRAMINGS["medium"], frame, PALETTE, [], (0.5, 0.3))
    grounds = {actor.placed.ground for actor in cast}
    assert len(grounds) == 1
    assert 0.9 * frame.h < grounds.pop() < frame.h
