from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.engines.protocols import VoiceSpec
from bookfilm.errors import EngineError
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame, Picture, Setting, Shot, ShotKind, Utterance
from bookfilm.records.takes import Recording
from bookfilm.records.time import FILM_RATE, FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.sound.timeline import (
    HOLD_BOUNDS,
    PAUSE_BOUNDS,
    build_timeline,
    loudness_by_frame,
    measured_pace,
    missed_frames,
    voices_in,
)

RATES = [FILM_RATE, FrameRate(num=25, den=1), FrameRate(num=30000, den=1001), FrameRate(num=60, den=1)]
HALL = Setting(kind="hall", hour="noon")

Told = list[tuple[list[tuple[int, int]], int]]
"""For each shot its utterances as (samples, pause in ms), and its hold in ms."""


def recording(key: str, samples: int, sample_rate: int = 24_000) -> Recording:
    count = -(-samples * 24 // sample_rate)
    return Recording(
        key=key,
        engine="e",
        revision="1",
        voice="v",
        sample_rate=sample_rate,
        samples=samples,
        loudness=tuple(index % 256 for index in range(count)),
        bytes=1,
        sha256="0",
        render_ms=0,
        created_at="",
    )


def film(told: Told, kind: ShotKind = "scene") -> tuple[list[Shot], dict[str, Recording], dict[tuple[str, int], str]]:
    shots, recordings, keys = [], {}, {}
    for number, (heard, hold_ms) in enumerate(told):
        utterances = []
        for place, (samples, pause_ms) in enumerate(heard):
            key = f"{number}-{place}"
            recordings[key] = recording(key, samples, 22_050 if place % 2 else 24_000)
            keys[f"s{number}", place] = key
            utterances.append(Utterance(line=key, kind="dialogue", speaker="ada", text="x", pause_after_ms=pause_ms))
        shots.append(
            Shot(id=f"s{number}", picture=Picture(kind=kind, setting=HALL), heard=tuple(utterances), hold_ms=hold_ms)
        )
    return shots, recordings, keys


told_films = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, 200_000), st.integers(0, 3000)), max_size=4),
        st.integers(0, 5000),
    ),
    min_size=1,
    max_size=25,
)


@given(told_films, st.sampled_from(RATES), st.none() | st.integers(1, 900))
@settings(max_examples=150, deadline=None)
def test_slots_follow_each_other_and_cues_lie_inside_apart(told: Told, rate: FrameRate, runtime_s: int | None) -> None:
    timeline = build_timeline(*film(told), rate, runtime_s)
    at = 0
    for (heard, _), slot in zip(told, timeline.slots, strict=True):
        assert slot.start_frame == at
        assert slot.frames > 0
        at += slot.frames
        free_from = Fraction(slot.start_frame)
        assert len(slot.cues) == len(heard)
        for cue in slot.cues:
            assert cue.start_frame >= free_from
            free_from = cue.start_frame + Fraction(cue.samples, timeline.sample_rate) * rate.per_second
        # The last sample may be one of rounding up to the timeline's sample rate.
        assert free_from <= at + Fraction(1, 100)
    assert timeline.frames == at


@given(told_films, st.sampled_from(RATES), st.integers(1, 900))
@settings(max_examples=150, deadline=None)
def test_a_runtime_is_met_to_the_frame_where_the_bounds_allow(told: Told, rate: FrameRate, runtime_s: int) -> None:
    made = film(told)
    wanted = rate.nearest_frame(runtime_s)
    shortest = build_timeline(*made, rate, 1).frames
    longest = build_timeline(*made, rate, 1_000_000).frames
    timeline = build_timeline(*made, rate, runtime_s)
    assert timeline.frames == min(max(wanted, shortest), longest)
    assert missed_frames(timeline, runtime_s) == timeline.frames - wanted


@given(told_films, st.integers(1, 900))
@settings(max_examples=60, deadline=None)
def test_pauses_and_holds_stay_within_their_bounds(told: Told, runtime_s: int) -> None:
    made = film(told)
    plain, fitted = build_timeline(*made, FILM_RATE), build_timeline(*made, FILM_RATE, runtime_s)
    for shot, before, after in zip(made[0], plain.slots, fitted.slots, strict=True):
        for place in range(len(shot.heard) - 1):
            pause = after.cues[place + 1].start_frame - after.cues[place].start_frame
            natural = before.cues[place + 1].start_frame - before.cues[place].start_frame
            said = natural - round(Fraction(shot.heard[place].pause_after_ms * 24, 1000))
            exact = Fraction(shot.heard[place].pause_after_ms * 24, 1000)
            assert exact * PAUSE_BOUNDS[0] - 1 <= pause - said <= exact * PAUSE_BOUNDS[1] + 1
        if not shot.heard and shot.hold_ms > 2000:
            exact = Fraction(shot.hold_ms * 24, 1000)
            assert exact * HOLD_BOUNDS[0] - 1 <= after.frames <= exact * HOLD_BOUNDS[1] + 1


def test_without_a_runtime_a_changed_line_changes_only_its_own_shot() -> None:
    told: Told = [([(24_000, 300)], 0), ([(48_000, 300), (30_000, 500)], 200), ([(24_000, 300)], 1000)]
    before = build_timeline(*film(told), FILM_RATE)
    told[1] = ([(72_000, 300), (30_000, 500)], 200)
    after = build_timeline(*film(told), FILM_RATE)
    lengths = [[slot.frames for slot in timeline.slots] for timeline in (before, after)]
    assert lengths[0][::2] == lengths[1][::2]
    assert lengths[1][1] - lengths[0][1] == 24


def test_the_stretch_is_spread_over_the_whole_film() -> None:
    told: Told = [([(24_000, 1000)], 0)] * 100
    plain = build_timeline(*film(told), FILM_RATE)
    fitted = build_timeline(*film(told), FILM_RATE, 240)
    assert missed_frames(fitted, 240) == 0
    grown = [after.frames - before.frames for before, after in zip(plain.slots, fitted.slots, strict=True)]
    assert max(grown) - min(grown) <= 1
    assert abs(sum(grown[:50]) - sum(grown[50:])) <= 2


def test_a_missing_recording_names_the_shot() -> None:
    shots, recordings, keys = film([([(24_000, 0)], 0), ([(24_000, 0)], 0)])
    del recordings["1-0"]
    with pytest.raises(EngineError, match="s1"):
        build_timeline(shots, recordings, keys, FILM_RATE)


def test_chapters_are_marked_at_their_cards() -> None:
    shots, recordings, keys = film([([], 3000), ([], 4000), ([], 2000), ([], 4000)])
    shots[1] = shots[1].changed(picture=Picture(kind="chapter", setting=HALL, card=("I", "Dawn")), chapter=0)
    shots[3] = shots[3].changed(picture=Picture(kind="chapter", setting=HALL, card=("II", "Dusk")), chapter=1)
    timeline = build_timeline(shots, recordings, keys, FILM_RATE, None, ["CHAPTER I. Dawn", None], "The Film")
    assert [(mark.title, mark.start_frame) for mark in timeline.chapters] == [("CHAPTER I. Dawn", 72), ("II Dusk", 216)]


def test_a_film_without_chapter_cards_has_one_mark() -> None:
    timeline = build_timeline(*film([([], 3000)]), FILM_RATE, title="The Film")
    assert [(mark.title, mark.start_frame) for mark in timeline.chapters] == [("The Film", 0)]


@given(
    opens=st.lists(st.booleans(), min_size=1, max_size=8), samples=st.integers(1, 30_000), rate=st.sampled_from(RATES)
)
def test_what_dissolves_has_handles_and_something_between_them(
    opens: list[bool], samples: int, rate: FrameRate
) -> None:
    shots, recordings, keys = film([([(samples, 0)], 0) for _ in opens])
    shots = [shot.changed(opens="dissolve") if opened else shot for shot, opened in zip(shots, opens, strict=True)]
    timeline = build_timeline(shots, recordings, keys, rate)
    assert [slot.handle > 0 for slot in timeline.slots] == [opened and at > 0 for at, opened in enumerate(opens)]
    for at, slot in enumerate(timeline.slots):
        before, after = timeline.handles(at)
        assert slot.frames - before - after >= int(rate.per_second / 3)
        assert before in (0, slot.handle)
        voiced = voices_in(shots[at].changed(picture=_with_ada(shots[at].picture)), slot, recordings, rate)
        assert [voice.start_frame for voice in voiced] == [slot.cues[0].start_frame - slot.start_frame + before]


def _with_ada(picture: Picture) -> Picture:
    return picture.changed(cast=(InFrame(name="ada", look=Look()),))


def test_a_film_of_nothing_is_empty() -> None:
    timeline = build_timeline([], {}, {}, FILM_RATE, 60)
    assert (timeline.frames, timeline.chapters) == (0, ())
    assert Timeline.from_json(timeline.to_json()) == timeline


def test_only_those_in_frame_move_their_mouths() -> None:
    shots, recordings, keys = film([([(24_000, 500), (24_000, 0)], 0)])
    seen = Picture(setting=HALL, cast=(InFrame(name="ada", look=Look()),))
    heard = (shots[0].heard[0], shots[0].heard[1].changed(speaker="bob"))
    shot = shots[0].changed(picture=seen, heard=heard)
    slot = build_timeline([shot], recordings, keys, FILM_RATE).slots[0].changed(start_frame=100)
    slot = slot.changed(cues=tuple(cue.changed(start_frame=cue.start_frame + 100) for cue in slot.cues))
    voices = voices_in(shot, slot, recordings, FILM_RATE)
    assert [(voice.speaker, voice.start_frame) for voice in voices] == [("ada", 6)]
    assert voices[0].loudness == recordings["0-0"].loudness


@pytest.mark.parametrize("rate", RATES)
@given(samples=st.integers(1, 100_000))
def test_loudness_has_one_value_a_film_frame(rate: FrameRate, samples: int) -> None:
    spoken = recording("k", samples)
    by_frame = loudness_by_frame(spoken, rate)
    assert len(by_frame) == rate.frames_to_hold(Fraction(samples, 24_000))
    assert set(by_frame) <= set(spoken.loudness)
    assert max(by_frame) == max(spoken.loudness)


def test_pace_is_the_voices_own() -> None:
    voices = [
        VoiceSpec(id=id, language="en", sex="female", chars_per_s=rate, narrates=narrates)
        for id, rate, narrates in (("a", 12.0, False), ("b", 14.0, True), ("c", 16.0, False))
    ]
    pace = measured_pace(voices)
    assert (pace.narrator_chars_per_s, pace.dialogue_chars_per_s) == (14.0, 14.0)
    pace = measured_pace(voices, {None: "c", "ada": "a"})
    assert (pace.narrator_chars_per_s, pace.dialogue_chars_per_s) == (16.0, 12.0)


def test_a_squeezed_pause_still_lets_its_words_be_read() -> None:
    shots, recordings, keys = film([([(24_000, 100), (24_000, 100)], 0)])
    heard = tuple(said.changed(text="x" * 19) for said in shots[0].heard)
    (slot,) = build_timeline([shots[0].changed(heard=heard)], recordings, keys, FILM_RATE, 1).slots
    first, second = slot.cues
    assert Fraction(second.start_frame - first.start_frame, 24) >= Fraction(19 + 2, 17)
