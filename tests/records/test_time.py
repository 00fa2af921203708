"""Frames at a rate: exact, whatever the rate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.records.time import FrameRate

RATES = st.sampled_from(["12", "24", "25", "30", "60", "23.976", "29.97", "59.94", "30000/1001"]).map(FrameRate.parse)
FRAMES = st.integers(0, 10**7)


@given(RATES, FRAMES)
def test_frames_survive_the_way_through_seconds(rate: FrameRate, frames: int) -> None:
    assert rate.frames_to_hold(rate.seconds(frames)) == frames
    assert rate.nearest_frame(rate.seconds(frames)) == frames


@given(RATES, st.fractions(0, 10**5))
def test_frames_to_hold_is_the_least_that_hold(rate: FrameRate, seconds: Fraction) -> None:
    frames = rate.frames_to_hold(seconds)
    assert rate.seconds(frames) >= seconds
    assert frames == 0 or rate.seconds(frames - 1) < seconds


@given(RATES, st.fractions(0, 10**5))
def test_nearest_frame_is_half_a_frame_away_at_most(rate: FrameRate, seconds: Fraction) -> None:
    assert abs(rate.seconds(rate.nearest_frame(seconds)) - seconds) <= rate.seconds(1) / 2


@given(RATES, st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_samples_of_slots_end_to_end_never_drift(rate: FrameRate, lengths: list[int]) -> None:
    at, samples = 0, 0
    for frames in lengths:
        samples += rate.samples(at + frames, 48_000) - rate.samples(at, 48_000)
        at += frames
    assert samples == rate.samples(at, 48_000)


@given(RATES)
def test_a_rate_reads_back_as_it_prints(rate: FrameRate) -> None:
    assert FrameRate.parse(str(rate)) == rate


def test_the_rates_of_television_are_exact() -> None:
    assert FrameRate.parse("23.976") == FrameRate(num=24000, den=1001)
    assert FrameRate.parse("29.97").seconds(30000) == 1001


@pytest.mark.parametrize("text", ["", "0", "-24", "fast", "24/0", "1/0", "nan", "inf", "24fps"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        FrameRate.parse(text)
