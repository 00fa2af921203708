from __future__ import annotations

import itertools
import tempfile
from typing import get_args

import numpy as np
import pytest

from bookfilm.engines.protocols import ScoredScene, ScoreRequest
from bookfilm.records.bible import Hour, PlaceKind, Weather
from bookfilm.records.screenplay import Emotion
from bookfilm.records.shots import Setting
from bookfilm.records.time import FILM_RATE
from bookfilm.sound.ambience import _gain_curve, beds_of
from bookfilm.sound.beds import LENGTH_S, Bed, LoopShelf, bed_loop
from bookfilm.sound.instruments import Instrument, note
from bookfilm.sound.score import Bar, film_bars
from bookfilm.sound.theme import BARS, SCALES, colour_of, compose_theme, pitch

RATE = 16_000


def bars_of(*scenes: ScoredScene, seed: int = 3) -> list[Bar]:
    return list(film_bars(ScoreRequest(rate=FILM_RATE, scenes=scenes, seed=seed)))


@pytest.mark.parametrize(("start", "count"), [(0, 100), (RATE * LENGTH_S["clock"] - 50, 100), (12345, 3 * RATE * 10)])
def test_a_shelf_gives_a_bed_over_and_over(start: int, count: int) -> None:
    loop = bed_loop("clock", RATE)
    with tempfile.TemporaryFile() as file:
        shelf = LoopShelf(file, RATE)
        assert len(shelf.read("room", 5, 10)) == 10
        assert np.array_equal(shelf.read("clock", start, count), loop[np.arange(start, start + count) % len(loop)])


@pytest.mark.parametrize("bed", sorted(LENGTH_S))
def test_a_bed_loops_without_a_seam(bed: Bed) -> None:
    loop = bed_loop(bed, RATE).astype(np.float64)
    assert loop.shape == (LENGTH_S[bed] * RATE, 2)
    assert np.sqrt(np.mean(loop**2)) < 0.11
    assert np.abs(loop).max() > 0.1
    bends = np.abs(np.diff(np.concatenate([loop[-400:], loop[:400]]), 2, axis=0)).max(axis=1)
    assert bends[395:405].max() <= max(np.quantile(bends, 0.99) * 2, 1e-3)


@pytest.mark.parametrize("instrument", get_args(Instrument))
def test_a_note_is_in_tune_and_ends_in_silence(instrument: Instrument) -> None:
    sound = note(instrument, 57, 900, RATE).astype(np.float64)
    assert 0.1 < np.abs(sound).max() <= 1.6
    assert abs(sound[0]) < 1e-6
    assert np.abs(sound[-8:]).max() < 1e-4
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * RATE))
    loudest = np.argmax(spectrum[: 400 * 8]) / 8
    assert abs(1200 * np.log2(loudest / 220)) < 12


@pytest.mark.parametrize("kind", get_args(PlaceKind))
def test_every_place_sounds_at_every_hour_and_in_every_weather(kind: PlaceKind) -> None:
    for hour, weather in itertools.product(get_args(Hour), get_args(Weather)):
        beds = beds_of(Setting(kind=kind, hour=hour, weather=weather, lights=("fire",)))
        assert beds["fire"] > 0
        assert all(0 < gain <= 1 for gain in beds.values())
        assert not {"birds", "crickets"} <= set(beds)
        assert ("rain" in beds) == (weather in ("rain", "storm"))


def test_no_two_places_and_no_two_weathers_sound_alike() -> None:
    places = {kind: beds_of(Setting(kind=kind, hour="noon", season="winter")) for kind in get_args(PlaceKind)}
    assert [(one, other) for one, other in itertools.combinations(places, 2) if places[one] == places[other]] == []
    for kind in ("harbour", "forest"):
        weathers = [beds_of(Setting(kind=kind, hour="noon", season="winter", weather=w)) for w in get_args(Weather)]
        assert all(one != other for one, other in itertools.combinations(weathers, 2))


def test_what_wakes_by_day_is_still_at_night() -> None:
    day, night = (beds_of(Setting(kind="market", hour=hour)) for hour in ("noon", "night"))
    assert set(day) - set(night) == {"calls", "hens"}


def test_rain_is_softer_through_walls() -> None:
    inside, outside = (beds_of(Setting(kind=kind, hour="noon", weather="rain")) for kind in ("kitchen", "street"))
    assert inside["rain"] < 0.5 * outside["rain"]


def test_winter_has_neither_birds_nor_crickets() -> None:
    for hour in get_args(Hour):
        assert not {"birds", "crickets"} & set(beds_of(Setting(kind="forest", hour=hour, season="winter")))


def test_places_give_way_to_each_other_without_a_dip() -> None:
    rain = Setting(kind="street", hour="noon", weather="rain")
    scenes = (
        ScoredScene(start_frame=0, frames=240, setting=rain),
        ScoredScene(start_frame=240, frames=240, setting=rain),
    )
    curve = _gain_curve(ScoreRequest(rate=FILM_RATE, scenes=scenes), "rain")
    assert np.ptp(curve) < 1e-6
    dry = (scenes[0], scenes[1].changed(setting=Setting(kind="street", hour="noon")))
    curve = _gain_curve(ScoreRequest(rate=FILM_RATE, scenes=dry), "rain")
    assert (np.diff(curve) <= 1e-6).all()
    assert np.abs(np.diff(curve)).max() < 0.4 * curve.max()


@pytest.mark.parametrize("seed", range(20))
def test_a_theme_is_eight_full_bars_that_come_home(seed: int) -> None:
    theme = compose_theme(seed)
    assert compose_theme(seed) == theme
    assert len(theme.melody) == len(theme.progression) == BARS
    assert all(sum(beats for beats, _ in bar) == theme.beats_a_bar for bar in theme.melody)
    assert theme.melody[4] == theme.melody[0]
    assert theme.melody[-1][-1][1] % 7 == 0
    steps = [step for bar in theme.melody for _, step in bar]
    assert all(abs(after - before) <= 7 for before, after in itertools.pairwise(steps))
    assert len(set(steps)) >= 4


def test_themes_differ() -> None:
    assert len({compose_theme(seed) for seed in range(30)}) == 30


def test_moods_and_hours_have_their_scales() -> None:
    theme = compose_theme(1)
    for mood, hour in itertools.product(get_args(Emotion), (None, *get_args(Hour))):
        colour = colour_of(mood, hour)
        assert 40 < colour.beats_per_minute < 120
        degrees = {(pitch(theme, colour, step) - theme.root) % 12 for step in range(14)}
        assert degrees == set(SCALES[colour.scale])
    assert colour_of("sorrow", "noon").scale == "minor"
    assert colour_of("joy", "night").scale == "major"


def test_the_film_ends_with_a_cadence_on_its_tonic() -> None:
    seed = 3
    bars = bars_of(ScoredScene(start_frame=0, frames=24 * 40), seed=seed)
    root = compose_theme(seed).root % 12
    final, before = bars[-1], bars[-2]
    assert 40 - 8 < final.start_s < 40 - 3
    assert min(one.midi for one in final.notes) % 12 == root
    assert min(one.midi for one in before.notes) % 12 == (root + 7) % 12
    ends = [bar.start_s for bar in bars]
    assert ends == sorted(ends)


def test_music_is_thinner_under_speech_and_fuller_for_the_title() -> None:
    place = Setting(kind="garden", hour="noon")
    title = ScoredScene(start_frame=0, frames=24 * 15)
    spoken = ScoredScene(start_frame=360, frames=24 * 40, setting=place, speech=((360, 1320),))
    silent = ScoredScene(start_frame=1320, frames=24 * 40, setting=place)
    bars = bars_of(title, spoken, silent)

    def strength(first_s: float, last_s: float) -> float:
        inside = [bar for bar in bars if first_s <= bar.start_s < last_s]
        return sum(one.velocity for bar in inside for one in bar.notes) / (last_s - first_s)

    assert strength(0, 14) > 1.5 * strength(58, 85) > 1.5 * 1.5 * strength(16, 54) > 0
