"""The score keeps to the scenes and knows who comes: motifs, and a close at each scene's end."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.engines.protocols import LEADS, Entrance, ScoredScene, ScoreRequest
from bookfilm.records.bible import Hour
from bookfilm.records.screenplay import Emotion
from bookfilm.records.shots import Setting
from bookfilm.records.time import FILM_RATE
from bookfilm.sound.motifs import CELLS, compose_motifs, motif_notes
from bookfilm.sound.score import Bar, film_bars
from bookfilm.sound.theme import Note, colour_of, compose_theme

PLACE = Setting(kind="garden", hour="noon")
WHO = ("anna", "boris", "clara", "dan")


def scenes_of(*lengths: int, mood: Emotion = "neutral", spoken: bool = False) -> tuple[ScoredScene, ...]:
    """Scenes of so many frames each, one behind the other."""
    starts = [0, *itertools.accumulate(lengths)]
    return tuple(
        ScoredScene(
            start_frame=start,
            frames=frames,
            setting=PLACE,
            mood=mood,
            speech=((start, start + frames),) if spoken else (),
        )
        for start, frames in zip(starts, lengths, strict=False)
    )


def inside(bars: list[Bar], scene: ScoredScene) -> list[Bar]:
    start, end = scene.start_frame / 24, (scene.start_frame + scene.frames) / 24
    return [bar for bar in bars if start - 1e-6 <= bar.start_s < end - 1e-6]


def rhythm(notes: list[Note]) -> list[tuple[float, float]]:
    return [(one.beat, one.beats) for one in notes]


def has_motif(bar: Bar, wanted: list[Note]) -> bool:
    played = {(one.instrument, one.midi, one.beat, one.beats) for one in bar.notes}
    return {(one.instrument, one.midi, one.beat, one.beats) for one in wanted} <= played


def test_every_cell_fills_its_bar_and_none_is_another() -> None:
    for beats, cells in CELLS.items():
        assert all(sum(length for length, _ in cell) == beats for cell in cells)
        assert len(set(cells)) == len(cells) >= LEADS


@pytest.mark.parametrize("seed", range(12))
def test_leads_are_told_apart_and_keep_their_motif_in_every_mood(seed: int) -> None:
    theme = compose_theme(seed)
    motifs = compose_motifs(theme, seed, WHO)
    assert compose_motifs(theme, seed, WHO) == motifs
    assert len({motif.cell for motif in motifs.values()}) == LEADS
    assert len({motifs[who].instrument for who in WHO[:3]}) == 3
    for motif in motifs.values():
        by_mood = [
            motif_notes(motif, theme, colour_of(mood, hour), 0, 1.0)
            for mood, hour in itertools.product(get_args(Emotion), get_args(Hour))
        ]
        assert len({tuple(rhythm(notes)) for notes in by_mood}) == 1
        assert all(40 <= one.midi <= 90 for notes in by_mood for one in notes)
        assert len({tuple(one.midi for one in notes) for notes in by_mood}) > 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 24 * 90), min_size=1, max_size=8), st.integers(0, 99), st.booleans())
def test_bars_follow_each_other_and_fill_each_scene(lengths: list[int], seed: int, spoken: bool) -> None:
    scenes = scenes_of(*lengths, spoken=spoken)
    bars = list(film_bars(ScoreRequest(rate=FILM_RATE, scenes=scenes, seed=seed)))
    beats = compose_theme(seed).beats_a_bar
    for one, other in itertools.pairwise(bars[:-1]):
        assert other.start_s == pytest.approx(one.start_s + one.beat_s * beats, abs=1e-6)
    for scene in scenes:
        in_it = inside(bars[:-2], scene)
        if in_it:
            assert in_it[0].start_s == pytest.approx(scene.start_frame / 24)


@pytest.mark.parametrize("spoken", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_scene_closes_on_the_dominant_and_the_tonic(seed: int, spoken: bool) -> None:
    scenes = scenes_of(24 * 37, 24 * 23, 24 * 60, spoken=spoken)
    bars = list(film_bars(ScoreRequest(rate=FILM_RATE, scenes=scenes, seed=seed)))
    theme = compose_theme(seed)
    for scene in scenes[:2]:
        before, last = inside(bars, scene)[-2:]

        def pads(bar: Bar) -> set[int]:
            return {(one.midi - theme.root) % 12 for one in bar.notes if one.instrument == "pad"}

        assert {0, 7} <= pads(last)
        assert {7, 2} <= pads(before)


@pytest.mark.parametrize("spoken", [False, True])
def test_who_comes_into_sight_is_heard_within_a_bar(spoken: bool) -> None:
    seed, scene = 4, scenes_of(24 * 50, 24 * 30, spoken=spoken)
    came = (Entrance(who="anna", frame=0), Entrance(who="boris", frame=24 * 20), Entrance(who="clara", frame=480))
    request = ScoreRequest(
        rate=FILM_RATE, scenes=(scene[0].changed(entrances=came), scene[1]), seed=seed, leads=WHO[:3]
    )
    theme = compose_theme(seed)
    motifs = compose_motifs(theme, seed, request.leads)
    bars = list(film_bars(request))
    colour = colour_of("neutral", "noon")
    bar_s = bars[0].beat_s * theme.beats_a_bar

    def heard(who: str) -> list[float]:
        over = [motif_notes(motifs[who], theme, colour, place, 1.0) for place in range(8)]
        return [bar.start_s for bar in bars if any(has_motif(bar, notes) for notes in over)]

    assert heard("anna")[0] == 0.0
    assert 20 - bar_s <= heard("boris")[0] <= 20 + bar_s
    # Two come at once: one after the other.
    assert heard("clara")[0] == pytest.approx(heard("boris")[0] + bar_s)


def test_a_motif_under_speech_is_softer_than_the_theme_between_replies() -> None:
    came = (Entrance(who="anna", frame=0),)
    loud, soft = (
        next(film_bars(ScoreRequest(rate=FILM_RATE, scenes=(scene.changed(entrances=came),), leads=("anna",))))
        for spoken in (False, True)
        for scene in scenes_of(24 * 40, spoken=spoken)
    )

    def melody(bar: Bar) -> float:
        return max(one.velocity for one in bar.notes if one.instrument not in ("pad", "bass"))

    assert melody(soft) < 0.5 * melody(loud)


def test_a_stranger_to_the_leads_has_no_motif() -> None:
    scene = scenes_of(24 * 40)[0]
    request = ScoreRequest(rate=FILM_RATE, scenes=(scene,), seed=2, leads=("anna",))
    unknown = request.changed(scenes=(scene.changed(entrances=(Entrance(who="nobody", frame=0),)),))
    assert list(film_bars(unknown)) == list(film_bars(request))
