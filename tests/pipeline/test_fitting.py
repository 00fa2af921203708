"""When a film of a wanted length is near enough, what is asked for when it is not, and what an edit leaves alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookfilm.engines.protocols import Pace
from bookfilm.pipeline.fitting import NEAR_ENOUGH, Fitting
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Picture, Setting, Shot, Utterance
from bookfilm.records.takes import Recording
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder, create_folder
from bookfilm.store.ledger import Ledger, open_ledger
from tests.doubles import make_at_desk
from tests.pipeline.folders import Source, edited, edited_rows, first_line

RATE = FrameRate()
RUNTIME_S = 100
WANTED = 2400
PACE = Pace(narrator_chars_per_s=15.0, dialogue_chars_per_s=14.0)
LINE = 54
"""The frames of a shot with one line by nature: lead-in, a second of speech, a second of pause."""


@pytest.fixture
def folder(tmp_path: Path) -> FilmFolder:
    return create_folder(tmp_path)


@pytest.fixture
def ledger(folder: FilmFolder) -> Iterator[Ledger]:
    with closing(open_ledger(folder)) as opened:
        yield opened


def laid(fitting: Fitting, samples: Sequence[int], pause_ms: int = 1000) -> Timeline:
    """Lay and settle a film of one line a shot, so many samples long each at 24 kHz."""
    told, recordings, keys = [], {}, {}
    for number, count in enumerate(samples):
        heard = Utterance(line=f"l{number}", kind="dialogue", text="x", pause_after_ms=pause_ms)
        picture = Picture(kind="scene", setting=Setting(kind="hall", hour="noon"))
        told.append(Shot(id=f"s{number}", picture=picture, heard=(heard,)))
        keys[f"s{number}", 0] = f"{count} samples"
        recordings[f"{count} samples"] = Recording(
            key=f"{count} samples", engine="e", revision="1", voice="v", sample_rate=24_000, samples=count,
            loudness=(), bytes=1, sha256="0", render_ms=0, created_at="",
        )  # fmt: skip
    screenplay = Screenplay(title="T", author="A", language="en", writer="w", characters=(), places=(), scenes=())
    timeline = fitting.lay(told, recordings, keys, RATE, screenplay, [])
    fitting.settle(told, keys, timeline)
    return timeline


@pytest.mark.parametrize(
    ("lines", "pause_ms", "holds"),
    [
        (WANTED // LINE, 1000, True),
        (WANTED * 105 // (100 * LINE), 1000, True),
        # It has no pauses, so it does not bear five frames in a hundred.
        (WANTED * 105 // (100 * 30), 0, False),
        (WANTED * 108 // (100 * LINE), 1000, False),
        (WANTED * 90 // (100 * LINE), 1000, False),
    ],
)
def test_a_runtime_is_met_to_the_frame_and_at_ease(
    lines: int, pause_ms: int, holds: bool, folder: FilmFolder, ledger: Ledger, story: Source
) -> None:
    fitting = Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger)
    timeline = laid(fitting, [24_000] * lines, pause_ms)
    assert fitting.holds is holds
    assert (timeline.frames == WANTED) is (pause_ms > 0)


def test_the_pace_is_corrected_by_what_the_words_took(folder: FilmFolder, ledger: Ledger, story: Source) -> None:
    fitting = Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger)
    before = fitting.pace
    laid(fitting, [24_000] * (2 * WANTED // LINE + 1))
    fitting.correct(RATE)
    assert fitting.pace.narrator_chars_per_s == pytest.approx(before.narrator_chars_per_s / 2, rel=0.02)
    assert Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger).pace == fitting.pace


def test_without_a_runtime_every_length_holds(folder: FilmFolder, ledger: Ledger, story: Source) -> None:
    fitting = Fitting(PACE, story[0], None, (), folder, ledger)
    assert laid(fitting, [24_000] * 3).frames == 3 * LINE
    assert fitting.holds


@given(place=st.integers(0, 43), longer=st.integers(-20_000, 60_000), also_said_before=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_edit_leaves_the_lengths_of_all_other_shots(
    place: int, longer: int, also_said_before: bool, folder: FilmFolder, ledger: Ledger, story: Source
) -> None:
    samples = [24_000 if also_said_before else 24_000 + 100 * number for number in range(44)]
    folder.timeline.unlink(missing_ok=True)  # of the example before
    before = laid(Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger), samples)
    assert before.frames == WANTED
    samples[place] += longer
    after = laid(Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger), samples)
    changed = [
        at for at, pair in enumerate(zip(before.slots, after.slots, strict=True)) if pair[0].frames != pair[1].frames
    ]
    if after.frames != WANTED:
        assert changed == [place]
        assert abs(after.frames - WANTED) <= NEAR_ENOUGH * WANTED


def test_an_edit_that_a_runtime_does_not_bear_has_all_pauses_fitted_anew(
    folder: FilmFolder, ledger: Ledger, story: Source
) -> None:
    laid(Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger), [24_000] * 44)
    after = laid(Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger), [24_000] * 43 + [24_000 * 3])
    assert after.frames == WANTED


def test_a_line_that_becomes_two_shots_leaves_the_others_alone(
    folder: FilmFolder, ledger: Ledger, story: Source
) -> None:
    samples = [24_000 + 10 * number for number in range(44)]
    before = laid(Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger), samples)
    samples[10:11] = [5_000, 4_000]
    after = laid(Fitting(PACE, story[0], RUNTIME_S, (), folder, ledger), samples)
    frames = [slot.frames for slot in before.slots]
    assert [slot.frames for slot in after.slots][:10] == frames[:10]
    assert [slot.frames for slot in after.slots][12:] == frames[11:]


def test_with_a_runtime_one_changed_line_renders_one_shot(tmp_path: Path, story: Source) -> None:
    film = tmp_path / "tide.film"
    natural_s = make_at_desk(tmp_path / "plain.film", story, until="sound").made.film_s
    order = {"runtime_s": round(natural_s) - 1}
    make_at_desk(film, story, **order)

    edited(
        film / "screenplay.json",
        lambda body: first_line(body, "over the wall").update(text="Will it pass the wall tonight?"),
    )
    run = make_at_desk(film, None, **order)
    assert run.crew.tally.spoken == ["Will it pass the wall tonight?"]
    assert len(run.crew.tally.rendered) == 1
    assert abs(run.made.runtime_missed_s) <= NEAR_ENOUGH * order["runtime_s"]
    assert make_at_desk(film, None, **order).crew.tally.nothing

    edited_rows(film / "shots.jsonl", lambda rows: rows[4].update(hold_ms=rows[4]["hold_ms"] + 200))
    run = make_at_desk(film, None, **order)
    assert run.crew.tally.spoken == []
    assert len(run.crew.tally.rendered) == 1
