"""Plans and conforming: every frame of the film is read at its time, and joins cannot be seen."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.errors import EngineError
from bookfilm.picture.diffusion.conform import conform_frames, sized
from bookfilm.picture.diffusion.filling import fill_clips
from bookfilm.picture.diffusion.joining import join_clips
from bookfilm.picture.diffusion.plan import ShotPlan, clips_to_fill, plan_shot
from bookfilm.picture.diffusion.profile import Profile, load_profile, profile_names
from bookfilm.picture.diffusion.tables import FrameRule
from bookfilm.records.time import FrameRate
from tests.picture.diffusion.asking import QUAY, asked

RATES = [FrameRate(num=24), FrameRate(num=25), FrameRate(num=30000, den=1001), FrameRate(num=60), FrameRate(num=8)]
PROFILES = {name: load_profile(name) for name in profile_names()}
Frames = NDArray[np.uint8]


@given(
    name=st.sampled_from(sorted(PROFILES)), frames=st.integers(1, 5000), rate=st.sampled_from(RATES),
    arrives=st.booleans(),
)  # fmt: skip
def test_what_is_made_holds_the_shot(name: str, frames: int, rate: FrameRate, arrives: bool) -> None:
    profile = PROFILES[name]
    plan = plan_shot(profile, frames, rate, arrives)
    rule, native = profile.clip.frames, profile.clip.rate.per_second
    for length in plan.lengths:
        assert rule.least <= length <= rule.most
        assert (length - rule.first) % rule.step == 0
    last = plan.position(frames - 1)
    assert last <= plan.made - 1
    if arrives and frames > 1:
        assert last == plan.made - 1
        return
    assert last == (frames - 1) * native / rate.per_second
    spare = plan.made - 1 - last
    assert spare < len(plan.lengths) * rule.step or plan.lengths == (rule.least,)
    if plan.join == "fill":
        assert len(plan.lengths) <= plan.asked <= len(plan.lengths) * rule.most
    else:
        assert plan.asked == (len(plan.lengths) if plan.join == "chain" else 1)


def counted(count: int, height: int = 36, width: int = 64) -> Iterator[Frames]:
    """Yield frames of which each is brighter than the one before by one level."""
    for number in range(count):
        yield np.full((height, width, 3), 10 + number, np.uint8)


def plan_at(frames: int, pace: Fraction) -> ShotPlan:
    return ShotPlan((int(frames * pace) + 2,), "chain", 1, pace)


@settings(max_examples=40, deadline=None)
@given(frames=st.integers(1, 90), pace=st.fractions(Fraction(1, 4), Fraction(5, 2), max_denominator=30))
def test_every_frame_shows_its_time(frames: int, pace: Fraction) -> None:
    plan = plan_at(frames, pace)
    request = asked(frames=frames, width=128, height=128)
    shown = [float(f.mean()) for f in conform_frames(counted(plan.made), plan, request)]
    assert len(shown) == frames
    for number, level in enumerate(shown):
        assert abs(level - (10 + float(plan.position(number)))) <= 1, number


def test_frames_of_the_films_own_rate_are_the_models_own() -> None:
    plan, frames = plan_at(5, Fraction(1)), np.random.default_rng(1).integers(0, 256, (9, 128, 128, 3), dtype=np.uint8)
    shown = list(conform_frames(iter(frames), plan, asked(frames=5)))
    assert all(np.array_equal(a, b) for a, b in zip(shown, frames[:5], strict=True))


def test_motion_goes_on_between_frames() -> None:
    """A bar that moves by 6 pixels a frame is seen half way, and once, not twice and faint."""

    def bar(at: int) -> Frames:
        frame = np.full((128, 128, 3), 30, np.uint8)
        texture = np.random.default_rng(2).integers(120, 256, (128, 24, 1), dtype=np.uint8)
        frame[:, at : at + 24] = texture
        return frame

    plan = plan_at(9, Fraction(1, 2))
    shown = list(conform_frames((bar(20 + 6 * n) for n in range(8)), plan, asked(frames=9)))
    wanted, laid_over = bar(23).astype(int), (bar(20).astype(int) + bar(26)) / 2
    assert np.abs(shown[1] - wanted).mean() < 0.4 * np.abs(laid_over - wanted).mean()


def test_too_little_is_an_error_not_a_short_film() -> None:
    plan = plan_at(10, Fraction(1))
    with pytest.raises(EngineError, match="made too little for 10 frames"):
        list(conform_frames(counted(4), plan, asked(frames=10)))


def test_a_shot_comes_out_of_the_dark_and_goes_into_it() -> None:
    plan, picture = plan_at(48, Fraction(1)), QUAY.changed(fade_in=True, fade_out=True)
    flat = (np.full((64, 64, 3), 200, np.uint8) for _ in range(60))
    levels = [float(f.mean()) for f in conform_frames(flat, plan, asked(picture, frames=48))]
    assert levels[0] < 10
    assert levels[-1] < 10
    assert levels[20] == 200
    assert levels[:12] == sorted(levels[:12])


@given(
    across=st.integers(20, 200), down=st.integers(20, 200), width=st.integers(20, 300), height=st.integers(20, 300)
)  # fmt: skip
def test_nothing_is_stretched(across: int, down: int, width: int, height: int) -> None:
    frame = np.zeros((down, across, 3), np.uint8)
    assert sized(frame, width, height).shape == (height, width, 3)
    assert sized(frame, across, down) is not None


def a_clip(number: int, begin: Frames | None, length: int, shift: int) -> Frames:
    """Return a clip that goes on from `begin`, but for a shift of its colours: as a model's do."""
    base = np.full((32, 64, 3), 60, np.int16) if begin is None else begin.astype(np.int16) + shift
    return np.stack([np.clip(base + n, 0, 255) for n in range(length)]).astype(np.uint8)


def test_a_chained_clip_begins_where_the_last_one_ended() -> None:
    plan = ShotPlan((17, 17, 17), "chain", 1, Fraction(1))
    begins: list[Frames | None] = []

    def make(number: int, begin: Frames | None) -> Frames:
        begins.append(None if begin is None else begin.copy())
        return a_clip(number, begin, 17, shift=12)

    joined = np.stack([frame.copy() for frame in join_clips(plan, make)]).astype(int)
    assert len(joined) == plan.made == 49
    assert begins[0] is None
    assert begins[1] is not None
    assert np.array_equal(begins[1], joined[16])
    steps = np.abs(np.diff(joined, axis=0)).max(axis=(1, 2, 3))
    assert steps.max() <= 4, "the shift of 12 levels would be seen as a jump"


@given(clips=st.integers(1, 60), most=st.integers(3, 9), given_ends=st.booleans())
def test_filled_clips_meet_at_their_ends(clips: int, most: int, given_ends: bool) -> None:
    """Whoever makes clips here misses every picture by 9 levels, and moves by less than one in between."""
    rule, asked_for = FrameRule(step=1, least=3, most=most), []

    def make(length: int, begin: Frames | None, end: Frames | None) -> Frames:
        asked_for.append(length)
        low = 100.0 if begin is None else float(begin.mean())
        high = low if end is None else float(end.mean())
        return np.stack([np.full((4, 4, 3), round(level) + 9, np.uint8) for level in np.linspace(low, high, length)])

    first, last = (np.full((4, 4, 3), level, np.uint8) for level in (90, 110)) if given_ends else (None, None)
    levels = [int(f[0, 0, 0]) for f in fill_clips([most] * clips, rule, make, first, last)]
    assert len(levels) == clips * (most - 1) + 1
    assert len(asked_for) == clips_to_fill(clips, most)
    assert np.abs(np.diff(levels)).max() <= (20 / (most - 1) + 2 if given_ends else 1)
    if given_ends:
        assert (levels[0], levels[-1]) == (90, 110)


def test_a_looped_clip_goes_over_into_itself() -> None:
    plan = ShotPlan((17, 17), "blend", 8, Fraction(1))
    joined = np.stack([f.copy() for f in join_clips(plan, lambda n, b: a_clip(n, b, 17, 0))]).astype(int)
    assert len(joined) == plan.made == 26
    assert np.abs(np.diff(joined, axis=0)).max() <= 2


def test_the_profiles_plan_what_a_film_asks_for() -> None:
    def lengths(profile: Profile, frames: int) -> tuple[int, ...]:
        return plan_shot(profile, frames, FrameRate(num=24)).lengths

    assert lengths(PROFILES["wan2.2-t2v-a14b"], 24) == (17,)
    assert lengths(PROFILES["wan2.2-t2v-a14b"], 120) == (81,)
    assert lengths(PROFILES["wan2.2-ti2v-5b"], 120) == (121,)
    assert lengths(PROFILES["wan2.2-ti2v-5b"], 240) == (121, 121)
    assert lengths(PROFILES["ltx-2"], 100) == (105,)
    assert plan_shot(PROFILES["tiny"], 120, FrameRate(num=24)).join == "blend"
    assert plan_shot(PROFILES["tiny"], 120, FrameRate(num=24), arrives=True).join == "fill"
    assert lengths(PROFILES["cogvideox1.5-5b"], 240) == (161,)
